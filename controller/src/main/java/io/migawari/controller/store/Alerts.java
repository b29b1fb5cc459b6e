// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.Alert;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The alerts, durable and shared by all controllers. Those about an incident are raised with the decision that causes them, by
 * {@link Incidents#record}. Safe for any thread; every method throws {@link io.migawari.db.DatabaseException} when the
 * database cannot do it.
 */
public interface Alerts {

    /**
     * Makes the open alerts of one source be these: raises the new ones, resolves the others. A source that only one controller
     * can judge has to have that controller's name in it; otherwise all of them may call this, and each change is told once.
     *
     * @param source who looks whether they still hold
     * @param resolution why those that are not among them any more are over
     */
    void hold(String source, List<Alert> holding, String resolution, Instant now);

    /**
     * What our own tables say that people should know of: recoveries that last too long, or are stuck, segments without a
     * reserved host.
     *
     * @param longestPhase of an incident that waits for nothing
     */
    List<Alert> found(Duration longestRecovery, Duration longestPhase, Instant now);

    /** Newest first, those that matter at least so much. */
    List<RaisedAlert> list(Alert.Severity least, boolean openOnly, int limit);

    /** To a webhook that may be new, all alerts that are open and matter at least so much have to be told. */
    void introduce(String webhook, Alert.Severity least);

    /**
     * Takes the next message for a webhook, if there is one that nobody is taking there. Messages about one alert, or one
     * incident, go in their order.
     *
     * @param least how much an alert has to matter
     * @param settle an alert that is over so soon is not told at all
     * @param lasting after this time others may try
     */
    Optional<AlertMessage> claim(String webhook, Alert.Severity least, Duration settle, Duration lasting);

    void delivered(AlertMessage message, Instant at);

    /** @param again when it may be tried again */
    void notDelivered(AlertMessage message, String why, Duration again);

    void givenUp(AlertMessage message, String why, Instant at);

    /**
     * Gives up what has been pending for so long for webhooks that have no courier here: their names were changed or taken away. What
     * another controller is just trying is left to it.
     *
     * @param carried the webhooks that there are
     * @return for whom something was given up
     */
    List<String> giveUpForOthersThan(Set<String> carried, Duration after, String why);
}
