// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.decision.Alarms;
import io.migawari.controller.decision.Decision;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.MoveState;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.Subject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** What is kept of a decision besides its effect: why it was made, how far it has brought the recovery, whom it alarms. */
final class DecisionRows {

    private static final Set<Phase> ON_PROOF = EnumSet.of(Phase.ISOLATING, Phase.MOVING);

    private DecisionRows() {}

    static void write(Handle handle, long incident, Lease lease, Incident before, Decision decision, Instant now) {
        Incident next = decision.next();
        if (isWorthKeeping(before, decision)) {
            writeDecision(handle, incident, lease, before, decision, now);
        }
        for (Milestone.What what : reached(before, next)) {
            handle.execute(
                    "INSERT IGNORE INTO milestone (incident, what, at) VALUES (?, ?, ?)", incident, what.name(), now);
        }
        alarm(handle, before, next, now);
    }

    private static boolean isWorthKeeping(Incident before, Decision decision) {
        Incident next = decision.next();
        return next.phase() != before.phase()
                || !next.gate().map(Gate::kind).equals(before.gate().map(Gate::kind))
                || !decision.steps().isEmpty();
    }

    private static void writeDecision(
            Handle handle, long incident, Lease lease, Incident before, Decision decision, Instant now) {
        Incident next = decision.next();
        handle.createUpdate(
                        "INSERT INTO decision (incident, at, made_by, epoch, phase_before, phase, gate, words, steps, "
                                + "inputs) VALUES (:incident, :at, :by, :epoch, :before, :phase, :gate, :words, :steps, :inputs)")
                .bind("incident", incident)
                .bind("at", now)
                .bind("by", lease.owner())
                .bind("epoch", lease.epoch())
                .bind("before", before.phase().name())
                .bind("phase", next.phase().name())
                .bind("gate", next.gate().map(gate -> gate.kind().name()).orElse(null))
                .bind("words", next.gate().map(Gate::words).orElse(next.words()))
                .bind("steps", decision.steps().size())
                .bind("inputs", Json.write(decision.inputs().facts()))
                .execute();
    }

    /** Those that this decision has come to; the first time counts. */
    private static List<Milestone.What> reached(Incident before, Incident next) {
        List<Milestone.What> reached = new ArrayList<>();
        if (before.phase() == Phase.PROVING && ON_PROOF.contains(next.phase())) {
            reached.add(Milestone.What.PROVED);
        }
        if (isAnyBack(next) && !isAnyBack(before)) {
            reached.add(Milestone.What.FIRST_BACK);
        }
        boolean instanceIsBack = next.subject() instanceof Subject.Instance && next.phase() == Phase.RECOVERED;
        if (instanceIsBack || (areAllBack(next) && !areAllBack(before))) {
            reached.add(Milestone.What.ALL_BACK);
        }
        return reached;
    }

    private static boolean isAnyBack(Incident incident) {
        return incident.moves().stream().map(Move::state).anyMatch(MoveState.SUCCEEDED::equals);
    }

    private static boolean areAllBack(Incident incident) {
        return isAnyBack(incident)
                && incident.moves().stream().allMatch(move -> move.state().isEnd());
    }

    private static void alarm(Handle handle, Incident before, Incident next, Instant now) {
        String source = Alarms.source(next);
        AlertRows.hold(handle, source, Alarms.standing(next), resolution(next), now);
        Alarms.ending(before, next).ifPresent(alert -> AlertRows.raise(handle, source, alert, now));
    }

    private static String resolution(Incident next) {
        if (!next.isOpen()) {
            return next.phase().title() + ": " + next.words();
        }
        Optional<Gate> other = next.gate();
        return other.map(gate -> "It waits for something else now: " + gate.words())
                .orElseGet(() -> "It goes on: " + next.words());
    }
}
