// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is sent back.
 *
 * @param hold if there is one, the answer is ready but kept back so long
 */
public record Answer(int status, Map<String, String> headers, String body, Optional<Hold> hold) {

    private static final String JSON = "application/json";

    public static Answer json(int status, JsonNode body) {
        return new Answer(status, Map.of("Content-Type", JSON), body.toString(), Optional.empty());
    }

    public static Answer empty(int status) {
        return new Answer(status, Map.of("Content-Type", JSON), "", Optional.empty());
    }

    public static Answer html(int status, String body) {
        return new Answer(status, Map.of("Content-Type", "text/html; charset=UTF-8"), body, Optional.empty());
    }

    public Answer with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Answer(status, more, body, hold);
    }

    public Answer withBody(String value) {
        return new Answer(status, headers, value, hold);
    }

    public Answer after(Hold value) {
        return new Answer(status, headers, body, Optional.of(value));
    }
}
