// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * How long the database keeps what is over.
 *
 * @param keep zero: for ever
 */
public record HistorySettings(Duration keep) {

    /** What is younger may still be asked for, whatever the settings: duplicates of a report, storms, former restarts. */
    public static final Duration LEAST = Duration.ofDays(7);

    private static final Duration MOST = Duration.ofDays(36500);

    /**
     * The shortest time for which what is over has to be kept.
     *
     * @param key of the settings that asks for it; empty: it is {@link HistorySettings#LEAST}
     */
    public record Least(Duration time, String key) {

        /** What is expected, as "30d or more, as long as recovery.return.window". */
        public String words() {
            return Durations.format(time) + " or more" + (key.isEmpty() ? "" : ", as long as " + key);
        }
    }

    /** @param alertsGiveUpAfter how long a message about something that may be over is tried */
    static Least least(Duration returnWindow, Duration alertsGiveUpAfter) {
        return Stream.of(
                        new Least(alertsGiveUpAfter, "alerts.give-up-after"),
                        new Least(returnWindow, "recovery.return.window"),
                        new Least(LEAST, ""))
                .max(Comparator.comparing(Least::time))
                .orElseThrow();
    }

    static HistorySettings read(Section section, Least least) {
        Duration keep = section.duration("keep", Duration.ZERO, Duration.ZERO, MOST);
        if (!keep.isZero() && keep.compareTo(least.time()) < 0) {
            section.expected("keep", "0s, for ever, or " + least.words(), Durations.format(keep));
        }
        return new HistorySettings(keep);
    }

    /** What holds where nothing is said. */
    public static HistorySettings defaults() {
        return new HistorySettings(Duration.ZERO);
    }
}
