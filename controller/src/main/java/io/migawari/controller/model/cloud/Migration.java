// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model.cloud;

import io.migawari.controller.model.HostName;
import io.migawari.controller.model.ServerId;
import java.time.Instant;
import java.util.Optional;

/**
 * Nova's record of one move of any kind ({@code GET /os-migrations}). Of evacuations alone, {@link Evacuation} knows more.
 *
 * @param number Nova's integer id, which grows with each record of an instance's cell
 * @param destination the one that was asked for or chosen; absent until then
 * @param words Nova's own name of the status
 */
public record Migration(
        long number,
        ServerId server,
        Kind kind,
        HostName source,
        Optional<HostName> destination,
        Status status,
        String words,
        Instant createdAt) {

    /** Nova's migration_type. */
    public enum Kind {
        LIVE,
        COLD,
        /** To another flavor, and as a rule another host. */
        RESIZE,
        EVACUATION,
        UNKNOWN;

        public static Kind of(String name) {
            return switch (name) {
                case "live-migration" -> LIVE;
                case "migration" -> COLD;
                case "resize" -> RESIZE;
                case "evacuation" -> EVACUATION;
                default -> UNKNOWN;
            };
        }
    }

    /** How far Nova has come with it. */
    public enum Status {
        UNDER_WAY,
        /** The instance of a cold migration is at its destination, and waits to be confirmed or reverted. */
        FINISHED,
        /** It is at its destination for good. */
        DONE,
        /** It is where it was, because somebody has called it off or reverted it. */
        CALLED_OFF,
        /** Nova could not do it. */
        FAILED,
        /** A status that this list lacks: neither done nor failed can be concluded. */
        UNKNOWN;

        /** @param name as {@code nova.objects.migration} and the drivers have it, up to the releases of 2026 */
        public static Status of(String name) {
            return switch (name) {
                case "queued",
                        "accepted",
                        "preparing",
                        "running",
                        "pre-migrating",
                        "migrating",
                        "post-migrating",
                        "confirming",
                        "reverting" -> UNDER_WAY;
                case "finished" -> FINISHED;
                case "completed", "confirmed", "done" -> DONE;
                case "cancelled", "reverted" -> CALLED_OFF;
                case "failed", "error" -> FAILED;
                default -> UNKNOWN;
            };
        }
    }
}
