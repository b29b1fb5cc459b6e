// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.controller.model.Gate;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.Reservation;
import io.migawari.controller.model.ServerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a person would want to be told about the difference between an incident before and after a decision. */
public final class Story {

    /**
     * One line of the story.
     *
     * @param server the instance that it is about, if it is about one
     * @param needsPerson whether somebody should be told
     */
    public record Line(Optional<ServerId> server, String words, boolean needsPerson) {}

    private Story() {}

    public static List<Line> between(Incident before, Incident after) {
        List<Line> lines = new ArrayList<>();
        Set<Object> knownEvidence = new HashSet<>(before.evidence());
        after.evidence().stream()
                .filter(evidence -> !knownEvidence.contains(evidence))
                .forEach(evidence -> lines.add(line(evidence.observedBy() + ": " + evidence.words())));
        if (after.phase() != before.phase()) {
            lines.add(line(after.phase().title() + ". " + after.words()));
        }
        Optional<Gate.Kind> gateBefore = before.gate().map(Gate::kind);
        Optional<Gate.Kind> gateAfter = after.gate().map(Gate::kind);
        if (!gateAfter.equals(gateBefore)) {
            after.gate().ifPresent(gate -> lines.add(waiting(gate, after)));
            if (gateAfter.isEmpty() && after.isOpen()) {
                lines.add(line("Going on"));
            }
        }
        Set<Reservation> reservationsBefore = new HashSet<>(before.reservations());
        after.reservations().stream()
                .filter(reservation -> !reservationsBefore.contains(reservation))
                .forEach(reservation -> lines.add(line(words(reservation))));
        Map<ServerId, Move> movesBefore = new HashMap<>();
        before.moves().forEach(move -> movesBefore.put(move.server(), move));
        for (Move move : after.moves()) {
            Move former = movesBefore.get(move.server());
            if (former == null || former.state() != move.state() || former.attempt() != move.attempt()) {
                lines.add(new Line(Optional.of(move.server()), move.serverName() + ": " + move.words(), false));
            }
        }
        return lines;
    }

    private static Line line(String words) {
        return new Line(Optional.empty(), words, false);
    }

    private static Line waiting(Gate gate, Incident incident) {
        String nextStep =
                gate.kind().nextStep().replace("INCIDENT", incident.id().toString());
        return new Line(
                Optional.empty(),
                "Waiting: " + gate.words() + ". Next step: " + nextStep,
                gate.kind().needsPerson());
    }

    private static String words(Reservation reservation) {
        return switch (reservation.state()) {
            case TAKEN -> reservation.host() + " takes the place of the failed host";
            case RETURNING -> reservation.host() + " was not used and is given back";
            case RETURNED -> reservation.host() + " is a reserved host again";
            case KEPT -> reservation.host() + " keeps its instances and is no longer a reserved host";
        };
    }
}
