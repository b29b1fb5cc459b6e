// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor.judgement;

import io.migawari.time.Time;
import java.time.Duration;
import java.time.Instant;

/**
 * When something is judged.
 *
 * @param now for people and for notifications
 * @param nanos for what is waited for
 */
public record Moment(Instant now, long nanos) {

    public static Moment of(Time time) {
        return new Moment(time.now(), time.nanos());
    }

    long after(Duration duration) {
        return nanos + duration.toNanos();
    }

    boolean isBefore(long otherNanos) {
        return nanos - otherNanos < 0;
    }
}
