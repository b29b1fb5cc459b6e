// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the route of a request. Built once, then only read. */
final class Router {

    /** What a route does. */
    interface Action {
        Reply answer(Call call) throws ApiException, InterruptedException;
    }

    /** Who may take a route. */
    enum Access {
        /** Anybody: what says nothing about the cloud, or nothing that should be kept from those who can reach us. */
        OPEN,
        /** The same people as below; but as it comes from every monitor every few seconds, Keystone is asked less often. */
        MONITOR,
        /** The same people as below; what they report is kept as notifications, not in the audit. */
        REPORT,
        /** Administrators; what they ask for is kept in the audit, unless they only look. */
        ADMIN
    }

    /** A route and the values of its variables. */
    record Match(Action action, Access access, String template, Map<String, String> path) {}

    private record Route(String method, String template, List<String> segments, Access access, Action action) {}

    private final List<Route> routes = new ArrayList<>();

    /** @param template such as {@code /v1/segments/{segment}}; a part in braces matches one part of the path */
    Router add(String method, String template, Access access, Action action) {
        routes.add(new Route(method, template, split(template), access, action));
        return this;
    }

    /**
     * @throws ApiException 404 if no route has that path, 405 if one has, with another method
     */
    Match find(String method, String path) throws ApiException {
        List<String> parts = split(path);
        boolean pathIsKnown = false;
        for (Route route : routes) {
            Optional<Map<String, String>> values = match(route.segments(), parts);
            if (values.isPresent() && route.method().equals(method)) {
                return new Match(route.action(), route.access(), route.template(), values.get());
            }
            pathIsKnown |= values.isPresent();
        }
        if (pathIsKnown) {
            throw new ApiException(405, "The request method: '" + method + "' is not allowed on this resource");
        }
        throw ApiException.notFound("The resource could not be found.");
    }

    /** A slash at the end makes no difference. */
    private static List<String> split(String path) {
        List<String> parts = new ArrayList<>(List.of(path.split("/", -1)));
        if (parts.size() > 1 && parts.get(parts.size() - 1).isEmpty()) {
            parts.remove(parts.size() - 1);
        }
        return parts;
    }

    private static Optional<Map<String, String>> match(List<String> template, List<String> parts) {
        if (template.size() != parts.size()) {
            return Optional.empty();
        }
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < parts.size(); i++) {
            String wanted = template.get(i);
            if (wanted.startsWith("{")) {
                values.put(wanted.substring(1, wanted.length() - 1), parts.get(i));
            } else if (!wanted.equals(parts.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(values);
    }
}
