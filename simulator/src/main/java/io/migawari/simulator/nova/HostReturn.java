// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a nova-compute does when it starts, before anything else: it destroys its copies of the guests that were evacuated,
 * going by the migration records alone, and brings the servers that are still its own to what it finds. Then it takes the
 * messages that have waited for it. Not thread-safe.
 */
final class HostReturn {

    private final Nova nova;
    private final SimulatedHost host;

    HostReturn(Nova nova, SimulatedHost host) {
        this.nova = nova;
        this.host = host;
    }

    void carryOut() {
        host.serviceStarts();
        Map<SimulatedServer, Migration> evacuated = destroyWhatLeft();
        for (SimulatedServer server : nova.servers()) {
            if (server.isOn(host) && !evacuated.containsKey(server)) {
                takeUp(server);
            }
        }
        host.takeWaitingCasts();
    }

    /**
     * One record a server is completed, the newest; an older one destroys the guest again at the next start, even if it
     * has come home in the meantime (seen on Nova 26.2).
     */
    private Map<SimulatedServer, Migration> destroyWhatLeft() {
        Map<SimulatedServer, Migration> evacuated = new LinkedHashMap<>();
        for (Migration record : nova.migrations().thatLeft(host)) {
            evacuated.put(record.server(), record);
        }
        evacuated.forEach((server, record) -> {
            nova.ledger().destroy(server.id(), host.name());
            if (!server.deleted()) {
                record.become(Migration.Status.COMPLETED);
            }
        });
        return evacuated;
    }

    private void takeUp(SimulatedServer server) {
        String task = server.taskState();
        if (server.deleted()) {
            nova.ledger().destroy(server.id(), host.name());
        } else if (TaskState.DELETING.equals(task)) {
            nova.actions().deleted(server, host);
        } else if (server.vmState() == VmState.BUILDING || isHalfRebuilt(server)) {
            server.become(VmState.ERROR, server.powerState());
        } else {
            nova.moves().sourceIsBack(server);
            synchronise(server);
        }
    }

    private void synchronise(SimulatedServer server) {
        String task = server.taskState();
        boolean arrives = task != null && TaskState.RESIZE.contains(task);
        if (shouldRun(server) && !arrives && !nova.ledger().runs(server.id(), host.name())) {
            server.setTask(null);
            nova.actions().stopped(server, host);
        }
    }

    private static boolean isHalfRebuilt(SimulatedServer server) {
        String task = server.taskState();
        boolean canBe = server.vmState() == VmState.ACTIVE || server.vmState() == VmState.STOPPED;
        return canBe && task != null && TaskState.REBUILD.contains(task);
    }

    private static boolean shouldRun(SimulatedServer server) {
        return server.vmState() == VmState.ACTIVE || server.vmState() == VmState.PAUSED;
    }
}
