// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

/** What is kept from everybody but administrators. */
class SecrecyTest {

    private final Secrecy secrecy = new Secrecy(Set.of("10.0.0.1", "10.0.0.12", "bmc.example.org"));

    private static Reply reply(String json) throws Exception {
        return Reply.ok(new ObjectMapper().readTree(json));
    }

    private String shown(String json) throws Exception {
        return reply(json).without(secrecy).body().orElseThrow();
    }

    @Test
    void whatMayHoldASignInIsLeftOutWhereverItStands() throws Exception {
        assertThat(shown("{\"hosts\":[{\"name\":\"a\",\"control_attributes\":\"root:calvin\"},"
                        + "{\"name\":\"b\",\"segment\":{\"control_attributes\":null,\"x\":1}}]}"))
                .isEqualTo("{\"hosts\":[{\"name\":\"a\"},{\"name\":\"b\",\"segment\":{\"x\":1}}]}");
    }

    @Test
    void whereAFencingDeviceIsShowsInNoWordsOfItsAgent() throws Exception {
        assertThat(shown("{\"message\":\"fence_ipmilan: no route to 10.0.0.12, bmc.example.org\"}"))
                .isEqualTo("{\"message\":\"fence_ipmilan: no route to ***, ***\"}");
    }

    @Test
    void whatGoesOnIsHeldToTheSame() {
        List<String> told = new ArrayList<>();

        Reply.stream((response, callback, shown) -> told.add(shown.apply("{\"message\":\"no route to 10.0.0.12\"}")))
                .without(secrecy)
                .send(response(), Callback.NOOP);

        assertThat(told).containsExactly("{\"message\":\"no route to ***\"}");
    }

    private static Response response() {
        Response response = mock(Response.class);
        when(response.getHeaders()).thenReturn(HttpFields.build());
        return response;
    }

    @Test
    void whatIsNoJsonStaysAsItIs() {
        assertThat(Reply.text("text/plain", "control_attributes 10.0.0.1")
                        .without(secrecy)
                        .body())
                .contains("control_attributes 10.0.0.1");
        assertThat(Reply.noContent().without(secrecy).body()).isEmpty();
    }
}
