// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision.operation;

import io.migawari.config.RecoverySettings.Instances;
import io.migawari.controller.decision.InstanceTable;
import io.migawari.controller.decision.InstanceTable.Treatment;
import io.migawari.controller.model.cloud.Server;
import io.migawari.controller.model.cloud.VmState;
import io.migawari.controller.model.operation.Way;
import java.util.Map;

/**
 * By which way an instance can leave its host, by its state. What Nova refuses is from its sources (nova.compute.api: live_migrate
 * takes active and paused ones, resize active and stopped ones), and was seen on Nova 26.2.
 */
public final class Ways {

    /** An answer to "how?". */
    public sealed interface Choice {

        /** @param runs whether it is to run afterwards */
        record Go(Way way, boolean runs) implements Choice {}

        /** Nova is at something that ends by itself. */
        record Later(String why) implements Choice {}

        record No(String why) implements Choice {}
    }

    private Ways() {}

    /** From a host that lives. */
    public static Choice fromLiving(Server server) {
        if (server.deleted() || server.vmState() == VmState.DELETED || server.vmState() == VmState.SOFT_DELETED) {
            return new Choice.No("it is deleted");
        }
        if (server.taskState().isPresent()) {
            return new Choice.Later("Nova is at " + server.taskState().get());
        }
        return switch (server.vmState()) {
            case ACTIVE, PAUSED -> new Choice.Go(Way.LIVE, true);
            case STOPPED -> new Choice.Go(Way.COLD, false);
            case BUILDING -> new Choice.Later("it is being built");
            case SUSPENDED -> new Choice.No("Nova moves no suspended instance; resume it, or shut it down");
            case RESCUED -> new Choice.No("Nova moves no rescued instance; unrescue it");
            case RESIZED -> new Choice.No("a resize or migration of it waits to be confirmed or reverted");
            case ERROR -> new Choice.No("it is in Nova's state ERROR; repair it, or reset its state");
            case SHELVED, SHELVED_OFFLOADED -> new Choice.No("it is shelved; unshelving it starts it on another host");
            case DELETED, SOFT_DELETED, UNKNOWN -> new Choice.No("its state is one that we do not know");
        };
    }

    /** By a copy of itself; it is stopped for that, so that one that is paused would lose what it holds in memory. */
    public static Choice intoAnotherZone(Server server) {
        if (server.taskState().isEmpty() && server.vmState() == VmState.PAUSED) {
            return new Choice.No("it is paused; unpause it, or shut it down");
        }
        return fromLiving(server) instanceof Choice.Go go ? new Choice.Go(Way.ZONE, go.runs()) : fromLiving(server);
    }

    /** From a host that is dead. That its owner has opted out of recoveries means nothing to a person who asks for this one. */
    public static Choice fromDead(Server server) {
        var whoever = new Server(
                server.id(),
                server.name(),
                server.host(),
                server.vmState(),
                server.taskState(),
                server.guestRuns(),
                server.launched(),
                server.deleted(),
                Map.of(),
                server.flavorExtraSpecs(),
                server.fault());
        Treatment treatment = InstanceTable.treat(whoever, Instances.ALL);
        if (treatment instanceof Treatment.Evacuate evacuate) {
            return new Choice.Go(Way.EVACUATE, evacuate.wanted().runs());
        }
        return new Choice.No(((Treatment.Leave) treatment).why());
    }
}
