// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor.agent;

import io.migawari.config.Section;
import java.time.Duration;

/**
 * Whether and how guest agents are asked.
 *
 * @param timeout how long one may take
 * @param failures how many times in a row one must not have answered
 */
public record AgentSettings(boolean ping, Duration interval, Duration timeout, int failures) {

    public static AgentSettings read(Section section) {
        return new AgentSettings(
                section.flag("ping", false),
                section.duration("interval", Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofHours(1)),
                section.duration("time-out", Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofMinutes(1)),
                section.integer("failures", 3, 1, 100));
    }
}
