// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.compute;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.simulator.cloud.SimulatedCloud;
import io.migawari.simulator.http.Answer;
import io.migawari.simulator.http.Hold;
import io.migawari.simulator.http.Stamps;
import io.migawari.simulator.nova.Nova;
import io.migawari.simulator.nova.Refusal;
import io.migawari.simulator.nova.ServiceChange;
import io.migawari.simulator.nova.ServiceChange.Status;
import io.migawari.simulator.nova.SimulatedHost;
import io.migawari.simulator.truth.Ids;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code /os-services}. */
record ServicesApi(SimulatedCloud cloud) {

    private static final List<String> CONTROLLER_SERVICES = List.of("nova-scheduler", "nova-conductor");

    Answer list(NovaCall call) {
        call.requireAdmin("os_compute_api:os-services:list");
        Query query = new Query(call.call());
        return cloud.exclusively(nova -> {
            ObjectNode body = ComputeApi.object();
            ArrayNode services = body.putArray("services");
            for (String binary : CONTROLLER_SERVICES) {
                if (isWanted(query, binary, "controller")) {
                    describeController(services.addObject(), binary, nova, call.version());
                }
            }
            for (SimulatedHost host : nova.hosts()) {
                if (isWanted(query, "nova-compute", host.name())) {
                    boolean up = host.isUp();
                    describe(services.addObject(), host, nova, up, Stamps.stored(host.updatedAt()), call.version());
                }
            }
            return Answer.json(200, body);
        });
    }

    /**
     * Nova writes the change, then asks nova-compute to publish whether it is disabled. A nova-compute that is dead, and
     * whose last heartbeat is recent, cannot answer: the caller waits, and is then told how the service was at the start.
     */
    Answer update(NovaCall call) {
        if (!call.version().isAtLeast(53)) {
            throw Refusal.badRequest("'host' is a required property");
        }
        ServiceChange change = change(Body.of(call.call()));
        String id = call.call().parameter("id");
        if (!isUuid(id)) {
            throw Refusal.badRequest("Invalid uuid " + id);
        }
        call.requireAdmin("os_compute_api:os-services:update");
        return cloud.exclusively(nova -> {
            SimulatedHost host = nova.hosts().stream()
                    .filter(candidate -> candidate.serviceId().equals(id))
                    .findFirst()
                    .orElseThrow(() -> notACompute(id));
            boolean waits = nova.change(host, checked(change));
            Instant now = nova.agenda().now();
            Instant answeredAt = waits ? now.plus(nova.timings().rpcTimeout()) : now;
            boolean changed = host.updatedAt().equals(now);
            ObjectNode body = ComputeApi.object();
            describe(
                    body.putObject("service"),
                    host,
                    nova,
                    !host.forcedDown() && host.isAliveAt(answeredAt),
                    changed ? Stamps.fresh(now) : Stamps.stored(host.updatedAt()),
                    call.version());
            Answer answer = Answer.json(200, body);
            return waits ? answer.after(new Hold(nova.timings().rpcTimeout(), () -> isBack(host))) : answer;
        });
    }

    private boolean isBack(SimulatedHost host) {
        return cloud.exclusively(nova -> host.serviceRuns());
    }

    private static ServiceChange change(Body body) {
        body.allowOnly(Set.of("status", "disabled_reason", "forced_down"));
        Optional<Status> status = body.oneOf("status", List.of("enabled", "disabled"))
                .map(text -> text.equals("enabled") ? Status.ENABLED : Status.DISABLED);
        return new ServiceChange(
                status.orElse(null),
                body.text("disabled_reason").orElse(null),
                body.bool("forced_down").orElse(null));
    }

    private static ServiceChange checked(ServiceChange change) {
        if (change.status() == Status.ENABLED && change.reason() != null) {
            throw Refusal.badRequest("Specifying 'disabled_reason' with status 'enabled' is invalid.");
        }
        if (change.status() == null && change.forcedDown() == null) {
            throw Refusal.badRequest(
                    "No updates were requested. Fields 'status' or 'forced_down' should be specified.");
        }
        return change;
    }

    private static Refusal notACompute(String id) {
        for (int number = 1; number <= CONTROLLER_SERVICES.size(); number++) {
            if (Ids.uuid("service", number).equals(id)) {
                return Refusal.badRequest("Updating a " + CONTROLLER_SERVICES.get(number - 1)
                        + " service is not supported. Only nova-compute services can be updated.");
            }
        }
        return Refusal.notFound("Service " + id + " could not be found.");
    }

    private static boolean isWanted(Query query, String binary, String host) {
        return query.text("binary")
                        .filter(wanted -> !wanted.isEmpty() && !wanted.equals(binary))
                        .isEmpty()
                && query.text("host")
                        .filter(wanted -> !wanted.isEmpty() && !wanted.equals(host))
                        .isEmpty();
    }

    private static void describeController(ObjectNode service, String binary, Nova nova, Microversion version) {
        int number = CONTROLLER_SERVICES.indexOf(binary) + 1;
        service.put("binary", binary).put("host", "controller");
        putId(service, number, Ids.uuid("service", number), version);
        service.put("zone", "internal");
        putState(service, true, true, Stamps.stored(nova.agenda().now()), null, false, version);
    }

    private static void describe(
            ObjectNode service, SimulatedHost host, Nova nova, boolean up, String updatedAt, Microversion version) {
        service.put("binary", "nova-compute").put("host", host.name());
        putId(service, host.number(), host.serviceId(), version);
        service.put("zone", nova.aggregates().zoneOf(host.name()));
        putState(service, !host.disabled(), up, updatedAt, host.disabledReason(), host.forcedDown(), version);
    }

    private static void putId(ObjectNode service, int number, String uuid, Microversion version) {
        if (version.isAtLeast(53)) {
            service.put("id", uuid);
        } else {
            service.put("id", number);
        }
    }

    private static void putState(
            ObjectNode service,
            boolean enabled,
            boolean up,
            String updatedAt,
            @Nullable String disabledReason,
            boolean forcedDown,
            Microversion version) {
        service.put("status", enabled ? "enabled" : "disabled")
                .put("state", up ? "up" : "down")
                .put("updated_at", updatedAt)
                .put("disabled_reason", disabledReason);
        if (version.isAtLeast(11)) {
            service.put("forced_down", forcedDown);
        }
    }

    private static boolean isUuid(String text) {
        try {
            return UUID.fromString(text).toString().equals(text);
        } catch (IllegalArgumentException notAUuid) {
            return false;
        }
    }
}
