// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds a destination in the two steps that Nova takes, since its words tell which of them found none: placement (room,
 * and not kept from scheduling), then the filters (enabled, up, not the source, the policy of its group). Takes the emptiest
 * host. Not thread-safe.
 */
final class Scheduler {

    /** @param noneBecause Nova's words; absent exactly if there is a host */
    record Choice(@Nullable SimulatedHost host, @Nullable String noneBecause) {}

    private final Nova nova;

    Scheduler(Nova nova) {
        this.nova = nova;
    }

    /** @param wanted the only host to be considered; absent: any */
    Choice choose(SimulatedServer server, @Nullable SimulatedHost wanted) {
        return choose(server, wanted, Set.of());
    }

    /** @param tried hosts that have turned out not to do */
    Choice choose(SimulatedServer server, @Nullable SimulatedHost wanted, Set<SimulatedHost> tried) {
        Map<SimulatedHost, Integer> load = load();
        List<SimulatedHost> placed = nova.hosts().stream()
                .filter(host -> wanted == null || host == wanted)
                .filter(host -> !host.keptFromScheduling() && load.getOrDefault(host, 0) < host.room())
                .toList();
        if (placed.isEmpty()) {
            return new Choice(null, "No valid host was found. ");
        }
        Comparator<SimulatedHost> emptiestFirst = Comparator.comparing(host -> load.getOrDefault(host, 0));
        return placed.stream()
                .filter(host -> !host.disabled() && host.isUp() && !server.isOn(host) && !tried.contains(host))
                .filter(host -> nova.serverGroups().stream()
                        .filter(group -> group.members().contains(server.id()))
                        .allMatch(group -> isAllowed(group, server, host)))
                .min(emptiestFirst.thenComparing(SimulatedHost::name))
                .map(host -> new Choice(host, null))
                .orElseGet(() -> new Choice(null, "No valid host was found. There are not enough hosts available."));
    }

    /** With affinity, the host of the server itself is one of its group's: if that is the source, there is no other. */
    private boolean isAllowed(ServerGroup group, SimulatedServer server, SimulatedHost host) {
        boolean hasMember = nova.servers().stream()
                .anyMatch(other -> other != server
                        && !other.deleted()
                        && group.members().contains(other.id())
                        && (other.isOn(host)
                                || other.moves().stream()
                                        .anyMatch(move -> move.alsoOn()
                                                .filter(host::equals)
                                                .isPresent())));
        return switch (group.policy()) {
            case AFFINITY -> hasMember;
            case ANTI_AFFINITY -> !hasMember;
        };
    }

    /** The servers on each host, with those that are on their way to it. */
    private Map<SimulatedHost, Integer> load() {
        Map<SimulatedHost, Integer> load = new HashMap<>();
        for (SimulatedServer server : nova.servers()) {
            if (!server.deleted()) {
                server.host().flatMap(nova::host).ifPresent(host -> load.merge(host, 1, Integer::sum));
                for (Move move : server.moves()) {
                    move.alsoOn().ifPresent(host -> load.merge(host, 1, Integer::sum));
                }
            }
        }
        return load;
    }
}
