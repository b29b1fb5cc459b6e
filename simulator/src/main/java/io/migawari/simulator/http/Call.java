// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One request as it came in.
 *
 * @param query the last value of each parameter
 * @param headers by lower-case name
 * @param parameters what stands in the path where the route's template has {@code {name}}
 */
public record Call(
        String method,
        String path,
        Map<String, String> query,
        Map<String, String> headers,
        String body,
        Map<String, String> parameters) {

    static final ObjectMapper JSON = new ObjectMapper();

    public Call {
        query = Map.copyOf(query);
        headers = Map.copyOf(headers);
        parameters = Map.copyOf(parameters);
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    public Optional<String> query(String name) {
        return Optional.ofNullable(query.get(name));
    }

    /** The simulator's own address as the caller wrote it: {@code http://127.0.0.1:12345}. */
    public String address() {
        return "http://" + header("Host").orElse("127.0.0.1");
    }

    public String parameter(String name) {
        String value = parameters.get(name);
        if (value == null) {
            throw new IllegalArgumentException("parameter: the route has none named " + name);
        }
        return value;
    }

    /** The body, if it is JSON. */
    public Optional<JsonNode> json() {
        try {
            return Optional.ofNullable(JSON.readTree(body)).filter(node -> !node.isMissingNode());
        } catch (JsonProcessingException notJson) {
            return Optional.empty();
        }
    }

    /** What a fault's filter is held against. */
    String everything() {
        return path + ' ' + query + ' ' + body;
    }
}
