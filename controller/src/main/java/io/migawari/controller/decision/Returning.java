// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.config.Durations;
import io.migawari.config.ReturnSettings;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.Reservation;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.Subject;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.cloud.Evacuation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A host that was recovered from is put to use again when it has come back, its copies of the instances that were moved
 * away are gone, and it has been healthy for long enough. What people have done to its service is left to them.
 */
final class Returning {

    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration WHILE_WAITING = Duration.ofSeconds(5);
    /** It may be days; one call of a list that all incidents share. */
    private static final Duration WHILE_AWAY = Duration.ofSeconds(10);
    /**
     * A nova-compute reports only when it has removed the copies, so what is left then needs another start of it; or an
     * evacuation that is still under way, which takes about this long.
     */
    private static final Duration UNTIL_CLEARED = Duration.ofSeconds(30);
    /** After so many tries, a minute by the pauses of {@link Tries}, it is left to people, in words. */
    private static final int TRIES = 6;
    /** So many instances are named; Nova lists all of them. */
    private static final int NAMED = 3;

    private Returning() {}

    /**
     * Until Nova has heard of it, twice, after all that was done to it: the list shows one time for heartbeats and for changes by
     * administrators, so that one that is newer may be a person's doing, and a forced-down host is never shown as up.
     */
    static Duration away(Draft draft) {
        Optional<ComputeService> service = ReturnedHost.look(draft);
        Optional<Instant> heard = service.flatMap(known -> ReturnedHost.heardOfSince(draft, known));
        if (service.isEmpty() || heard.isEmpty()) {
            return WHILE_AWAY;
        }
        Subject.Return coming = draft.coming();
        if (coming.heardAt().isEmpty()) {
            draft.coming(heard, Optional.empty());
            return WHILE_WAITING;
        }
        boolean again = heard.get().isAfter(coming.heardAt().get());
        boolean mayBeUp = service.get().up() || service.get().forcedDown();
        if (!again || !mayBeUp) {
            return again ? WHILE_AWAY : WHILE_WAITING;
        }
        draft.coming(heard, Optional.of(draft.now));
        draft.become(Phase.CLEARING, "Nova hears of " + draft.incident.host() + " again");
        return Duration.ZERO;
    }

    /** Until no record is left by which its nova-compute would destroy a guest; only then may Nova use it. */
    static Duration clearing(Draft draft) {
        Optional<ComputeService> found = ReturnedHost.look(draft);
        if (found.isEmpty()) {
            return WHILE_WAITING;
        }
        if (!draft.seen.evacuations().wasAsked()) {
            return Duration.ZERO;
        }
        Optional<List<Evacuation>> evacuations = draft.seen.evacuations().known();
        if (evacuations.isEmpty()) {
            ReturnedHost.waitUnreadable(draft, "The evacuations from", draft.seen.evacuations());
            return FailedHost.WHILE_UNREADABLE;
        }
        // Other states than these two say nothing to a nova-compute that starts.
        List<Evacuation> left = evacuations.get().stream()
                .filter(record ->
                        record.status() == Evacuation.Status.DONE || record.status() == Evacuation.Status.UNDER_WAY)
                .toList();
        if (!left.isEmpty()) {
            return waitForStart(draft, left);
        }
        if (isHeld(draft)) {
            return WHILE_WAITING;
        }
        return found.get().forcedDown() ? liftForceDown(draft) : tryOut(draft, found.get());
    }

    private static Duration waitForStart(Draft draft, List<Evacuation> left) {
        long underWay = left.stream()
                .filter(record -> record.status() == Evacuation.Status.UNDER_WAY)
                .count();
        String words = draft.incident.host() + " is back, and its nova-compute has yet to be started once after "
                + counted(left.size(), "evacuation") + " from it ("
                + (underWay == 0 ? "" : underWay + " not ended, as Nova has it: ")
                + left.stream()
                        .limit(NAMED)
                        .map(record -> record.server().toString())
                        .collect(Collectors.joining(", "))
                + (left.size() > NAMED ? ", …" : "") + ")";
        boolean forLong = draft.coming()
                .wellSince()
                .filter(since -> since.plus(UNTIL_CLEARED).isAfter(draft.now))
                .isEmpty();
        if (forLong) {
            draft.waitAt(Gate.Kind.STALE_COPIES, words);
        } else {
            draft.say(words);
        }
        return WHILE_WAITING;
    }

    private static Duration liftForceDown(Draft draft) {
        HostName host = draft.incident.host();
        Step lift = new Step.LiftForceDown(host);
        boolean byOthersBefore =
                draft.before().filter(before -> before.forcedDown()).isPresent();
        if (byOthersBefore || ReturnedHost.isUndone(draft, lift)) {
            draft.become(
                    Phase.SKIPPED,
                    host
                            + " is forced down, and not by us; it is left so. Next step: openstack compute service set --up "
                            + host + " nova-compute");
            return Duration.ZERO;
        }
        draft.tries(lift)
                .complaint()
                .ifPresent(why -> draft.waitAt(
                        Gate.Kind.STALE_COPIES, "Nova goes on taking " + host + " for forced down: " + why));
        draft.ensure(lift);
        return SOON;
    }

    private static Duration tryOut(Draft draft, ComputeService service) {
        draft.coming(service.updatedAt(), Optional.empty());
        draft.become(
                Phase.TRYING_OUT,
                "Nothing is left on " + service.host() + " of what was moved away, and Nova takes it for a host again");
        return Duration.ZERO;
    }

    /** Until it has been healthy for as long as the site wants, without a break. */
    static Duration tryingOut(Draft draft) {
        Optional<ComputeService> found = ReturnedHost.look(draft);
        if (found.isEmpty()) {
            return WHILE_WAITING;
        }
        ComputeService service = found.get();
        if (service.forcedDown()) {
            draft.become(Phase.CLEARING, service.host() + " is forced down again");
            return Duration.ZERO;
        }
        if (!service.up()) {
            ReturnedHost.goAway(draft, service.host() + " has gone away again");
            return Duration.ZERO;
        }
        Optional<String> illness = ReturnedHost.illness(draft, service);
        if (illness.isPresent()) {
            draft.coming(service.updatedAt(), Optional.empty());
            draft.waitAt(Gate.Kind.UNHEALTHY, illness.get());
            return WHILE_WAITING;
        }
        if (draft.coming().wellSince().isEmpty()) {
            draft.coming(service.updatedAt(), Optional.of(draft.now));
        }
        Instant since = draft.coming().wellSince().orElseThrow();
        Instant until = since.plus(draft.policy.returns().healthyFor());
        // "Up" lags behind by up to a minute, so a heartbeat of that time belongs to it.
        if (draft.now.isBefore(until)
                || !ReturnedHost.isLater(service.updatedAt(), draft.coming().heardAt())) {
            draft.waitAt(
                    Gate.Kind.UNHEALTHY,
                    service.host() + " has been healthy since " + since + " and has to be so for "
                            + Durations.format(draft.policy.returns().healthyFor()) + ", with a heartbeat in it");
            Duration rest = Duration.between(draft.now, until);
            return rest.compareTo(WHILE_WAITING) > 0 ? WHILE_WAITING : rest.compareTo(SOON) < 0 ? SOON : rest;
        }
        if (isFlapping(draft)) {
            return WHILE_WAITING;
        }
        draft.become(
                Phase.PUTTING_TO_USE,
                service.host() + " has been healthy for "
                        + Durations.format(Duration.ofSeconds(
                                Duration.between(since, draft.now).toSeconds())));
        return Duration.ZERO;
    }

    /** Enables it, or makes it a reserved host, if it was us who disabled it; then names what is off on it. */
    static Duration puttingToUse(Draft draft) {
        Optional<ComputeService> found = ReturnedHost.look(draft);
        if (found.isEmpty()) {
            return WHILE_WAITING;
        }
        ComputeService service = found.get();
        if (!draft.seen.serversOnHost().wasAsked()) {
            return Duration.ZERO;
        }
        if (draft.seen.serversOnHost().known().isEmpty()) {
            ReturnedHost.waitUnreadable(draft, "The instances on", draft.seen.serversOnHost());
            return FailedHost.WHILE_UNREADABLE;
        }
        if (!service.up() || ReturnedHost.illness(draft, service).isPresent()) {
            draft.coming(service.updatedAt(), Optional.empty());
            draft.become(Phase.TRYING_OUT, service.host() + " is not healthy any more");
            return Duration.ZERO;
        }
        Optional<Step> step = stillToDo(draft, service);
        if (step.isEmpty()) {
            draft.become(Phase.RECOVERED, draft.words() + ReturnedHost.offOnIt(draft));
            return Duration.ZERO;
        }
        if (isOnMaintenance(draft) || isHeld(draft)) {
            return WHILE_WAITING;
        }
        Tries tries = draft.tries(step.get());
        if (tries.count() >= TRIES && tries.ended(draft.now)) {
            draft.become(
                    Phase.FAILED,
                    service.host() + " is healthy and could not be enabled"
                            + tries.complaint().map(why -> " (" + why + ")").orElse("")
                            + "; next step: openstack compute service set --enable " + service.host()
                            + " nova-compute");
            return Duration.ZERO;
        }
        draft.ensure(step.get());
        return SOON;
    }

    /** Nothing: it is as it should be, which the draft then says. */
    private static Optional<Step> stillToDo(Draft draft, ComputeService service) {
        HostName host = service.host();
        if (service.enabled()) {
            draft.say(host + " gets new instances again");
            return Optional.empty();
        }
        Step reserve = new Step.DisableService(host, Closing.RESERVED);
        if (draft.tries(reserve).count() > 0 && service.disabledReason().equals(Optional.of(Closing.RESERVED))) {
            draft.put(new Reservation(host, Reservation.State.RETURNED, service.disabledReason(), List.of()));
            draft.say(host + " is back, and a reserved host of its segment now");
            return Optional.empty();
        }
        if (!ReturnedHost.isDisabledByUs(service)) {
            draft.say(host + " is back and stays disabled ("
                    + service.disabledReason().map(words -> "reason: " + words).orElse("without a reason")
                    + "): it is not us who keep it out");
            return Optional.empty();
        }
        return Optional.of(becomesReserved(draft) ? reserve : new Step.EnableService(host));
    }

    /** A reserved host has to be empty; one with instances left on it is better a host like others. */
    private static boolean becomesReserved(Draft draft) {
        return switch (draft.policy.returns().role()) {
            case NORMAL -> false;
            case RESERVED ->
                draft.seen
                                .surroundings()
                                .aftermath()
                                .filter(Aftermath::tookReservedHost)
                                .isPresent()
                        && draft.seen
                                .serversOnHost()
                                .known()
                                .filter(List::isEmpty)
                                .isPresent();
        };
    }

    /** A person wants to be asked first, or has paused us. */
    private static boolean isHeld(Draft draft) {
        if (draft.incident.approval().isPresent()) {
            return false;
        }
        HostName host = draft.incident.host();
        if (!draft.policy.returns().automatic()) {
            draft.waitAt(
                    Gate.Kind.NOT_AUTOMATIC,
                    host + " is back, and the settings say to ask (recovery.return.automatic)");
            return true;
        }
        return Gates.isPaused(draft);
    }

    private static boolean isOnMaintenance(Draft draft) {
        boolean onMaintenance = draft.seen.surroundings().hosts().stream()
                .anyMatch(host -> host.id().equals(draft.incident.hostId()) && host.onMaintenance());
        if (onMaintenance) {
            draft.waitAt(Gate.Kind.ON_MAINTENANCE, draft.incident.host() + " is healthy, and on maintenance");
        }
        return onMaintenance;
    }

    /**
     * Whether it fails too often to be put to use unasked. The window ends with the newest failure and not now: or else the
     * gate would open by itself after a while, whatever is wrong with the host.
     */
    private static boolean isFlapping(Draft draft) {
        if (draft.incident.approval().isPresent()) {
            return false;
        }
        ReturnSettings returns = draft.policy.returns();
        List<Instant> failures = draft.seen.surroundings().formerFailures();
        long recent = failures.stream()
                .filter(at -> !at.isBefore(failures.get(0).minus(returns.window())))
                .count();
        if (recent < returns.failures()) {
            return false;
        }
        draft.waitAt(
                Gate.Kind.FLAPPING,
                draft.incident.host() + " is healthy, but has failed " + counted(recent, "time") + " within "
                        + Durations.format(returns.window()) + " (recovery.return.failures)");
        return true;
    }

    private static String counted(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
