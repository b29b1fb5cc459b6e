// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which action answers which path. Filled once, then only read. */
public final class Routes {

    /** Answers a call. Runs on one of the server's threads; does not wait. */
    @FunctionalInterface
    public interface Action {
        Answer answer(Call call);
    }

    private final List<Route> routes = new ArrayList<>();

    /** @param template a path in which {@code {name}} stands for any one segment */
    public Routes add(String method, String template, Action action) {
        routes.add(new Route(method, template, List.of(template.split("/", -1)), action));
        return this;
    }

    Optional<Match> find(String method, String path) {
        List<String> segments = List.of(path.split("/", -1));
        return routes.stream()
                .filter(route -> route.method.equals(method))
                .flatMap(route -> route.match(segments).stream())
                .findFirst();
    }

    record Match(String template, Map<String, String> parameters, Action action) {}

    private record Route(String method, String template, List<String> segments, Action action) {

        Optional<Match> match(List<String> path) {
            if (path.size() != segments.size()) {
                return Optional.empty();
            }
            Map<String, String> parameters = new HashMap<>();
            for (int i = 0; i < path.size(); i++) {
                String wanted = segments.get(i);
                if (wanted.startsWith("{")) {
                    parameters.put(wanted.substring(1, wanted.length() - 1), path.get(i));
                } else if (!wanted.equals(path.get(i))) {
                    return Optional.empty();
                }
            }
            return Optional.of(new Match(template, parameters, action));
        }
    }
}
