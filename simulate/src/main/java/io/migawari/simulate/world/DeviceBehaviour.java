// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.world;

import java.time.Duration;

/**
 * How a fencing device behaves.
 *
 * @param lasting from the order until the host is off
 */
public record DeviceBehaviour(Kind kind, Duration lasting) {

    private static final Duration USUAL = Duration.ofSeconds(4);

    /** What is wrong with it. */
    public enum Kind {
        /** Nothing: the host is off after 4 s. */
        WORKS,
        /** The host takes longer to go off than a device is waited for. */
        SLOW,
        /** It takes the order, and the host stays on. */
        LIES,
        /** It does not answer. */
        DEAD,
        /** It refuses the order, and says whether the host is on. */
        REFUSES,
        /** It switches the host off, and never says whether it is on. */
        MUTE,
        /** It is another host's. */
        FOREIGN
    }

    /** The usual one of a kind. */
    public static DeviceBehaviour of(Kind kind) {
        return new DeviceBehaviour(kind, kind == Kind.SLOW ? Duration.ofSeconds(45) : USUAL);
    }
}
