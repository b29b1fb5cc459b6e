// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.controller.model.Incident;
import io.migawari.controller.model.Step;
import java.time.Duration;
import java.util.List;

/**
 * What one pass over an incident comes to.
 *
 * @param next the incident as it shall be recorded, with the reasons in words
 * @param steps to be journalled as intended and then carried out; they do not depend on each other
 * @param alarms what a person should hear of that is not to be seen from the incident itself
 * @param lookAgain when the world is worth another look, if nothing wakes us before
 * @param inputs what it was made from, for those who ask later
 */
public record Decision(Incident next, List<Step> steps, List<String> alarms, Duration lookAgain, Inputs inputs) {

    public Decision {
        steps = List.copyOf(steps);
        alarms = List.copyOf(alarms);
    }
}
