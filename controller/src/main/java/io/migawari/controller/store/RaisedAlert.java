// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.Alert;
import io.migawari.controller.model.AlertId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An alert as it is stored.
 *
 * @param resolvedAt of an alert that only tells of something: when it was raised
 * @param resolution why it is over
 */
public record RaisedAlert(
        AlertId id,
        Alert alert,
        Instant raisedAt,
        Optional<Instant> resolvedAt,
        Optional<String> resolution,
        List<Delivery> deliveries) {

    public RaisedAlert {
        deliveries = List.copyOf(deliveries);
    }

    /** What is told of an alert. */
    public enum Event {
        RAISED,
        RESOLVED
    }

    /** How far the telling has come. */
    public enum State {
        PENDING,
        DELIVERED,
        GIVEN_UP,
        /** It was over before anybody was told. */
        NOT_NEEDED
    }

    /**
     * One message to one webhook.
     *
     * @param words why it was not taken, the last time
     */
    public record Delivery(
            String webhook,
            Event event,
            State state,
            int attempts,
            Optional<String> words,
            Optional<Instant> endedAt) {}
}
