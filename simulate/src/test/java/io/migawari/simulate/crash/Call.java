// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.crash;

import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.Step;
import io.migawari.simulate.world.Trap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A call by which a controller writes something down, or asks something of the world.
 *
 * @param number among the controller's calls of this kind, from 1
 * @param answer the same for its answer, which may come after that of a later call; 0: there was none
 * @param at since the start
 * @param until when it was answered, since the start
 * @param steps that it is about: all that a decision intends, or the one that is asked for or has ended
 */
record Call(
        String controller,
        Trap.Calls kind,
        int number,
        int answer,
        Duration at,
        Duration until,
        IncidentId incident,
        List<Step> steps) {

    /** What happens during a call happens so long after its beginning. */
    private static final Duration MIDDLE = Duration.ofSeconds(1);

    Call {
        steps = List.copyOf(steps);
    }

    Call answered(int itsNumber, Duration when) {
        return new Call(controller, kind, number, itsNumber, at, when, incident, steps);
    }

    /** Every moment of it at which its controller can die or stand still. */
    List<CrashPoint> points() {
        List<CrashPoint> points = new ArrayList<>();
        for (Trap.Effect effect : Trap.Effect.values()) {
            boolean isBetweenLookAndPacket = kind == Trap.Calls.STEP && effect == Trap.Effect.STALLS;
            if (!isBetweenLookAndPacket) { // no code can look at anything there, see docs/seeds.md
                points.add(new CrashPoint(this, Trap.Moment.BEFORE, effect, number, at));
            }
            if (until.minus(at).compareTo(MIDDLE) > 0) {
                points.add(new CrashPoint(this, Trap.Moment.DURING, effect, number, at.plus(MIDDLE)));
            }
            points.add(new CrashPoint(this, Trap.Moment.AFTER, effect, answer, until));
        }
        return points;
    }
}
