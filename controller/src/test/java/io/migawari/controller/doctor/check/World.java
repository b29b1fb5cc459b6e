// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor.check;

import io.migawari.config.RecoverySettings;
import io.migawari.controller.decision.Policy;
import io.migawari.controller.decision.Seen;
import io.migawari.controller.decision.Surroundings;
import io.migawari.controller.foresight.Picture;
import io.migawari.controller.foresight.Plan;
import io.migawari.controller.foresight.Rehearsal;
import io.migawari.controller.model.Deaths;
import io.migawari.controller.model.Host;
import io.migawari.controller.model.HostId;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Outages;
import io.migawari.controller.model.Pause;
import io.migawari.controller.model.Power;
import io.migawari.controller.model.RecoveryMethod;
import io.migawari.controller.model.Segment;
import io.migawari.controller.model.SegmentId;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.SignOfLife;
import io.migawari.controller.model.cloud.Aggregate;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.cloud.Evacuation;
import io.migawari.controller.model.cloud.NovaAccess;
import io.migawari.controller.model.cloud.Resident;
import io.migawari.controller.model.cloud.Room;
import io.migawari.controller.model.cloud.Server;
import io.migawari.controller.model.cloud.ServerGroup;
import io.migawari.controller.model.cloud.VmState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A healthy world on paper: compute1 and compute2 with an instance each, compute3 reserved for them, all in rack1; every host
 * with a monitor. A test makes one thing worse and looks at what is found.
 */
final class World {

    static final Instant NOW = Instant.parse("2026-11-21T03:00:00Z");

    int webhooks = 1;
    int out = 0;
    long heardOf = 5;
    Optional<String> notReady = Optional.empty();
    long databaseAheadMillis = 3;
    int oldest = 1;
    int newest = 96;
    Optional<Instant> novaClock = Optional.of(NOW);
    final Set<String> roles = new LinkedHashSet<>(Set.of("admin", "member"));
    final Set<String> unreadable = new LinkedHashSet<>();
    RecoveryMethod method = RecoveryMethod.RESERVED_HOST;
    boolean segmentEnabled = true;
    RecoverySettings.Proof proof = RecoverySettings.Proof.REQUIRED;
    final Map<HostName, ComputeService> services = new LinkedHashMap<>();
    final Map<HostName, Host> hosts = new LinkedHashMap<>();
    final List<Resident> residents = new ArrayList<>();
    final List<Aggregate> aggregates = new ArrayList<>();
    final Map<HostName, String> zones = new LinkedHashMap<>();
    final Map<HostName, Map<String, Long>> free = new LinkedHashMap<>();
    final List<ServerGroup> groups = new ArrayList<>();
    final List<Evacuation> unfinished = new ArrayList<>();
    final Set<HostName> silent = new LinkedHashSet<>();
    final Set<HostName> failed = new LinkedHashSet<>();
    final Set<HostName> processesDown = new LinkedHashSet<>();
    final Map<HostName, Power> power = new LinkedHashMap<>();
    final List<Pause> pauses = new ArrayList<>();

    World() {
        member("compute1", false).member("compute2", false).member("compute3", true);
        instance("web-1", "compute1", VmState.ACTIVE).instance("web-2", "compute2", VmState.STOPPED);
    }

    static HostName host(String name) {
        return new HostName(name);
    }

    World member(String name, boolean reserved) {
        hosts.put(
                host(name),
                new Host(
                        hosts.size() + 1,
                        new HostId(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8))),
                        host(name),
                        SEGMENT,
                        "COMPUTE",
                        "none",
                        reserved,
                        false,
                        NOW,
                        Optional.empty()));
        zones.put(host(name), "nova");
        free.put(host(name), Map.of("VCPU", 8L, "MEMORY_MB", 8192L, "DISK_GB", 100L));
        return service(name, true, !reserved, false);
    }

    World onMaintenance(String name) {
        Host former = hosts.remove(host(name));
        hosts.put(
                host(name),
                new Host(
                        former.number(),
                        former.id(),
                        former.name(),
                        former.segment(),
                        former.type(),
                        former.controlAttributes(),
                        former.reserved(),
                        true,
                        former.createdAt(),
                        former.updatedAt()));
        return this;
    }

    World service(String name, boolean up, boolean enabled, boolean forcedDown) {
        services.put(
                host(name),
                new ComputeService(
                        host(name), enabled, up, forcedDown, Optional.empty(), Optional.of(NOW.minusSeconds(3))));
        return this;
    }

    World instance(String name, String host, VmState state) {
        return instance(name, host, state, Optional.empty(), NOW.minusSeconds(3600), Map.of());
    }

    World instance(
            String name,
            String host,
            VmState state,
            Optional<String> task,
            Instant updatedAt,
            Map<String, String> extraSpecs) {
        var server = new Server(
                id(name),
                name,
                Optional.of(host(host)),
                state,
                task,
                state == VmState.ACTIVE,
                true,
                false,
                Map.of(),
                extraSpecs,
                Optional.empty());
        residents.add(new Resident(
                server,
                Map.of("VCPU", 2L, "MEMORY_MB", 2048L),
                Optional.ofNullable(extraSpecs.get("pci_passthrough:alias"))
                        .map(alias -> "a PCI device (" + alias + ")"),
                true,
                Optional.of("nova"),
                updatedAt));
        return this;
    }

    static ServerId id(String name) {
        return new ServerId(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)));
    }

    private static final SegmentId SEGMENT = new SegmentId(new UUID(0, 7));

    private Segment segment() {
        return new Segment(
                7, SEGMENT, "rack1", method, "compute", segmentEnabled, Optional.empty(), NOW, Optional.empty());
    }

    private <T> Seen<T> seen(String name, T value) {
        return unreadable.contains(name)
                ? new Seen.Unknown<>("Policy doesn't allow it (403)")
                : new Seen.Known<>(value, NOW);
    }

    private RecoverySettings settings() {
        RecoverySettings defaults = RecoverySettings.defaults();
        return new RecoverySettings(
                defaults.proof(),
                Map.of("rack1", new RecoverySettings.OfSegment(proof, defaults.trustMonitors())),
                defaults.trustMonitors(),
                defaults.novaDownFor(),
                defaults.instances(),
                defaults.restarts(),
                defaults.parallel(),
                defaults.parallelPerDestination(),
                defaults.attempts(),
                defaults.giveUpAfter(),
                defaults.overdueAfter(),
                defaults.addToAggregates(),
                defaults.clockTolerance(),
                defaults.fenceAfter(),
                defaults.gates(),
                defaults.returns());
    }

    private Surroundings around(HostName name) {
        return new Surroundings(
                segment(),
                List.copyOf(hosts.values()),
                failed,
                Map.of(),
                Set.of(),
                Set.of(),
                processesDown,
                new Outages(out, hosts.size(), out, hosts.size(), Optional.empty()),
                Deaths.none(),
                pauses,
                Optional.of(NOW.minusSeconds(3600)),
                silent.contains(name)
                        ? Optional.empty()
                        : Optional.of(new SignOfLife(NOW.minusSeconds(heardOf), "host-monitor")),
                List.of(),
                Optional.empty(),
                List.of());
    }

    Facts facts() {
        Seen<List<ComputeService>> seenServices = seen("services", List.copyOf(services.values()));
        Seen<List<Room>> rooms = seen(
                "rooms",
                free.entrySet().stream()
                        .map(entry -> new Room(entry.getKey(), entry.getValue()))
                        .toList());
        List<Facts.Member> members = hosts.values().stream()
                .map(host -> new Facts.Member(
                        host,
                        segment(),
                        around(host.name()),
                        failed.contains(host.name()),
                        power.containsKey(host.name()),
                        power.containsKey(host.name())
                                ? new Seen.Known<>(power.getOrDefault(host.name(), Power.none()), NOW)
                                : new Seen.NotAsked<>()))
                .toList();
        var picture = new Picture(
                NOW,
                List.copyOf(services.values()),
                residents,
                new Seen.Known<>(aggregates, NOW),
                rooms,
                seen("groups", groups),
                new Seen.Known<>(zones, NOW));
        List<Plan> plans = unreadable.contains("services") || unreadable.contains("residents")
                ? List.of()
                : members.stream()
                        .filter(member -> !member.hasFailed() && services.containsKey(member.name()))
                        .map(member -> Rehearsal.play(
                                member.host(), member.around(), Policy.of(settings(), "rack1"), picture, NOW))
                        .toList();
        return new Facts(
                NOW,
                settings(),
                webhooks,
                notReady,
                new Seen.Known<>(databaseAheadMillis, NOW),
                seen("access", new NovaAccess(roles, oldest, newest, novaClock, NOW, NOW.plusMillis(20))),
                seenServices,
                seen("residents", residents),
                seen("aggregates", aggregates),
                rooms,
                seen("groups", groups),
                seen("zones", zones),
                seen("unfinished", unfinished),
                List.of(segment()),
                members,
                plans);
    }

    List<Finding> look() {
        Facts facts = facts();
        return Checks.ALL.stream().flatMap(check -> check.look(facts).stream()).toList();
    }
}
