// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor.pacemaker;

import io.migawari.hostmonitor.membership.Fencing;
import io.migawari.hostmonitor.membership.SeenHost;
import io.migawari.hostmonitor.membership.Sighting;
import io.migawari.hostmonitor.membership.Standing;
import io.migawari.hostmonitor.pacemaker.Cib.NodeState;
import io.migawari.hostmonitor.pacemaker.CrmMon.Node;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Makes one view of crm_mon's flags and the CIB's records. Neither alone is enough: crm_mon calls a cleanly stopped node
 * online, and flips a dead remote back to online while it tries to reach it; the CIB alone does not say UNCLEAN. Pure.
 */
final class ClusterView {

    private ClusterView() {}

    static Sighting of(String self, CrmMon mon, Cib cib) {
        Map<String, SeenHost> hosts = new HashMap<>();
        mon.nodes().forEach((name, node) -> {
            Optional<NodeState> state = Optional.ofNullable(cib.states().get(name));
            Optional<Fencing> fencing =
                    fencing(Optional.ofNullable(mon.fencings().get(name)), state);
            Standing standing = state.map(s -> standing(node, s, fencing, mon.fencingEnabled()))
                    .orElse(node.unclean() ? Standing.UNREACHABLE : Standing.JOINING); // nobody has seen it yet
            hosts.put(name, new SeenHost(standing, fencing, words(node, state)));
        });
        return new Sighting.Partition(
                self, mon.withQuorum() && cib.haveQuorum(), mon.fencingEnabled(), mon.maintenanceMode(), hosts);
    }

    /**
     * A remote's record knows when it was fenced, and says the same to every node; the history, which each node keeps for
     * itself, knows by whom, and may have been cleaned up since.
     */
    private static Optional<Fencing> fencing(Optional<Fencing> history, Optional<NodeState> state) {
        return state.flatMap(NodeState::remoteFencedAt)
                .map(at -> new Fencing(
                        history.map(Fencing::action).orElse("off"),
                        at,
                        history.map(Fencing::by).orElse("?")))
                .or(() -> history);
    }

    private static Standing standing(Node node, NodeState state, Optional<Fencing> fencing, boolean fencingEnabled) {
        if (state.inMembership() && state.controllerRuns()) {
            return running(node);
        }
        if (node.maintenance()) {
            return Standing.MAINTENANCE;
        }
        if (node.unclean()) {
            return Standing.UNREACHABLE;
        }
        if (state.remote()) {
            return remoteGone(node, state, fencing);
        }
        if (state.controllerRuns() || (state.inMembership() && !state.expectedDown())) {
            return Standing.JOINING; // the ring and the controller come and go one after the other
        }
        if (!state.expectedDown()) {
            return fencingEnabled ? Standing.UNREACHABLE : Standing.LOST_WITHOUT_FENCING;
        }
        return !state.inMembership() && !state.hasHistory() && fencing.isPresent()
                ? Standing.FENCED
                : Standing.STOPPED_CLEANLY;
    }

    private static Standing running(Node node) {
        if (node.unclean() || node.pending() || !node.online()) {
            return node.unclean() ? Standing.UNREACHABLE : Standing.JOINING;
        }
        if (node.maintenance()) {
            return Standing.MAINTENANCE;
        }
        return node.standby() ? Standing.STANDBY : Standing.ONLINE;
    }

    /**
     * Without fencing, a remote that died and one that was stopped look the same, so that it is never called lost. Shown
     * online while its connection is gone, it is one that the cluster only tries to reach again.
     */
    private static Standing remoteGone(Node node, NodeState state, Optional<Fencing> fencing) {
        if (state.remoteFencedAt().isPresent() && fencing.isPresent()) {
            return Standing.FENCED;
        }
        return node.online() ? Standing.UNREACHABLE : Standing.STOPPED_CLEANLY;
    }

    private static String words(Node node, Optional<NodeState> state) {
        return (node.remote() ? "remote, " : "")
                + (node.unclean() ? "unclean, " : "")
                + (node.pending() ? "pending, " : "")
                + (node.standby() ? "standby, " : "")
                + (node.maintenance() ? "maintenance, " : "")
                + "crm_mon says " + (node.online() ? "online" : "offline")
                + state.map(s -> ", the CIB " + (s.inMembership() ? "in" : "not in") + " the membership, "
                                + (s.controllerRuns() ? "controller running" : "no controller")
                                + (s.expectedDown() ? ", expected down" : ""))
                        .orElse(", the CIB nothing");
    }
}
