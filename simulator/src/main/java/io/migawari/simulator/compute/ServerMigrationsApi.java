// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.compute;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.simulator.cloud.SimulatedCloud;
import io.migawari.simulator.http.Answer;
import io.migawari.simulator.nova.LiveProgress;
import io.migawari.simulator.nova.Migration;
import io.migawari.simulator.nova.Nova;
import io.migawari.simulator.nova.Refusal;
import io.migawari.simulator.nova.SimulatedServer;
import java.util.Optional;

/** {@code /servers/{id}/migrations}: the live migrations that are in progress, which can be aborted or forced to complete. */
record ServerMigrationsApi(SimulatedCloud cloud) {

    Answer list(NovaCall call) {
        requireVersion(call, 23);
        return cloud.exclusively(nova -> {
            SimulatedServer server = ServersApi.find(nova, call);
            call.requireAdmin("os_compute_api:servers:migrations:index");
            ObjectNode body = ComputeApi.object();
            ArrayNode list = body.putArray("migrations");
            nova.moves().inProgress(server).forEach(record -> describe(list.addObject(), record, nova, call.version()));
            return Answer.json(200, body);
        });
    }

    private static void describe(ObjectNode json, Migration record, Nova nova, Microversion version) {
        MigrationsApi.putHosts(json, record);
        MigrationsApi.putTimes(json, record);
        json.put("id", record.number())
                .put("server_uuid", record.server().id())
                .put("status", record.status().novaName());
        if (version.isAtLeast(59)) {
            json.put("uuid", record.id());
        }
        if (version.isAtLeast(80)) {
            MigrationsApi.putOwner(json, record);
        }
        Optional<LiveProgress> progress = nova.moves().progress(record);
        put(json, "memory", progress.map(LiveProgress::memoryTotal), progress.map(LiveProgress::memoryLeft));
        put(json, "disk", progress.map(LiveProgress::diskTotal), progress.map(LiveProgress::diskLeft));
    }

    private static void put(ObjectNode json, String what, Optional<Long> total, Optional<Long> left) {
        json.put(what + "_total_bytes", total.orElse(null))
                .put(what + "_remaining_bytes", left.orElse(null))
                .put(
                        what + "_processed_bytes",
                        total.map(all -> all - left.orElse(0L)).orElse(null));
    }

    Answer abort(NovaCall call) {
        requireVersion(call, 24);
        return cloud.exclusively(nova -> {
            SimulatedServer server = ServersApi.find(nova, call);
            call.requireAdmin("os_compute_api:servers:migrations:delete");
            nova.moves()
                    .abort(
                            server,
                            call.call().parameter("number"),
                            call.version().isAtLeast(65),
                            call.requester());
            return Answer.empty(202);
        });
    }

    Answer act(NovaCall call) {
        requireVersion(call, 22);
        JsonNode json = call.call().json().orElseThrow(Body::malformed);
        if (!json.has("force_complete") || json.size() != 1) {
            throw Refusal.notSimulated("such action on a migration");
        }
        return cloud.exclusively(nova -> {
            SimulatedServer server = ServersApi.find(nova, call);
            call.requireAdmin("os_compute_api:servers:migrations:force_complete");
            nova.moves().forceComplete(server, call.call().parameter("number"), call.requester());
            return Answer.empty(202);
        });
    }

    private static void requireVersion(NovaCall call, int minor) {
        if (!call.version().isAtLeast(minor)) {
            throw Refusal.notFound("The resource could not be found.");
        }
    }
}
