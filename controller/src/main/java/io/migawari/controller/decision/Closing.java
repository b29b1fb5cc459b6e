// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.config.Durations;
import io.migawari.controller.model.Cancellation;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.MoveState;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.Reservation;
import io.migawari.controller.model.ServiceBefore;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.cloud.Server;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Nothing moves any more: a last look for instances that turned up late, then what was taken and not used is given back. */
final class Closing {

    private static final Duration SOON = Duration.ofSeconds(1);

    /** After so many tries, giving something back is left to people, in words. */
    private static final int TRIES = 6;

    static final String RESERVED = "Migawari: reserved host";

    private Closing() {}

    static Duration decide(Draft draft) {
        boolean dismissed = isDismissed(draft);
        if (dismissed) {
            Moving.leavePlanned(draft, draft.words());
        }
        if (!dismissed) {
            Optional<ComputeService> service = FailedHost.service(draft);
            Optional<List<Server>> onHost = draft.seen.serversOnHost().known();
            if (!draft.seen.serversOnHost().wasAsked()) {
                return Duration.ZERO;
            }
            if (service.isEmpty()
                    || onHost.isEmpty()
                    || draft.seen.evacuations().known().isEmpty()) {
                return SOON;
            }
            if (draft.incident.cancellation().isEmpty()) {
                Planner.plan(
                        draft, onHost.get(), draft.seen.evacuations().known().orElseThrow());
                if (draft.moves().stream().anyMatch(move -> !move.state().isEnd())) {
                    draft.become(Phase.MOVING, "More instances have turned up on " + draft.incident.host());
                    return Duration.ZERO;
                }
                FailedHost.keepOut(draft, service.get());
                if (!isKeptOut(draft, service.get())) {
                    return SOON;
                }
            }
        }
        boolean restored = !dismissed || putServiceBack(draft);
        draft.reservations().stream().filter(Reservation::isOpen).forEach(reservation -> giveBack(draft, reservation));
        boolean given = draft.reservations().stream().noneMatch(Reservation::isOpen);
        if (restored && given) {
            end(draft, dismissed);
        }
        return SOON;
    }

    /** Over only when it is: nobody carries out the last step of an incident that has ended. */
    private static boolean isKeptOut(Draft draft, ComputeService service) {
        Step force = new Step.ForceDown(service.host());
        Step disable = FailedHost.disable(draft.incident);
        return (service.forcedDown() && !service.enabled())
                || draft.tries(force).count() >= TRIES
                || draft.tries(disable).count() >= TRIES;
    }

    static String calledOff(Cancellation cancellation) {
        return "Called off by " + cancellation.by() + ": " + cancellation.reason();
    }

    /** Nothing was moved, and nothing more is to be. */
    private static boolean isDismissed(Draft draft) {
        boolean untouched = draft.moves().stream().allMatch(move -> move.attempt() == 0);
        return untouched && (draft.incident.cancellation().isPresent() || !draft.isProved());
    }

    /** A host that was not dead gets back what we changed of its service, and only that. */
    private static boolean putServiceBack(Draft draft) {
        HostName host = draft.incident.host();
        Optional<ComputeService> service = draft.seen.service(host);
        Optional<ServiceBefore> before = draft.incident.before();
        if (before.isEmpty()) {
            return true; // never seen, so never touched
        }
        if (service.isEmpty()) {
            return false;
        }
        if (!draft.isSettled(new Step.ForceDown(host)) || !draft.isSettled(FailedHost.disable(draft.incident))) {
            return false;
        }
        Step lift = new Step.LiftForceDown(host);
        Step enable = new Step.EnableService(host);
        boolean forcedByUs = !before.get().forcedDown()
                && service.get().forcedDown()
                && draft.tries(new Step.ForceDown(host)).count() > 0;
        // by its reason: a person may have disabled it since, with his own
        boolean disabledByUs = !service.get().enabled()
                && service.get()
                        .disabledReason()
                        .equals(Optional.of(FailedHost.disable(draft.incident).reason()));
        if (forcedByUs && draft.tries(lift).count() < TRIES) {
            draft.ensure(lift);
            return false;
        }
        if (disabledByUs && draft.tries(enable).count() < TRIES) {
            draft.ensure(enable);
            return false;
        }
        return true;
    }

    private static void giveBack(Draft draft, Reservation reservation) {
        HostName host = reservation.host();
        boolean used = draft.moves().stream()
                .anyMatch(move -> move.attempt() > 0
                        && move.destination().filter(host::equals).isPresent());
        if (used || draft.seen.surroundings().usedByOthers().contains(host)) {
            draft.put(reservation.in(Reservation.State.KEPT));
            return;
        }
        Optional<ComputeService> service = draft.seen.service(host);
        if (draft.seen.surroundings().reportedDead().contains(host)
                || service.filter(s -> s.up() && !s.forcedDown()).isEmpty()) {
            draft.put(reservation.in(Reservation.State.LOST));
            return;
        }
        String reason =
                reservation.disabledReason().filter(words -> !words.isEmpty()).orElse(RESERVED);
        Step disable = new Step.DisableService(host, reason);
        List<Step> toLeave = reservation.aggregates().stream()
                .filter(aggregate -> !hasLeft(draft, host, aggregate))
                .<Step>map(aggregate -> new Step.RemoveFromAggregate(host, aggregate))
                .toList();
        boolean disabled = reservation.disabledReason().isEmpty()
                || service.filter(s -> !s.enabled()).isPresent()
                || draft.tries(disable).count() >= TRIES;
        if (disabled && toLeave.isEmpty()) {
            draft.put(reservation.in(Reservation.State.RETURNED));
            return;
        }
        toLeave.forEach(draft::ensure);
        if (!disabled) {
            draft.ensure(disable);
        }
        draft.put(reservation.in(Reservation.State.RETURNING));
    }

    /** Or Nova has said something else to it. Of a request that was cut off with its controller, only Nova's list tells. */
    private static boolean hasLeft(Draft draft, HostName host, long aggregate) {
        Tries tries = draft.tries(new Step.RemoveFromAggregate(host, aggregate));
        boolean isNotListed = draft.seen
                .aggregates()
                .known()
                .filter(all -> all.stream()
                        .noneMatch(known ->
                                known.number() == aggregate && known.hosts().contains(host)))
                .isPresent();
        return tries.wasAnswered() || isNotListed || tries.count() >= TRIES;
    }

    private static void end(Draft draft, boolean dismissed) {
        if (!dismissed) {
            ReservedHosts.tellIfNoneIsLeft(draft);
        }
        if (dismissed) {
            draft.become(Phase.DISMISSED, draft.words());
        } else if (draft.moves().stream().anyMatch(move -> move.state() == MoveState.FAILED)) {
            draft.become(Phase.PARTLY_RECOVERED, summary(draft));
        } else {
            draft.become(Phase.RECOVERED, summary(draft));
        }
    }

    /** {@code 6 of 8 instances are on compute3 (6) after 3s; 2 left}. */
    private static String summary(Draft draft) {
        List<Move> moves = draft.moves();
        if (moves.isEmpty()) {
            return "No instance was on " + draft.incident.host();
        }
        Map<MoveState, Long> counts = moves.stream().collect(Collectors.groupingBy(Move::state, Collectors.counting()));
        Map<String, Long> places = moves.stream()
                .filter(move -> move.state() == MoveState.SUCCEEDED)
                .collect(Collectors.groupingBy(
                        move -> move.destination().map(HostName::value).orElse("?"),
                        TreeMap::new,
                        Collectors.counting()));
        var words = new StringBuilder()
                .append(counts.getOrDefault(MoveState.SUCCEEDED, 0L))
                .append(" of ")
                .append(moves.size())
                .append(" instances moved");
        if (!places.isEmpty()) {
            words.append(places.entrySet().stream()
                    .map(place -> place.getKey() + ": " + place.getValue())
                    .collect(Collectors.joining(", ", " (", ")")));
        }
        Duration took = Duration.between(draft.incident.openedAt(), draft.now);
        words.append(" in ").append(Durations.format(Duration.ofSeconds(Math.max(1, took.toSeconds()))));
        long failed = counts.getOrDefault(MoveState.FAILED, 0L);
        long left = counts.getOrDefault(MoveState.LEFT, 0L);
        return words + (failed > 0 ? "; " + failed + " failed" : "") + (left > 0 ? "; " + left + " left" : "");
    }
}
