// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import java.time.Duration;

/**
 * How a host that has failed and comes back is put to use again.
 *
 * @param automatic whether that is done at all without being asked for
 * @param healthyFor how long it has to be healthy before it gets instances
 * @param failures a host that fails so often within the window is not put to use again without a person's word
 * @param window in which failures are counted
 * @param role what a host becomes whose place was taken by a reserved host
 */
public record ReturnSettings(boolean automatic, Duration healthyFor, int failures, Duration window, Role role) {

    /** What becomes of a host that has come back. */
    public enum Role {
        /** A host like before; the reserved host that took its place stays a normal one, too. */
        NORMAL,
        /** The segment's reserved host, in the place of the one that was used up for it. */
        RESERVED
    }

    static ReturnSettings read(Section section) {
        Duration second = Duration.ofSeconds(1);
        return new ReturnSettings(
                section.flag("automatic", true),
                section.duration("healthy-for", Duration.ofMinutes(1), Duration.ZERO, Duration.ofDays(1)),
                section.integer("failures", 2, 1, 100),
                section.duration("window", Duration.ofHours(1), second, Duration.ofDays(30)),
                section.choice("role", Role.class, Role.NORMAL));
    }
}
