// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.compute;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.simulator.cloud.SimulatedCloud;
import io.migawari.simulator.http.Answer;
import io.migawari.simulator.http.Stamps;
import io.migawari.simulator.nova.Aggregate;
import io.migawari.simulator.nova.Nova;
import io.migawari.simulator.nova.Refusal;
import java.util.Set;
import java.util.function.BiFunction;

/** {@code /os-aggregates}. */
record AggregatesApi(SimulatedCloud cloud) {

    Answer list(NovaCall call) {
        call.requireAdmin("os_compute_api:os-aggregates:index");
        return cloud.exclusively(nova -> {
            ObjectNode body = ComputeApi.object();
            ArrayNode aggregates = body.putArray("aggregates");
            nova.aggregates().all().forEach(aggregate -> describe(aggregates.addObject(), aggregate, call.version()));
            return Answer.json(200, body);
        });
    }

    /** The answer lacks the hosts and the metadata, as Nova's does. */
    Answer create(NovaCall call) {
        Body body = Body.of(call.call()).object("aggregate").allowOnly(Set.of("name", "availability_zone"));
        String name = body.requiredText("name");
        call.requireAdmin("os_compute_api:os-aggregates:create");
        return cloud.exclusively(nova -> {
            Aggregate aggregate = nova.aggregates()
                    .create(name, body.text("availability_zone").orElse(null));
            ObjectNode answer = ComputeApi.object();
            ObjectNode json = answer.putObject("aggregate");
            putNames(json, aggregate, call.version());
            putHistory(json, aggregate, Stamps.fresh(aggregate.createdAt()));
            return Answer.json(200, answer);
        });
    }

    Answer act(NovaCall call) {
        JsonNode json = call.call()
                .json()
                .filter(body -> body.isObject() && body.size() == 1)
                .orElseThrow(Body::malformed);
        String action = json.fieldNames().next();
        BiFunction<Nova, String, Aggregate> change = switch (action) {
            case "add_host" ->
                (nova, host) -> nova.aggregates()
                        .addHost(
                                number(call),
                                nova.host(host)
                                        .orElseThrow(() ->
                                                Refusal.notFound("Compute host " + host + " could not be found.")));
            case "remove_host" -> (nova, host) -> nova.aggregates().removeHost(number(call), host);
            default -> throw Refusal.notSimulated("aggregate action " + action);
        };
        String host = new Body("", json).object(action).requiredText("host");
        call.requireAdmin("os_compute_api:os-aggregates:" + action);
        return cloud.exclusively(nova -> {
            ObjectNode answer = ComputeApi.object();
            describe(answer.putObject("aggregate"), change.apply(nova, host), call.version());
            return Answer.json(200, answer);
        });
    }

    private static int number(NovaCall call) {
        try {
            return Integer.parseInt(call.call().parameter("id"));
        } catch (NumberFormatException notANumber) {
            throw Refusal.badRequest("Invalid input received: id must be an integer");
        }
    }

    private static void describe(ObjectNode json, Aggregate aggregate, Microversion version) {
        putNames(json, aggregate, version);
        ArrayNode hosts = json.putArray("hosts");
        aggregate.hosts().forEach(hosts::add);
        ObjectNode metadata = json.putObject("metadata");
        aggregate.zone().ifPresent(zone -> metadata.put("availability_zone", zone));
        putHistory(json, aggregate, Stamps.stored(aggregate.createdAt()));
    }

    private static void putNames(ObjectNode json, Aggregate aggregate, Microversion version) {
        json.put("id", aggregate.number());
        if (version.isAtLeast(41)) {
            json.put("uuid", aggregate.id());
        }
        json.put("name", aggregate.name());
    }

    private static void putHistory(ObjectNode json, Aggregate aggregate, String createdAt) {
        json.put("created_at", createdAt)
                .putNull("updated_at")
                .putNull("deleted_at")
                .put("deleted", false)
                .put("availability_zone", aggregate.zone().orElse(null));
    }
}
