// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.MoveState;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.Reservation;
import io.migawari.controller.model.Subject;
import io.migawari.controller.store.AuditLine;
import io.migawari.controller.store.DecisionLine;
import io.migawari.controller.store.Milestone;
import io.migawari.controller.store.StoryLine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An incident as it is told to somebody who was not there: what happened, how long each stage took, why it was believed, what
 * it waited for, what people said, what became of each instance, and what is left to do. Pure.
 *
 * @param summary in one sentence or two
 * @param stages in the order of their times
 */
record Report(
        Material material,
        Instant now,
        String title,
        String summary,
        List<Stage> stages,
        List<Wait> waits,
        List<String> leftToDo) {

    /**
     * All that is known of an incident.
     *
     * @param people what they asked about it, and what they changed while it was open
     * @param related the return after this failure, or the failure before this return
     */
    record Material(
            Incident incident,
            Optional<String> segment,
            List<StoryLine> story,
            List<DecisionLine> decisions,
            List<Milestone> milestones,
            List<AuditLine> people,
            List<Incident> related) {}

    /** @param took since the stage before */
    record Stage(String what, Instant at, Duration afterReport, Duration took) {}

    /**
     * A time of waiting.
     *
     * @param until absent: it still waits
     * @param lasted until now, if it does
     */
    record Wait(Gate.Kind gate, String words, Instant from, Optional<Instant> until, Duration lasted) {}

    static Report of(Material material, Instant now) {
        List<Stage> stages = stages(material);
        return new Report(
                material,
                now,
                title(material.incident()),
                summary(material, now),
                stages,
                waits(material, now),
                leftToDo(material));
    }

    static String title(Incident incident) {
        if (incident.subject() instanceof Subject.WholeHost) {
            return "failure of the host " + incident.host();
        }
        if (incident.subject() instanceof Subject.Instance instance) {
            return "failure of the instance " + instance.words() + " on " + incident.host();
        }
        if (incident.subject() instanceof Subject.Processes) {
            return "processes of " + incident.host() + " are down";
        }
        if (incident.subject() instanceof Subject.Return) {
            return "return of the host " + incident.host();
        }
        throw new AssertionError(incident.subject());
    }

    private static String summary(Material material, Instant now) {
        Incident incident = material.incident();
        var summary = new StringBuilder(
                incident.isOpen()
                        ? "It is not over: " + incident.phase().title() + ". "
                        : incident.phase().title() + ": " + incident.words() + ". ");
        if (incident.isOpen() && !incident.moves().isEmpty()) {
            summary.append(counts(incident.moves())).append(' ');
        }
        incident.gate()
                .ifPresent(gate -> summary.append("It waits since ")
                        .append(words(Duration.between(gate.since(), now)))
                        .append(": ")
                        .append(gate.words())
                        .append(". "));
        lastBack(incident)
                .ifPresent(at -> summary.append("The last that came back did so ")
                        .append(words(positive(incident.openedAt(), at)))
                        .append(" after the first report. "));
        return summary.toString().strip();
    }

    private static Optional<Instant> lastBack(Incident incident) {
        return incident.moves().stream()
                .filter(move -> move.state() == MoveState.SUCCEEDED)
                .flatMap(move -> move.endedAt().stream())
                .max(Comparator.naturalOrder());
    }

    private static String counts(List<Move> moves) {
        long back = count(moves, MoveState.SUCCEEDED);
        long failed = count(moves, MoveState.FAILED);
        long left = count(moves, MoveState.LEFT);
        long underWay = moves.size() - back - failed - left;
        var words = new StringBuilder(back + " of " + (moves.size() == 1 ? "1 instance" : moves.size() + " instances")
                + (back == 1 ? " is" : " are") + " back as before");
        if (failed > 0) {
            words.append(", ").append(failed).append(" could not be moved");
        }
        if (left > 0) {
            words.append(", ").append(left).append(left == 1 ? " was left on purpose" : " were left on purpose");
        }
        if (underWay > 0) {
            words.append(", ").append(underWay).append(underWay == 1 ? " is under way" : " are under way");
        }
        return words.append('.').toString();
    }

    private static long count(List<Move> moves, MoveState state) {
        return moves.stream().filter(move -> move.state() == state).count();
    }

    private static List<Stage> stages(Material material) {
        Incident incident = material.incident();
        List<Stage> stages = new ArrayList<>();
        Instant opened = incident.openedAt();
        add(
                stages,
                opened,
                incident.subject() instanceof Subject.Return ? "waiting for it begins" : "reported",
                opened);
        boolean hasMilestones = !material.milestones().isEmpty();
        for (Milestone milestone : material.milestones()) {
            add(
                    stages,
                    opened,
                    switch (milestone.what()) {
                        case PROVED -> "proved to be dead";
                        case FIRST_BACK -> "the first instance is back";
                        case ALL_BACK ->
                            incident.subject() instanceof Subject.Instance
                                    ? "the instance is back"
                                    : "every instance has come to its end";
                    },
                    milestone.at());
            if (milestone.what() == Milestone.What.PROVED) {
                isolatedAt(material).ifPresent(at -> add(stages, opened, "isolated: Nova takes it for down", at));
            }
        }
        if (!hasMilestones || !(incident.subject() instanceof Subject.WholeHost)) {
            material.decisions().stream()
                    .filter(decision -> decision.phase() != decision.before()
                            && !decision.phase().isEnd())
                    .forEach(decision ->
                            add(stages, opened, lower(decision.phase().title()), decision.at()));
        }
        incident.closedAt().ifPresent(at -> add(stages, opened, "over", at));
        return stages;
    }

    private static void add(List<Stage> stages, Instant opened, String what, Instant at) {
        Instant before =
                stages.isEmpty() ? opened : stages.get(stages.size() - 1).at();
        stages.add(new Stage(what, at, positive(opened, at), positive(before, at)));
    }

    /** Clocks of two controllers may differ a little. */
    private static Duration positive(Instant from, Instant to) {
        Duration between = Duration.between(from, to);
        return between.isNegative() ? Duration.ZERO : between;
    }

    private static Optional<Instant> isolatedAt(Material material) {
        return material.decisions().stream()
                .filter(decision -> decision.phase() == Phase.MOVING && decision.before() != Phase.MOVING)
                .map(DecisionLine::at)
                .findFirst();
    }

    private static List<Wait> waits(Material material, Instant now) {
        List<Wait> waits = new ArrayList<>();
        Optional<DecisionLine> waiting = Optional.empty();
        for (DecisionLine decision : material.decisions()) {
            boolean goesOn = waiting.isPresent() && waiting.get().gate().equals(decision.gate());
            if (goesOn) {
                continue;
            }
            waiting.ifPresent(since -> waits.add(wait(since, Optional.of(decision.at()), now)));
            waiting = decision.gate().isPresent() ? Optional.of(decision) : Optional.empty();
        }
        waiting.ifPresent(since -> waits.add(wait(since, material.incident().closedAt(), now)));
        return waits;
    }

    private static Wait wait(DecisionLine since, Optional<Instant> until, Instant now) {
        return new Wait(
                since.gate().orElseThrow(), since.words(), since.at(), until, positive(since.at(), until.orElse(now)));
    }

    private static List<String> leftToDo(Material material) {
        Incident incident = material.incident();
        List<String> left = new ArrayList<>();
        incident.gate()
                .filter(gate -> incident.isOpen())
                .ifPresent(gate -> left.add(capital(incident.nextStep().orElseThrow()) + "."));
        incident.moves().stream()
                .filter(move -> move.state() == MoveState.FAILED)
                .forEach(move -> left.add("Instance " + move.serverName() + " could not be moved: " + move.words()
                        + ". When the cause is gone: openstack server evacuate " + move.server()));
        incident.reservations().stream()
                .filter(reservation ->
                        reservation.state() == Reservation.State.KEPT || reservation.state() == Reservation.State.LOST)
                .forEach(reservation -> left.add(reservation.host() + " is no longer a reserved host; for another one: "
                        + "migawari reserved-host add " + material.segment().orElse("SEGMENT") + " HOST"));
        if (incident.phase() == Phase.FAILED) {
            left.add(capital(incident.words()) + ": look at it by hand.");
        }
        material.related().stream()
                .filter(other -> other.subject() instanceof Subject.Return && other.isOpen())
                .forEach(other ->
                        left.add("Repair " + other.host() + ", and start it; it is put to use again by incident "
                                + other.id() + " (" + other.phase().title() + ")."));
        return left;
    }

    /** What people gave as evidence is among the evidence, too; here it is one more of their words. */
    Stream<Evidence> evidence() {
        return material.incident().evidence().stream();
    }

    Stream<JournalEntry> actions() {
        return material.incident().journal().stream();
    }

    static String words(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 10_000) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
        }
        long seconds = Math.round(millis / 1000.0);
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return seconds / 60 + " min " + seconds % 60 + " s";
        }
        return seconds / 3600 + " h " + seconds / 60 % 60 + " min";
    }

    private static String capital(String words) {
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    private static String lower(String words) {
        return Character.toLowerCase(words.charAt(0)) + words.substring(1);
    }
}
