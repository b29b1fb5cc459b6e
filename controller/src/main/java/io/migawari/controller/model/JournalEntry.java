// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.time.Instant;
import java.util.Optional;

/**
 * One step in an incident's journal.
 *
 * @param number grows with every entry of the database
 * @param epoch of the lease under which it was intended
 * @param outcome absent: under way, or cut off before its end could be written down
 */
public record JournalEntry(
        long number, long epoch, Step step, Instant intendedAt, Optional<Outcome> outcome, Optional<Instant> endedAt) {

    /** When it ended; of one that has not, as far as we know, when it was intended. */
    public Instant lastMoment() {
        return endedAt.orElse(intendedAt);
    }
}
