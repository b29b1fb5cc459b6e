// SPDX-License-Identifier: Apache-2.0
package io.migawari.time;

import java.time.Duration;

/** A point on the monotonic clock of one {@link Time}. Immutable; safe for any thread. */
public final class Deadline {

    private final Time time;
    private final long atNanos;

    Deadline(Time time, long atNanos) {
        this.time = time;
        this.atNanos = atNanos;
    }

    /** What is left, never negative. */
    public Duration left() {
        return Duration.ofNanos(Math.max(0, atNanos - time.nanos()));
    }

    public boolean isPast() {
        return atNanos - time.nanos() <= 0;
    }
}
