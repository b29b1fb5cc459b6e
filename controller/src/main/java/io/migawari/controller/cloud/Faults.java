// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The words of an OpenStack service that refuses something: one object with some name, in it a {@code message}. */
final class Faults {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int LONGEST = 500;

    private Faults() {}

    static String message(byte[] body) {
        try {
            JsonNode fault = MAPPER.readTree(body);
            if (fault != null) {
                for (JsonNode named : fault) {
                    if (named.path("message").isTextual()) {
                        return shortened(named.path("message").asText());
                    }
                }
            }
        } catch (IOException e) {
            // not JSON: a proxy's page, or nothing; its own text says most
        }
        return shortened(new String(body, StandardCharsets.UTF_8).strip());
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }
}
