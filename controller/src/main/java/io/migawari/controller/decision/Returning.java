// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import java.time.Duration;

/** A host that was recovered from is put to use again when it has come back. */
final class Returning {

    private static final Duration WHILE_AWAY = Duration.ofSeconds(10);

    private Returning() {}

    static Duration decide(Draft draft) {
        return WHILE_AWAY;
    }
}
