// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.config.GateSettings;
import io.migawari.config.RecoverySettings;
import io.migawari.config.RecoverySettings.Instances;
import io.migawari.config.RecoverySettings.Proof;
import io.migawari.config.RecoverySettings.Restarts;
import io.migawari.config.ReturnSettings;
import io.migawari.controller.model.Approval;
import io.migawari.controller.model.Cancellation;
import io.migawari.controller.model.Deaths;
import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Host;
import io.migawari.controller.model.HostId;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.Outages;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.Pause;
import io.migawari.controller.model.Power;
import io.migawari.controller.model.RecoveryMethod;
import io.migawari.controller.model.Reservation;
import io.migawari.controller.model.Segment;
import io.migawari.controller.model.SegmentId;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.ServiceBefore;
import io.migawari.controller.model.SignOfLife;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.Subject;
import io.migawari.controller.model.cloud.Aggregate;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.cloud.Evacuation;
import io.migawari.controller.model.cloud.InstanceAction;
import io.migawari.controller.model.cloud.Server;
import io.migawari.controller.model.cloud.VmState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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
 * A small world on paper for tests of decisions: compute1 has failed; what Nova shows is set by hand, one pass is made by
 * {@link #decide()}, which also takes the decision over as the incident's new state with its steps as intended.
 */
final class Scene {

    static final HostName DEAD = new HostName("compute1");
    static final IncidentId FAILURE = new IncidentId(new UUID(0, 7));
    static final Restarts RESTARTS = new Restarts(Instances.ALL, 3, Duration.ofMinutes(10), 20);
    static final Instant START = Instant.parse("2026-11-20T03:00:00Z");
    private static final SegmentId SEGMENT = new SegmentId(new UUID(0, 3));

    Instant now = START;
    Policy policy = new Policy(
            Proof.REQUIRED,
            Duration.ZERO,
            Instances.ALL,
            RESTARTS,
            60,
            30,
            3,
            Duration.ofDays(1),
            Duration.ofMinutes(5),
            false,
            Duration.ofSeconds(5),
            Duration.ZERO,
            GateSettings.open(),
            RecoverySettings.defaults().returns());
    RecoveryMethod method = RecoveryMethod.RESERVED_HOST;
    boolean segmentEnabled = true;
    Optional<String> novaFails = Optional.empty();
    final Map<HostName, ComputeService> services = new LinkedHashMap<>();
    final Map<ServerId, Server> servers = new LinkedHashMap<>();
    /** What Nova lists as changed of late: those that were put here after the first pass. */
    private final Set<ServerId> changed = new LinkedHashSet<>();

    private boolean hasBegun;
    final List<Evacuation> evacuations = new ArrayList<>();
    final Map<ServerId, HostName> liveMigrations = new LinkedHashMap<>();
    final List<Aggregate> aggregates = new ArrayList<>();
    final List<Host> hosts = new ArrayList<>();
    final Set<HostName> reportedDead = new LinkedHashSet<>(Set.of(DEAD));
    final Map<HostName, ProvenDeath> provenDead = new LinkedHashMap<>();
    final Set<HostName> takenByOthers = new LinkedHashSet<>();
    final Set<HostName> withProcessesDown = new LinkedHashSet<>();
    final List<InstanceAction> actions = new ArrayList<>();
    final List<Instant> restarts = new ArrayList<>();
    Power power = Power.none();
    Outages outages = new Outages(1, 3, 1, 3, Optional.empty());
    Deaths deaths = Deaths.none();
    final List<Pause> pauses = new ArrayList<>();
    Optional<Instant> watchingSince = Optional.of(START.minus(Duration.ofDays(1)));
    Optional<SignOfLife> signOfLife = Optional.empty();
    final List<Instant> formerFailures = new ArrayList<>();
    Optional<Aftermath> aftermath = Optional.empty();
    Incident incident = opened(new Subject.WholeHost());
    List<Step> steps = List.of();
    List<String> alarms = List.of();
    Duration lookAgain = Duration.ZERO;
    Inputs inputs = new Inputs(Map.of());

    /** compute1 is dead with proof and still looks up; compute2 is a normal host, compute3 the reserved one. */
    static Scene withProof() {
        Scene scene = withoutProof();
        scene.evidence(Evidence.Kind.POWER_READ_AS_OFF);
        return scene;
    }

    static Scene withoutProof() {
        Scene scene = new Scene();
        scene.host("compute1", false).host("compute2", false).host("compute3", true);
        scene.service("compute1", true, true).service("compute2", true, true).service("compute3", true, false);
        return scene;
    }

    /** The instance vm is reported to have died on compute1, which lives. */
    static Scene withDeadInstance(VmState state) {
        Scene scene = withoutProof();
        scene.reportedDead.clear();
        scene.about(new Subject.Instance(id("vm"), Optional.empty()));
        return scene.server("vm", state).evidence(Evidence.Kind.INSTANCE_FAILED);
    }

    /** A process is reported as stopped on compute1, which lives. */
    static Scene withStoppedProcess(String process) {
        Scene scene = withoutProof();
        scene.reportedDead.clear();
        scene.about(new Subject.Processes());
        return scene.process(process, Evidence.Kind.PROCESS_STOPPED);
    }

    /** compute1 was recovered from: forced down, and disabled by us; it has been away for an hour. */
    static Scene withReturn() {
        Scene scene = withoutProof();
        scene.reportedDead.clear();
        scene.aftermath = Optional.of(new Aftermath(false, List.of()));
        scene.formerFailures.add(START.minusSeconds(60));
        scene.about(Subject.Return.from(FAILURE), Optional.of(new ServiceBefore(true, false, Optional.empty())));
        scene.service("compute1", true, false, true, START.minusSeconds(30))
                .disabled("compute1", "Migawari incident " + FAILURE + ": host failed");
        return scene.later(Duration.ofHours(1));
    }

    /** Somebody had forced it down before it failed. */
    Scene forcedDownBefore() {
        about(incident.subject(), Optional.of(new ServiceBefore(true, true, Optional.empty())));
        return this;
    }

    private void about(Subject subject) {
        about(subject, Optional.empty());
    }

    private void about(Subject subject, Optional<ServiceBefore> before) {
        incident = opened(subject).edit().before(before).done();
    }

    private static Incident opened(Subject subject) {
        Host failed = host(1, DEAD, false, false);
        return Incident.opened(new IncidentId(new UUID(0, 1)), subject, failed, "Reported as stopped", START)
                .edit()
                .epoch(1)
                .done();
    }

    Scene returns(ReturnSettings returns) {
        policy = policy(policy.proof(), policy.novaDownFor(), policy.fenceAfter(), policy.gates(), returns);
        return this;
    }

    Scene gates(GateSettings gates) {
        policy = policy(policy.proof(), policy.novaDownFor(), policy.fenceAfter(), gates);
        return this;
    }

    Scene fenceAfter(Duration fenceAfter) {
        policy = policy(policy.proof(), policy.novaDownFor(), fenceAfter, policy.gates());
        return this;
    }

    /** The site takes it for a proof that Nova has called a host down for so long. */
    Scene novaDownIsEnough(Duration novaDownFor) {
        policy = policy(Proof.NOVA_DOWN, novaDownFor, policy.fenceAfter(), policy.gates());
        return this;
    }

    private Policy policy(Proof proof, Duration novaDownFor, Duration fenceAfter, GateSettings gates) {
        return policy(proof, novaDownFor, fenceAfter, gates, policy.returns());
    }

    private Policy policy(
            Proof proof, Duration novaDownFor, Duration fenceAfter, GateSettings gates, ReturnSettings returns) {
        return new Policy(
                proof,
                novaDownFor,
                policy.instances(),
                policy.restarts(),
                policy.parallel(),
                policy.parallelPerDestination(),
                policy.attempts(),
                policy.giveUpAfter(),
                policy.overdueAfter(),
                policy.addToAggregates(),
                policy.clockTolerance(),
                fenceAfter,
                gates,
                returns);
    }

    /** A person has what failed of an instance tried again. */
    Scene retried() {
        incident = incident.edit()
                .phase(incident.subject().firstPhase())
                .gate(Optional.empty())
                .retriedAt(Optional.of(now))
                .closedAt(Optional.empty())
                .done();
        return this;
    }

    /** A person lets the incident begin. */
    Scene approve() {
        var approval = new Approval("ann", "I have looked", now);
        incident = incident.edit().approval(Optional.of(approval)).done();
        return this;
    }

    /** The host's fencing devices, one a level, and what each shows. */
    Scene power(Power.Reading... readings) {
        List<Power.Level> levels = new ArrayList<>();
        for (Power.Reading reading : readings) {
            levels.add(
                    new Power.Level(List.of(new Power.Device("bmc" + (levels.size() + 1), reading, Optional.empty()))));
        }
        power = new Power(levels);
        return this;
    }

    Scene process(String process, Evidence.Kind kind) {
        var word = new Evidence(kind, "monitor", now, "said so", Optional.of(process));
        incident = incident.edit().add(word).done();
        return this;
    }

    /** Disabled by somebody. */
    Scene disabled(String host, String reason) {
        ComputeService former = services.get(host(host));
        services.put(
                host(host),
                new ComputeService(
                        former.host(),
                        false,
                        former.up(),
                        former.forcedDown(),
                        Optional.of(reason),
                        former.updatedAt()));
        return this;
    }

    /** Nova remembers that somebody did something to the instance. */
    Scene done(String action, String user, Instant at) {
        actions.add(
                0,
                new InstanceAction(
                        action, "req-" + actions.size(), Optional.of(user).filter(name -> !name.isEmpty()), at, false));
        return this;
    }

    /** The policy of a site whose reserved hosts join the aggregates of the hosts that they stand in for. */
    static Policy joiningAggregates() {
        return new Policy(
                Proof.REQUIRED,
                Duration.ZERO,
                Instances.ALL,
                RESTARTS,
                60,
                30,
                3,
                Duration.ofDays(1),
                Duration.ofMinutes(5),
                true,
                Duration.ofSeconds(5),
                Duration.ZERO,
                GateSettings.open(),
                RecoverySettings.defaults().returns());
    }

    static Step.ForceDown forceDown() {
        return new Step.ForceDown(DEAD);
    }

    static HostName host(String name) {
        return new HostName(name);
    }

    static ServerId id(String name) {
        return new ServerId(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)));
    }

    static Step.Evacuate evacuate(String server, String host) {
        return new Step.Evacuate(id(server), Optional.of(new HostName(host)));
    }

    static Step.Evacuate evacuateAnywhere(String server) {
        return new Step.Evacuate(id(server), Optional.empty());
    }

    Scene host(String name, boolean reserved) {
        return host(name, reserved, false);
    }

    Scene host(String name, boolean reserved, boolean onMaintenance) {
        hosts.removeIf(known -> known.name().value().equals(name));
        hosts.add(host(hosts.size() + 1, new HostName(name), reserved, onMaintenance));
        return this;
    }

    private static Host host(int number, HostName name, boolean reserved, boolean onMaintenance) {
        return new Host(
                number,
                new HostId(UUID.nameUUIDFromBytes(name.value().getBytes(StandardCharsets.UTF_8))),
                name,
                SEGMENT,
                "COMPUTE",
                "none",
                reserved,
                onMaintenance,
                START,
                Optional.empty());
    }

    Scene service(String name, boolean up, boolean enabled) {
        return service(name, up, enabled, false, START.minusSeconds(20));
    }

    Scene service(String name, boolean up, boolean enabled, boolean forcedDown, Instant updatedAt) {
        services.put(
                new HostName(name),
                new ComputeService(
                        new HostName(name),
                        enabled,
                        up && !forcedDown,
                        forcedDown,
                        enabled ? Optional.empty() : Optional.of("reserved"),
                        Optional.of(updatedAt)));
        return this;
    }

    Scene server(String name, VmState vmState) {
        return server(name, vmState, vmState == VmState.ACTIVE, DEAD, Optional.empty());
    }

    Scene server(String name, VmState vmState, boolean runs, HostName on, Optional<String> task) {
        return server(name, vmState, runs, on, task, Optional.empty());
    }

    Scene server(
            String name, VmState vmState, boolean runs, HostName on, Optional<String> task, Optional<String> fault) {
        return put(new Server(
                id(name), name, Optional.of(on), vmState, task, runs, true, false, Map.of(), Map.of(), fault));
    }

    Scene deleted(String name) {
        return put(new Server(
                id(name),
                name,
                Optional.of(DEAD),
                VmState.DELETED,
                Optional.empty(),
                false,
                true,
                true,
                Map.of(),
                Map.of(),
                Optional.empty()));
    }

    private Scene put(Server server) {
        servers.put(server.id(), server);
        if (hasBegun) {
            changed.add(server.id());
        }
        return this;
    }

    /** The host is proved to be dead now; its incident is open until then. */
    Scene provenDead(HostName host, Instant until) {
        provenDead.put(host, new ProvenDeath(now, until));
        return this;
    }

    Scene evacuation(long number, String server, String destination, Evacuation.Status status) {
        evacuations.removeIf(known -> known.number() == number);
        evacuations.add(
                0,
                new Evacuation(
                        number,
                        id(server),
                        DEAD,
                        Optional.of(new HostName(destination)),
                        status,
                        now,
                        Optional.empty()));
        return this;
    }

    /** It was migrating live when its host died. */
    Scene wasMigratingTo(String server, String destination) {
        liveMigrations.put(id(server), new HostName(destination));
        return server(server, VmState.ACTIVE, true, DEAD, Optional.of("migrating"));
    }

    /** The destination's nova-compute changes the record. */
    Scene takenOn(long number) {
        evacuations.replaceAll(record -> record.number() == number
                ? new Evacuation(
                        number,
                        record.server(),
                        record.source(),
                        record.destination(),
                        record.status(),
                        record.createdAt(),
                        Optional.of(now))
                : record);
        return this;
    }

    Scene evidence(Evidence.Kind kind) {
        incident = incident.edit()
                .add(new Evidence(kind, "monitor", now, "said so"))
                .done();
        return this;
    }

    Scene cancel() {
        var cancellation = new Cancellation("ann", "false alarm", now);
        incident = incident.edit().cancellation(Optional.of(cancellation)).done();
        return this;
    }

    Scene later(Duration duration) {
        now = now.plus(duration);
        return this;
    }

    /** What the intended steps were answered, for all of one kind. */
    Scene answer(Class<? extends Step> kind, Outcome outcome) {
        List<JournalEntry> journal = incident.journal().stream()
                .map(entry -> entry.outcome().isEmpty() && kind.isInstance(entry.step())
                        ? new JournalEntry(
                                entry.number(),
                                entry.epoch(),
                                entry.step(),
                                entry.intendedAt(),
                                Optional.of(outcome),
                                Optional.of(now))
                        : entry)
                .toList();
        incident = incident.edit().journal(journal).done();
        return this;
    }

    Scene accepted(Class<? extends Step> kind) {
        return answer(kind, new Outcome.Accepted(Optional.of("req-1")));
    }

    /** Another controller takes the incident over. */
    Scene takenOver() {
        incident = incident.edit().epoch(incident.epoch() + 1).done();
        return this;
    }

    /** One pass. */
    Scene decide() {
        hasBegun = true;
        Decision decision = Decider.decide(incident, observation(), policy, now);
        steps = decision.steps();
        alarms = decision.alarms();
        lookAgain = decision.lookAgain();
        inputs = decision.inputs();
        if (decision.next().equals(incident) && incident.isOpen() && steps.isEmpty()) {
            assertThat(lookAgain)
                    .as("the pause after a pass that changed nothing")
                    .isPositive();
        }
        List<JournalEntry> journal = new ArrayList<>(incident.journal());
        steps.forEach(step -> journal.add(
                new JournalEntry(journal.size() + 1, incident.epoch(), step, now, Optional.empty(), Optional.empty())));
        incident = decision.next().edit().journal(journal).done();
        incident.reservations()
                .forEach(reservation ->
                        host(reservation.host().value(), reservation.state() == Reservation.State.RETURNED));
        return this;
    }

    /** Passes until the evacuations are asked for: the host is forced down, the reserved host enabled. */
    Scene untilMoving() {
        decide();
        accepted(Step.ForceDown.class).accepted(Step.EnableService.class);
        later(Duration.ofMillis(300));
        service("compute1", false, true, true, now);
        if (services.containsKey(host("compute3")) && !incident.reservations().isEmpty()) {
            service("compute3", true, true);
        }
        decide();
        service("compute1", false, false, true, now); // what has been asked for by now is seen by the next pass
        return this;
    }

    private Observation observation() {
        var questions = Question.neededFor(incident, policy);
        return new Observation(
                seen(questions.contains(Question.SERVICES), List.copyOf(services.values())),
                seen(
                        questions.contains(Question.SERVERS_ON_HOST),
                        servers.values().stream()
                                .filter(server -> server.isOn(DEAD) && !server.deleted())
                                .toList()),
                seen(
                        questions.contains(Question.SERVERS_CHANGED),
                        servers.values().stream()
                                .filter(server -> changed.contains(server.id()))
                                .toList()),
                seen(questions.contains(Question.EVACUATIONS), List.copyOf(evacuations)),
                seen(questions.contains(Question.LIVE_MIGRATIONS), Map.copyOf(liveMigrations)),
                seen(questions.contains(Question.AGGREGATES), List.copyOf(aggregates)),
                seen(questions.contains(Question.INSTANCE), instance()),
                seen(questions.contains(Question.INSTANCE_ACTIONS), List.copyOf(actions)),
                !power.levels().isEmpty(),
                seenPower(questions.contains(Question.POWER)),
                surroundings());
    }

    Surroundings surroundings() {
        return new Surroundings(
                new Segment(
                        1,
                        incident.segment(),
                        "rack1",
                        method,
                        "compute",
                        segmentEnabled,
                        Optional.empty(),
                        START,
                        Optional.empty()),
                hosts,
                reportedDead,
                provenDead,
                takenByOthers,
                Set.of(),
                withProcessesDown,
                outages,
                deaths,
                pauses.stream().filter(pause -> pause.holds(now)).toList(),
                watchingSince,
                signOfLife,
                formerFailures,
                aftermath,
                restarts);
    }

    private Optional<Server> instance() {
        return incident.subject() instanceof Subject.Instance instance
                ? Optional.ofNullable(servers.get(instance.server()))
                : Optional.empty();
    }

    private Seen<Power> seenPower(boolean asked) {
        return asked ? new Seen.Known<>(power, now) : new Seen.NotAsked<>();
    }

    private <T> Seen<T> seen(boolean asked, T value) {
        if (!asked) {
            return new Seen.NotAsked<>();
        }
        return novaFails.<Seen<T>>map(Seen.Unknown::new).orElseGet(() -> new Seen.Known<>(value, now));
    }

    Move move(String server) {
        return incident.moves().stream()
                .filter(move -> move.server().equals(id(server)))
                .findFirst()
                .orElseThrow();
    }
}
