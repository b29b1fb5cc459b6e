// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.world;

import java.time.Duration;

/**
 * Something that befalls a controller at one of its calls.
 *
 * @param at which calls are counted
 * @param number which of them, from now on, the first being 1
 * @param lasting how long it stands still, if it does
 */
public record Trap(Calls at, int number, Moment moment, Effect effect, Duration lasting) {

    /** The calls of a controller to what is outside of its process. */
    public enum Calls {
        /** A look at the database, at Nova or at a fencing device. */
        READ,
        /** A decision is written down, with what it intends. */
        RECORD,
        /** What became of a step is written down. */
        RESULT,
        /** A step is asked of Nova or of a fencing device. */
        STEP,
        /** Any of these. */
        ANY
    }

    /** When, as seen from the call. */
    public enum Moment {
        BEFORE,
        /** A second after a step was asked for; of use where the answer takes longer. Other calls take no time. */
        DURING,
        AFTER
    }

    /** What happens to the controller. */
    public enum Effect {
        DIES,
        STALLS
    }
}
