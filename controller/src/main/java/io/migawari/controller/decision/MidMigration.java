// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.controller.decision.Destinations.Choice;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.MoveState;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.cloud.ComputeService;
import java.util.Map;
import java.util.Optional;

/**
 * Where an instance may go that was migrating live when its host died. Its guest may have been switched over at that moment, and
 * run where it was migrating to, while Nova was never told. On that host Nova refuses to build it a second time ("already
 * exists"); on a third one it would run twice. So it goes to the one, and to others only if that is dead, too.
 */
final class MidMigration {

    private MidMigration() {}

    /** Whether it was migrating live when its host was last heard of. */
    static boolean wasUnderWay(Move move) {
        return move.former().endsWith("/migrating");
    }

    /** Whether one of them has yet to be started, so that it has to be known where they were going. */
    static boolean isToBeAsked(Iterable<Move> moves) {
        for (Move move : moves) {
            if (move.state() == MoveState.PLANNED && wasUnderWay(move)) {
                return true;
            }
        }
        return false;
    }

    /** Where it was going, if that host is not known to be dead. */
    static Optional<HostName> destination(Draft draft, Move move) {
        return draft.seen
                .liveMigrations()
                .known()
                .map(known -> known.get(move.server()))
                .filter(host -> !draft.seen.surroundings().provenDead().containsKey(host));
    }

    /** @return absent if it may go wherever others may */
    static Optional<Choice> choose(Draft draft, Move move) {
        if (!wasUnderWay(move)) {
            return Optional.empty();
        }
        Seen<Map<ServerId, HostName>> seen = draft.seen.liveMigrations();
        if (seen.known().isEmpty()) {
            return Optional.of(new Choice.NotYet("waits to see where its live migration was going"
                    + seen.whyUnknown().map(why -> ": " + why).orElse("")));
        }
        return destination(draft, move)
                .map(
                        host -> draft.seen
                                        .service(host)
                                        .filter(ComputeService::takesInstances)
                                        .isPresent()
                                ? new Choice.Go(Optional.of(host))
                                : new Choice.Nowhere(
                                        "its live migration was going to " + host
                                                + ", where it may run; that host is down or disabled, and on another one it could run twice"));
    }
}
