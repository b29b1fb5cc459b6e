// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import java.time.Duration;

/**
 * Looking ahead at what would happen if a host died.
 *
 * @param every how often; zero: never
 */
public record ForesightSettings(Duration every) {

    static ForesightSettings read(Section section) {
        return new ForesightSettings(
                section.duration("every", Duration.ofMinutes(5), Duration.ZERO, Duration.ofDays(1)));
    }
}
