// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.truth;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Cinder's record of a volume's connection to a server.
 *
 * @param host absent while it is only reserved
 */
public record Attachment(
        String id, String server, Status status, @Nullable String host) {

    /** How far the connection has come. */
    public enum Status {
        RESERVED,
        ATTACHING,
        ATTACHED;

        /** As Cinder writes it. */
        public String cinderName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
