// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.Notification;
import io.migawari.controller.model.Pause;
import io.migawari.controller.model.PauseId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The pauses, durable and shared by all controllers; nothing of them is ever removed. Safe for any thread. Every method
 * throws {@link io.migawari.db.DatabaseException} when the database cannot do it; nothing was changed then.
 */
public interface Pauses {

    /** Somebody has ended it before its time. */
    record Ending(String by, Optional<String> reason, Instant at) {}

    /** A pause, and how it was ended, if it was. */
    record Kept(Pause pause, Optional<Ending> ending) {

        public boolean holds(Instant now) {
            return ending.isEmpty() && pause.holds(now);
        }
    }

    /**
     * What came in while it held.
     *
     * @param ignored reports that led to nothing because of it, oldest first
     * @param held open incidents that wait for its end, or for that of another one that covers them, too
     */
    record Meanwhile(List<Notification> ignored, List<IncidentId> held) {

        public Meanwhile {
            ignored = List.copyOf(ignored);
            held = List.copyOf(held);
        }
    }

    /** @return false if what it is to cover is not registered */
    boolean begin(Pause pause);

    /** @return false if it does not hold (any more) */
    boolean end(PauseId pause, Ending ending);

    Optional<Kept> find(PauseId pause);

    /** Newest first. */
    List<Kept> list(boolean withOver, Instant now, int limit);

    Meanwhile meanwhile(PauseId pause);
}
