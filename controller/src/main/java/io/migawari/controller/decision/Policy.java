// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.config.GateSettings;
import io.migawari.config.RecoverySettings;
import io.migawari.config.ReturnSettings;
import java.time.Duration;

/** The site's rules for one segment; the meanings are those of {@link RecoverySettings}. */
public record Policy(
        RecoverySettings.Proof proof,
        Duration novaDownFor,
        RecoverySettings.Instances instances,
        RecoverySettings.Restarts restarts,
        int parallel,
        int parallelPerDestination,
        int attempts,
        Duration giveUpAfter,
        Duration overdueAfter,
        boolean addToAggregates,
        Duration clockTolerance,
        Duration fenceAfter,
        GateSettings gates,
        ReturnSettings returns) {

    /** The rules for a segment of this name. */
    public static Policy of(RecoverySettings settings, String segment) {
        return new Policy(
                settings.of(segment).proof(),
                settings.novaDownFor(),
                settings.instances(),
                settings.restarts(),
                settings.parallel(),
                settings.parallelPerDestination(),
                settings.attempts(),
                settings.giveUpAfter(),
                settings.overdueAfter(),
                settings.addToAggregates(),
                settings.clockTolerance(),
                settings.fenceAfter(),
                settings.gates(),
                settings.returns());
    }
}
