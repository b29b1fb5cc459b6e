// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision.operation;

import io.migawari.controller.model.Step;
import io.migawari.controller.model.operation.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What one pass over an operation comes to.
 *
 * @param next the operation as it shall be recorded, with the reasons in words
 * @param steps to be journalled as intended and then carried out; they do not depend on each other
 * @param maintenance whether the host that it is about is on maintenance from now on; absent: that stays as it is
 * @param lookAgain when the world is worth another look, if nothing wakes us before
 */
public record OperationDecision(Operation next, List<Step> steps, Optional<Boolean> maintenance, Duration lookAgain) {

    public OperationDecision {
        steps = List.copyOf(steps);
    }
}
