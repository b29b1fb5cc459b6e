// SPDX-License-Identifier: Apache-2.0
package io.migawari.time;

import java.time.Duration;
import java.time.Instant;

/**
 * Time that stands still until it is moved, or until somebody sleeps: a sleeper moves it by as much and goes on. For
 * tests and simulation. Safe for any thread.
 */
public final class ManualTime implements Time {

    private Instant now;
    private long nanos;

    public ManualTime(Instant start) {
        this.now = start;
    }

    @Override
    public synchronized Instant now() {
        return now;
    }

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    @Override
    public void sleep(Duration duration) {
        advance(duration);
    }

    public synchronized void advance(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("duration: " + duration + ", expected 0 or more");
        }
        now = now.plus(duration);
        nanos += duration.toNanos();
    }
}
