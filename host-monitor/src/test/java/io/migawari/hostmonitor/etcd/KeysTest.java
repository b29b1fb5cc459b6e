// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.migawari.hostmonitor.membership.Sighting;
import io.migawari.hostmonitor.membership.Standing;
import io.migawari.monitor.notification.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {

    private static final Keys KEYS = new Keys("/m/hosts");

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** As etcd answers, for keys and their values in turn. */
    private static Json answer(String... keysAndValues) throws IOException {
        List<Map<String, String>> pairs = new ArrayList<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            pairs.add(Map.of("key", base64(keysAndValues[i]), "value", base64(keysAndValues[i + 1])));
        }
        return Json.parse(Json.write(Map.of("header", Map.of("cluster_id", "7", "revision", "12"), "kvs", pairs)));
    }

    private static Standing standing(Json answer, boolean mayMiss) throws IOException {
        return ((Sighting.Partition) EtcdMembership.sighting("us", KEYS.read(answer), mayMiss))
                .host("a")
                .orElseThrow()
                .standing();
    }

    @Test
    void aHostIsWhatItsTwoKeysSay() throws IOException {
        String alive = "/m/hosts/alive/a";
        String known = "/m/hosts/known/a";
        String part = "{\"state\":\"takes-part\",\"boot\":\"1\"}";
        String left = "{\"state\":\"left\",\"boot\":\"1\"}";

        assertThat(standing(answer(alive, part, known, part), true)).isEqualTo(Standing.ONLINE);
        assertThat(standing(answer(known, left, alive, part), true)).isEqualTo(Standing.ONLINE);
        assertThat(standing(answer(known, left), true)).isEqualTo(Standing.STOPPED_CLEANLY);
        assertThat(standing(answer(known, left), false)).isEqualTo(Standing.STOPPED_CLEANLY);
        assertThat(standing(answer(known, part), true)).isEqualTo(Standing.LOST_WITHOUT_FENCING);
        assertThat(standing(answer(known, part), false))
                .as("too early to miss it")
                .isEqualTo(Standing.JOINING);
    }

    @Test
    void whatIsNotOursIsPassedOver() throws IOException {
        assertThat(KEYS.read(answer("/m/hosts/other", "{}", "/m/hosts/alive/a", "{}"))
                        .hosts())
                .containsOnlyKeys("a");
        assertThat(KEYS.read(answer()).hosts()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "{\"header\":{\"revision\":\"x\"}}",
                "{\"header\":{\"revision\":\"1\"},\"more\":true}",
                "{\"header\":{\"revision\":\"1\"},\"kvs\":[{\"key\":\"?\",\"value\":\"e30=\"}]}",
                "{\"header\":{\"revision\":\"1\"},\"kvs\":[{\"key\":\"L20vaG9zdHMvYWxpdmUvYQ==\",\"value\":\"e\"}]}",
                "{\"header\":{\"revision\":\"1\"},\"kvs\":[{\"key\":\"L20vaG9zdHMvYWxpdmUvYQ==\",\"value\":\"\"}]}"
            })
    void whatIsNoAnswerIsRefused(String text) throws IOException {
        Json answer = Json.parse(text);

        assertThatThrownBy(() -> KEYS.read(answer)).isInstanceOf(IOException.class);
    }
}
