// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.controller.decision.Destinations.Choice;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.MoveState;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.cloud.Evacuation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Instances move: each is followed to its end, and new moves are started as room allows, in the order of their ranks. */
final class Moving {

    private static final Duration WHILE_WAITING = Duration.ofSeconds(5);

    private Moving() {}

    static Duration decide(Draft draft) {
        Optional<ComputeService> service = FailedHost.service(draft);
        if (service.isEmpty()) {
            return FailedHost.WHILE_UNREADABLE;
        }
        if (service.get().up() && draft.incident.cancellation().isEmpty()) {
            // Somebody has taken our force-down away: no more evacuations before it is clear why.
            draft.become(Phase.ISOLATING, "Nova takes " + draft.incident.host() + " for up again");
            return Duration.ZERO;
        }
        Optional<String> unreadable = draft.seen
                .changed()
                .whyUnknown()
                .or(() -> draft.seen.evacuations().whyUnknown());
        if (unreadable.isPresent()) {
            draft.waitAt(Gate.Kind.CLOUD_UNREADABLE, "Nova's instances cannot be read: " + unreadable.get());
            return FailedHost.WHILE_UNREADABLE;
        }
        if (draft.incident.cancellation().isEmpty()) {
            FailedHost.keepOutWhileMoving(draft, service.get());
        }
        var following = new Following(draft);
        if (draft.seen.changed().wasAsked()) { // not in the pass that has only just planned them
            draft.moves().stream().filter(move -> !move.state().isEnd()).forEach(following::follow);
        }
        draft.incident.cancellation().ifPresent(cancellation -> leavePlanned(draft, Closing.calledOff(cancellation)));
        draft.moves().stream()
                .filter(move -> !move.state().isEnd())
                .flatMap(move -> following.unanswered(move).stream())
                .findFirst()
                .ifPresent(words -> draft.waitAt(Gate.Kind.CLOUD_UNREADABLE, words));
        List<Move> held = FailedHost.isHeardOf(draft, service.get())
                ? planned(draft).filter(following::mayRunThere).toList()
                : List.of();
        start(draft, held);
        hold(draft, held);

        if (draft.moves().stream().allMatch(move -> move.state().isEnd())) {
            draft.become(Phase.CLOSING, "every instance has come to its end");
            return Duration.ZERO;
        }
        return pause(draft);
    }

    static void leavePlanned(Draft draft, String why) {
        planned(draft).forEach(move -> draft.put(move.ended(MoveState.LEFT, why, draft.now)));
    }

    private static Stream<Move> planned(Draft draft) {
        return draft.moves().stream().filter(move -> move.state() == MoveState.PLANNED);
    }

    /** The host has come back, and these may run on it: evacuated, they would run twice. */
    private static void hold(Draft draft, List<Move> held) {
        if (held.isEmpty()) {
            return;
        }
        String back = draft.incident.host() + " is heard of again";
        held.forEach(move -> draft.put(move.in(MoveState.PLANNED, back + ", and it may run there")));
        String names = Names.of(held.stream().map(Move::serverName).sorted().toList());
        draft.waitAt(Gate.Kind.HOST_BACK, back + " in the middle of its recovery, and may run there: " + names);
    }

    private static void start(Draft draft, List<Move> held) {
        var destinations = new Destinations(draft);
        long free = draft.policy.parallel() - underWay(draft);
        for (Move move : draft.moves()) {
            if (move.state() != MoveState.PLANNED || held.contains(move) || free <= 0) {
                continue;
            }
            if (move.notBefore().filter(draft.now::isBefore).isPresent()) {
                draft.keepWaitingAt(Gate.Kind.NO_DESTINATION);
                continue;
            }
            Choice choice = MidMigration.choose(draft, move).orElseGet(() -> destinations.choose(move));
            if (choice instanceof Choice.Go go) {
                draft.put(attempt(draft, move, go.host()));
                draft.step(new Step.Evacuate(move.server(), go.host()));
                free--;
            } else if (choice instanceof Choice.NotYet notYet) {
                draft.put(move.in(MoveState.PLANNED, notYet.why()));
            } else if (choice instanceof Choice.Nowhere nowhere) {
                waitForRoom(draft, move, nowhere.why());
            } else {
                throw new AssertionError(choice);
            }
        }
    }

    private static Move attempt(Draft draft, Move move, Optional<HostName> host) {
        long newest = draft.seen
                .evacuations()
                .known()
                .flatMap(records -> Planner.newest(records, move.server()))
                .map(Evacuation::number)
                .orElse(0L);
        String where = host.map(name -> "to " + name).orElse("to wherever the scheduler puts it");
        return move.attempted(host, Math.max(newest, move.baseline()), "evacuating " + where, draft.now);
    }

    private static void waitForRoom(Draft draft, Move move, String why) {
        if (draft.incident.triedSince().plus(draft.policy.giveUpAfter()).isBefore(draft.now)) {
            draft.put(move.ended(MoveState.FAILED, why + "; given up", draft.now));
            return;
        }
        draft.put(move.in(MoveState.PLANNED, why));
        draft.waitAt(Gate.Kind.NO_DESTINATION, why);
    }

    private static long underWay(Draft draft) {
        return draft.moves().stream()
                .filter(move -> move.state() == MoveState.EVACUATING)
                .count();
    }

    private static Duration pause(Draft draft) {
        List<Move> open =
                draft.moves().stream().filter(move -> !move.state().isEnd()).toList();
        boolean allWait = open.stream().allMatch(move -> move.state() == MoveState.PLANNED);
        if (allWait && draft.isWaiting()) {
            return WHILE_WAITING;
        }
        return Pace.pause(draft.moves(), draft.now);
    }
}
