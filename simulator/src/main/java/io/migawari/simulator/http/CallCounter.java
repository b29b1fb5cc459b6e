// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts the calls by kind. Safe for any thread. */
public final class CallCounter {

    private final Map<CallCount, Long> times = new HashMap<>();

    synchronized void count(Call call, String template, int status) {
        times.merge(new CallCount(call.method(), template + action(call, template), status, 0), 1L, Long::sum);
    }

    /** By path, then by method and status. */
    public synchronized List<CallCount> counts() {
        return times.entrySet().stream()
                .map(entry -> new CallCount(
                        entry.getKey().method(),
                        entry.getKey().path(),
                        entry.getKey().status(),
                        entry.getValue()))
                .sorted(Comparator.comparing(CallCount::path)
                        .thenComparing(CallCount::method)
                        .thenComparing(CallCount::status))
                .toList();
    }

    public synchronized void reset() {
        times.clear();
    }

    private static String action(Call call, String template) {
        if (!template.endsWith("/action")) {
            return "";
        }
        return call.json()
                .filter(body -> body.isObject() && body.size() == 1)
                .map(JsonNode::fieldNames)
                .map(names -> '#' + names.next())
                .orElse("");
    }
}
