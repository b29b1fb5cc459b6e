// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.migawari.controller.store.ListRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A request that has found its route.
 *
 * @param path the values of the route's variables
 * @param query each name with all its values, in order
 * @param caller who asks: a user of Keystone, or an address where nobody is asked
 * @param baseUrl how the caller reached us, without a path
 */
record Call(Map<String, String> path, Map<String, List<String>> query, String body, String caller, String baseUrl) {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final Set<String> LIST_PARAMETERS = Set.of("limit", "marker", "sort_key", "sort_dir");

    String pathValue(String name) {
        return Optional.ofNullable(path.get(name)).orElseThrow();
    }

    /** The body as JSON. */
    JsonNode json() throws ApiException {
        try {
            JsonNode json = MAPPER.readTree(body);
            if (json == null || json.isMissingNode()) {
                throw ApiException.badRequest("None is not of type 'object'");
            }
            return json;
        } catch (JsonProcessingException e) {
            throw ApiException.badRequest("Malformed request body");
        }
    }

    /** The last value of a query parameter. */
    Optional<String> parameter(String name) {
        List<String> values = query.getOrDefault(name, List.of());
        return values.isEmpty() ? Optional.empty() : Optional.of(values.get(values.size() - 1));
    }

    /** What kind of list is asked for; every parameter that is not about order and pages is a filter. */
    ListRequest listRequest() throws ApiException {
        Map<String, String> filters = new HashMap<>();
        for (String name : query.keySet()) {
            if (!LIST_PARAMETERS.contains(name)) {
                parameter(name).ifPresent(value -> filters.put(name, value));
            }
        }
        // An empty marker is what Masakari's dashboard sends for the first page.
        return new ListRequest(filters, sorts(), limit(), parameter("marker").filter(marker -> !marker.isEmpty()));
    }

    private int limit() throws ApiException {
        Optional<String> text = parameter("limit");
        if (text.isEmpty()) {
            return ListRequest.MOST;
        }
        try {
            int limit = Integer.parseInt(text.get());
            if (limit < 0) {
                throw ApiException.badRequest("Invalid input received: limit must be >= 0");
            }
            return limit;
        } catch (NumberFormatException e) {
            throw ApiException.badRequest("limit must be an integer");
        }
    }

    private List<ListRequest.Sort> sorts() throws ApiException {
        List<String> keys = query.getOrDefault("sort_key", List.of());
        List<String> directions = query.getOrDefault("sort_dir", List.of());
        List<ListRequest.Sort> sorts = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            String direction = directions.isEmpty() ? "desc" : directions.get(Math.min(i, directions.size() - 1));
            if (!direction.equals("asc") && !direction.equals("desc")) {
                throw ApiException.badRequest(
                        "Invalid input received: Unknown sort direction, must be 'asc' or 'desc'");
            }
            sorts.add(new ListRequest.Sort(keys.get(i), direction.equals("asc")));
        }
        return sorts;
    }
}
