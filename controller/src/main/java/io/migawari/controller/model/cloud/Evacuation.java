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
 * @param destination absent until the scheduler has chosen
 */
public record Evacuation(
        long number,
        ServerId server,
        HostName source,
        Optional<HostName> destination,
        Status status,
        Instant createdAt) {

    /** How far Nova has come with it. */
    public enum Status {
        /** accepted, pre-migrating. */
        UNDER_WAY,
        /** done; completed once the source's nova-compute has cleaned up. */
        DONE,
        /** failed (the destination could not), error (no destination was found). */
        FAILED,
        /** A status that this list lacks: neither done nor failed can be concluded. */
        UNKNOWN;

        public static Status of(String name) {
            return switch (name) {
                case "accepted", "pre-migrating" -> UNDER_WAY;
                case "done", "completed" -> DONE;
                case "failed", "error" -> FAILED;
                default -> UNKNOWN;
            };
        }
    }
}
