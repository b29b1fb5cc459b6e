// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.compute;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.simulator.cloud.SimulatedCloud;
import io.migawari.simulator.http.Answer;
import io.migawari.simulator.http.Stamps;
import io.migawari.simulator.nova.Nova;
import io.migawari.simulator.nova.PastAction;
import io.migawari.simulator.nova.Refusal;
import io.migawari.simulator.nova.SimulatedServer;
import io.migawari.simulator.nova.VmState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** {@code /servers}, without the actions. */
record ServersApi(SimulatedCloud cloud) {

    private static final Set<String> PARAMETERS =
            Set.of("all_tenants", "host", "name", "deleted", "changes-since", "limit", "marker");

    Answer list(NovaCall call) {
        Query query = new Query(call.call());
        query.serveOnly(PARAMETERS, "the list of servers");
        Optional<Instant> since = query.time("changes-since");
        boolean allTenants = query.allTenants();
        Optional<Pattern> name = query.pattern("name");
        if (allTenants) {
            call.requireAdmin("os_compute_api:servers:detail:get_all_tenants");
        }
        return cloud.exclusively(nova -> {
            List<SimulatedServer> wanted = nova.servers().stream()
                    .filter(server -> allTenants || belongsTo(call, server))
                    .filter(server -> isListed(server, since, deletedWanted(call, query)))
                    .filter(server -> !call.token().isAdmin() || isOnHost(server, query))
                    .filter(server ->
                            name.isEmpty() || name.get().matcher(server.name()).find())
                    .toList();
            Page<SimulatedServer> page = Page.of(
                    wanted,
                    SimulatedServer::id,
                    call.call(),
                    cloud.options().listLimit(),
                    () -> Refusal.badRequest("marker [" + query.text("marker").orElse("") + "] not found"));
            ObjectNode body = ComputeApi.object();
            ArrayNode servers = body.putArray("servers");
            page.items().forEach(server -> view(call, nova).describe(servers.addObject(), server));
            page.link(body, "servers_links", call.call());
            return Answer.json(200, body);
        });
    }

    Answer show(NovaCall call) {
        return cloud.exclusively(nova -> {
            ObjectNode body = ComputeApi.object();
            view(call, nova).describe(body.putObject("server"), find(nova, call));
            return Answer.json(200, body);
        });
    }

    /** What was done to it, newest first; Nova shows the times to the second. */
    Answer actions(NovaCall call) {
        return cloud.exclusively(nova -> {
            SimulatedServer server = find(nova, call);
            ObjectNode body = ComputeApi.object();
            ArrayNode list = body.putArray("instanceActions");
            for (PastAction action : server.actions()) {
                ObjectNode json = list.addObject()
                        .put("action", action.name())
                        .put("instance_uuid", server.id())
                        .put("request_id", action.requester().requestId())
                        .put("user_id", action.requester().user())
                        .put("project_id", action.requester().project())
                        .put("start_time", Stamps.stored(action.startedAt()))
                        .put("message", action.failed() ? "Error" : null);
                if (call.version().isAtLeast(58)) {
                    json.put("updated_at", Stamps.stored(action.updatedAt()));
                }
            }
            return Answer.json(200, body);
        });
    }

    Answer delete(NovaCall call) {
        return cloud.exclusively(nova -> {
            nova.actions().delete(find(nova, call));
            return Answer.empty(204);
        });
    }

    /** Somebody else's server does not exist for one who is not an administrator. */
    static SimulatedServer find(Nova nova, NovaCall call) {
        String id = call.call().parameter("id");
        SimulatedServer server = nova.server(id);
        if (!call.token().isAdmin() && !belongsTo(call, server)) {
            throw Refusal.notFound("Instance " + id + " could not be found.");
        }
        return server;
    }

    private static boolean belongsTo(NovaCall call, SimulatedServer server) {
        return server.project().equals(call.token().user().project());
    }

    private static Optional<Boolean> deletedWanted(NovaCall call, Query query) {
        return call.token().isAdmin() ? query.truth("deleted") : Optional.empty();
    }

    /** Deleted and soft-deleted servers are listed only if asked for, or among the changes (read in Nova's code). */
    private static boolean isListed(SimulatedServer server, Optional<Instant> since, Optional<Boolean> deletedWanted) {
        boolean gone = server.deleted() || server.vmState() == VmState.SOFT_DELETED;
        boolean changed = since.map(time ->
                        !server.updatedAt().truncatedTo(ChronoUnit.SECONDS).isBefore(time))
                .orElse(true);
        boolean wanted = deletedWanted.map(deleted -> deleted == gone).orElse(since.isPresent() || !gone);
        return changed && wanted;
    }

    private static boolean isOnHost(SimulatedServer server, Query query) {
        Optional<String> host = query.text("host");
        return host.isEmpty() || host.equals(server.host());
    }

    private static ServerView view(NovaCall call, Nova nova) {
        return new ServerView(call, nova);
    }
}
