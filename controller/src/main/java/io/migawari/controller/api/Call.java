// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.migawari.controller.store.ListRequest;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A request that has found its route.
 *
 * @param path the values of the route's variables
 * @param query each name with all its values, in order
 * @param version of Masakari's API
 * @param contentType what the body says that it is; empty: nothing
 * @param lastEventId which event of a stream was seen last, by whoever comes again
 * @param caller who asks: a user of Keystone, or an address where nobody is asked
 * @param baseUrl how the caller reached us, without a path
 */
record Call(
        Map<String, String> path,
        Map<String, List<String>> query,
        Microversion version,
        String contentType,
        Optional<String> lastEventId,
        String body,
        String caller,
        String baseUrl) {

    /** No request of this API comes near; what is nested deeper would cost its reader his stack. */
    private static final int DEEPEST = 20;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** What is taken for JSON, as Masakari does; others would have to be understood in their own way. */
    private static final Set<String> JSON_TYPES =
            Set.of("", "application/json", "application/vnd.openstack.masakari+json", "text/plain");

    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]+");

    private static final Set<String> LIST_PARAMETERS = Set.of("limit", "marker", "sort_key", "sort_dir");

    String pathValue(String name) {
        return Optional.ofNullable(path.get(name)).orElseThrow();
    }

    /** The body as JSON. */
    JsonNode json() throws ApiException {
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!JSON_TYPES.contains(type)) {
            throw new ApiException(415, "Unsupported Content-Type");
        }
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
        if (!INTEGER.matcher(text.get().strip()).matches()) {
            throw ApiException.badRequest("Invalid input received: limit must be an integer");
        }
        BigInteger limit = new BigInteger(text.get().strip());
        if (limit.signum() < 0) {
            throw ApiException.badRequest("Invalid input received: limit must be >= 0");
        }
        return limit.min(BigInteger.valueOf(ListRequest.MOST)).intValue();
    }

    /** A key without a direction goes the way of the first, and if there is none, down: the newest first. */
    private List<ListRequest.Sort> sorts() throws ApiException {
        List<String> keys = query.getOrDefault("sort_key", List.of());
        List<Boolean> ascending = new ArrayList<>();
        for (String direction : query.getOrDefault("sort_dir", List.of())) {
            if (!direction.equals("asc") && !direction.equals("desc")) {
                throw ApiException.badRequest(
                        "Invalid input received: Unknown sort direction, must be 'asc' or 'desc'");
            }
            ascending.add(direction.equals("asc"));
        }
        if (ascending.size() > Math.max(1, keys.size())) {
            throw ApiException.badRequest("Invalid input received: Sort direction size exceeds sort key size");
        }
        boolean otherwise = !ascending.isEmpty() && ascending.get(0);
        List<ListRequest.Sort> sorts = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            sorts.add(new ListRequest.Sort(keys.get(i), i < ascending.size() ? ascending.get(i) : otherwise));
        }
        // so that rows that are equal in everything else have their order, too, and pages never overlap
        sorts.add(new ListRequest.Sort("created_at", otherwise));
        sorts.add(new ListRequest.Sort("id", otherwise));
        return sorts;
    }
}
