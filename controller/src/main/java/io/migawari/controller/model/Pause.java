// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.time.Instant;

/**
 * A person's wish that nothing be begun for a while.
 *
 * @param scope what it covers
 * @param until its end; it ends by itself
 */
public record Pause(PauseId id, Scope scope, Mode mode, String by, String reason, Instant from, Instant until) {

    /** What a pause covers. */
    public sealed interface Scope {

        record Everything() implements Scope {}

        record OfSegment(SegmentId segment, String name) implements Scope {}

        record OfHost(HostName host) implements Scope {}
    }

    /** What becomes of reports meanwhile. */
    public enum Mode {
        /** They lead to incidents as ever, which wait until the pause is over. */
        FREEZE,
        /** They are stored and lead to nothing, not even afterwards. */
        IGNORE
    }

    /** Whether it holds at a moment. */
    public boolean holds(Instant now) {
        return !now.isBefore(from) && now.isBefore(until);
    }
}
