// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Move;
import java.time.Instant;
import java.util.Optional;

/**
 * A move as Masakari's API shows it.
 *
 * @param number the integer id beside the UUID
 */
public record VmMove(long number, Move move, HostName source, Instant createdAt, Optional<Instant> updatedAt) {

    /** Masakari's name of the move's state. */
    public String status() {
        return switch (move.state()) {
            case PLANNED -> "pending";
            case EVACUATING, RESTORING -> "ongoing";
            case SUCCEEDED -> "succeeded";
            case FAILED -> "failed";
            case LEFT -> "ignored";
        };
    }
}
