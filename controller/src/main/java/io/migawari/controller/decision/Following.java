// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.controller.model.Gate;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.MoveState;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.cloud.Evacuation;
import io.migawari.controller.model.cloud.Server;
import io.migawari.controller.model.cloud.VmState;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What has become of one move. Nova's word that it took an evacuation on is no outcome: the end is the instance seen on
 * another host, without a task, with its evacuation recorded as done, in the state that it had before; or a failure that
 * Nova names. While Nova may still be at it, nothing is started again, however long it takes.
 */
final class Following {

    /** How long Nova may need to show a sign of an evacuation that it may have taken on (seen: up to 1 s). */
    private static final Duration SIGN = Duration.ofSeconds(10);

    /** The same for one that it has certainly taken on. */
    private static final Duration SIGN_OF_AN_ACCEPTED_ONE = Duration.ofSeconds(60);

    /** So many requests in a row may be left open by Nova before somebody should look at it. */
    private static final int LEFT_OPEN = 3;

    /** Tries to restore the former state; with the growing pauses of {@link Tries} that is a minute. */
    private static final int RESTORE_TRIES = 6;

    /** Nova writes ERROR down a moment before the reason (seen on Nova 26.2), which decides what to do: one more look. */
    private static final String REASON_AWAITED = "Nova calls it failed; its reason is awaited";

    private final Draft draft;
    private final Map<ServerId, Server> servers = new HashMap<>();
    private final Map<ServerId, JournalEntry> lastEvacuate = new HashMap<>();
    /** How many requests in a row, the last among them, were answered, if at all, in a way that tells nothing. */
    private final Map<ServerId, Integer> leftOpen = new HashMap<>();

    Following(Draft draft) {
        this.draft = draft;
        draft.seen.serversOnHost().known().orElse(List.of()).forEach(server -> servers.put(server.id(), server));
        draft.seen.changed().known().orElse(List.of()).forEach(server -> servers.put(server.id(), server));
        draft.incident.journal().stream()
                .sorted(Comparator.comparingLong(JournalEntry::number))
                .forEach(entry -> {
                    if (entry.step() instanceof Step.Evacuate evacuate) {
                        lastEvacuate.put(evacuate.server(), entry);
                        entry.outcome()
                                .ifPresent(outcome -> leftOpen.merge(
                                        evacuate.server(),
                                        outcome instanceof Outcome.Unknown ? 1 : 0,
                                        (before, more) -> more == 0 ? 0 : before + more));
                    }
                });
    }

    /** Puts the move's next state into the draft, with the steps that it asks for. */
    void follow(Move move) {
        Optional<Server> server = Optional.ofNullable(servers.get(move.server()));
        if (server.filter(s -> s.deleted() || s.vmState() == VmState.DELETED).isPresent()) {
            draft.put(move.to(Optional.empty()).ended(MoveState.LEFT, "it was deleted meanwhile", draft.now));
            return;
        }
        switch (move.state()) {
            case PLANNED -> planned(move, server);
            case EVACUATING -> evacuating(move, server);
            case RESTORING -> server.ifPresent(s -> restore(move, s));
            case SUCCEEDED, FAILED, LEFT -> throw new IllegalArgumentException("ended already: " + move);
        }
    }

    /**
     * Of one that has been followed and is still planned, so still on the failed host: whether Nova shows its guest as running; of
     * a host that is off, that is what was last known. What Nova does not list as changed is as it was when it was planned.
     */
    boolean mayRunThere(Move move) {
        Server server = servers.get(move.server());
        return server == null ? move.wanted().runs() : server.guestRuns();
    }

    /** Why it gets nowhere although Nova is asked to evacuate it, if request after request is left open. */
    Optional<String> unanswered(Move move) {
        boolean novaIsAtIt = record(move).isPresent()
                || Optional.ofNullable(servers.get(move.server()))
                        .filter(Planner::isBeingRebuilt)
                        .isPresent();
        if (timesLeftOpen(move) < LEFT_OPEN || novaIsAtIt) {
            return Optional.empty();
        }
        String answer = Optional.ofNullable(lastEvacuate.get(move.server()))
                .flatMap(JournalEntry::outcome)
                .map(outcome -> outcome instanceof Outcome.Unknown unknown ? ": " + unknown.words() : "")
                .orElse("");
        return Optional.of("Nova was asked to evacuate " + move.serverName() + " " + timesLeftOpen(move)
                + " times, leaves open whether it does, and shows no sign of it" + answer);
    }

    private int timesLeftOpen(Move move) {
        return leftOpen.getOrDefault(move.server(), 0);
    }

    private void planned(Move move, Optional<Server> server) {
        if (server.isEmpty()) {
            return;
        }
        Optional<HostName> host = server.get().host();
        if (host.isPresent() && !isOnFailedHost(server.get())) {
            if (MidMigration.wasUnderWay(move)) { // it has arrived after all, with what we have done to it meanwhile
                restore(move.to(host), server.get());
                return;
            }
            draft.put(move.to(host).ended(MoveState.LEFT, "somebody else has moved it to " + host.get(), draft.now));
            return;
        }
        Optional<Evacuation> record = record(move);
        if (record.isPresent() && Planner.isUnderWay(draft, server.get(), record.get())) {
            draft.put(move.in(MoveState.EVACUATING, "somebody else has asked Nova to evacuate it; followed"));
        }
    }

    private void evacuating(Move move, Optional<Server> server) {
        Optional<Evacuation> record = record(move);
        if (server.filter(found -> hasArrived(found) || hasArrivedByAnotherRecord(move, found, record))
                .isPresent()) {
            restore(move.to(server.get().host()), server.get());
            return;
        }
        Move known = record.flatMap(Evacuation::destination).isPresent()
                ? move.to(record.get().destination())
                : move;
        if (server.filter(s -> isOnFailedHost(s) && hasDeadDestination(known)).isPresent()) {
            if (known.destination().equals(move.destination())) {
                abandon(known, server.get());
            } else { // it may have taken it on just now; the services were looked at before, and will be once more
                underWay(known);
            }
            return;
        }
        if (server.filter(s -> hasEndedInError(known, s)).isPresent()) {
            failed(known, server.get());
            return;
        }
        if (record.isEmpty()) {
            unrecorded(move, server);
            return;
        }
        switch (record.get().status()) {
            case UNDER_WAY -> underWay(known);
            // "ACTIVE, no task, still on the source" is a real state of Nova shortly before the end
            case DONE, CLEARED -> soonOrOverdue(known, "Nova is about to finish it");
            case FAILED ->
                soonOrOverdue(
                        known,
                        isAtIt(known)
                                ? "it has failed, and another evacuation of it is under way; followed"
                                : "Nova has failed and is about to say so");
            case UNKNOWN -> soonOrOverdue(known, "Nova's record of it has a status that we do not know");
        }
    }

    /** What should pass in a moment is waited for at a gate when it does not. */
    private void soonOrOverdue(Move move, String words) {
        soonOrOverdue(move, MoveState.EVACUATING, words);
    }

    private void soonOrOverdue(Move move, MoveState state, String words) {
        draft.put(move.in(state, words));
        if (isOverdue(move)) {
            draft.waitAt(Gate.Kind.OVERDUE, move.serverName() + " is overdue: " + words);
        }
    }

    /**
     * On another host, without a task, and an evacuation to that very host is recorded as done. Not only the newest record
     * counts: when an evacuation is repeated after its first destination died, Nova goes on with the first attempt's record
     * and leaves the newest as it is (seen on Nova 26.2). A record without a destination is of one that the failed host, when
     * its nova-compute started, called completed before Nova had chosen where to go, which it then did without a record.
     */
    private boolean hasArrived(Server server) {
        return !isOnFailedHost(server)
                && draft.seen.evacuations().known().orElse(List.of()).stream()
                        .anyMatch(record -> record.server().equals(server.id())
                                && record.status().isDone()
                                && (record.destination().isEmpty()
                                        || record.destination().equals(server.host())));
    }

    /**
     * An instance that was migrating live when its host died: Nova goes on with the oldest record that is still accepted, of
     * whatever kind (read in Nova 26.2: nova.conductor.manager, rebuild_instance), and may leave that of our evacuation as it
     * was; or the migration has arrived after all. It is on another host, and nobody has been at it for a while.
     */
    private boolean hasArrivedByAnotherRecord(Move move, Server server, Optional<Evacuation> record) {
        JournalEntry entry = lastEvacuate.get(move.server());
        return MidMigration.wasUnderWay(move)
                && !isOnFailedHost(server)
                && server.host().isPresent()
                && server.taskState().isEmpty()
                && record.flatMap(Evacuation::destinationActedAt).isEmpty()
                && entry != null
                && entry.lastMoment().plus(SIGN_OF_AN_ACCEPTED_ONE).isBefore(draft.now);
    }

    /**
     * Nova took this attempt on, which makes the server one that is being rebuilt at once, and now it is in ERROR without a
     * task: the attempt is over, whatever its records say. Unless a living destination is at it: then it was the failed host's
     * own nova-compute that has come back, found a server with a task, and called it an error.
     */
    private boolean hasEndedInError(Move move, Server server) {
        JournalEntry entry = lastEvacuate.get(move.server());
        boolean accepted = entry != null
                && entry.outcome().filter(Outcome.Accepted.class::isInstance).isPresent();
        boolean recordedAsFailed =
                record(move).filter(r -> r.status() == Evacuation.Status.FAILED).isPresent();
        return isOnFailedHost(server)
                && server.vmState() == VmState.ERROR
                && server.taskState().isEmpty()
                && (recordedAsFailed || accepted)
                && !isAtIt(move);
    }

    /**
     * Whether a living destination has taken it on: ours, or that of somebody who has asked for it at the same time. One that was
     * restarted since has forgotten it, which time tells.
     */
    private boolean isAtIt(Move move) {
        return !isOverdue(move) && draft.seen.records(move).anyMatch(this::isAtIt);
    }

    private boolean isAtIt(Evacuation record) {
        return switch (record.status()) {
            case UNDER_WAY -> Planner.isAtTheHandsOfALivingHost(draft, record);
            // the failed host, when its nova-compute starts, closes what is still under way, also when nobody has been
            // chosen yet
            case CLEARED -> record.destination().map(this::isUp).orElse(true);
            case DONE, FAILED, UNKNOWN -> false;
        };
    }

    /** The newest record of this attempt. */
    private Optional<Evacuation> record(Move move) {
        return draft.seen.records(move).max(Comparator.comparingLong(Evacuation::number));
    }

    /**
     * A destination that has died, and that Nova calls down now. One that has come back takes on what still waits for it, and to
     * take that away from it would have two hosts do the same; if it has forgotten it, the move becomes overdue. Nova
     * shows a heartbeat up to ten seconds late, but at once who has taken an evacuation on: nobody dead does that.
     */
    private boolean hasDeadDestination(Move move) {
        return move.destination()
                .filter(host -> !isUp(host))
                .flatMap(host -> Optional.ofNullable(
                        draft.seen.surroundings().provenDead().get(host)))
                .filter(death -> wasAskedFor(move).isBefore(death.until()))
                .filter(death -> hasDoneNothingSince(death, move))
                .isPresent();
    }

    private boolean hasDoneNothingSince(ProvenDeath death, Move move) {
        return record(move)
                .flatMap(Evacuation::destinationActedAt)
                .filter(at -> at.isAfter(death.provedAt().plus(draft.policy.clockTolerance())))
                .isEmpty();
    }

    private boolean isUp(HostName host) {
        return draft.seen.service(host).filter(ComputeService::up).isPresent();
    }

    private Instant wasAskedFor(Move move) {
        return Optional.ofNullable(lastEvacuate.get(move.server()))
                .map(JournalEntry::intendedAt)
                .orElse(draft.incident.openedAt()); // somebody else did it, at a time that we do not know
    }

    private void underWay(Move move) {
        Optional<HostName> destination = move.destination();
        boolean destinationIsDown = destination
                .flatMap(draft.seen::service)
                .filter(service -> !service.up())
                .isPresent();
        if (destinationIsDown) {
            String words = "under way to " + destination.get() + ", which Nova calls down";
            draft.put(move.in(MoveState.EVACUATING, words));
            draft.waitAt(Gate.Kind.DESTINATION_UNPROVEN, move.serverName() + " is " + words);
            return;
        }
        if (isOverdue(move)) {
            draft.put(move.in(MoveState.EVACUATING, "overdue; Nova is still at it"));
            draft.waitAt(Gate.Kind.OVERDUE, move.serverName() + " is overdue");
            return;
        }
        draft.put(move.in(
                MoveState.EVACUATING,
                "evacuating" + destination.map(host -> " to " + host).orElse("")));
    }

    /** Its destination is dead as well: nothing in Nova would ever end this evacuation (seen on Nova 26.2). */
    private void abandon(Move move, Server server) {
        if (server.vmState() == VmState.ERROR) {
            draft.put(move.again(move.destination().orElseThrow() + " has died, too", false, draft.now));
            return;
        }
        draft.ensure(new Step.ResetToError(server.id()));
        draft.put(move.in(
                MoveState.EVACUATING, move.destination().orElseThrow() + " has died, too; taking it back from there"));
    }

    private void restore(Move move, Server server) {
        if (server.taskState().isPresent()) {
            soonOrOverdue(
                    move,
                    MoveState.RESTORING,
                    "arrived; Nova is at " + server.taskState().get());
            return;
        }
        Optional<Step> missing = missing(move, server);
        if (missing.isEmpty()) {
            draft.put(move.ended(
                    MoveState.SUCCEEDED, "on " + host(move) + " as before (" + move.former() + ")", draft.now));
            return;
        }
        Tries tries = draft.tries(missing.get());
        if (tries.count() >= RESTORE_TRIES && tries.ended(draft.now)) {
            draft.put(move.ended(
                    MoveState.FAILED,
                    "on " + host(move) + ", but " + server.states() + " instead of " + move.former()
                            + tries.complaint().map(words -> ": " + words).orElse(""),
                    draft.now));
            return;
        }
        draft.ensure(missing.get());
        draft.put(move.in(MoveState.RESTORING, "arrived; its former state is being restored"));
    }

    private static String host(Move move) {
        return move.destination().map(HostName::value).orElse("another host");
    }

    /** The step from the state it is in towards the state it was in. */
    private static Optional<Step> missing(Move move, Server server) {
        Step stop = new Step.Stop(server.id());
        Step start = new Step.Start(server.id());
        Step reset = new Step.ResetToError(server.id());
        return switch (move.wanted()) {
            // from 2.95 on Nova leaves an evacuated instance stopped; somebody else may have asked with such a version
            // Nova starts none that is in ERROR, but stops it
            case RUNNING ->
                switch (server.vmState()) {
                    case ACTIVE -> Optional.empty();
                    case ERROR -> Optional.of(stop);
                    default -> Optional.of(start);
                };
            case STOPPED -> server.vmState() == VmState.STOPPED ? Optional.empty() : Optional.of(stop);
            case ERROR_RUNNING -> server.vmState() == VmState.ERROR ? Optional.empty() : Optional.of(reset);
            case ERROR_STOPPED -> {
                if (server.vmState() == VmState.ERROR) {
                    yield Optional.empty();
                }
                yield Optional.of(server.vmState() == VmState.STOPPED ? reset : stop);
            }
        };
    }

    private void failed(Move move, Server server) {
        Optional<String> fault = server.fault();
        if (fault.isEmpty() && !move.words().equals(REASON_AWAITED)) {
            draft.put(move.in(MoveState.EVACUATING, REASON_AWAITED));
            return;
        }
        if (fault.filter(words -> words.contains("No valid host")).isPresent()) {
            noRoom(move);
            return;
        }
        String why =
                fault.map(words -> "Nova could not do it: " + words).orElse("Nova calls it failed and gives no reason");
        boolean stillThere =
                fault.filter(words -> words.contains("already exists")).isPresent();
        if (stillThere && !isAfter(move, Remains.REMOVED_WITHIN)) {
            draft.put(move.again(
                    why + "; what has arrived there of its live migration is removed soon",
                    false,
                    draft.now.plus(Remains.BETWEEN_LOOKS)));
        } else if (stillThere && MidMigration.wasUnderWay(move)) {
            retry(move, why + "; its live migration may have arrived, look whether it runs on " + host(move));
        } else {
            retry(move, why);
        }
    }

    private boolean isAfter(Move move, Duration sinceItBegan) {
        return move.startedAt()
                .filter(begun -> begun.plus(sinceItBegan).isBefore(draft.now))
                .isPresent();
    }

    private void noRoom(Move move) {
        String where = move.destination().map(host -> "on " + host).orElse("anywhere");
        if (draft.incident.triedSince().plus(draft.policy.giveUpAfter()).isBefore(draft.now)) {
            draft.put(move.ended(MoveState.FAILED, "Nova finds no room for it " + where + "; given up", draft.now));
            return;
        }
        boolean bound = MidMigration.wasUnderWay(move) && move.destination().isPresent();
        boolean another = !bound && new Destinations(draft).hasUntried(move);
        Duration pause = another ? Duration.ZERO : Tries.pause(move.attempt() + 2);
        draft.put(move.again("Nova finds no room for it " + where, false, draft.now.plus(pause)));
        if (!another) {
            draft.waitAt(Gate.Kind.NO_DESTINATION, "Nova finds no room for " + move.serverName());
        }
    }

    private void retry(Move move, String why) {
        if (move.failures() + 1 >= draft.policy.attempts()) {
            draft.put(move.to(Optional.empty())
                    .ended(MoveState.FAILED, why + " (tried " + (move.failures() + 1) + " times)", draft.now));
            return;
        }
        Instant earliest = draft.now.plus(Tries.pause(move.failures() + 1));
        draft.put(move.again(why + "; tried again", true, earliest));
    }

    /** Nova has no record of this attempt (yet). */
    private void unrecorded(Move move, Optional<Server> server) {
        JournalEntry entry = lastEvacuate.get(move.server());
        if (entry == null) {
            // followed from somebody else's evacuation, whose record is gone
            draft.put(move.again("Nova has lost the record of its evacuation", false, draft.now));
            return;
        }
        if (Tries.isUnderWay(entry, draft.incident.epoch(), draft.now)) {
            return;
        }
        if (entry.outcome().isPresent() && entry.outcome().get() instanceof Outcome.Refused refused) {
            refused(move, refused);
            return;
        }
        if (server.filter(Planner::isBeingRebuilt).isPresent()) {
            soonOrOverdue(move, "Nova is at it, and its record of it appears in a moment");
            return;
        }
        boolean accepted =
                entry.outcome().filter(Outcome.Accepted.class::isInstance).isPresent();
        Instant since = entry.lastMoment();
        Optional<HostName> elsewhere = server.filter(s -> !isOnFailedHost(s)).flatMap(Server::host);
        if (since.plus(accepted || elsewhere.isPresent() ? SIGN_OF_AN_ACCEPTED_ONE : SIGN)
                .isAfter(draft.now)) {
            return;
        }
        if (elsewhere.isPresent()) { // never asked for again: it would be evacuated from a host that lives
            draft.put(move.to(elsewhere)
                    .ended(MoveState.LEFT, "somebody else has moved it to " + elsewhere.get(), draft.now));
            return;
        }
        if (accepted) {
            retry(move, "Nova took the evacuation on and shows no sign of it");
        } else {
            // as a rule the one answer was lost; if Nova fails at it each time, ever longer pauses
            Instant earliest =
                    timesLeftOpen(move) < 2 ? draft.now : draft.now.plus(Tries.pause(timesLeftOpen(move) - 1));
            draft.put(move.again(
                    "it is not known whether Nova got the request, and it shows no sign of it", false, earliest));
        }
    }

    private void refused(Move move, Outcome.Refused refused) {
        switch (refused.refusal()) {
            case SOURCE_IS_UP -> // with a pause: the answer comes at once, and would be asked for at once again
                draft.put(move.again("Nova took the host for up", false, draft.now.plus(Tries.pause(move.attempt()))));
            case THROTTLED, NOT_SENT ->
                draft.put(move.again(
                        refused.words(),
                        false,
                        draft.now.plus(refused.retryAfter().orElse(Tries.pause(move.attempt())))));
            case NOT_FOUND -> {
                if (move.destination().isEmpty()) {
                    draft.put(move.ended(MoveState.LEFT, "it was deleted meanwhile", draft.now));
                } else {
                    retry(move, refused.words());
                }
            }
            case WRONG_STATE ->
                draft.put(move.ended(MoveState.FAILED, "Nova refuses to evacuate it: " + refused.words(), draft.now));
            case FORBIDDEN, OTHER -> retry(move, "Nova refuses: " + refused.words());
        }
    }

    private boolean isOnFailedHost(Server server) {
        return server.isOn(draft.incident.host());
    }

    /** One that somebody else has asked for began when Nova wrote it down. */
    private boolean isOverdue(Move move) {
        return Optional.ofNullable(lastEvacuate.get(move.server()))
                .map(JournalEntry::intendedAt)
                .or(() -> record(move).map(Evacuation::createdAt))
                .filter(at -> at.plus(draft.policy.overdueAfter()).isBefore(draft.now))
                .isPresent();
    }
}
