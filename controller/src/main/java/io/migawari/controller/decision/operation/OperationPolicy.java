// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision.operation;

import io.migawari.config.OperationSettings;
import java.time.Duration;

/** The site's rules for operations; the meanings are those of {@link OperationSettings}. */
public record OperationPolicy(
        int parallel, int parallelPerSource, int parallelPerDestination, int attempts, Duration giveUpAfter) {

    public static OperationPolicy of(OperationSettings settings) {
        return new OperationPolicy(
                settings.parallel(),
                settings.parallelPerSource(),
                settings.parallelPerDestination(),
                settings.attempts(),
                settings.giveUpAfter());
    }
}
