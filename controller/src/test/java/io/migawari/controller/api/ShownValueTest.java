// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Values of requests in faults, in the words of Masakari, whose answers these expectations were read off. */
class ShownValueTest {

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text);
    }

    @Test
    void valuesLookAsMasakariWritesThem() throws IOException {
        assertThat(ShownValue.plain(json("\"a'b\""))).isEqualTo("a'b");
        assertThat(ShownValue.quoted(json("\"x\""))).isEqualTo("'x'");
        assertThat(ShownValue.quoted(json("\"a'b\""))).isEqualTo("\"a'b\"");
        assertThat(ShownValue.quoted(json("\"'\\\"\""))).isEqualTo("'\\'\"'");
        assertThat(ShownValue.quoted(json("\"a\\n\\t\\r\\\\b\""))).isEqualTo("'a\\n\\t\\r\\\\b'");
        assertThat(ShownValue.plain(json("{\"a\": [1, null, true, false, 0.5, {}], \"b\": \"c\"}")))
                .isEqualTo("{'a': [1, None, True, False, 0.5, {}], 'b': 'c'}");
    }

    @Test
    void longOnesAreCut() throws IOException {
        assertThat(ShownValue.plain(json("\"" + "x".repeat(1000) + "\"")))
                .hasSize(201)
                .endsWith("…");
    }
}
