// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision.operation;

import io.migawari.controller.model.HostName;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.cloud.ComputeService;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Room on paper: what has been put somewhere takes its room from those that come after it. Not thread-safe.
 *
 * <p>Only what is counted is looked at: Nova's other filters may find less.
 */
final class Places {

    private final Prospect prospect;
    private final Map<HostName, Map<String, Long>> free = new HashMap<>();

    Places(Prospect prospect) {
        this.prospect = prospect;
        prospect.rooms().known().orElse(List.of()).forEach(room -> free.put(room.host(), new HashMap<>(room.free())));
    }

    /** Whether it is known what is free and what this one needs. */
    boolean knows(ServerId server) {
        return prospect.rooms().known().isPresent() && prospect.needs(server).isPresent();
    }

    /**
     * Puts an instance where most memory is free.
     *
     * @param wishes where it may go; empty: to any host of its own zone that takes instances
     * @return where; absent if it finds no room
     */
    Optional<HostName> put(ServerId server, HostName source, List<HostName> wishes) {
        Map<String, Long> needs = prospect.needs(server).orElse(Map.of());
        Optional<HostName> found = candidates(source, wishes).stream()
                .filter(host -> missing(host, needs).isEmpty())
                .max(Comparator.comparingLong((HostName host) -> amount(host, "MEMORY_MB"))
                        .thenComparing(HostName::value));
        found.ifPresent(host -> needs.forEach((resource, amount) ->
                free.computeIfAbsent(host, unused -> new HashMap<>()).merge(resource, -amount, Long::sum)));
        return found;
    }

    /** Whether some host of a zone that takes instances has room for this one. */
    boolean fitsIn(String zone, ServerId server) {
        Map<String, Long> needs = prospect.needs(server).orElse(Map.of());
        return prospect.takersIn(zone).stream()
                .anyMatch(host -> missing(host, needs).isEmpty());
    }

    /** What a host has too little of, in words; empty if there is enough. */
    Optional<String> missing(HostName host, Map<String, Long> needs) {
        List<String> missing = needs.entrySet().stream()
                .filter(need -> amount(host, need.getKey()) < need.getValue())
                .sorted(Map.Entry.comparingByKey())
                .map(need -> need.getKey() + ": " + need.getValue() + " needed, "
                        + Math.max(0, amount(host, need.getKey())) + " free")
                .toList();
        return missing.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", missing));
    }

    private List<HostName> candidates(HostName source, List<HostName> wishes) {
        if (!wishes.isEmpty()) {
            return wishes;
        }
        Optional<String> zone = prospect.zone(source);
        return prospect.services().stream()
                .filter(ComputeService::takesInstances)
                .map(ComputeService::host)
                .filter(host -> !host.equals(source))
                .filter(host -> zone.isEmpty() || zone.equals(prospect.zone(host)))
                .toList();
    }

    private long amount(HostName host, String resource) {
        return free.getOrDefault(host, Map.of()).getOrDefault(resource, 0L);
    }
}
