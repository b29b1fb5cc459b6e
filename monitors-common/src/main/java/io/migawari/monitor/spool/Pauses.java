// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.spool;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Growing pauses between attempts: they double from one second, up to a longest one, each between half and all of that, so
 * that the monitors of a thousand hosts do not all come back in the same second as the controller.
 */
final class Pauses {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final int MOST_DOUBLINGS = 20;

    private final Duration longest;
    private final RandomGenerator random;

    Pauses(Duration longest, RandomGenerator random) {
        this.longest = longest;
        this.random = random;
    }

    /** @param failures in a row, 1 or more */
    Duration after(int failures) {
        Duration doubled = FIRST.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS));
        Duration whole = doubled.compareTo(longest) < 0 ? doubled : longest;
        return Duration.ofNanos((long) (whole.toNanos() * (0.5 + random.nextDouble() / 2)));
    }
}
