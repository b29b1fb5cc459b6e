// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.crash;

import io.migawari.simulate.world.Trap;
import java.time.Duration;
import java.util.Locale;

/**
 * A moment at which a controller can die, or stand still for so long that another one takes its place: before, during or after
 * one of its calls.
 *
 * @param number of the call, or of its answer, as a trap counts them
 * @param at since the start
 */
record CrashPoint(Call call, Trap.Moment moment, Trap.Effect effect, int number, Duration at) {

    /** More than enough for another one to take over, and to be in the midst of it. */
    private static final Duration STANDSTILL = Duration.ofSeconds(30);

    /** The event of a scenario that makes it happen. */
    String event() {
        return "{at: 00:00, at-call: " + call.controller() + ", of: " + written(call.kind()) + ", number: " + number
                + ", when: " + written(moment) + ", it: "
                + switch (effect) {
                    case DIES -> "dies";
                    case STALLS -> "stalls, for: " + STANDSTILL.toSeconds() + "s";
                }
                + "}";
    }

    private static String written(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** As the story tells it. */
    String told() {
        String what = switch (effect) {
            case DIES -> "dies";
            case STALLS -> "stands still for " + STANDSTILL.toSeconds() + " s";
        };
        return String.format(
                Locale.ROOT, "%02d:%02d  * %s %s", at.toMinutes(), at.toSecondsPart(), call.controller(), what);
    }
}
