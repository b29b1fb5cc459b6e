// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.world;

import io.migawari.config.GateSettings;
import io.migawari.config.RecoverySettings;
import io.migawari.config.RecoverySettings.Proof;
import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.Host;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.MoveState;
import io.migawari.controller.model.Notification;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.Reservation;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.StepWords;
import io.migawari.controller.model.Subject;
import io.migawari.controller.store.Acceptance;
import io.migawari.controller.store.Lease;
import io.migawari.controller.store.Report;
import io.migawari.simulate.store.MemoryStore;
import io.migawari.simulator.cloud.SimulatedCloud;
import io.migawari.simulator.nova.Migration;
import io.migawari.simulator.nova.Refusal;
import io.migawari.simulator.nova.SimulatedHost;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Holds every run to each {@link Invariant}. It looks at the world itself, and at what is written, and never asks the code
 * that it watches; it only takes its words from there: which phase may follow which, and which evidence is a proof. A breach
 * is a line of the story, and fails the run.
 */
final class Invariants {

    /** Those that keep a recovery from being begun, and must never stop one that has. */
    private static final Set<Gate.Kind> AT_THE_BEGINNING = EnumSet.of(
            Gate.Kind.STORM,
            Gate.Kind.WATCHING_FIRST,
            Gate.Kind.SELF_CHECK,
            Gate.Kind.PAUSED,
            Gate.Kind.DISABLED_BY_PERSON);

    private static final String OUR_REASON = "Migawari incident ";

    /** A pass sees the world as it was when it began; what has changed since, it cannot know. */
    private static final Duration LONGEST_PASS = Duration.ofMinutes(1);

    private final RecoverySettings settings;
    private final MemoryStore store;
    private final SimulatedCloud cloud;
    private final Supplier<Instant> now;
    private final Tale tale;
    private final Map<IncidentId, Incident> last = new HashMap<>();
    private final Map<Step, Integer> asked = new HashMap<>();
    private final Set<String> told = new HashSet<>();
    private int secondEvacuationsByPeople;
    private Duration clocksOff = Duration.ZERO;

    Invariants(RecoverySettings settings, MemoryStore store, SimulatedCloud cloud, Supplier<Instant> now, Tale tale) {
        this.settings = settings;
        this.store = store;
        this.cloud = cloud;
        this.now = now;
        this.tale = tale;
    }

    /** The same breach is told once, however often it is seen. */
    private void isBroken(Invariant invariant, String words) {
        if (told.add(invariant + words)) {
            tale.violation(invariant.words() + ": " + words);
        }
    }

    // What is written.

    /** Whether this lease is the present one: nobody has taken the incident since, whether or not its time is over. */
    boolean holds(Lease lease) {
        return store.holder(lease.incident())
                .filter(holder -> holder.owner().equals(lease.owner()) && holder.epoch() == lease.epoch())
                .isPresent();
    }

    /** @param held whether the one who has written held the lease */
    void written(Lease lease, boolean held) {
        if (!held) {
            isBroken(
                    Invariant.LEASE_HELD,
                    lease.owner() + " has written about " + lease.incident() + " and does not hold its lease");
        }
    }

    void intended(Incident incident, Step step) {
        if (step instanceof Step.Evacuate) {
            if (!isProved(incident)) {
                isBroken(
                        Invariant.PROOF_FIRST,
                        "an instance of " + incident.host() + " is evacuated without a proof of its death");
            }
        }
        if (step instanceof Step.PowerOff) {
            if (incident.phase() != Phase.PROVING) {
                isBroken(
                        Invariant.FENCED_FOR_PROOF,
                        incident.host() + " is switched off when that is not in question any more");
            }
            mustBeLetIn(incident);
        }
        if (step instanceof Step.EnableService enable && !mayBeEnabled(incident, enable.host())) {
            isBroken(Invariant.ONLY_OURS, enable.host() + " is enabled, and it was not us who disabled it");
        }
        if (step instanceof Step.Start && incident.subject() instanceof Subject.Instance instance) {
            checkRestarts(instance);
        }
    }

    private boolean isProved(Incident incident) {
        String segment = store.segmentName(incident.segment());
        boolean novaIsEnough = settings.of(segment).proof() == Proof.NOVA_DOWN;
        return incident.evidence().stream()
                .anyMatch(
                        word -> word.kind().provesDeath() && (word.kind() != Evidence.Kind.NOVA_DOWN || novaIsEnough));
    }

    private boolean mayBeEnabled(Incident incident, HostName host) {
        boolean isReservation =
                incident.reservations().stream().map(Reservation::host).anyMatch(host::equals);
        boolean disabledByOthers = cloud.exclusively(nova -> nova.host(host.value())
                .filter(SimulatedHost::disabled)
                .filter(there ->
                        !Objects.requireNonNullElse(there.disabledReason(), "").startsWith(OUR_REASON))
                .isPresent());
        return isReservation || !disabledByOthers;
    }

    /** More than the limit only by attempts that one incident repeats, or because a person wants it. */
    private void checkRestarts(Subject.Instance instance) {
        // a controller whose clock was set ahead takes the former restarts for older than they are, which no code can
        // see
        Instant since = now.get().minus(settings.restarts().window()).plus(clocksOff);
        List<Incident> about = store.incidents().stream()
                .filter(other -> other.subject() instanceof Subject.Instance same
                        && same.server().equals(instance.server()))
                .filter(other -> other.journal().stream()
                        .anyMatch(entry -> entry.step() instanceof Step.Start
                                && entry.intendedAt().isAfter(since)))
                .toList();
        boolean wanted = about.stream().anyMatch(other -> other.retriedAt().isPresent());
        if (!wanted && about.size() > settings.restarts().limit()) {
            isBroken(Invariant.RESTART_LIMIT, instance.server() + " is started more often than it may be");
        }
    }

    void changed(Incident after) {
        Optional<Incident> before = Optional.ofNullable(last.put(after.id(), after));
        boolean begun = after.subject() instanceof Subject.WholeHost
                && (after.phase() == Phase.ISOLATING
                        || after.phase() == Phase.MOVING
                        || after.phase() == Phase.CLOSING);
        if (begun
                && after.gate()
                        .filter(gate -> AT_THE_BEGINNING.contains(gate.kind()))
                        .isPresent()) {
            isBroken(
                    Invariant.BEGUN_GOES_ON,
                    "the recovery of " + after.host() + " had begun, and is stopped by a gate");
        }
        Phase former = before.map(Incident::phase).orElse(after.subject().firstPhase());
        checkPhases(former, after);
        if (former == Phase.PROVING && (after.phase() == Phase.ISOLATING || after.phase() == Phase.MOVING)) {
            mustBeLetIn(after);
        }
        after.moves().stream()
                .filter(move -> move.state() == MoveState.SUCCEEDED)
                .filter(move -> before.stream()
                        .flatMap(incident -> incident.moves().stream())
                        .noneMatch(
                                known -> known.server().equals(move.server()) && known.state() == MoveState.SUCCEEDED))
                .forEach(move -> mustHaveArrived(after, move));
        if (!after.isOpen()) {
            mustBePutBack(after);
        }
        mustBeTheOnlyOne(after);
    }

    /** One pass may take several steps along the arrows. */
    private void checkPhases(Phase former, Incident after) {
        if (!isReachable(former, after.phase(), EnumSet.noneOf(Phase.class))) {
            isBroken(
                    Invariant.LEGAL_PHASES,
                    "the incident of " + after.host() + " was " + former + " and is " + after.phase());
        }
    }

    private static boolean isReachable(Phase from, Phase to, Set<Phase> seen) {
        return from == to || (seen.add(from) && from.next().stream().anyMatch(next -> isReachable(next, to, seen)));
    }

    /** Somebody wants an incident taken up again that was over. */
    void retried(Incident incident) {
        last.remove(incident.id());
        last.put(incident.id(), incident);
    }

    private void mustBeLetIn(Incident incident) {
        if (incident.approval().isPresent()) {
            return;
        }
        Instant then = now.get().minus(LONGEST_PASS);
        Optional<Host> host = store.host(incident.host());
        boolean paused = host.stream()
                .flatMap(found -> store.pausesOf(found).stream())
                .anyMatch(pause -> pause.from().isBefore(then) && pause.until().isAfter(now.get()));
        if (paused) {
            isBroken(Invariant.GATES_HOLD, "the recovery of " + incident.host() + " is begun in spite of a pause");
        }
        GateSettings gates = settings.gates();
        Predicate<Host> inSegment = other -> other.segment().equals(incident.segment());
        if (isStorm(incident, then, inSegment, gates.stormPercentOfSegment())
                || isStorm(incident, then, all -> true, gates.stormPercentOverall())) {
            isBroken(Invariant.GATES_HOLD, "the recovery of " + incident.host() + " is begun in a storm");
        }
        boolean wasTaken = gates.disabledHosts() == GateSettings.DisabledHosts.ASK
                && host.filter(Host::reserved).isEmpty()
                && incident.before()
                        .filter(before -> !before.enabled())
                        .filter(before -> before.disabledReason()
                                .filter(reason -> reason.startsWith(OUR_REASON) || reason.startsWith("AUTO:"))
                                .isEmpty())
                        .isPresent();
        if (wasTaken) {
            isBroken(
                    Invariant.GATES_HOLD,
                    "the recovery of " + incident.host() + " is begun though a person had disabled it");
        }
    }

    private boolean isStorm(Incident incident, Instant then, Predicate<Host> which, int percent) {
        Set<HostName> out = new HashSet<>();
        store.incidents().stream()
                .filter(other -> other.isOpen()
                        && (other.subject() instanceof Subject.WholeHost || other.subject() instanceof Subject.Return))
                .filter(other ->
                        other.id().equals(incident.id()) || other.openedAt().isBefore(then))
                .forEach(other -> out.add(other.host()));
        long of = store.hosts().stream().filter(which).count();
        long are = store.hosts().stream()
                .filter(which)
                .filter(host -> out.contains(host.name()))
                .count();
        return are > Math.max(1, of * percent / 100);
    }

    private void mustHaveArrived(Incident incident, Move move) {
        boolean arrived = cloud.exclusively(nova -> {
            try {
                boolean elsewhere = !nova.server(move.server().toString())
                        .host()
                        .equals(Optional.of(incident.host().value()));
                boolean recorded = nova.migrations().listed().stream()
                        .filter(record ->
                                record.server().id().equals(move.server().toString()))
                        .map(Migration::status)
                        .anyMatch(status -> status == Migration.Status.DONE || status == Migration.Status.COMPLETED);
                return elsewhere && recorded;
            } catch (Refusal refusal) {
                return true; // deleted since it was looked at
            }
        });
        if (!arrived) {
            isBroken(Invariant.SEEN_ARRIVED, move.serverName() + " is called recovered, and has not arrived anywhere");
        }
    }

    private void mustBePutBack(Incident ended) {
        ended.reservations().stream()
                .filter(Reservation::isOpen)
                .forEach(reservation -> isBroken(
                        Invariant.PUT_BACK,
                        reservation.host() + " is still reserved by the incident of " + ended.host()
                                + ", which has ended"));
        boolean says = ended.phase() == Phase.RECOVERED;
        if (says && ended.subject() instanceof Subject.Return && othersOf(ended).isEmpty() && isKeptOutByUs(ended)) {
            isBroken(Invariant.PUT_BACK, ended.host() + " is said to be back, and is still kept out by us");
        }
        if (says
                && ended.subject() instanceof Subject.Processes
                && isDisabledBecause(ended, reason -> reason.startsWith(OUR_REASON + ended.id()))) {
            isBroken(Invariant.PUT_BACK, ended.host() + " is said to get instances again, and is still disabled by us");
        }
    }

    private List<Incident> othersOf(Incident incident) {
        return store.incidents().stream()
                .filter(other -> other.isOpen()
                        && other.host().equals(incident.host())
                        && !other.id().equals(incident.id())
                        && !(other.subject() instanceof Subject.Instance))
                .toList();
    }

    private boolean isKeptOutByUs(Incident incident) {
        boolean forced = cloud.exclusively(nova -> nova.host(incident.host().value())
                .filter(SimulatedHost::forcedDown)
                .isPresent());
        return forced || isDisabledBecause(incident, reason -> reason.startsWith(OUR_REASON));
    }

    private boolean isDisabledBecause(Incident incident, Predicate<String> which) {
        return cloud.exclusively(nova -> nova.host(incident.host().value())
                .filter(SimulatedHost::disabled)
                .map(SimulatedHost::disabledReason)
                .filter(which)
                .isPresent());
    }

    private void mustBeTheOnlyOne(Incident incident) {
        boolean another = store.incidents().stream()
                .anyMatch(other -> other.isOpen()
                        && incident.isOpen()
                        && !other.id().equals(incident.id())
                        && isAboutTheSame(incident, other));
        if (another) {
            isBroken(Invariant.ONE_INCIDENT, "there are two open incidents about the same on " + incident.host());
        }
    }

    private static boolean isAboutTheSame(Incident one, Incident other) {
        if (one.subject() instanceof Subject.Instance a && other.subject() instanceof Subject.Instance b) {
            return a.server().equals(b.server());
        }
        return one.subject().getClass() == other.subject().getClass()
                && one.hostId().equals(other.hostId());
    }

    // What is asked of the world.

    /** A controller asks something of Nova or of a fencing device. */
    void asked(String owner, Step step) {
        List<Incident> intending = store.incidents().stream()
                .filter(incident -> incident.journal().stream()
                        .anyMatch(entry ->
                                entry.step().equals(step) && entry.outcome().isEmpty()))
                .toList();
        if (intending.isEmpty()) {
            isBroken(Invariant.INTENT_FIRST, "it was not written down before it was done: " + StepWords.of(step));
            return;
        }
        boolean held = intending.stream()
                .anyMatch(incident -> store.holder(incident.id())
                        .filter(holder -> holder.owner().equals(owner)
                                && !holder.until().isBefore(now.get())
                                && isIntendedNow(incident, step))
                        .isPresent());
        if (!held) {
            isBroken(
                    Invariant.LEASE_HELD,
                    owner + " does not hold the lease under which it was intended: " + StepWords.of(step));
        }
        int times = asked.merge(step, 1, Integer::sum);
        long intents = store.incidents().stream()
                .flatMap(incident -> incident.journal().stream())
                .filter(entry -> entry.step().equals(step))
                .count();
        if (times > intents) {
            isBroken(Invariant.ONCE_PER_INTENT, "it is done more often than it was intended: " + StepWords.of(step));
        }
    }

    private static boolean isIntendedNow(Incident incident, Step step) {
        return incident.journal().stream()
                .anyMatch(entry ->
                        entry.step().equals(step) && entry.outcome().isEmpty() && entry.epoch() == incident.epoch());
    }

    /** What a person does is his own affair. */
    void byPerson(Runnable what) {
        int before = cloud.secondEvacuations();
        what.run();
        secondEvacuationsByPeople += cloud.secondEvacuations() - before;
    }

    /** Somebody sets a clock. */
    void clockSet(Duration shift) {
        clocksOff = clocksOff.plus(shift.abs());
    }

    /** A report was taken. */
    void reported(Report report, Acceptance acceptance) {
        if (acceptance instanceof Acceptance.UnknownHost || acceptance instanceof Acceptance.OnMaintenance) {
            return;
        }
        long stored = store.notifications().stream()
                .filter(known -> isOf(report, known))
                .count();
        if (stored > 1 || (stored == 0 && acceptance instanceof Acceptance.Stored)) {
            isBroken(Invariant.RECORDED_ONCE, "a report about " + report.host() + " is stored " + stored + " times");
        }
    }

    private boolean isOf(Report report, Notification known) {
        return known.type() == report.type()
                && known.generatedTime().equals(report.generatedTime())
                && known.payload().equals(report.payload())
                && store.host(report.host())
                        .filter(host -> host.id().equals(known.host()))
                        .isPresent();
    }

    /** A pass failed in a way that nobody has thought of; the controller tries it again. */
    void mistake(RuntimeException e) {
        isBroken(Invariant.NO_MISTAKE, "a pass failed by a mistake of ours: " + e);
    }

    void atTheEnd() {
        if (cloud.secondEvacuations() > secondEvacuationsByPeople) {
            isBroken(Invariant.ONE_EVACUATION, "Nova was asked for an evacuation while the former one was under way");
        }
        store.incidents().stream()
                .filter(incident -> incident.isOpen()
                        && incident.epoch() == 0
                        && incident.gate().isEmpty())
                .forEach(incident -> isBroken(
                        Invariant.NOBODY_FORGOTTEN, "nobody has looked at the incident of " + incident.host()));
    }
}
