// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.MoveState;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.Reservation;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.Subject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a person would want to be told about the difference between an incident before and after a decision. */
public final class Story {

    /** What sort of news a line is. */
    public enum Kind {
        EVIDENCE("evidence-heard"),
        PHASE("recovery-phase"),
        ENDED("recovery-ended"),
        ENDED_BADLY("recovery-ended-badly"),
        INVENTORY("instances-counted"),
        WAITING("recovery-waits"),
        GOING_ON("recovery-goes-on"),
        PROGRESS("recovery-progress"),
        RESERVED_HOST("reserved-host-in-recovery"),
        MOVE("instance-moves"),
        MOVED("instance-recovered"),
        NOT_MOVED("instance-not-recovered"),
        LEFT("instance-left"),
        ALARM("recovery-alarm");

        private final String event;

        Kind(String event) {
            this.event = event;
        }

        /** What the log calls it. */
        public String event() {
            return event;
        }
    }

    /**
     * One line of the story.
     *
     * @param server the instance that it is about, if it is about one
     * @param needsPerson whether somebody should be told
     */
    public record Line(Kind kind, Optional<ServerId> server, String words, boolean needsPerson) {}

    private Story() {}

    /** In the order in which a person would tell it. */
    public static List<Line> of(Incident before, Decision decision) {
        List<Line> lines = new ArrayList<>(between(before, decision.next()));
        decision.alarms().forEach(words -> lines.add(new Line(Kind.ALARM, Optional.empty(), words, true)));
        return lines;
    }

    static List<Line> between(Incident before, Incident after) {
        List<Line> lines = new ArrayList<>();
        Set<Evidence> knownEvidence = new HashSet<>(before.evidence());
        after.evidence().stream()
                .filter(evidence -> !knownEvidence.contains(evidence))
                .forEach(evidence -> lines.add(line(Kind.EVIDENCE, evidence.observedBy() + ": " + evidence.words())));
        Map<ServerId, Move> formerMoves = new HashMap<>();
        before.moves().forEach(move -> formerMoves.put(move.server(), move));
        List<Move> changed = after.moves().stream()
                .filter(move -> hasNews(Optional.ofNullable(formerMoves.get(move.server())), move))
                .toList();
        // What has ended comes before what it led to, and what is begun after it.
        changed.stream()
                .filter(move -> move.state().isEnd() && formerMoves.containsKey(move.server()))
                .forEach(move -> lines.add(line(move)));
        List<Line> reservations = reservations(before, after);
        if (!after.isOpen()) {
            lines.addAll(reservations);
        }
        if (after.phase() != before.phase()) {
            lines.add(phase(after));
        }
        if (before.moves().isEmpty() && !after.moves().isEmpty()) {
            lines.add(line(Kind.INVENTORY, inventory(after)));
        }
        lines.addAll(gate(before, after));
        boolean saysMore = after.phase() == before.phase() && !after.words().equals(before.words());
        if (saysMore && !(after.subject() instanceof Subject.WholeHost)) { // a host's moves have their own lines
            lines.add(new Line(Kind.PROGRESS, server(after), after.words(), false));
        }
        if (after.isOpen()) {
            lines.addAll(reservations);
        }
        changed.stream()
                .filter(move -> !move.state().isEnd() || !formerMoves.containsKey(move.server()))
                .filter(move -> move.state() != MoveState.PLANNED || formerMoves.containsKey(move.server()))
                .forEach(move -> lines.add(line(move)));
        return lines;
    }

    private static boolean hasNews(Optional<Move> former, Move move) {
        return former.isEmpty()
                || former.get().state() != move.state()
                || former.get().attempt() != move.attempt();
    }

    private static String words(Incident incident) {
        String title = incident.phase().title();
        return incident.phase().isEnd()
                ? title + ": " + incident.words()
                : incident.words() + ": " + Character.toLowerCase(title.charAt(0)) + title.substring(1);
    }

    private static String inventory(Incident incident) {
        long left = incident.moves().stream()
                .filter(move -> move.state() == MoveState.LEFT)
                .count();
        int all = incident.moves().size();
        return all + (all == 1 ? " instance was" : " instances were") + " on it; " + (all - left) + " to be moved, "
                + left + " left where they are";
    }

    private static List<Line> gate(Incident before, Incident after) {
        Optional<Gate.Kind> kindBefore = before.gate().map(Gate::kind);
        Optional<Gate.Kind> kindAfter = after.gate().map(Gate::kind);
        if (kindAfter.equals(kindBefore)) {
            return List.of();
        }
        if (after.gate().isPresent()) {
            return List.of(waiting(after.gate().get(), after));
        }
        return after.isOpen() && after.phase() == before.phase() ? List.of(line(Kind.GOING_ON, "Going on")) : List.of();
    }

    private static List<Line> reservations(Incident before, Incident after) {
        Set<Reservation> known = new HashSet<>(before.reservations());
        return after.reservations().stream()
                .filter(reservation -> !known.contains(reservation))
                .map(reservation -> line(Kind.RESERVED_HOST, words(reservation)))
                .toList();
    }

    private static Optional<ServerId> server(Incident incident) {
        return incident.subject() instanceof Subject.Instance instance
                ? Optional.of(instance.server())
                : Optional.empty();
    }

    private static Line line(Move move) {
        Kind kind = switch (move.state()) {
            case PLANNED, EVACUATING, RESTORING -> Kind.MOVE;
            case SUCCEEDED -> Kind.MOVED;
            case FAILED -> Kind.NOT_MOVED;
            case LEFT -> Kind.LEFT;
        };
        return new Line(
                kind,
                Optional.of(move.server()),
                move.serverName() + ": " + move.words(),
                move.state() == MoveState.FAILED);
    }

    private static Line phase(Incident incident) {
        Kind kind = Kind.PHASE;
        if (incident.phase().isEnd()) {
            boolean isBad = incident.phase() == Phase.FAILED || incident.phase() == Phase.PARTLY_RECOVERED;
            kind = isBad ? Kind.ENDED_BADLY : Kind.ENDED;
        }
        return new Line(kind, server(incident), words(incident), kind == Kind.ENDED_BADLY);
    }

    private static Line line(Kind kind, String words) {
        return new Line(kind, Optional.empty(), words, false);
    }

    private static Line waiting(Gate gate, Incident incident) {
        String nextStep = incident.nextStep().orElseThrow();
        return new Line(
                Kind.WAITING,
                server(incident),
                "Waiting: " + gate.words() + ". Next step: " + nextStep,
                gate.kind().needsPerson());
    }

    private static String words(Reservation reservation) {
        return switch (reservation.state()) {
            case TAKEN -> reservation.host() + " takes the place of the failed host";
            case RETURNING -> reservation.host() + " was not used and is given back";
            case RETURNED -> reservation.host() + " is a reserved host again";
            case KEPT -> reservation.host() + " keeps its instances and is no longer a reserved host";
            case LOST -> reservation.host() + " has died, too, and is no longer a reserved host";
        };
    }
}
