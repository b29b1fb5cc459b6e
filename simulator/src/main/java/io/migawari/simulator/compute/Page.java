// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.compute;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.simulator.http.Call;
import io.migawari.simulator.nova.Refusal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One page of a list. A full page has a link to the next one, even if that is empty, as Nova's have.
 *
 * @param next the marker in that link; empty if there is none
 */
record Page<T>(List<T> items, String next) {

    /** @param unknownMarker Nova's words for a marker that is no item's id */
    static <T> Page<T> of(List<T> all, Function<T, String> id, Call call, int most, Supplier<Refusal> unknownMarker) {
        int limit = new Query(call).limit(most);
        int start = 0;
        if (call.query("marker").isPresent()) {
            List<String> ids = all.stream().map(id).toList();
            start = ids.indexOf(call.query("marker").get()) + 1;
            if (start == 0) {
                throw unknownMarker.get();
            }
        }
        List<T> items = all.subList(start, Math.min(all.size(), start + limit));
        boolean full = !items.isEmpty() && items.size() == limit;
        return new Page<>(items, full ? id.apply(items.get(limit - 1)) : "");
    }

    /** @param name of the list of links: {@code servers_links} */
    void link(ObjectNode body, String name, Call call) {
        if (next.isEmpty()) {
            return;
        }
        Map<String, String> query = new TreeMap<>(call.query());
        query.remove("marker");
        List<String> parameters = new ArrayList<>();
        query.forEach((key, value) -> parameters.add(encode(key) + "=" + encode(value)));
        parameters.add("marker=" + next);
        body.putArray(name)
                .addObject()
                .put("rel", "next")
                .put("href", call.address() + call.path() + "?" + String.join("&", parameters));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
