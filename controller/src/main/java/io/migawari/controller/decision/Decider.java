// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.controller.model.Incident;
import io.migawari.controller.model.Phase;
import java.time.Duration;
import java.time.Instant;

/**
 * The judgement of the product: what to do about an incident, given the world as it was just found. Pure: no clock, no
 * I/O, no logging, no chance. Production, dry runs and simulations run this same code.
 */
public final class Decider {

    private Decider() {}

    public static Decision decide(Incident incident, Observation seen, Policy policy, Instant now) {
        var draft = new Draft(incident, seen, policy, now);
        Duration lookAgain;
        Phase phase;
        do { // a phase that has nothing left to do hands over to the next one within the same pass
            phase = draft.phase();
            lookAgain = decide(draft);
            if (lookAgain.isNegative()) {
                throw new IllegalStateException(phase + " wants to look again after " + lookAgain);
            }
        } while (draft.phase() != phase);
        return draft.finish(lookAgain);
    }

    private static Duration decide(Draft draft) {
        return switch (draft.phase()) {
            case PROVING -> Proving.decide(draft);
            case ISOLATING -> Isolating.decide(draft);
            case MOVING -> Moving.decide(draft);
            case CLOSING -> Closing.decide(draft);
            case RESTARTING -> Restarting.decide(draft);
            case KEEPING_OUT -> Admission.keepingOut(draft);
            case KEPT_OUT -> Admission.keptOut(draft);
            case READMITTING -> Admission.readmitting(draft);
            case AWAY -> Returning.away(draft);
            case CLEARING -> Returning.clearing(draft);
            case TRYING_OUT -> Returning.tryingOut(draft);
            case PUTTING_TO_USE -> Returning.puttingToUse(draft);
            case RECOVERED, SKIPPED, PARTLY_RECOVERED, FAILED, DISMISSED -> Duration.ZERO;
        };
    }
}
