// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.compute;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.simulator.cloud.SimulatedCloud;
import io.migawari.simulator.http.Answer;
import io.migawari.simulator.nova.Evacuation;
import io.migawari.simulator.nova.PlannedMoves;
import io.migawari.simulator.nova.Refusal;
import io.migawari.simulator.nova.ServerActions;
import io.migawari.simulator.nova.SimulatedServer;
import io.migawari.simulator.nova.VmState;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code /servers/{id}/action}: evacuate, os-stop, os-start, reboot, os-resetState, os-migrateLive, migrate, confirmResize,
 * revertResize.
 */
record ServerActionsApi(SimulatedCloud cloud) {

    Answer act(NovaCall call) {
        JsonNode json = call.call()
                .json()
                .filter(body -> body.isObject() && body.size() == 1)
                .orElseThrow(Body::malformed);
        Body body = new Body("", json);
        String action = json.fieldNames().next();
        return switch (action) {
            case "evacuate" -> evacuate(call, body.object(action));
            case "os-stop" -> accept(call, (actions, server) -> actions.stop(server, call.requester()));
            case "os-start" -> accept(call, (actions, server) -> actions.start(server, call.requester()));
            case "reboot" -> reboot(call, body.object(action));
            case "os-resetState" -> resetState(call, body.object(action));
            case "os-migrateLive" -> migrateLive(call, body.object(action));
            case "migrate" -> migrate(call, body, json.path(action));
            case "confirmResize" -> {
                moved(call, (moves, server) -> moves.confirm(server, call.requester()));
                yield Answer.empty(204);
            }
            case "revertResize" -> moved(call, (moves, server) -> moves.revert(server, call.requester()));
            default -> throw Refusal.notSimulated("server action " + action);
        };
    }

    private Answer evacuate(NovaCall call, Body body) {
        Microversion version = call.version();
        body.allowOnly(evacuateProperties(version));
        Optional<String> host = body.text("host");
        Optional<Boolean> force = body.bool("force");
        Optional<Boolean> onSharedStorage = body.bool("onSharedStorage");
        if (!version.isAtLeast(14) && onSharedStorage.isEmpty()) {
            throw body.missing("onSharedStorage");
        }
        Evacuation order = new Evacuation(
                host.orElse(null),
                // Before 2.29 the scheduler was never asked about a destination.
                version.isAtLeast(29) ? force.orElse(false) : host.isPresent(),
                onSharedStorage.orElse(null),
                version.isAtLeast(95));
        return cloud.exclusively(nova -> {
            SimulatedServer server = ServersApi.find(nova, call);
            call.requireAdmin("os_compute_api:os-evacuate");
            if (order.forced() && host.isEmpty()) {
                throw Refusal.badRequest("Can't force to a non-provided destination");
            }
            if (onSharedStorage.orElse(false) && body.json().has("adminPass")) {
                throw Refusal.badRequest("admin password can't be changed on existing disk");
            }
            nova.actions().evacuate(server, order, call.requester());
            return version.isAtLeast(14) ? Answer.empty(200) : password(body, onSharedStorage.orElse(false));
        });
    }

    private static Set<String> evacuateProperties(Microversion version) {
        Set<String> allowed = new HashSet<>(Set.of("host", "adminPass"));
        if (!version.isAtLeast(14)) {
            allowed.add("onSharedStorage");
        }
        if (version.isAtLeast(29) && !version.isAtLeast(68)) {
            allowed.add("force");
        }
        return allowed;
    }

    private static Answer password(Body body, boolean keepsDisk) {
        ObjectNode json = ComputeApi.object();
        if (keepsDisk) {
            json.putNull("adminPass");
        } else {
            json.put("adminPass", body.text("adminPass").orElse("simulated"));
        }
        return Answer.json(200, json);
    }

    private Answer migrateLive(NovaCall call, Body body) {
        Microversion version = call.version();
        if (!version.isAtLeast(34)) {
            throw Refusal.notSimulated("live migration before microversion 2.34, which is not asynchronous");
        }
        body.allowOnly(
                version.isAtLeast(68) ? Set.of("host", "block_migration") : Set.of("host", "block_migration", "force"));
        for (String required : List.of("block_migration", "host")) {
            if (!body.json().has(required)) {
                throw body.missing(required);
            }
        }
        if (!body.json().path("block_migration").asText().equals("auto")) {
            throw Refusal.notSimulated("live migration with another block_migration than auto");
        }
        if (body.bool("force").orElse(false)) {
            throw Refusal.notSimulated("forced live migration");
        }
        String host = textOrNull(body, "host");
        return moved(call, (moves, server) -> {
            call.requireAdmin("os_compute_api:os-migrate-server:migrate_live");
            moves.liveMigrate(server, host, call.requester());
        });
    }

    /** Before 2.56 what the action holds is not looked at. */
    private Answer migrate(NovaCall call, Body body, JsonNode json) {
        boolean withHost = call.version().isAtLeast(56) && !json.isNull();
        String host = withHost ? textOrNull(body.object("migrate").allowOnly(Set.of("host")), "host") : null;
        return moved(call, (moves, server) -> {
            call.requireAdmin("os_compute_api:os-migrate-server:migrate");
            moves.coldMigrate(server, host, call.requester());
        });
    }

    private static @Nullable String textOrNull(Body body, String name) {
        return body.json().path(name).isNull() ? null : body.text(name).orElse(null);
    }

    private Answer moved(NovaCall call, BiConsumer<PlannedMoves, SimulatedServer> action) {
        return cloud.exclusively(nova -> {
            action.accept(nova.moves(), ServersApi.find(nova, call));
            return Answer.empty(202);
        });
    }

    private Answer reboot(NovaCall call, Body body) {
        List<String> types = List.of("HARD", "Hard", "hard", "SOFT", "Soft", "soft");
        String type = body.oneOf("type", types).orElseThrow(() -> body.missing("type"));
        return accept(
                call, (actions, server) -> actions.reboot(server, type.equalsIgnoreCase("hard"), call.requester()));
    }

    private Answer resetState(NovaCall call, Body body) {
        String state = body.oneOf("state", List.of("active", "error")).orElseThrow(() -> body.missing("state"));
        return accept(call, (actions, server) -> {
            call.requireAdmin("os_compute_api:os-admin-actions:reset_state");
            actions.resetState(server, state.equals("active") ? VmState.ACTIVE : VmState.ERROR, call.requester());
        });
    }

    private Answer accept(NovaCall call, BiConsumer<ServerActions, SimulatedServer> action) {
        return cloud.exclusively(nova -> {
            action.accept(nova.actions(), ServersApi.find(nova, call));
            return Answer.empty(202);
        });
    }
}
