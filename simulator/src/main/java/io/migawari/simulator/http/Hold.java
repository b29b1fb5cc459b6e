// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.http;

import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * A reason to keep an answer back.
 *
 * @param atMost it goes out then in any case
 * @param over asked again and again; the answer goes out as soon as it says so
 */
public record Hold(Duration atMost, BooleanSupplier over) {

    private static final Duration STEP = Duration.ofMillis(250);

    /** A plain delay. */
    public static Hold of(Duration delay) {
        return new Hold(delay, () -> false);
    }

    void sitOut(Time time) throws InterruptedException {
        Deadline deadline = time.deadlineAfter(atMost);
        while (!deadline.isPast() && !over.getAsBoolean()) {
            Duration left = deadline.left();
            time.sleep(left.compareTo(STEP) < 0 ? left : STEP);
        }
    }
}
