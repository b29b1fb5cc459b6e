// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model.cloud;

import io.migawari.controller.model.HostName;
import io.migawari.controller.model.ServerId;
import java.time.Instant;
import java.util.Optional;

/**
 * Nova's record of one evacuation ({@code GET /os-migrations}).
 *
 * @param number Nova's integer id, which grows with each record of an instance's cell
 * @param destination the one that was asked for, or the one whose nova-compute has taken it on; absent until then
 * @param destinationActedAt when the destination's nova-compute last changed the record, so that it lived then; absent if it has
 *     not taken it on
 */
public record Evacuation(
        long number,
        ServerId server,
        HostName source,
        Optional<HostName> destination,
        Status status,
        Instant createdAt,
        Optional<Instant> destinationActedAt) {

    /** How far Nova has come with it. */
    public enum Status {
        /** accepted, pre-migrating. */
        UNDER_WAY,
        /** done: it runs on its destination, and the source's nova-compute has yet to remove its copy. */
        DONE,
        /** completed: the source's nova-compute has removed its copy. */
        CLEARED,
        /** failed (the destination could not), error (no destination was found). */
        FAILED,
        /** A status that this list lacks: neither done nor failed can be concluded. */
        UNKNOWN;

        /** Whether the destination has got it. */
        public boolean isDone() {
            return this == DONE || this == CLEARED;
        }

        public static Status of(String name) {
            return switch (name) {
                case "accepted", "pre-migrating" -> UNDER_WAY;
                case "done" -> DONE;
                case "completed" -> CLEARED;
                case "failed", "error" -> FAILED;
                default -> UNKNOWN;
            };
        }
    }
}
