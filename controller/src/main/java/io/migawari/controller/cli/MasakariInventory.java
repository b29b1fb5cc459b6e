// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a Masakari knows that has to be moved over: its segments with their hosts. Notifications and their moves are history.
 *
 * @param unfinished notifications that it has not brought to an end
 */
record MasakariInventory(List<Segment> segments, long unfinished) {

    private static final int PAGE = 500;

    record Segment(
            String name,
            String recoveryMethod,
            String serviceType,
            boolean enabled,
            Optional<String> description,
            List<Host> hosts) {

        Segment {
            hosts = List.copyOf(hosts);
        }

        Host host(String name) {
            return hosts.stream()
                    .filter(host -> host.name().equals(name))
                    .findFirst()
                    .orElseThrow();
        }
    }

    record Host(String name, String type, String controlAttributes, boolean reserved, boolean onMaintenance) {}

    MasakariInventory {
        segments = List.copyOf(segments);
    }

    /** Asks a Masakari, or one of us: both answer the same. */
    static MasakariInventory of(ApiClient api) throws ApiFailure, InterruptedException {
        return of(api, PAGE);
    }

    static MasakariInventory of(ApiClient api, int page) throws ApiFailure, InterruptedException {
        List<Segment> segments = new ArrayList<>();
        for (JsonNode segment : all(api, page, "/v1/segments", "segments")) {
            List<Host> hosts = new ArrayList<>();
            String path = "/v1/segments/" + segment.path("uuid").asText() + "/hosts";
            for (JsonNode host : all(api, page, path, "hosts")) {
                hosts.add(new Host(
                        host.path("name").asText(),
                        host.path("type").asText(),
                        host.path("control_attributes").asText(),
                        host.path("reserved").asBoolean(),
                        host.path("on_maintenance").asBoolean()));
            }
            segments.add(new Segment(
                    segment.path("name").asText(),
                    segment.path("recovery_method").asText(),
                    segment.path("service_type").asText(),
                    segment.path("enabled").asBoolean(true), // not told below microversion 1.2
                    Optional.ofNullable(segment.path("description").textValue()),
                    hosts));
        }
        long unfinished = 0;
        for (String status : List.of("new", "running")) {
            unfinished += api.get("/v1/notifications?status=" + status)
                    .path("notifications")
                    .size();
        }
        return new MasakariInventory(segments, unfinished);
    }

    /** Page by page: Masakari gives a thousand at most, and does not say that there are more. */
    private static List<JsonNode> all(ApiClient api, int page, String path, String key)
            throws ApiFailure, InterruptedException {
        List<JsonNode> all = new ArrayList<>();
        JsonNode answer;
        do {
            String marker = all.isEmpty()
                    ? ""
                    : "&marker=" + all.get(all.size() - 1).path("uuid").asText();
            answer = api.get(path + "?sort_key=name&sort_dir=asc&limit=" + page + marker)
                    .path(key);
            answer.forEach(all::add);
        } while (answer.size() == page);
        return all;
    }
}
