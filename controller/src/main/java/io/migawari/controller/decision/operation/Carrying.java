// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision.operation;

import io.migawari.controller.decision.Remains;
import io.migawari.controller.decision.Tries;
import io.migawari.controller.decision.operation.Vicinity.Failure;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.cloud.LiveProgress;
import io.migawari.controller.model.cloud.Migration;
import io.migawari.controller.model.cloud.Server;
import io.migawari.controller.model.cloud.VmState;
import io.migawari.controller.model.operation.Abort;
import io.migawari.controller.model.operation.Order;
import io.migawari.controller.model.operation.Transfer;
import io.migawari.controller.model.operation.Transfer.State;
import io.migawari.controller.model.operation.Way;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What has become of one move. As in a recovery, Nova's word that it took something on is no outcome: the end is the instance seen
 * on another host without a task, in the state that it had; or a failure that Nova names.
 */
final class Carrying {

    /** How long Nova may need to show a sign of what it may have taken on, and of what it has certainly taken on. */
    private static final Duration SIGN = Duration.ofSeconds(15);

    private static final Duration SIGN_OF_AN_ACCEPTED_ONE = Duration.ofSeconds(60);

    /** Tries to restore the former state; with their growing pauses that is a minute. */
    private static final int RESTORE_TRIES = 6;

    private final OperationDraft draft;
    private final Map<ServerId, Server> servers = new HashMap<>();

    Carrying(OperationDraft draft) {
        this.draft = draft;
        draft.seen.onHost().known().orElse(List.of()).forEach(server -> servers.put(server.id(), server));
        draft.seen.changed().known().orElse(List.of()).forEach(server -> servers.put(server.id(), server));
    }

    /** How it moves, in a word. */
    static String doing(Transfer transfer) {
        return switch (transfer.way()) {
            case LIVE -> "live migration";
            case COLD -> "cold migration";
            case EVACUATE -> "evacuation";
            case ZONE -> "move into another zone";
        };
    }

    static String recovered(Transfer transfer, Failure failure) {
        return transfer.source() + " has failed; incident " + failure.incident() + " recovers it";
    }

    /** Puts its next state into the draft, with the steps that it asks for. */
    void follow(Transfer transfer) {
        if (transfer.way() == Way.ZONE) {
            ZoneMove.follow(draft, transfer);
            return;
        }
        // what Nova does not list as changed is as it was when it was planned
        Optional<Server> server = Optional.ofNullable(servers.get(transfer.server()));
        if (server.filter(s -> s.deleted() || s.vmState() == VmState.DELETED).isPresent()) {
            end(transfer, State.GONE, "it was deleted meanwhile");
            return;
        }
        switch (transfer.state()) {
            case PLANNED -> planned(transfer, server);
            case MOVING, CONFIRMING, REVERTING -> {
                switch (transfer.way()) {
                    case LIVE -> live(transfer, server);
                    case COLD -> cold(transfer, server);
                    case EVACUATE -> evacuated(transfer, server);
                    case ZONE -> throw new AssertionError(transfer);
                }
            }
            case RESTORING -> server.ifPresent(s -> restore(transfer, s));
            case STOPPING -> stopping(transfer, server);
            case SUCCEEDED, FAILED, LEFT, GONE, ABORTED ->
                throw new IllegalArgumentException("ended already: " + transfer);
        }
    }

    private void planned(Transfer transfer, Optional<Server> server) {
        if (server.isEmpty()) {
            return;
        }
        if (hasLeft(transfer, server.get())) {
            elsewhere(transfer, server.get());
            return;
        }
        Ways.Choice choice =
                transfer.way() == Way.EVACUATE ? Ways.fromDead(server.get()) : Ways.fromLiving(server.get());
        if (choice instanceof Ways.Choice.Go go) {
            if (transfer.way() == Way.LIVE && go.way() == Way.COLD) {
                stoppedMeanwhile(transfer);
            }
        } else if (choice instanceof Ways.Choice.Later later) {
            draft.put(transfer.again("waits: " + later.why(), draft.now.plusSeconds(1)));
        } else if (choice instanceof Ways.Choice.No no) {
            end(transfer, State.LEFT, no.why());
        }
    }

    private void stoppedMeanwhile(Transfer transfer) {
        if (draft.operation.order() instanceof Order.MoveServer) {
            end(transfer, State.LEFT, "it is stopped, so it cannot be migrated live; use migrate");
        } else {
            draft.put(transfer.by(Way.COLD, "it is stopped, so it is migrated cold"));
        }
    }

    private void live(Transfer transfer, Optional<Server> server) {
        Optional<Migration> record = record(transfer);
        if (server.filter(s -> hasLeft(transfer, s)).isPresent()) {
            arrived(transfer, server.get(), record);
        } else if (record.isEmpty()) {
            unrecorded(transfer, server);
        } else {
            Transfer known = transfer.to(record.get().destination().or(transfer::destination));
            switch (record.get().status()) {
                case UNDER_WAY, FINISHED, UNKNOWN -> liveUnderWay(known, record.get());
                case DONE -> draft.put(known.in(State.MOVING, "Nova is about to finish it"));
                case CALLED_OFF -> calledOff(known, server);
                case FAILED -> failed(known, server);
            }
        }
    }

    private void liveUnderWay(Transfer transfer, Migration record) {
        if (hasGivenWay(transfer)) {
            return;
        }
        Optional<LiveProgress> progress =
                Optional.ofNullable(draft.seen.progress().get(transfer.server()));
        Optional<Integer> percent = progress.map(LiveProgress::percent).filter(copied -> copied > 0);
        draft.operation
                .abort()
                .filter(Abort::running)
                .ifPresent(unused -> draft.ensure(new Step.AbortLiveMigration(transfer.server(), record.number())));
        if (isForced(transfer)) {
            Step force = new Step.ForceComplete(transfer.server(), record.number());
            if (draft.tries(force).count() == 0) { // a second one would be refused
                draft.ensure(force);
            }
        }
        draft.put(transfer.at(percent)
                .in(
                        State.MOVING,
                        "live migration" + to(transfer)
                                + percent.map(copied -> ", " + copied + " %").orElse("")
                                + destinationFailed(transfer)));
    }

    /** A person's wish counts for what was under way then. */
    private boolean isForced(Transfer transfer) {
        return draft.operation
                .forcedAt()
                .filter(at -> draft.last(transfer)
                        .filter(entry -> entry.intendedAt().isBefore(at))
                        .isPresent())
                .isPresent();
    }

    private void cold(Transfer transfer, Optional<Server> server) {
        Optional<Migration> record = record(transfer);
        boolean left = server.filter(s -> hasLeft(transfer, s)).isPresent();
        boolean idle = server.filter(s -> s.taskState().isEmpty()).isPresent();
        if (left && idle && server.get().vmState() == VmState.RESIZED) {
            confirmOrRevert(transfer.to(server.get().host()), server.get());
        } else if (left && idle) {
            arrived(transfer, server.get(), record);
        } else if (record.isEmpty()) {
            unrecorded(transfer, server);
        } else {
            Transfer known = transfer.to(record.get().destination().or(transfer::destination));
            switch (record.get().status()) {
                case UNDER_WAY, FINISHED, UNKNOWN, DONE -> coldUnderWay(known, left);
                case CALLED_OFF -> calledOff(known, server);
                case FAILED -> failed(known, server);
            }
        }
    }

    private void coldUnderWay(Transfer transfer, boolean left) {
        if (!left && hasGivenWay(transfer)) {
            return;
        }
        String words = switch (transfer.state()) {
            case CONFIRMING -> "arrived; being confirmed";
            case REVERTING -> "being put back";
            default -> "cold migration" + to(transfer) + destinationFailed(transfer);
        };
        draft.put(transfer.in(transfer.state(), words));
    }

    private void confirmOrRevert(Transfer transfer, Server server) {
        boolean back = draft.operation.abort().filter(Abort::running).isPresent();
        Step step = back ? new Step.RevertMigration(server.id()) : new Step.ConfirmMigration(server.id());
        draft.ensure(step);
        String complaint =
                draft.tries(step).complaint().map(words -> "; Nova: " + words).orElse("");
        draft.put(transfer.in(
                back ? State.REVERTING : State.CONFIRMING,
                (back ? "being put back" : "arrived; being confirmed") + complaint));
    }

    private void evacuated(Transfer transfer, Optional<Server> server) {
        Optional<Migration> record = record(transfer);
        Transfer known = transfer.to(record.flatMap(Migration::destination).or(transfer::destination));
        if (server.filter(s -> hasLeft(transfer, s)).isPresent()) {
            evacuatedTo(known, server.get(), record);
            return;
        }
        if (known.destination().filter(this::isDead).isPresent()) {
            takeBack(known, server);
            return;
        }
        boolean inError = server.filter(
                        s -> s.vmState() == VmState.ERROR && s.taskState().isEmpty())
                .isPresent();
        boolean recordFailed =
                record.filter(r -> r.status() == Migration.Status.FAILED).isPresent();
        if (inError && recordFailed) {
            failed(known, server);
        } else if (record.isEmpty()) {
            unrecorded(transfer, server);
        } else {
            draft.put(known.in(State.MOVING, "evacuation" + to(known)));
        }
    }

    private void evacuatedTo(Transfer transfer, Server server, Optional<Migration> record) {
        boolean done = record.filter(r -> r.status() == Migration.Status.DONE).isPresent();
        if (record.isEmpty()) {
            elsewhere(transfer, server);
        } else if (done) {
            restore(transfer.to(server.host()), server);
        } else {
            draft.put(transfer.in(State.MOVING, "Nova is about to finish it"));
        }
    }

    private boolean isDead(HostName host) {
        boolean up = draft.seen.service(host).filter(ComputeService::up).isPresent();
        return !up && draft.seen.vicinity().dead().contains(host);
    }

    /** Nothing in Nova would ever end an evacuation to a host that has died (seen on Nova 26.2). */
    private void takeBack(Transfer transfer, Optional<Server> server) {
        String why = transfer.destination().map(HostName::value).orElse("its destination") + " has died, too";
        if (server.filter(s -> s.vmState() == VmState.ERROR).isPresent()) {
            draft.put(transfer.again(why, draft.now));
            return;
        }
        draft.ensure(new Step.ResetToError(transfer.server()));
        draft.put(transfer.in(State.MOVING, why + "; taking it back from there"));
    }

    private void arrived(Transfer transfer, Server server, Optional<Migration> record) {
        if (record.isEmpty()) {
            elsewhere(transfer, server);
        } else {
            restore(transfer.to(server.host()), server);
        }
    }

    private void elsewhere(Transfer transfer, Server server) {
        HostName host = server.host().orElseThrow();
        boolean asWished = transfer.wishes().isEmpty() || transfer.wishes().contains(host);
        String why = "somebody else has moved it to " + host;
        draft.put(transfer.to(Optional.of(host)).ended(asWished ? State.GONE : State.LEFT, why, draft.now));
    }

    private void restore(Transfer transfer, Server server) {
        if (server.taskState().isPresent()) {
            draft.put(transfer.in(
                    State.RESTORING, "arrived; Nova is at " + server.taskState().get()));
            return;
        }
        Optional<Step> missing = missing(transfer, server);
        String host = transfer.destination().map(HostName::value).orElse("another host");
        if (missing.isEmpty()) {
            end(transfer, State.SUCCEEDED, "on " + host + " as before (" + transfer.former() + ")");
            return;
        }
        Tries tries = draft.tries(missing.get());
        if (tries.count() >= RESTORE_TRIES && tries.ended(draft.now)) {
            end(
                    transfer,
                    State.FAILED,
                    "on " + host + ", but " + server.states() + " instead of " + transfer.former()
                            + tries.complaint().map(words -> ": " + words).orElse(""));
            return;
        }
        draft.ensure(missing.get());
        draft.put(transfer.in(State.RESTORING, "arrived; its former state is being restored"));
    }

    private static Optional<Step> missing(Transfer transfer, Server server) {
        return switch (server.vmState()) {
            case STOPPED -> transfer.runs() ? Optional.of(new Step.Start(server.id())) : Optional.empty();
            case ACTIVE -> transfer.runs() ? Optional.empty() : Optional.of(new Step.Stop(server.id()));
            default -> Optional.empty(); // paused before and after
        };
    }

    private void calledOff(Transfer transfer, Optional<Server> server) {
        if (server.flatMap(Server::taskState).isPresent()) {
            draft.put(transfer.in(transfer.state(), "called off; Nova is putting it back"));
        } else if (draft.isAborted()) {
            end(transfer, State.ABORTED, "called off; it is on " + transfer.source() + " as before");
        } else {
            cannotMove(transfer, "somebody has called its " + doing(transfer) + " off");
        }
    }

    private void failed(Transfer transfer, Optional<Server> server) {
        if (server.flatMap(Server::taskState).isPresent()) {
            draft.put(transfer.in(State.MOVING, "Nova has failed, and is putting it back"));
            return;
        }
        if (hasGivenWay(transfer)) {
            return;
        }
        String why = server.flatMap(Server::fault)
                .map(words -> "Nova could not do it: " + words)
                .orElse("Nova calls its " + doing(transfer) + to(transfer) + " failed, and gives no reason");
        boolean remains = transfer.way() == Way.EVACUATE && why.contains("already exists");
        if (remains && isWithin(Remains.REMOVED_WITHIN, transfer) && !draft.isAborted()) {
            draft.put(transfer.again(
                    why + "; what has arrived there of its live migration is removed soon",
                    draft.now.plus(Remains.BETWEEN_LOOKS)));
        } else {
            retry(transfer, why);
        }
    }

    private boolean isWithin(Duration time, Transfer transfer) {
        return transfer.startedAt()
                .filter(begun -> begun.plus(time).isAfter(draft.now))
                .isPresent();
    }

    private void retry(Transfer transfer, String why) {
        if (draft.isAborted()) {
            end(transfer, State.ABORTED, why + "; called off");
        } else if (transfer.attempts() >= draft.policy.attempts()) {
            cannotMove(transfer, why + " (tried " + transfer.attempts() + " times)");
        } else {
            draft.put(transfer.again(why + "; tried again", draft.now.plus(Tries.pause(transfer.attempts() + 2))));
        }
    }

    /** It stays; what becomes of one that runs is what the person has said who drains the host. */
    private void cannotMove(Transfer transfer, String why) {
        if (draft.operation.order() instanceof Order.Drain drain && transfer.way() == Way.LIVE && !draft.isAborted()) {
            switch (drain.remainder()) {
                case MIGRATE -> draft.put(transfer.by(Way.COLD, why + "; migrated cold instead"));
                case STOP -> {
                    draft.ensure(new Step.Stop(transfer.server()));
                    draft.put(transfer.in(State.STOPPING, why + "; stopped instead"));
                }
                case LEAVE -> end(transfer, State.FAILED, why);
            }
        } else {
            end(transfer, State.FAILED, why);
        }
    }

    private void stopping(Transfer transfer, Optional<Server> server) {
        if (server.filter(s -> s.vmState() == VmState.STOPPED && s.taskState().isEmpty())
                .isPresent()) {
            end(transfer, State.LEFT, transfer.words());
        } else {
            draft.ensure(new Step.Stop(transfer.server()));
        }
    }

    /** Nova has no record of this attempt (yet). */
    private void unrecorded(Transfer transfer, Optional<Server> server) {
        Optional<JournalEntry> last = draft.last(transfer);
        if (last.isEmpty()) {
            draft.put(transfer.again("to be asked for", draft.now));
            return;
        }
        JournalEntry entry = last.get();
        if (Tries.isUnderWay(entry, draft.operation.epoch(), draft.now)) {
            return;
        }
        if (entry.outcome().isPresent() && entry.outcome().get() instanceof Outcome.Refused refused) {
            refused(transfer, refused);
            return;
        }
        if (server.flatMap(Server::taskState).isPresent()) {
            return; // Nova is at it, and its record appears in a moment
        }
        boolean accepted =
                entry.outcome().filter(Outcome.Accepted.class::isInstance).isPresent();
        Instant until = entry.lastMoment().plus(accepted ? SIGN_OF_AN_ACCEPTED_ONE : SIGN);
        if (until.isAfter(draft.now)) {
            return;
        }
        retry(
                transfer,
                accepted
                        ? "Nova took it on and shows no sign of it"
                        : "it is not known whether Nova got the request, and it shows no sign of it");
    }

    private void refused(Transfer transfer, Outcome.Refused refused) {
        switch (refused.refusal()) {
            case THROTTLED, NOT_SENT ->
                draft.put(transfer.again(
                        refused.words(),
                        draft.now.plus(refused.retryAfter().orElse(Tries.pause(transfer.attempts())))));
            case WRONG_STATE -> retry(transfer, "Nova refuses: " + refused.words());
            case SOURCE_IS_UP, NOT_FOUND, FORBIDDEN, OTHER -> {
                if (!hasGivenWay(transfer)) {
                    cannotMove(transfer, "Nova refuses: " + refused.words());
                }
            }
        }
    }

    /** Its host is known to be dead: it is the recovery's now. */
    private boolean hasGivenWay(Transfer transfer) {
        Optional<Failure> failure =
                draft.seen.vicinity().failure(transfer.source()).filter(Failure::proven);
        failure.ifPresent(found -> end(transfer, State.LEFT, recovered(transfer, found)));
        return failure.isPresent();
    }

    private String destinationFailed(Transfer transfer) {
        return transfer.destination()
                .flatMap(draft.seen.vicinity()::failure)
                .map(failure ->
                        "; its destination has failed (incident " + failure.incident() + "), Nova notices by itself")
                .orElse("");
    }

    private static String to(Transfer transfer) {
        return transfer.destination().map(host -> " to " + host).orElse("");
    }

    private static boolean hasLeft(Transfer transfer, Server server) {
        return server.host().isPresent() && !server.isOn(transfer.source());
    }

    /** The newest record of this attempt. */
    private Optional<Migration> record(Transfer transfer) {
        Migration.Kind kind = switch (transfer.way()) {
            case LIVE -> Migration.Kind.LIVE;
            case COLD -> Migration.Kind.COLD;
            case EVACUATE -> Migration.Kind.EVACUATION;
            case ZONE -> throw new AssertionError(transfer); // Nova has no record of it
        };
        return draft.seen.migrations().known().orElse(List.of()).stream()
                .filter(record -> record.server().equals(transfer.server())
                        && record.number() > transfer.baseline()
                        && record.kind() == kind)
                .max(Comparator.comparingLong(Migration::number));
    }

    private void end(Transfer transfer, State state, String why) {
        draft.put(transfer.ended(state, why, draft.now));
    }
}
