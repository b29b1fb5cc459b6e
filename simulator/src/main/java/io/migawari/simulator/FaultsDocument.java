// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.simulator.cloud.SimulatedCloud;
import io.migawari.simulator.http.RequestFault;
import io.migawari.simulator.http.RequestFault.Effect;
import io.migawari.simulator.http.RequestFault.Kind;
import io.migawari.simulator.http.RequestFaults;
import io.migawari.simulator.identity.Identity;
import io.migawari.simulator.nova.HostFaults;
import io.migawari.simulator.nova.ServerFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** All faults as one JSON document, which is set as a whole: what it does not name is healed. Safe for any thread. */
final class FaultsDocument {

    private static final Set<String> PARTS =
            Set.of("requests", "hosts", "servers", "hide_new_migrations_seconds", "refuse_sign_ins", "revoke_tokens");
    private static final Set<String> OF_REQUEST =
            Set.of("service", "method", "path", "containing", "times", "effect", "seconds", "status", "retry_after");
    private static final Set<String> OF_HOST =
            Set.of("spawn_delay_seconds", "spawn_failures", "flapping_seconds", "heartbeat_seconds");
    private static final Set<String> OF_SERVER =
            Set.of("refusal", "failures", "start_failures", "move_failures", "copy_delay_seconds");

    private final SimulatedCloud cloud;
    private final Identity identity;
    private final RequestFaults requests;

    FaultsDocument(SimulatedCloud cloud, Identity identity, RequestFaults requests) {
        this.cloud = cloud;
        this.identity = identity;
        this.requests = requests;
    }

    /** @throws IllegalArgumentException that says what is wrong with the document; nothing has been changed then */
    void replace(JsonNode document) {
        checkNames("document", document, PARTS);
        List<RequestFault> newRequests = new ArrayList<>();
        document.path("requests").forEach(fault -> newRequests.add(requestFault(fault)));
        Map<String, HostFaults> newHosts = new LinkedHashMap<>();
        document.path("hosts").properties().forEach(host -> newHosts.put(host.getKey(), hostFaults(host.getValue())));
        Map<String, ServerFaults> newServers = new LinkedHashMap<>();
        document.path("servers")
                .properties()
                .forEach(server -> newServers.put(server.getKey(), serverFaults(server.getValue())));
        Duration hidden = seconds(document, "hide_new_migrations_seconds");
        cloud.exclusively(nova -> {
            newHosts.keySet()
                    .forEach(host -> require(nova.host(host).isPresent(), "hosts: there is none named " + host));
            newServers
                    .keySet()
                    .forEach(id -> require(
                            nova.servers().stream()
                                    .anyMatch(server -> server.id().equals(id)),
                            "servers: there is none with id " + id));
            nova.hosts().forEach(host -> host.setFaults(newHosts.getOrDefault(host.name(), HostFaults.NONE)));
            nova.servers().forEach(server -> server.setFaults(newServers.getOrDefault(server.id(), ServerFaults.NONE)));
            nova.migrations().hideFor(hidden);
            return nova;
        });
        requests.clear();
        newRequests.forEach(requests::add);
        identity.refuseSignIns(document.path("refuse_sign_ins").asBoolean());
        if (document.path("revoke_tokens").asBoolean()) {
            identity.revokeAllTokens();
        }
    }

    void clear() {
        replace(JsonNodeFactory.instance.objectNode());
    }

    /** What is left of them: a fault that hits so many times is gone after the last. */
    ObjectNode describe() {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        ArrayNode list = document.putArray("requests");
        requests.all().forEach(fault -> describe(list.addObject(), fault));
        ObjectNode hosts = document.putObject("hosts");
        ObjectNode servers = document.putObject("servers");
        return cloud.exclusively(nova -> {
            nova.hosts().stream()
                    .filter(host -> !host.faults().equals(HostFaults.NONE))
                    .forEach(host -> describe(hosts.putObject(host.name()), host.faults()));
            nova.servers().stream()
                    .filter(server -> !server.faults().equals(ServerFaults.NONE))
                    .forEach(server -> servers.putObject(server.id())
                            .put("refusal", server.faults().refusal())
                            .put("failures", times(server.faults().failures()))
                            .put("start_failures", times(server.faults().startFailures()))
                            .put("move_failures", times(server.faults().moveFailures()))
                            .put("copy_delay_seconds", inSeconds(server.faults().copyDelay())));
            document.put(
                    "hide_new_migrations_seconds", inSeconds(nova.migrations().hiddenFor()));
            return document.put("refuse_sign_ins", identity.refusesSignIns());
        });
    }

    private static RequestFault requestFault(JsonNode json) {
        checkNames("requests", json, OF_REQUEST);
        try {
            return new RequestFault(
                    json.path("service").textValue(),
                    json.path("method").textValue(),
                    Pattern.compile(json.path("path").asText("")),
                    json.path("containing").textValue(),
                    number(json, "times"),
                    new Effect(
                            kind(json.path("effect").asText("")),
                            seconds(json, "seconds"),
                            json.path("status").asInt(),
                            json.path("retry_after").asInt()));
        } catch (PatternSyntaxException wrong) {
            throw new IllegalArgumentException("path: " + wrong.getMessage(), wrong);
        }
    }

    private static Kind kind(String name) {
        List<String> known = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            if (nameOf(kind).equals(name)) {
                return kind;
            }
            known.add(nameOf(kind));
        }
        throw new IllegalArgumentException("effect: " + name + ", expected one of " + String.join(", ", known));
    }

    private static String nameOf(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static void describe(ObjectNode json, RequestFault fault) {
        Effect effect = fault.effect();
        json.put("service", fault.service())
                .put("method", fault.method())
                .put("path", fault.path().pattern())
                .put("containing", fault.containing())
                .put("times", times(fault.times()))
                .put("effect", nameOf(effect.kind()))
                .put("seconds", inSeconds(effect.delay()))
                .put("status", effect.status())
                .put("retry_after", effect.retryAfterSeconds());
    }

    private static HostFaults hostFaults(JsonNode json) {
        checkNames("hosts", json, OF_HOST);
        return new HostFaults(
                seconds(json, "spawn_delay_seconds"),
                json.has("spawn_failures") ? number(json, "spawn_failures") : 0,
                seconds(json, "flapping_seconds"),
                seconds(json, "heartbeat_seconds"));
    }

    private static void describe(ObjectNode json, HostFaults faults) {
        json.put("spawn_delay_seconds", inSeconds(faults.spawnDelay()))
                .put("spawn_failures", times(faults.spawnFailures()))
                .put("flapping_seconds", inSeconds(faults.flapping()))
                .put("heartbeat_seconds", inSeconds(faults.heartbeat()));
    }

    private static ServerFaults serverFaults(JsonNode json) {
        checkNames("servers", json, OF_SERVER);
        return new ServerFaults(
                json.path("refusal").asInt(),
                json.has("failures") ? number(json, "failures") : 0,
                json.has("start_failures") ? number(json, "start_failures") : 0,
                json.has("move_failures") ? number(json, "move_failures") : 0,
                seconds(json, "copy_delay_seconds"));
    }

    /** How many times; absent or -1: until it is removed. */
    private static int number(JsonNode json, String name) {
        int value = json.path(name).asInt(-1);
        return value == -1 ? RequestFault.ALWAYS : value;
    }

    private static int times(int value) {
        return value == RequestFault.ALWAYS ? -1 : value;
    }

    private static Duration seconds(JsonNode json, String name) {
        double value = json.path(name).asDouble();
        require(value >= 0, name + ": " + value + ", expected 0 or more");
        return Duration.ofNanos((long) (value * 1e9));
    }

    private static double inSeconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private static void checkNames(String where, JsonNode json, Set<String> known) {
        require(json.isObject(), where + ": not an object");
        json.fieldNames().forEachRemaining(name -> require(known.contains(name), where + ": unknown: " + name));
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
