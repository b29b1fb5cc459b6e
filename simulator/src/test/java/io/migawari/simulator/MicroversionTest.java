// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.simulator.cloud.CloudOptions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MicroversionTest {

    private final World world = new World(CloudOptions.DEFAULTS.withNewestMicroversion(93));

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void theVersionDocumentsNeedNoToken() {
        Client anybody = new Client(world.simulator.address(), "/compute", Map.of());

        JsonNode all = anybody.get("/").json().path("versions");
        JsonNode one = anybody.get("/v2.1/").json().path("version");

        assertThat(all.findValuesAsText("version")).containsExactly("", "2.93");
        assertThat(one.path("version").asText()).isEqualTo("2.93");
        assertThat(one.path("min_version").asText()).isEqualTo("2.1");
    }

    @Test
    void anAnswerSaysItsVersionAndTheRequestsId() {
        Reply reply = world.nova.at("2.59").get("/os-services");

        assertThat(reply.header("OpenStack-API-Version")).isEqualTo("compute 2.59");
        assertThat(reply.header("X-OpenStack-Nova-API-Version")).isEqualTo("2.59");
        assertThat(reply.header("Vary")).isEqualTo("OpenStack-API-Version, X-OpenStack-Nova-API-Version");
        assertThat(reply.header("x-openstack-request-id"))
                .startsWith("req-")
                .isEqualTo(reply.header("x-compute-request-id"));
    }

    @Test
    void aVersionOutOfRangeIsNotAcceptable() {
        Reply reply = world.nova.at("2.94").get("/os-services");

        assertThat(reply.status()).isEqualTo(406);
        assertThat(reply.text())
                .isEqualTo(
                        "{\"computeFault\":{\"code\":406,\"message\":\"Version 2.94 is not supported by the API. Minimum is 2.1 and maximum is 2.93.\"}}");
        assertThat(reply.header("OpenStack-API-Version")).isEqualTo("compute 2.94");
        assertThat(world.nova.at("2.0").get("/os-services").status()).isEqualTo(406);
    }

    @Test
    void aVersionThatIsNoneIsABadRequest() {
        Reply reply = world.nova.at("abc").get("/os-services");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.words())
                .isEqualTo("API Version String abc is of invalid format. Must be of format MajorNum.MinorNum.");
        assertThat(reply.header("OpenStack-API-Version")).isEmpty();
    }

    @Test
    void theHeaderCanHaveSeveralServicesTheLatestVersionOrTheOldName() {
        Client bare = new Client(world.simulator.address(), "/compute/v2.1", Map.of("X-Auth-Token", world.token()));

        assertThat(version(bare)).isEqualTo("2.1");
        assertThat(version(bare.with("X-OpenStack-Nova-API-Version", "2.40"))).isEqualTo("2.40");
        assertThat(version(bare.with("X-OpenStack-Nova-API-Version", "2.40").at("2.60")))
                .isEqualTo("2.60");
        assertThat(version(bare.with("OpenStack-API-Version", "volume 3.27, compute 2.53")))
                .isEqualTo("2.53");
        assertThat(version(bare.at("latest"))).isEqualTo("2.93");
    }

    @Test
    void whatIsNotSimulatedIsSaidLoudly() {
        assertThat(world.nova.get("/flavors/detail").status()).isEqualTo(501);
        assertThat(world.nova.get("/servers/detail?ip=10.0.0.1").words())
                .isEqualTo("The simulator has no query parameter ip of the list of servers.");
        assertThat(world.nova
                        .act(world.addServer("web", "compute1"), "{\"pause\": null}")
                        .words())
                .isEqualTo("The simulator has no server action pause.");
    }

    private static String version(Client client) {
        return client.get("/os-services").header("X-OpenStack-Nova-API-Version");
    }
}
