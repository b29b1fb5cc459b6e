// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.controller.cloud.CloudException.Kind;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.cloud.Evacuation;
import io.migawari.controller.model.cloud.InstanceAction;
import io.migawari.controller.model.cloud.LiveProgress;
import io.migawari.controller.model.cloud.Migration;
import io.migawari.controller.model.cloud.Resident;
import io.migawari.controller.model.cloud.Server;
import io.migawari.controller.model.cloud.ServerGroup;
import io.migawari.controller.model.cloud.VmState;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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

    static Resident resident(JsonNode json) throws CloudException {
        JsonNode flavor = json.path("flavor");
        boolean rootOnVolume = !json.path("image").isObject(); // Nova writes an empty text for "none"
        Map<String, String> specs = texts(flavor.path("extra_specs"));
        return new Resident(
                server(json),
                needs(flavor, specs, rootOnVolume),
                needsMore(specs),
                rootOnVolume,
                findText(json, "OS-EXT-AZ:availability_zone"),
                findTime(json, "updated").orElseThrow(() -> garbled("updated", json)));
    }

    /** As Nova's scheduler asks Placement for it: the flavor's numbers, unless its extra specs say otherwise. */
    private static Map<String, Long> needs(JsonNode flavor, Map<String, String> specs, boolean rootOnVolume)
            throws CloudException {
        Map<String, Long> needs = new HashMap<>();
        boolean dedicated = "dedicated".equals(specs.get("hw:cpu_policy"));
        needs.put(dedicated ? "PCPU" : "VCPU", number(flavor, "vcpus"));
        needs.put("MEMORY_MB", number(flavor, "ram"));
        long gigabytesOfSwap = (number(flavor, "swap") + 1023) / 1024;
        needs.put(
                "DISK_GB", (rootOnVolume ? 0 : number(flavor, "disk")) + number(flavor, "ephemeral") + gigabytesOfSwap);
        specs.forEach((key, value) -> {
            if (key.startsWith("resources:") && value.matches("\\d{1,15}")) {
                needs.put(key.substring("resources:".length()), Long.parseLong(value));
            }
        });
        needs.values().removeIf(amount -> amount == 0);
        return needs;
    }

    /** What only Nova's own filters can judge. */
    private static Optional<String> needsMore(Map<String, String> specs) {
        if (specs.containsKey("pci_passthrough:alias")) {
            return Optional.of("a PCI device (" + specs.get("pci_passthrough:alias") + ")");
        }
        if (specs.containsKey("accel:device_profile")) {
            return Optional.of("an accelerator (" + specs.get("accel:device_profile") + ")");
        }
        if (specs.keySet().stream().anyMatch(key -> key.matches("resources\\d+:.*|resources_.*"))) {
            return Optional.of("resources in groups");
        }
        if ("mixed".equals(specs.get("hw:cpu_policy"))) {
            return Optional.of("shared and dedicated processors");
        }
        boolean placed = specs.containsKey("hw:numa_nodes")
                || specs.containsKey("hw:mem_page_size")
                || specs.containsKey("hw:cpu_policy");
        return placed ? Optional.of("room on a NUMA node") : Optional.empty();
    }

    static ServerGroup serverGroup(JsonNode json) throws CloudException {
        Set<ServerId> members = new HashSet<>();
        for (JsonNode member : json.path("members")) {
            try {
                members.add(ServerId.parse(member.asText()));
            } catch (IllegalArgumentException e) {
                throw garbled("members", json);
            }
        }
        return new ServerGroup(
                text(json, "name"),
                ServerGroup.Policy.of(json.path("policies").path(0).asText()),
                members);
    }

    private static long number(JsonNode json, String key) throws CloudException {
        if (!json.path(key).isIntegralNumber()) {
            throw garbled(key, json);
        }
        return json.path(key).asLong();
    }

    static Evacuation evacuation(JsonNode json) throws CloudException {
        // its hypervisor is named by the nova-compute that takes it on (seen on Nova 26.2)
        boolean takenOn = findText(json, "dest_node").isPresent();
        return new Evacuation(
                number(json, "id"),
                serverId(json, "instance_uuid"),
                host(json, "source_compute"),
                findText(json, "dest_compute").filter(HostName::isValid).map(HostName::new),
                Evacuation.Status.of(text(json, "status")),
                findTime(json, "created_at").orElseThrow(() -> garbled("created_at", json)),
                takenOn ? findTime(json, "updated_at") : Optional.empty());
    }

    static Migration migration(JsonNode json) throws CloudException {
        String status = findText(json, "status").orElse("");
        return new Migration(
                number(json, "id"),
                serverId(json, "instance_uuid"),
                Migration.Kind.of(findText(json, "migration_type").orElse("")),
                host(json, "source_compute"),
                findText(json, "dest_compute").filter(HostName::isValid).map(HostName::new),
                Migration.Status.of(status),
                status,
                findTime(json, "created_at").orElseThrow(() -> garbled("created_at", json)));
    }

    /** The sizes are null until the source's hypervisor has told them. */
    static LiveProgress liveProgress(JsonNode json) throws CloudException {
        return new LiveProgress(
                number(json, "id"),
                json.path("memory_total_bytes").asLong(),
                json.path("memory_remaining_bytes").asLong(),
                json.path("disk_total_bytes").asLong(),
                json.path("disk_remaining_bytes").asLong());
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

    static HostName host(JsonNode json, String key) throws CloudException {
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
