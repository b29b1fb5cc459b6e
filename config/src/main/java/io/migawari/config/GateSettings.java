// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import java.time.Duration;

/**
 * When the recovery of a host is not begun, although the host is dead: the gates that keep a mistake of somebody's from
 * becoming our harm. What has begun is never stopped by them.
 *
 * @param stormPercentOfSegment the most hosts of a segment, in percent of its hosts, that may be out at once; one always may
 * @param stormPercentOverall the same for all hosts of all segments
 * @param stormCoolDown how long a storm must have been over before anything more is begun
 * @param watchFirst how long the controllers watch, after a time when none of them did, before they begin anything
 * @param seenPercent so many percent of the other hosts of the segment Nova has to show as up; otherwise it is our view, or
 *     Nova's, that is in doubt; 0: not looked at
 * @param disabledHosts what is done when a host fails that somebody had disabled
 */
public record GateSettings(
        int stormPercentOfSegment,
        int stormPercentOverall,
        Duration stormCoolDown,
        Duration watchFirst,
        int seenPercent,
        DisabledHosts disabledHosts) {

    /** Hosts that somebody had taken out of use before they failed. */
    public enum DisabledHosts {
        /** A person is asked. */
        ASK,
        /** They are recovered like others, and stay disabled. */
        RECOVER
    }

    /** Nothing is held back: for trials in which hosts fail on purpose. */
    public static GateSettings open() {
        return new GateSettings(100, 100, Duration.ZERO, Duration.ZERO, 0, DisabledHosts.RECOVER);
    }

    static GateSettings read(Section section) {
        Duration day = Duration.ofDays(1);
        return new GateSettings(
                section.integer("storm-percent-of-segment", 50, 0, 100),
                section.integer("storm-percent-overall", 30, 0, 100),
                section.duration("storm-cool-down", Duration.ofMinutes(5), Duration.ZERO, day),
                section.duration("watch-first", Duration.ofSeconds(30), Duration.ZERO, day),
                section.integer("seen-percent", 50, 0, 100),
                section.choice("disabled-hosts", DisabledHosts.class, DisabledHosts.ASK));
    }
}
