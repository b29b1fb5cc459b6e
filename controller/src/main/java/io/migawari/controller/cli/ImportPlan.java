// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.migawari.controller.cli.MasakariInventory.Host;
import io.migawari.controller.cli.MasakariInventory.Segment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What is missing here of a Masakari's segments and hosts. Names tell what is the same. What is here already is never changed: where
 * it differs, a person has to say which of the two is right. So an import that was cut off is run again.
 */
record ImportPlan(List<Item> items) {

    enum Action {
        CREATE,
        /** It is here, as it is there. */
        SAME,
        /** It is here, and otherwise. */
        DIFFERS
    }

    /**
     * One segment or host.
     *
     * @param host absent for the segment itself
     * @param words what differs
     * @param body what creates it
     */
    record Item(Action action, String segment, Optional<String> host, String words, JsonNode body) {}

    static ImportPlan of(MasakariInventory there, MasakariInventory here) {
        Map<String, Segment> segments =
                here.segments().stream().collect(Collectors.toMap(Segment::name, Function.identity()));
        Map<String, Segment> segmentOfHost = new HashMap<>();
        here.segments().forEach(segment -> segment.hosts().forEach(host -> segmentOfHost.put(host.name(), segment)));
        List<Item> items = new ArrayList<>();
        for (Segment segment : there.segments()) {
            Optional<JsonNode> same =
                    Optional.ofNullable(segments.get(segment.name())).map(ImportPlan::body);
            items.add(item(segment, Optional.empty(), "segment", body(segment), same, List.of()));
            for (Host host : segment.hosts()) {
                Optional<Segment> home = Optional.ofNullable(segmentOfHost.get(host.name()));
                items.add(item(
                        segment,
                        Optional.of(host.name()),
                        "host",
                        body(host),
                        home.map(known -> body(known.host(host.name()))),
                        home.map(known -> differences("segment", known.name(), segment.name()))
                                .orElse(List.of())));
            }
        }
        return new ImportPlan(items);
    }

    private static Item item(
            Segment segment,
            Optional<String> host,
            String key,
            JsonNode there,
            Optional<JsonNode> here,
            List<String> elsewhere) {
        List<String> differences = new ArrayList<>(elsewhere);
        here.ifPresent(known -> there.fieldNames()
                .forEachRemaining(field -> differences.addAll(differences(
                        field, known.path(field).asText(""), there.path(field).asText("")))));
        Action action = here.isEmpty() ? Action.CREATE : differences.isEmpty() ? Action.SAME : Action.DIFFERS;
        return new Item(action, segment.name(), host, String.join("; ", differences), Changes.wrapped(key, there));
    }

    private static JsonNode body(Segment segment) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("name", segment.name())
                .put("recovery_method", segment.recoveryMethod())
                .put("service_type", segment.serviceType())
                .put("enabled", segment.enabled())
                .put("description", segment.description().orElse(null));
    }

    private static JsonNode body(Host host) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("name", host.name())
                .put("type", host.type())
                .put("control_attributes", host.controlAttributes())
                .put("reserved", host.reserved())
                .put("on_maintenance", host.onMaintenance());
    }

    private static List<String> differences(String field, String here, String there) {
        return here.equals(there)
                ? List.of()
                : List.of(field + " is " + shown(here) + " here and " + shown(there) + " in Masakari");
    }

    private static String shown(String value) {
        return value.isEmpty() ? "none" : value;
    }
}
