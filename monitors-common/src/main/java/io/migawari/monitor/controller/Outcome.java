// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.controller;

import java.time.Duration;
import java.util.Optional;

/** What became of an attempt to deliver a notification. */
public sealed interface Outcome {

    /** The controller has stored it. */
    record Delivered() implements Outcome {}

    /** The controller answers 409: it has heard this already, or the host is on maintenance. Nothing is left to do. */
    record AlreadyKnown(String answer) implements Outcome {}

    /** The controller will never take it; another attempt would end the same. */
    record Refused(int status, String answer) implements Outcome {}

    /**
     * Not this time.
     *
     * @param controllerAway whether any other notification would fare the same
     * @param retryAfter how long the controller asks to be left alone
     */
    record TryLater(String reason, boolean controllerAway, Optional<Duration> retryAfter) implements Outcome {

        static TryLater away(String reason) {
            return new TryLater(reason, true, Optional.empty());
        }
    }
}
