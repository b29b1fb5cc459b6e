// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import java.time.Duration;

/**
 * Moves that people ask for.
 *
 * @param parallel so many instances of one operation are under way at once
 * @param parallelPerSource of these, so many from one host
 * @param parallelPerDestination and so many to one host, where the destinations are named
 * @param attempts how often Nova is asked to move one instance before it is given up
 * @param giveUpAfter how long is waited for a named destination that takes no instances
 */
public record OperationSettings(
        int parallel, int parallelPerSource, int parallelPerDestination, int attempts, Duration giveUpAfter) {

    static OperationSettings read(Section section) {
        return new OperationSettings(
                section.integer("parallel", 8, 1, 1000),
                section.integer("parallel-per-source", 4, 1, 1000),
                section.integer("parallel-per-destination", 4, 1, 1000),
                section.integer("attempts", 2, 1, 100),
                section.duration("give-up-after", Duration.ofMinutes(10), Duration.ofSeconds(1), Duration.ofDays(1)));
    }

    /** What holds where nothing is said. */
    public static OperationSettings defaults() {
        return new OperationSettings(8, 4, 4, 2, Duration.ofMinutes(10));
    }
}
