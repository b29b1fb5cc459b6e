// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.controller.model.Incident;
import io.migawari.controller.model.MoveState;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.Reservation;
import io.migawari.controller.model.Subject;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** What a pass has to know of the cloud; each is one call. */
public enum Question {
    SERVICES,
    SERVERS_ON_HOST,
    SERVERS_CHANGED,
    EVACUATIONS,
    LIVE_MIGRATIONS,
    AGGREGATES,
    INSTANCE,
    INSTANCE_ACTIONS,
    POWER;

    /** How old a list of services may be while instances move: it only tells whether destinations still live. */
    private static final Duration SERVICES_WHILE_MOVING = Duration.ofSeconds(10);

    /** What the next decision about an incident depends on. */
    public static Set<Question> neededFor(Incident incident, Policy policy) {
        Set<Question> needed = switch (incident.phase()) {
            case PROVING ->
                incident.proof().isPresent()
                        ? toMove(incident)
                        : PoweringOff.isReached(incident) ? EnumSet.of(SERVICES, POWER) : EnumSet.of(SERVICES);
            case ISOLATING -> toMove(incident);
            case MOVING -> EnumSet.of(SERVICES, SERVERS_CHANGED, EVACUATIONS);
            case CLOSING -> EnumSet.of(SERVICES, SERVERS_ON_HOST, EVACUATIONS);
            case RESTARTING -> Restarting.questions(incident);
            case KEEPING_OUT, KEPT_OUT, READMITTING -> EnumSet.of(SERVICES);
            case AWAY, TRYING_OUT -> EnumSet.of(SERVICES);
            case CLEARING -> EnumSet.of(SERVICES, EVACUATIONS);
            case PUTTING_TO_USE -> EnumSet.of(SERVICES, SERVERS_ON_HOST);
            case RECOVERED, SKIPPED, PARTLY_RECOVERED, FAILED, DISMISSED -> EnumSet.noneOf(Question.class);
        };
        boolean mayMove = needed.contains(EVACUATIONS) && incident.subject() instanceof Subject.WholeHost;
        if (mayMove && MidMigration.isToBeAsked(incident.moves())) {
            needed.add(LIVE_MIGRATIONS);
        }
        if (incident.isOpen() && incident.subject() instanceof Subject.WholeHost && policy.addToAggregates()) {
            needed.add(AGGREGATES);
        }
        return needed;
    }

    /**
     * What has to be known before anything is moved, because this very pass may go on to that. What was planned in an earlier one
     * may have been evacuated by somebody since, or run again.
     */
    private static Set<Question> toMove(Incident incident) {
        return EnumSet.of(SERVICES, incident.moves().isEmpty() ? SERVERS_ON_HOST : SERVERS_CHANGED, EVACUATIONS);
    }

    /**
     * How old the list of services may be; every other answer has to be fresh. While instances are under way it only tells
     * whether their destinations still live, which Nova itself notices late; a host that has come back is refused by Nova. But
     * whether a destination that was dead still is, decides about two hosts that build the same instance.
     */
    public static Duration servicesMayBeOld(Incident incident, Surroundings surroundings) {
        boolean someAreUnderWay = incident.moves().stream()
                .anyMatch(move -> move.state() == MoveState.EVACUATING || move.state() == MoveState.RESTORING);
        boolean aSpareGetsReady = incident.reservations().stream()
                .filter(reservation -> reservation.state() == Reservation.State.TAKEN)
                .anyMatch(reservation -> incident.moves().stream()
                        .noneMatch(move ->
                                move.attempt() > 0 && move.destination().equals(Optional.of(reservation.host()))));
        boolean aDestinationWasDead = incident.moves().stream()
                .filter(move -> move.state() == MoveState.EVACUATING)
                .flatMap(move -> move.destination().stream())
                .anyMatch(surroundings.provenDead()::containsKey);
        boolean mayBeOld =
                incident.phase() == Phase.MOVING && someAreUnderWay && !aSpareGetsReady && !aDestinationWasDead;
        return mayBeOld ? SERVICES_WHILE_MOVING : Duration.ZERO;
    }
}
