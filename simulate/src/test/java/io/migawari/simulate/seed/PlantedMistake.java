// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.seed;

import io.migawari.controller.decision.Decision;
import io.migawari.controller.model.Approval;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.MoveState;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.Subject;
import io.migawari.controller.store.Incidents;
import io.migawari.controller.store.Lease;
import io.migawari.controller.store.LeaseLostException;
import io.migawari.simulate.store.ForwardingIncidents;
import io.migawari.simulate.world.Invariant;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Mistakes made on purpose, to show that they would be found. Each comes between the controllers and their incidents, so that
 * the controller with it behaves as one would in whose code it is.
 */
enum PlantedMistake {
    MISSING_EPOCH_CHECK(
            "What is written is not held to the lease: a controller that has lost it writes on.",
            MissingEpochCheck::new,
            Invariant.LEASE_HELD),
    LOST_INTENT(
            "The last of several evacuations that are decided together is not written down before it is asked for.",
            LostIntent::new,
            Invariant.INTENT_FIRST),
    GATE_THAT_OPENS_BY_TIME(
            "Whoever has waited in a storm for two minutes is let in.", OpensByTime::new, Invariant.GATES_HOLD),
    CONFIRMED_BY_202(
            "An instance counts as recovered as soon as Nova has accepted to evacuate it.",
            ConfirmedBy202::new,
            Invariant.SEEN_ARRIVED),
    FORGOTTEN_UNLOCK(
            "A host that is back, or whose processes are, is called recovered instead of being enabled.",
            ForgottenUnlock::new,
            Invariant.PUT_BACK);

    private final String meaning;

    @SuppressWarnings("ImmutableEnumChecker") // a reference to a constructor
    private final UnaryOperator<Incidents> made;

    private final Invariant breaks;

    PlantedMistake(String meaning, UnaryOperator<Incidents> made, Invariant breaks) {
        this.meaning = meaning;
        this.made = made;
        this.breaks = breaks;
    }

    String words() {
        return meaning;
    }

    UnaryOperator<Incidents> made() {
        return made;
    }

    /** Whether a seed has shown it, by the invariant that is there for it. */
    boolean isFoundIn(PlayedSeed played) {
        return played.broken().stream().anyMatch(line -> line.contains(breaks.words() + ":"));
    }

    private static final class MissingEpochCheck extends ForwardingIncidents {

        MissingEpochCheck(Incidents incidents) {
            super(incidents);
        }

        private Lease present(Lease lease) {
            Optional<String> owner = incidents.owner(lease.incident());
            Optional<Incident> incident = incidents.find(lease.incident());
            return owner.isPresent() && incident.isPresent()
                    ? new Lease(lease.incident(), owner.get(), incident.get().epoch(), lease.segment(), lease.urgency())
                    : lease;
        }

        @Override
        public boolean isHeld(Lease lease) {
            return true;
        }

        @Override
        public List<JournalEntry> record(Lease lease, Incident before, Decision decision, Instant now)
                throws LeaseLostException {
            return incidents.record(present(lease), before, decision, now);
        }

        @Override
        public void recordOutcome(Lease lease, long journalNumber, Outcome outcome, Instant at)
                throws LeaseLostException {
            incidents.recordOutcome(present(lease), journalNumber, outcome, at);
        }
    }

    private static final class LostIntent extends ForwardingIncidents {

        LostIntent(Incidents incidents) {
            super(incidents);
        }

        @Override
        public List<JournalEntry> record(Lease lease, Incident before, Decision decision, Instant now)
                throws LeaseLostException {
            List<Step> steps = decision.steps();
            long evacuations =
                    steps.stream().filter(Step.Evacuate.class::isInstance).count();
            if (evacuations < 2 || !(steps.get(steps.size() - 1) instanceof Step.Evacuate lost)) {
                return incidents.record(lease, before, decision, now);
            }
            var written = new Decision(
                    decision.next(),
                    steps.subList(0, steps.size() - 1),
                    decision.alarms(),
                    decision.lookAgain(),
                    decision.inputs());
            List<JournalEntry> entries = new ArrayList<>(incidents.record(lease, before, written, now));
            entries.add(new JournalEntry(-1, lease.epoch(), lost, now, Optional.empty(), Optional.empty()));
            return entries;
        }
    }

    private static final class OpensByTime extends ForwardingIncidents {

        private static final Duration LONG_ENOUGH = Duration.ofMinutes(2);

        private Instant now = Instant.MIN;

        OpensByTime(Incidents incidents) {
            super(incidents);
        }

        @Override
        public Incident read(Lease lease) throws LeaseLostException {
            Incident incident = incidents.read(lease);
            boolean opens = incident.subject() instanceof Subject.WholeHost
                    && incident.gate()
                            .filter(gate -> gate.kind() == Gate.Kind.STORM
                                    && gate.since().plus(LONG_ENOUGH).isBefore(now))
                            .isPresent();
            return opens
                    ? incident.edit()
                            .approval(Optional.of(new Approval("the clock", "it has waited", now)))
                            .done()
                    : incident;
        }

        @Override
        public List<Lease> renew(String owner, Duration lasting) {
            now = incidents.list(true, 1000).stream()
                    .flatMap(id -> incidents.find(id).stream())
                    .flatMap(incident -> incident.evidence().stream())
                    .map(evidence -> evidence.observedAt())
                    .reduce(now, (one, other) -> one.isAfter(other) ? one : other);
            return incidents.renew(owner, lasting);
        }

        @Override
        public List<JournalEntry> record(Lease lease, Incident before, Decision decision, Instant at)
                throws LeaseLostException {
            now = at.isAfter(now) ? at : now;
            return incidents.record(lease, before, decision, at);
        }
    }

    private static final class ConfirmedBy202 extends ForwardingIncidents {

        ConfirmedBy202(Incidents incidents) {
            super(incidents);
        }

        @Override
        public List<JournalEntry> record(Lease lease, Incident before, Decision decision, Instant now)
                throws LeaseLostException {
            Set<Object> accepted = before.journal().stream()
                    .filter(entry -> entry.outcome()
                            .filter(Outcome.Accepted.class::isInstance)
                            .isPresent())
                    .map(JournalEntry::step)
                    .filter(Step.Evacuate.class::isInstance)
                    .map(step -> ((Step.Evacuate) step).server())
                    .collect(Collectors.toSet());
            UnaryOperator<Move> change =
                    move -> move.state() == MoveState.EVACUATING && accepted.contains(move.server())
                            ? move.ended(MoveState.SUCCEEDED, "Nova has accepted it", now)
                            : move;
            return incidents.record(
                    lease,
                    before,
                    new Decision(
                            decision.next()
                                    .edit()
                                    .moves(decision.next().moves().stream()
                                            .map(change)
                                            .toList())
                                    .done(),
                            decision.steps(),
                            decision.alarms(),
                            decision.lookAgain(),
                            decision.inputs()),
                    now);
        }
    }

    private static final class ForgottenUnlock extends ForwardingIncidents {

        ForgottenUnlock(Incidents incidents) {
            super(incidents);
        }

        @Override
        public List<JournalEntry> record(Lease lease, Incident before, Decision decision, Instant now)
                throws LeaseLostException {
            boolean enables = decision.steps().stream().anyMatch(Step.EnableService.class::isInstance);
            Phase phase = decision.next().phase();
            if (!enables || (phase != Phase.PUTTING_TO_USE && phase != Phase.READMITTING)) {
                return incidents.record(lease, before, decision, now);
            }
            Incident ended = decision.next()
                    .edit()
                    .phase(Phase.RECOVERED)
                    .words("It gets new instances again")
                    .gate(Optional.empty())
                    .closedAt(Optional.of(now))
                    .done();
            return incidents.record(
                    lease,
                    before,
                    new Decision(ended, List.of(), decision.alarms(), decision.lookAgain(), decision.inputs()),
                    now);
        }
    }
}
