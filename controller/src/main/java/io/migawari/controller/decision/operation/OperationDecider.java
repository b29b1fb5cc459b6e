// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision.operation;

import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.cloud.Server;
import io.migawari.controller.model.operation.Operation;
import io.migawari.controller.model.operation.OperationId;
import io.migawari.controller.model.operation.OperationState;
import io.migawari.controller.model.operation.Order;
import io.migawari.controller.model.operation.Transfer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What to do about an operation, given the world as it was just found. Pure, as {@link io.migawari.controller.decision.Decider} is
 * for incidents. An operation waits where a recovery would, and gives way to it: an instance whose host has failed is the recovery's.
 */
public final class OperationDecider {

    private static final Duration WHILE_MOVING = Duration.ofSeconds(1);
    private static final Duration WHILE_WAITING = Duration.ofSeconds(3);

    private OperationDecider() {}

    public static OperationDecision decide(Operation operation, Sight seen, OperationPolicy policy, Instant now) {
        var draft = new OperationDraft(operation, seen, policy, now);
        Optional<String> unreadable = seen.unreadable();
        if (unreadable.isPresent()) {
            draft.say("waits until Nova can be read: " + unreadable.get());
            return draft.finish(WHILE_WAITING);
        }
        if (draft.state() == OperationState.PREPARING) {
            Preparing.decide(draft);
        }
        if (draft.state() == OperationState.MOVING) {
            moving(draft);
        }
        boolean underWay =
                draft.transfers().stream().anyMatch(transfer -> transfer.state().isUnderWay());
        return draft.finish(underWay ? WHILE_MOVING : WHILE_WAITING);
    }

    private static void moving(OperationDraft draft) {
        if (draft.seen.changed().wasAsked()) { // not in the pass that has only just prepared it
            var carrying = new Carrying(draft);
            draft.open().forEach(carrying::follow);
        }
        draft.operation.abort().ifPresent(abort -> leavePlanned(draft, "called off by " + abort.by()));
        if (!draft.isAborted()) {
            newcomers(draft);
            new Starting(draft).start();
        }
        Optional<String> wait = draft.open().isEmpty() ? waitForOtherMover(draft) : Optional.empty();
        if (wait.isPresent()) {
            draft.say(wait.get());
        } else if (draft.open().isEmpty()) {
            finish(draft);
        } else if (!(draft.operation.order() instanceof Order.MoveZone)) { // that says what it is doing
            draft.say(progress(draft.transfers()));
        }
    }

    private static void leavePlanned(OperationDraft draft, String why) {
        draft.open().stream()
                .filter(transfer -> transfer.state() == Transfer.State.PLANNED)
                .forEach(transfer -> draft.put(transfer.ended(Transfer.State.ABORTED, why, draft.now)));
    }

    /** What was scheduled to the host before it was taken out of scheduling, and after the operation was asked for. */
    private static void newcomers(OperationDraft draft) {
        if (draft.operation.order() instanceof Order.Drain drain) {
            strangers(draft)
                    .filter(server -> otherMover(draft, server).isEmpty())
                    .toList()
                    .forEach(server -> draft.put(OperationPlanner.ofDrain(
                            drain, server, draft.transfers().size(), draft.now)));
        }
    }

    /** Instances on the host of a drain that it does not know. */
    private static Stream<Server> strangers(OperationDraft draft) {
        return draft.seen.onHost().known().orElse(List.of()).stream()
                .filter(server -> draft.transfers().stream()
                        .noneMatch(transfer -> transfer.server().equals(server.id())));
    }

    /** One that another operation moves is that one's until it has let go of it. */
    private static Optional<OperationId> otherMover(OperationDraft draft, Server server) {
        return draft.seen.vicinity().moverOtherThan(draft.operation.id(), server.id());
    }

    private static Optional<String> waitForOtherMover(OperationDraft draft) {
        return draft.operation.order() instanceof Order.Drain && !draft.isAborted()
                ? strangers(draft)
                        .flatMap(server -> otherMover(draft, server)
                                .map(mover -> "waits for operation " + mover + ", which moves " + server.name())
                                .stream())
                        .findFirst()
                : Optional.empty();
    }

    /** How far it is, in a line. */
    static String progress(List<Transfer> transfers) {
        long ended = count(transfers, Transfer.State.SUCCEEDED) + count(transfers, Transfer.State.GONE);
        long underWay = transfers.stream()
                .filter(transfer -> transfer.state().isUnderWay())
                .count();
        long planned = count(transfers, Transfer.State.PLANNED);
        long not = transfers.size() - ended - underWay - planned;
        return ended + " of " + transfers.size() + " moved, " + underWay + " under way, " + planned + " to go"
                + (not > 0 ? ", " + not + " not moved" : "");
    }

    private static long count(List<Transfer> transfers, Transfer.State state) {
        return transfers.stream().filter(transfer -> transfer.state() == state).count();
    }

    private static void finish(OperationDraft draft) {
        List<Transfer> transfers = draft.transfers();
        long well =
                transfers.stream().filter(transfer -> transfer.state().isWell()).count();
        boolean allWell = well == transfers.size();
        if (draft.operation.order() instanceof Order.Drain drain) {
            finishDrain(draft, drain, allWell, well);
            return;
        }
        if (allWell) {
            draft.become(OperationState.DONE, done(draft));
        } else if (draft.isAborted()) {
            draft.become(OperationState.ABORTED, aborted(draft, well));
        } else {
            draft.become(well > 0 ? OperationState.PARTLY_DONE : OperationState.FAILED, notMoved(transfers));
        }
    }

    private static void finishDrain(OperationDraft draft, Order.Drain drain, boolean allWell, long well) {
        List<Server> left = draft.seen.onHost().known().orElse(List.of());
        if (allWell && draft.seen.onHost().known().isEmpty()) {
            return; // it has only just been taken out of scheduling: look whether it is empty
        }
        Optional<Vicinity.Failure> failure = draft.seen.vicinity().failure(drain.host());
        if (allWell && failure.isPresent()) {
            draft.become(
                    OperationState.PARTLY_DONE,
                    drain.host() + " has failed meanwhile, and is not put on maintenance; see incident "
                            + failure.get().incident());
        } else if (allWell && left.isEmpty()) {
            draft.maintenance(true);
            draft.become(
                    OperationState.DONE,
                    drain.host() + " is empty and on maintenance" + moved(well) + "; it can be serviced");
        } else if (draft.isAborted()) {
            draft.become(OperationState.ABORTED, aborted(draft, well) + "; " + drain.host() + " gets nothing new");
        } else if (!allWell) {
            String stays = notMoved(draft.transfers()) + "; " + drain.host()
                    + " gets nothing new, but is not on maintenance: if it goes down, that is a failure";
            draft.become(well > 0 ? OperationState.PARTLY_DONE : OperationState.FAILED, stays);
        }
        // else: what has moved is still listed there for a moment
    }

    private static String done(OperationDraft draft) {
        if (draft.operation.order() instanceof Order.Undrain undrain) {
            boolean enabled = draft.seen
                    .service(undrain.host())
                    .filter(ComputeService::enabled)
                    .isPresent();
            return undrain.host()
                    + (enabled ? " is in use again" : " is off maintenance, and disabled as it was before the drain")
                    + moved(draft.transfers().size());
        }
        return draft.transfers().stream()
                .map(transfer -> transfer.serverName() + ": " + transfer.words())
                .findFirst()
                .orElse("done");
    }

    private static String moved(long count) {
        return count == 0 ? "" : "; " + count + (count == 1 ? " instance has" : " instances have") + " moved";
    }

    private static String aborted(OperationDraft draft, long well) {
        return "called off by " + draft.operation.abort().orElseThrow().by() + "; " + well + " of "
                + draft.transfers().size() + " had moved";
    }

    private static String notMoved(List<Transfer> transfers) {
        List<String> names = transfers.stream()
                .filter(transfer -> !transfer.state().isWell())
                .map(transfer -> transfer.serverName() + " (" + transfer.words() + ")")
                .toList();
        int most = 3;
        Stream<String> shown = names.stream().limit(most);
        String more = names.size() > most ? " and " + (names.size() - most) + " more" : "";
        return "not moved: " + String.join(", ", shown.toList()) + more;
    }
}
