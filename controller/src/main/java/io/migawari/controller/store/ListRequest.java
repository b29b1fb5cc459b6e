// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which rows of a list, in which order.
 *
 * @param filters name to value
 * @param sorts empty: newest first
 * @param marker the integer id or the UUID of the row before the first one wanted
 */
public record ListRequest(Map<String, String> filters, List<Sort> sorts, int limit, Optional<String> marker) {

    /** The most rows of one answer, as Masakari's osapi_max_limit. */
    public static final int MOST = 1000;

    /** One key of an order. */
    public record Sort(String key, boolean ascending) {}

    public ListRequest {
        filters = Map.copyOf(filters);
        sorts = List.copyOf(sorts);
        if (limit < 0) {
            throw new IllegalArgumentException("limit: " + limit + ", expected 0 or more");
        }
    }

    /** The first rows, newest first. */
    public static ListRequest all() {
        return new ListRequest(Map.of(), List.of(), MOST, Optional.empty());
    }
}
