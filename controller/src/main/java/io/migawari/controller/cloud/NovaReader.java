// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.controller.cloud.CloudException.Kind;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.cloud.Evacuation;
import io.migawari.controller.model.cloud.InstanceAction;
import io.migawari.controller.model.cloud.Server;
import io.migawari.controller.model.cloud.VmState;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Nova's JSON as records. What is not as the API describes it is an error, never a guess. */
final class NovaReader {

    private static final int RUNNING = 1;

    private NovaReader() {}

    static ComputeService computeService(JsonNode json) throws CloudException {
        return new ComputeService(
                host(json, "host"),
                text(json, "status").equals("enabled"),
                text(json, "state").equals("up"),
                flag(json, "forced_down"),
                findText(json, "disabled_reason"),
                findTime(json, "updated_at"));
    }

    static Server server(JsonNode json) throws CloudException {
        return new Server(
                serverId(json, "id"),
                text(json, "name"),
                findText(json, "OS-EXT-SRV-ATTR:host").filter(HostName::isValid).map(HostName::new),
                VmState.of(text(json, "OS-EXT-STS:vm_state")),
                findText(json, "OS-EXT-STS:task_state"),
                json.path("OS-EXT-STS:power_state").asInt() == RUNNING,
                findText(json, "OS-SRV-USG:launched_at").isPresent(),
                text(json, "status").equals("DELETED"),
                texts(json.path("metadata")),
                texts(json.path("flavor").path("extra_specs")),
                findText(json.path("fault"), "message"));
    }

    static Evacuation evacuation(JsonNode json) throws CloudException {
        JsonNode number = json.path("id");
        if (!number.isIntegralNumber()) {
            throw garbled("id", json);
        }
        return new Evacuation(
                number.asLong(),
                serverId(json, "instance_uuid"),
                host(json, "source_compute"),
                findText(json, "dest_compute").filter(HostName::isValid).map(HostName::new),
                Evacuation.Status.of(text(json, "status")),
                findTime(json, "created_at").orElseThrow(() -> garbled("created_at", json)));
    }

    static InstanceAction instanceAction(JsonNode json) throws CloudException {
        return new InstanceAction(
                text(json, "action"),
                text(json, "request_id"),
                findText(json, "user_id"),
                findTime(json, "start_time").orElseThrow(() -> garbled("start_time", json)),
                findText(json, "message").filter("Error"::equals).isPresent());
    }

    private static ServerId serverId(JsonNode json, String key) throws CloudException {
        try {
            return ServerId.parse(text(json, key));
        } catch (IllegalArgumentException e) {
            throw garbled(key, json);
        }
    }

    private static HostName host(JsonNode json, String key) throws CloudException {
        String name = text(json, key);
        if (!HostName.isValid(name)) {
            throw garbled(key, json);
        }
        return new HostName(name);
    }

    static String text(JsonNode json, String key) throws CloudException {
        return findText(json, key).orElseThrow(() -> garbled(key, json));
    }

    /** Absent, null and empty are the same: Nova uses all three for "none". */
    private static Optional<String> findText(JsonNode json, String key) {
        JsonNode value = json.path(key);
        return value.isTextual() && !value.asText().isEmpty() ? Optional.of(value.asText()) : Optional.empty();
    }

    private static boolean flag(JsonNode json, String key) throws CloudException {
        if (!json.path(key).isBoolean()) {
            throw garbled(key, json);
        }
        return json.path(key).asBoolean();
    }

    /** {@code 2026-11-20T23:53:11.000000} or with a Z; UTC in both cases. */
    private static Optional<Instant> findTime(JsonNode json, String key) throws CloudException {
        Optional<String> text = findText(json, key);
        try {
            return text.map(at ->
                    LocalDateTime.parse(at.replaceFirst("(Z|\\+00:00)$", "")).toInstant(ZoneOffset.UTC));
        } catch (DateTimeParseException e) {
            throw garbled(key, json);
        }
    }

    private static Map<String, String> texts(JsonNode json) {
        Map<String, String> texts = new HashMap<>();
        json.properties()
                .forEach(field -> texts.put(field.getKey(), field.getValue().asText()));
        return texts;
    }

    private static CloudException garbled(String key, JsonNode json) {
        return new CloudException(
                Kind.GARBLED,
                "Nova's answer: " + key + " is missing or has another form than expected in "
                        + json.path("id").asText("an object without id"));
    }
}
