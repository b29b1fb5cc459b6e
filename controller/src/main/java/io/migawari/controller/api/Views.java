// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.controller.model.Host;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Notification;
import io.migawari.controller.model.NotificationId;
import io.migawari.controller.model.Segment;
import io.migawari.controller.store.VmMove;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;

/** Our records as the bodies of Masakari's API, with its names and its order of keys. */
final class Views {

    private Views() {}

    static ObjectNode segment(Segment segment) {
        ObjectNode json = object();
        json.put("id", segment.number());
        json.put("uuid", segment.id().toString());
        json.put("name", segment.name());
        json.put("service_type", segment.serviceType());
        json.put("enabled", segment.enabled());
        json.put("description", segment.description().orElse(null));
        json.put("recovery_method", segment.method().name().toLowerCase(Locale.ROOT));
        return dated(json, segment.createdAt(), segment.updatedAt());
    }

    static ObjectNode host(Host host, Segment segment) {
        ObjectNode json = object();
        json.put("id", host.number());
        json.put("uuid", host.id().toString());
        json.put("name", host.name().value());
        json.put("failover_segment_id", segment.id().toString());
        json.set("failover_segment", segment(segment));
        json.put("type", host.type());
        json.put("reserved", host.reserved());
        json.put("control_attributes", host.controlAttributes());
        json.put("on_maintenance", host.onMaintenance());
        return dated(json, host.createdAt(), host.updatedAt());
    }

    static ObjectNode notification(Notification notification) {
        ObjectNode json = object();
        json.put("id", notification.number());
        json.put("notification_uuid", notification.id().toString());
        json.put("generated_time", Times.write(notification.generatedTime()));
        json.put("source_host_uuid", notification.host().toString());
        json.put("type", notification.type().name());
        ObjectNode payload = json.putObject("payload");
        new TreeMap<>(notification.payload()).forEach(payload::put);
        json.put("status", notification.status().apiName());
        json.put("failover_segment_uuid", notification.segment().toString());
        json.put("message", notification.message().orElse(null));
        return dated(json, notification.createdAt(), Optional.empty());
    }

    static ObjectNode vmMove(VmMove vmMove, NotificationId notification) {
        ObjectNode json = object();
        json.put("id", vmMove.number());
        json.put("uuid", vmMove.move().id().toString());
        json.put("notification_uuid", notification.toString());
        json.put("instance_uuid", vmMove.move().server().toString());
        json.put("instance_name", vmMove.move().serverName());
        json.put("source_host", vmMove.source().value());
        json.put("dest_host", vmMove.move().destination().map(HostName::value).orElse(null));
        json.put("start_time", Times.write(vmMove.move().startedAt()));
        json.put("end_time", Times.write(vmMove.move().endedAt()));
        json.put("type", "evacuation");
        json.put("status", vmMove.status());
        json.put("message", vmMove.move().words());
        return dated(json, vmMove.createdAt(), vmMove.updatedAt());
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** What every object of Masakari's API ends with; deleted ones are never shown. */
    private static ObjectNode dated(ObjectNode json, Instant createdAt, Optional<Instant> updatedAt) {
        json.put("created_at", Times.write(createdAt));
        json.put("updated_at", Times.write(updatedAt));
        json.putNull("deleted_at");
        json.put("deleted", false);
        return json;
    }
}
