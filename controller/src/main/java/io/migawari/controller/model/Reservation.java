// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.util.List;
import java.util.Optional;

/**
 * The use of a reserved host by an incident.
 *
 * @param host the reserved host
 * @param disabledReason Nova's reason of its being disabled before, to be put back with it; absent: it was enabled
 * @param aggregates those that it joined for this incident
 */
public record Reservation(HostName host, State state, Optional<String> disabledReason, List<Long> aggregates) {

    /** What became of it. */
    public enum State {
        /** Ours: being enabled, or in use. */
        TAKEN,
        /** Being disabled again, since nobody went there. */
        RETURNING,
        /** The end: a reserved host again. */
        RETURNED,
        /** The end: instances run on it; it is a host like others now. */
        KEPT,
        /** The end: it has died itself. */
        LOST
    }

    public Reservation {
        aggregates = List.copyOf(aggregates);
    }

    public boolean isOpen() {
        return state == State.TAKEN || state == State.RETURNING;
    }

    public Reservation in(State next) {
        return new Reservation(host, next, disabledReason, aggregates);
    }
}
