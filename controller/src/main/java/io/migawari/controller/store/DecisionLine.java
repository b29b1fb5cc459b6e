// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.Gate;
import io.migawari.controller.model.Phase;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A decision as it was kept.
 *
 * @param madeBy which controller
 * @param gate what the incident waited for from then on
 * @param words the reason of the gate, or of the phase
 * @param steps how many were begun with it
 * @param inputs what it was made from, by name
 */
public record DecisionLine(
        Instant at,
        String madeBy,
        Phase before,
        Phase phase,
        Optional<Gate.Kind> gate,
        String words,
        int steps,
        Map<String, String> inputs) {}
