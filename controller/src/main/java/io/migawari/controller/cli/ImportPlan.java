// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.controller.cli.MasakariInventory.Host;
import io.migawari.controller.cli.MasakariInventory.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
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
        Map<String, String> segmentOfHost = new TreeMap<>();
        Map<String, Host> hosts = new TreeMap<>();
        here.segments()
                .forEach(segment -> segment.hosts().forEach(host -> {
                    segmentOfHost.put(host.name(), segment.name());
                    hosts.put(host.name(), host);
                }));
        List<Item> items = new ArrayList<>();
        for (Segment segment : there.segments()) {
            items.add(item(segment, Optional.ofNullable(segments.get(segment.name()))));
            for (Host host : segment.hosts()) {
                items.add(item(
                        segment.name(),
                        host,
                        Optional.ofNullable(hosts.get(host.name())),
                        Optional.ofNullable(segmentOfHost.get(host.name()))));
            }
        }
        return new ImportPlan(items);
    }

    private static Item item(Segment segment, Optional<Segment> here) {
        List<String> differences = here.map(known -> differences(
                        List.of("recovery_method", "service_type", "enabled", "description"),
                        List.of(
                                known.recoveryMethod(),
                                known.serviceType(),
                                known.enabled(),
                                known.description().orElse("")),
                        List.of(
                                segment.recoveryMethod(),
                                segment.serviceType(),
                                segment.enabled(),
                                segment.description().orElse(""))))
                .orElse(List.of());
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("name", segment.name())
                .put("recovery_method", segment.recoveryMethod())
                .put("service_type", segment.serviceType())
                .put("enabled", segment.enabled());
        segment.description().ifPresent(text -> body.put("description", text));
        return new Item(
                action(here.isPresent(), differences),
                segment.name(),
                Optional.empty(),
                String.join("; ", differences),
                Changes.wrapped("segment", body));
    }

    private static Item item(String segment, Host host, Optional<Host> here, Optional<String> segmentHere) {
        List<String> differences = here.map(known -> differences(
                        List.of("segment", "type", "control_attributes", "reserved", "on_maintenance"),
                        List.of(
                                segmentHere.orElse(""),
                                known.type(),
                                known.controlAttributes(),
                                known.reserved(),
                                known.onMaintenance()),
                        List.of(segment, host.type(), host.controlAttributes(), host.reserved(), host.onMaintenance())))
                .orElse(List.of());
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("name", host.name())
                .put("type", host.type())
                .put("control_attributes", host.controlAttributes())
                .put("reserved", host.reserved())
                .put("on_maintenance", host.onMaintenance());
        return new Item(
                action(here.isPresent(), differences),
                segment,
                Optional.of(host.name()),
                String.join("; ", differences),
                Changes.wrapped("host", body));
    }

    private static Action action(boolean isHere, List<String> differences) {
        if (!isHere) {
            return Action.CREATE;
        }
        return differences.isEmpty() ? Action.SAME : Action.DIFFERS;
    }

    private static List<String> differences(List<String> fields, List<?> here, List<?> there) {
        List<String> found = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            if (!Objects.equals(here.get(i), there.get(i))) {
                found.add(fields.get(i) + " is " + here.get(i) + " here and " + there.get(i) + " in Masakari");
            }
        }
        return found;
    }
}
