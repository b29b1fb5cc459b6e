// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the route of a request. Built once, then only read. */
final class Router {

    /** What a route does. */
    interface Action {
        Reply answer(Call call) throws ApiException, InterruptedException;
    }

    /**
     * Who may take a route: the whole policy of the API, together with what {@link Secrecy} keeps back. Each route names one of
     * these where it is made, and the table in {@code docs/api.md} is made from both.
     */
    enum Access {
        /** What says nothing about the cloud, or nothing that should be kept from those who can reach us. */
        OPEN(Set.of()),
        /** How the controller does, for those who look after it by machine; it may have an address of its own. */
        HEALTH(Set.of()),
        /** What a host says and asks about itself: that it lives, which is kept nowhere, and whether it may start. */
        MONITOR(Set.of(Role.ADMIN, Role.SERVICE)),
        /** What monitors report; it is kept as a notification, not in the audit. */
        REPORT(Set.of(Role.ADMIN, Role.SERVICE)),
        /** What monitors report that sign in to nothing: it is looked at where they are. */
        OLD_MONITOR(Set.of()),
        /** Which hosts there are; monitors hold their own names against it when they start. */
        INVENTORY(Set.of(Role.ADMIN, Role.SERVICE, Role.READER)),
        /** Looks at what goes on. */
        LOOK(Set.of(Role.ADMIN, Role.READER)),
        /** Commands, which are kept in the audit; and looks at what would help somebody who means harm. */
        ADMIN(Set.of(Role.ADMIN));

        @SuppressWarnings("ImmutableEnumChecker") // all of them are made by Set.of
        private final Set<Role> roles;

        Access(Set<Role> roles) {
            this.roles = roles;
        }

        /** One of which is needed; none: everybody may. */
        Set<Role> roles() {
            return roles;
        }
    }

    /** In the words of Masakari, which names what it does not allow. */
    private static final Map<String, String> ACTIONS = Map.of("POST", "create", "PUT", "update", "DELETE", "delete");

    /** A route and the values of its variables. */
    record Match(Action action, Access access, String template, Map<String, String> path) {}

    private record Route(String method, String template, List<String> segments, Access access, Action action) {}

    private final List<Route> routes = new ArrayList<>();
    private Optional<Action> elsewhere = Optional.empty();

    /** @param template such as {@code /v1/segments/{segment}}; a part in braces matches one part of the path */
    Router add(String method, String template, Access access, Action action) {
        routes.add(new Route(method, template, split(template), access, action));
        return this;
    }

    /** What is told to those who ask for a path that begins as no route does; it finds the path under that name. */
    Router elsewhere(Action action) {
        elsewhere = Optional.of(action);
        return this;
    }

    /**
     * HEAD is answered as GET, without the body.
     *
     * @throws ApiException 404 if no route has that path, 405 if one has, with another method
     */
    Match find(String method, String path) throws ApiException {
        String wanted = method.equals("HEAD") ? "GET" : method;
        List<String> parts = split(path);
        boolean pathIsKnown = false;
        for (Route route : routes) {
            Optional<Map<String, String>> values = match(route.segments(), parts);
            if (values.isPresent() && route.method().equals(wanted)) {
                return new Match(route.action(), route.access(), route.template(), values.get());
            }
            pathIsKnown |= values.isPresent();
        }
        if (pathIsKnown) {
            String action = ACTIONS.containsKey(method) ? " with action: '" + ACTIONS.get(method) + "'" : "";
            throw new ApiException(
                    405, "The request method: '" + method + "'" + action + " is not allowed on this resource");
        }
        if (elsewhere.isPresent() && !isOurs(parts)) {
            return new Match(elsewhere.get(), Access.OPEN, "?", Map.of("path", path));
        }
        throw notFound();
    }

    static ApiException notFound() {
        return ApiException.notFound("The resource could not be found.");
    }

    /** One route as people write it, and who may take it. */
    record Policy(String method, String template, Access access) {}

    /** Who may take which route, in the order in which they were added. */
    List<Policy> policies() {
        return routes.stream()
                .map(route -> new Policy(route.method(), route.template(), route.access()))
                .toList();
    }

    private boolean isOurs(List<String> parts) {
        return parts.size() < 2
                || routes.stream()
                        .map(Route::segments)
                        .anyMatch(route -> route.size() > 1 && route.get(1).equals(parts.get(1)));
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
