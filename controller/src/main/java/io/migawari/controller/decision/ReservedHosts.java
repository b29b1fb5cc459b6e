// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.controller.model.Host;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Reservation;
import java.util.Set;
import java.util.stream.Collectors;

/** How many reserved hosts a segment has left. */
final class ReservedHosts {

    private ReservedHosts() {}

    /** A segment that has used up its last one cannot recover from the next failure, and nobody would notice before. */
    static void tellIfNoneIsLeft(Draft draft) {
        boolean usedUp = draft.reservations().stream()
                .map(Reservation::state)
                .anyMatch(state -> state == Reservation.State.KEPT || state == Reservation.State.LOST);
        if (usedUp && left(draft).isEmpty()) {
            String segment = draft.seen.surroundings().segment().name();
            draft.alarm("The segment " + segment + " has no reserved host left. Next step: migawari reserved-host add "
                    + segment + " HOST");
        }
    }

    private static Set<HostName> left(Draft draft) {
        Set<HostName> left = draft.seen.surroundings().hosts().stream()
                .filter(host -> host.reserved() && !host.onMaintenance())
                .map(Host::name)
                .collect(Collectors.toSet());
        for (Reservation reservation : draft.reservations()) { // what this very pass makes of it is not stored yet
            if (reservation.state() == Reservation.State.RETURNED) {
                left.add(reservation.host());
            } else {
                left.remove(reservation.host());
            }
        }
        left.remove(draft.incident.host());
        return left;
    }
}
