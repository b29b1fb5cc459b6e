// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What Placement has written down, at one moment: each server takes of its host what its flavor says. One that is on its way
 * to another host takes it there as well, and one that was evacuated goes on taking it on its old host until that has come
 * back. Not thread-safe.
 */
public final class Allocations {

    public static final List<String> CLASSES = List.of("VCPU", "MEMORY_MB", "DISK_GB");

    /** Of a host on which any number of servers fit. */
    private static final long MANY = 16_000;

    private static final long MEMORY_MB = 64;

    private final Map<SimulatedHost, Integer> servers = new HashMap<>();
    private final Map<SimulatedHost, Integer> disks = new HashMap<>();

    Allocations(Nova nova) {
        for (SimulatedServer server : nova.servers()) {
            if (!server.deleted()) {
                server.host().flatMap(nova::host).ifPresent(host -> add(host, server));
                for (Move move : server.moves()) {
                    move.alsoOn().ifPresent(host -> add(host, server));
                }
            }
        }
        nova.migrations().listed().stream()
                .filter(record -> record.type() == Migration.Type.EVACUATION
                        && record.status() == Migration.Status.DONE
                        && !record.server().isOn(record.source()))
                .map(record -> Map.entry(record.source(), record.server()))
                .distinct()
                .forEach(left -> add(left.getKey(), left.getValue()));
    }

    private void add(SimulatedHost host, SimulatedServer server) {
        servers.merge(host, 1, Integer::sum);
        if (server.kind() != ServerSpec.Kind.VOLUME) {
            disks.merge(host, 1, Integer::sum);
        }
    }

    public long capacity(SimulatedHost host, String resourceClass) {
        long fitting = Math.min(host.room(), MANY);
        return switch (resourceClass) {
            case "VCPU" -> fitting;
            case "MEMORY_MB" -> fitting * MEMORY_MB;
            case "DISK_GB" -> MANY;
            default -> 0;
        };
    }

    public long used(SimulatedHost host, String resourceClass) {
        return switch (resourceClass) {
            case "VCPU" -> servers.getOrDefault(host, 0);
            case "MEMORY_MB" -> servers.getOrDefault(host, 0) * MEMORY_MB;
            case "DISK_GB" -> disks.getOrDefault(host, 0);
            default -> 0;
        };
    }

    public long free(SimulatedHost host, String resourceClass) {
        return capacity(host, resourceClass) - used(host, resourceClass);
    }
}
