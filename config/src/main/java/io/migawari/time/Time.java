// SPDX-License-Identifier: Apache-2.0
package io.migawari.time;

import java.time.Duration;
import java.time.Instant;

/**
 * The only source of time. Deadlines count in {@link #nanos()}, which never jumps; {@link #now()} is for people and for
 * the database. Everything that waits takes one of these, so that tests wait for nothing. Safe for any thread.
 */
public interface Time {

    /** Wall-clock time in whole microseconds, as databases keep it; may jump when somebody sets the clock. */
    Instant now();

    /** Monotonic nanoseconds from an arbitrary origin; only differences mean something. */
    long nanos();

    /** Waits; ends early only by interruption. */
    void sleep(Duration duration) throws InterruptedException;

    /** A deadline {@code duration} from now. */
    default Deadline deadlineAfter(Duration duration) {
        return new Deadline(this, nanos() + duration.toNanos());
    }
}
