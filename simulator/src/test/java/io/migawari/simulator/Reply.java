// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpHeaders;

/** An answer of the simulator. */
record Reply(int status, HttpHeaders headers, String text, JsonNode json) {

    String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    /** Nova's words in an error, whatever it is called. */
    String words() {
        return json.elements().next().path("message").asText();
    }
}
