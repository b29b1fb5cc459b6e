// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import java.time.Duration;

/**
 * How long the database keeps what is over.
 *
 * @param keep zero: for ever
 */
public record HistorySettings(Duration keep) {

    /** What is younger may still be asked for by decisions: former failures of a host, duplicates of a report. */
    public static final Duration LEAST = Duration.ofDays(7);

    private static final Duration MOST = Duration.ofDays(36500);

    static HistorySettings read(Section section) {
        Duration keep = section.duration("keep", Duration.ZERO, Duration.ZERO, MOST);
        if (!keep.isZero() && keep.compareTo(LEAST) < 0) {
            section.expected(
                    "keep", "0s, for ever, or " + Durations.format(LEAST) + " or more", Durations.format(keep));
        }
        return new HistorySettings(keep);
    }

    /** What holds where nothing is said. */
    public static HistorySettings defaults() {
        return new HistorySettings(Duration.ZERO);
    }
}
