// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.InstanceBefore;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.Reservation;
import io.migawari.controller.model.ServiceBefore;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.Subject;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.cloud.Server;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A decision in the making. Lives within one call of {@link Decider}; not thread-safe. */
final class Draft {

    final Incident incident;
    final Observation seen;
    final Policy policy;
    final Instant now;

    private Subject subject;
    private Phase phase;
    private String words;
    private Optional<Gate> gate = Optional.empty();
    private Optional<ServiceBefore> before;
    private Optional<Instant> novaDownSince;
    private Optional<Instant> stormSeenAt;
    private final List<Evidence> evidence;
    private final Map<Object, Move> moves = new LinkedHashMap<>();
    private final Map<HostName, Reservation> reservations = new LinkedHashMap<>();
    private final List<Step> steps = new ArrayList<>();
    private final List<String> alarms = new ArrayList<>();

    Draft(Incident incident, Observation seen, Policy policy, Instant now) {
        this.incident = incident;
        this.seen = seen;
        this.policy = policy;
        this.now = now;
        this.subject = incident.subject();
        this.phase = incident.phase();
        this.words = incident.words();
        this.before = incident.before();
        this.novaDownSince = incident.novaDownSince();
        this.stormSeenAt = incident.stormSeenAt();
        this.evidence = new ArrayList<>(incident.evidence());
        incident.moves().forEach(this::put);
        incident.reservations().forEach(this::put);
    }

    Phase phase() {
        return phase;
    }

    void become(Phase next, String why) {
        if (!phase.mayBecome(next)) {
            throw new IllegalStateException(phase + " may not become " + next);
        }
        phase = next;
        words = why;
        gate = Optional.empty();
    }

    /** Waits, for a reason; it keeps its time while the kind of reason stays the same. */
    void waitAt(Gate.Kind kind, String why) {
        Instant since = incident.gate()
                .filter(former -> former.kind() == kind)
                .map(Gate::since)
                .orElse(now);
        gate = Optional.of(new Gate(kind, why, since));
    }

    /** Goes on waiting for this reason, if it was the reason before. */
    void keepWaitingAt(Gate.Kind kind) {
        gate = gate.or(() -> incident.gate().filter(former -> former.kind() == kind));
    }

    boolean isWaiting() {
        return gate.isPresent();
    }

    String words() {
        return words;
    }

    void say(String why) {
        words = why;
    }

    void step(Step step) {
        steps.add(step);
    }

    /**
     * Intends a step whose effect is missing, unless somebody is at it, or it has only just been tried, or we have not
     * looked since.
     */
    void ensure(Step step) {
        Tries tries = tries(step);
        boolean notLookedSince = tries.last()
                .flatMap(JournalEntry::endedAt)
                .filter(ended -> !ended.isBefore(servicesReadAt()))
                .isPresent();
        if (!steps.contains(step) && tries.due(now) && !notLookedSince) {
            steps.add(step);
        }
    }

    /** The list of services is the only answer that may be older than this pass. */
    Instant servicesReadAt() {
        return seen.services() instanceof Seen.Known<?> known ? known.at() : now;
    }

    /**
     * Whether Nova's services, as we have read them, show for good what has become of a step: not while somebody is at it, nor
     * if it ended after they were read, nor soon after it was cut off, when the request may still be on its way.
     */
    boolean isSettled(Step step) {
        Tries tries = tries(step);
        return tries.last().isEmpty()
                || (tries.ended(now)
                        && !tries.mayStillArrive(now)
                        && tries.last()
                                .flatMap(JournalEntry::endedAt)
                                .filter(ended -> !ended.isBefore(servicesReadAt()))
                                .isEmpty());
    }

    Tries tries(Step step) {
        return Tries.of(incident, step);
    }

    void put(Move move) {
        moves.put(move.server(), move);
    }

    List<Move> moves() {
        return List.copyOf(moves.values());
    }

    void put(Reservation reservation) {
        reservations.put(reservation.host(), reservation);
    }

    List<Reservation> reservations() {
        return List.copyOf(reservations.values());
    }

    void add(Evidence more) {
        evidence.add(more);
    }

    List<Evidence> evidence() {
        return List.copyOf(evidence);
    }

    List<Evidence> proofs() {
        return evidence.stream().filter(e -> e.kind().provesDeath()).toList();
    }

    boolean isProved() {
        return evidence.stream().anyMatch(e -> e.kind().provesDeath());
    }

    void rememberBefore(ComputeService service) {
        before = before.or(() ->
                Optional.of(new ServiceBefore(service.enabled(), service.forcedDown(), service.disabledReason())));
    }

    /** An instance as it was before we did anything; only the first look counts. */
    void rememberInstance(Server server) {
        if (subject instanceof Subject.Instance instance && instance.before().isEmpty()) {
            subject = new Subject.Instance(
                    instance.server(), Optional.of(new InstanceBefore(server.name(), server.states())));
        }
    }

    /** What is known of the host's coming back; only of an incident about that. */
    Subject.Return coming() {
        return (Subject.Return) subject;
    }

    void coming(Optional<Instant> heardAt, Optional<Instant> wellSince) {
        subject = new Subject.Return(coming().failure(), heardAt, wellSince);
    }

    /** Something that a person should hear of and that is not to be seen from the incident itself. */
    void alarm(String words) {
        alarms.add(words);
    }

    void novaDownSince(Optional<Instant> since) {
        novaDownSince = since;
    }

    Optional<ServiceBefore> before() {
        return before;
    }

    void stormSeen() {
        stormSeenAt = Optional.of(now);
    }

    Decision finish(Duration lookAgain) {
        Incident next = incident.edit()
                .subject(subject)
                .phase(phase)
                .gate(gate)
                .words(words)
                .before(before)
                .novaDownSince(novaDownSince)
                .stormSeenAt(stormSeenAt)
                .evidence(evidence)
                .moves(moves())
                .reservations(reservations())
                .closedAt(phase.isEnd() ? Optional.of(now) : Optional.empty())
                .done();
        return new Decision(next, steps, alarms, lookAgain, Inputs.of(this));
    }
}
