// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.foresight;

import io.migawari.controller.decision.Observation;
import io.migawari.controller.decision.Seen;
import io.migawari.controller.decision.Surroundings;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.cloud.Aggregate;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.cloud.Evacuation;
import io.migawari.controller.model.cloud.Resident;
import io.migawari.controller.model.cloud.Server;
import io.migawari.controller.model.cloud.ServerGroup;
import io.migawari.controller.model.cloud.VmState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Nova on paper: does at once what it is told, as Nova would after a while, and finds no room where Nova would find none. It
 * knows what Placement counts, which hosts are up and enabled, and the policies of server groups; not the filters that a site
 * has added, nor zones that instances were created for. Lives within one rehearsal; not thread-safe.
 */
final class PaperNova {

    /** Nova's words, which tell the decision that it is about room. */
    private static final String NO_ROOM = "No valid host was found.";

    private final HostName failed;
    private final Map<HostName, ComputeService> services = new LinkedHashMap<>();
    private final Map<ServerId, Resident> residents = new LinkedHashMap<>();
    private final Map<HostName, Map<String, Long>> free = new HashMap<>();
    private final boolean roomIsKnown;
    private final List<ServerGroup> groups;
    private final Seen<List<Aggregate>> aggregates;
    private final Map<HostName, String> zones;
    /** Hosts that have joined the aggregates of the failed host, and so its zone. */
    private final Map<HostName, String> joined = new HashMap<>();

    private final List<Evacuation> evacuations = new ArrayList<>();
    private final Map<ServerId, String> refusals = new HashMap<>();

    PaperNova(Picture picture, HostName failed) {
        this.failed = failed;
        picture.services().forEach(service -> services.put(service.host(), service));
        picture.residents().forEach(resident -> residents.put(resident.server().id(), resident));
        picture.rooms().known().orElse(List.of()).forEach(room -> free.put(room.host(), new HashMap<>(room.free())));
        this.roomIsKnown = picture.rooms().known().isPresent();
        this.groups = picture.groups().known().orElse(List.of());
        this.aggregates = picture.aggregates();
        this.zones = picture.zones().known().orElse(Map.of());
        Optional.ofNullable(services.get(failed))
                .ifPresent(service -> services.put(failed, silent(service, service.up(), service.forcedDown())));
    }

    /** A heartbeat that was seen would tell that the host lives; here it is dead. */
    private static ComputeService silent(ComputeService service, boolean up, boolean forcedDown) {
        return new ComputeService(
                service.host(), service.enabled(), up, forcedDown, service.disabledReason(), Optional.empty());
    }

    /** What a pass sees of it. */
    Observation observe(Surroundings surroundings, Instant now) {
        return new Observation(
                new Seen.Known<>(List.copyOf(services.values()), now),
                new Seen.Known<>(
                        residents.values().stream()
                                .map(Resident::server)
                                .filter(server -> server.isOn(failed))
                                .toList(),
                        now),
                new Seen.Known<>(
                        residents.values().stream().map(Resident::server).toList(), now),
                new Seen.Known<>(List.copyOf(evacuations), now),
                new Seen.Known<>(Map.of(), now), // what migrates just now will have ended before its host dies
                aggregates,
                new Seen.NotAsked<>(),
                new Seen.NotAsked<>(),
                false,
                new Seen.NotAsked<>(),
                surroundings);
    }

    /** Why the last evacuation of this one found no room, host by host. */
    Optional<String> refusal(ServerId server) {
        return Optional.ofNullable(refusals.get(server));
    }

    Optional<HostName> hostOf(ServerId server) {
        return Optional.ofNullable(residents.get(server))
                .flatMap(resident -> resident.server().host());
    }

    void carryOut(Step step, Instant now) {
        if (step instanceof Step.ForceDown s) {
            change(s.host(), service -> silent(service, false, true));
        } else if (step instanceof Step.LiftForceDown s) {
            change(s.host(), service -> silent(service, !s.host().equals(failed), false));
        } else if (step instanceof Step.DisableService s) {
            change(s.host(), service -> enabled(service, false, Optional.of(s.reason())));
        } else if (step instanceof Step.EnableService s) {
            change(s.host(), service -> enabled(service, true, Optional.empty()));
        } else if (step instanceof Step.Evacuate s) {
            evacuate(s, now);
        } else if (step instanceof Step.Stop s) {
            change(s.server(), server -> in(server, VmState.STOPPED, false, Optional.empty()));
        } else if (step instanceof Step.Start s) {
            change(s.server(), server -> in(server, VmState.ACTIVE, true, Optional.empty()));
        } else if (step instanceof Step.ResetToError s) {
            change(s.server(), server -> in(server, VmState.ERROR, server.guestRuns(), server.fault()));
        } else if (step instanceof Step.AddToAggregate s) {
            Optional.ofNullable(zones.get(failed)).ifPresent(zone -> joined.put(s.host(), zone));
        }
        // leaving an aggregate and switching a host off change nothing that is looked at here
    }

    private void evacuate(Step.Evacuate step, Instant now) {
        Resident resident = residents.get(step.server());
        if (resident == null) {
            return;
        }
        List<HostName> asked = step.destination()
                .map(List::of)
                .orElseGet(() -> services.values().stream()
                        .filter(ComputeService::takesInstances)
                        .map(ComputeService::host)
                        .filter(host -> !host.equals(failed))
                        .toList());
        Map<HostName, String> refused = new LinkedHashMap<>();
        asked.forEach(host -> complaint(resident, host).ifPresent(why -> refused.put(host, why)));
        Optional<HostName> destination = asked.stream()
                .filter(host -> !refused.containsKey(host))
                .min(Comparator.comparing((HostName host) -> leavesItsZone(resident, host))
                        .thenComparing(host -> -free(host, "MEMORY_MB"))
                        .thenComparing(Comparator.naturalOrder()));
        long number = evacuations.size() + 1L;
        evacuations.add(
                0,
                new Evacuation(
                        number,
                        step.server(),
                        failed,
                        destination.or(step::destination),
                        destination.isPresent() ? Evacuation.Status.DONE : Evacuation.Status.FAILED,
                        now,
                        destination.map(host -> now)));
        if (destination.isPresent()) {
            take(resident, destination.get());
            residents.put(step.server(), moved(resident, destination.get()));
        } else {
            refusals.put(step.server(), summary(refused));
            change(step.server(), server -> in(server, VmState.ERROR, server.guestRuns(), Optional.of(NO_ROOM)));
        }
    }

    /** Why Nova would not put it there, if so. */
    private Optional<String> complaint(Resident resident, HostName host) {
        if (roomIsKnown) {
            List<String> missing = resident.needs().entrySet().stream()
                    .filter(need -> isCounted(need.getKey(), resident, host))
                    .filter(need -> free(host, need.getKey()) < need.getValue())
                    .sorted(Map.Entry.comparingByKey())
                    .map(need ->
                            need.getKey() + " " + Math.max(0, free(host, need.getKey())) + " of " + need.getValue())
                    .toList();
            if (!missing.isEmpty()) {
                return Optional.of("has too little room (" + String.join(", ", missing) + ")");
            }
        }
        return groups.stream()
                .filter(group -> group.members().contains(resident.server().id()))
                .flatMap(group -> complaint(group, resident, host).stream())
                .findFirst();
    }

    /**
     * Whether the host's own count decides. Disks may be counted at a provider that hosts share, everything but the three
     * below at one inside the host; and a host without a free shared processor is not listed at all.
     */
    private boolean isCounted(String resource, Resident resident, HostName host) {
        return switch (resource) {
            case "VCPU" -> true;
            case "MEMORY_MB" -> free.containsKey(host) || resident.needs().containsKey("VCPU");
            case "DISK_GB" -> free.getOrDefault(host, Map.of()).containsKey("DISK_GB");
            default -> false;
        };
    }

    private Optional<String> complaint(ServerGroup group, Resident resident, HostName host) {
        boolean hasMember = residents.values().stream()
                .map(Resident::server)
                .anyMatch(other -> other.isOn(host)
                        && !other.id().equals(resident.server().id())
                        && group.members().contains(other.id()));
        return switch (group.policy()) {
            // Nova counts the host that it leaves as its group's as well (seen on Nova 26.2)
            case AFFINITY ->
                hasMember
                        ? Optional.empty()
                        : Optional.of("has no member of its affinity group " + group.name()
                                + ", which holds it to the host of its members");
            case ANTI_AFFINITY ->
                hasMember
                        ? Optional.of("has another member of its anti-affinity group " + group.name())
                        : Optional.empty();
            case OTHER -> Optional.empty();
        };
    }

    boolean leavesItsZone(Resident resident, HostName host) {
        String zone = Optional.ofNullable(joined.get(host)).orElse(zones.getOrDefault(host, ""));
        return resident.zone().isPresent()
                && !zone.isEmpty()
                && !resident.zone().get().equals(zone);
    }

    private static String summary(Map<HostName, String> refused) {
        Map<String, List<HostName>> hostsByReason = refused.entrySet().stream()
                .collect(Collectors.groupingBy(
                        Map.Entry::getValue,
                        LinkedHashMap::new,
                        Collectors.mapping(Map.Entry::getKey, Collectors.toList())));
        return hostsByReason.entrySet().stream()
                .map(entry -> names(entry.getValue()) + " " + entry.getKey())
                .collect(Collectors.joining("; "));
    }

    private static String names(List<HostName> hosts) {
        int most = 3;
        String first = hosts.stream().limit(most).map(HostName::value).collect(Collectors.joining(", "));
        return hosts.size() > most ? first + " and " + (hosts.size() - most) + " more" : first;
    }

    private long free(HostName host, String resource) {
        return free.getOrDefault(host, Map.of()).getOrDefault(resource, 0L);
    }

    private void take(Resident resident, HostName host) {
        Optional.ofNullable(free.get(host))
                .ifPresent(left ->
                        resident.needs().forEach((resource, amount) -> left.merge(resource, -amount, Long::sum)));
    }

    private void change(HostName host, Function<ComputeService, ComputeService> change) {
        services.computeIfPresent(host, (name, service) -> change.apply(service));
    }

    private static ComputeService enabled(ComputeService service, boolean enabled, Optional<String> reason) {
        return new ComputeService(
                service.host(), enabled, service.up(), service.forcedDown(), reason, service.updatedAt());
    }

    private void change(ServerId id, Function<Server, Server> change) {
        residents.computeIfPresent(id, (key, resident) -> with(resident, change.apply(resident.server())));
    }

    private static Resident moved(Resident resident, HostName destination) {
        Server server = resident.server();
        boolean stopped = server.vmState() == VmState.STOPPED;
        Server there = new Server(
                server.id(),
                server.name(),
                Optional.of(destination),
                stopped ? VmState.STOPPED : VmState.ACTIVE,
                Optional.empty(),
                !stopped,
                true,
                false,
                server.metadata(),
                server.flavorExtraSpecs(),
                Optional.empty());
        return with(resident, there);
    }

    private static Server in(Server server, VmState state, boolean runs, Optional<String> fault) {
        return new Server(
                server.id(),
                server.name(),
                server.host(),
                state,
                Optional.empty(),
                runs,
                server.launched(),
                false,
                server.metadata(),
                server.flavorExtraSpecs(),
                fault);
    }

    private static Resident with(Resident resident, Server server) {
        return new Resident(
                server,
                resident.needs(),
                resident.needsMore(),
                resident.rootOnVolume(),
                resident.zone(),
                resident.updatedAt());
    }
}
