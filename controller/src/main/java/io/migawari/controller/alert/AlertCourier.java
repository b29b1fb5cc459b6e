// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.alert;

import io.migawari.config.AlertSettings;
import io.migawari.controller.store.AlertMessage;
import io.migawari.controller.store.Alerts;
import io.migawari.db.DatabaseException;
import io.migawari.time.Time;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes alerts to one webhook, in its own thread {@code alert-NAME}, so that a receiver that hangs keeps no other waiting. All
 * controllers do so at once; each message is claimed by one of them in the database, and by another if that one dies. A message
 * may arrive twice (when its receiver's answer was lost), with the same id, and is never lost.
 */
public final class AlertCourier implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(AlertCourier.class);

    /** What other controllers raise is found as soon as our own. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
    /** A receiver that is back hears within this time what it has missed. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    /** Room for the answer to be written down before somebody else tries. */
    private static final Duration LEASE_BEYOND_TRY = Duration.ofSeconds(10);

    private static final Duration LONGEST_STOP = Duration.ofSeconds(1);

    private final Alerts alerts;
    private final Webhook webhook;
    private final AlertSettings settings;
    private final Time time;
    private final Thread thread;
    private boolean introduced;
    private boolean databaseIsAway;
    private boolean receiverFails;

    public AlertCourier(Alerts alerts, Webhook webhook, AlertSettings settings, Time time) {
        this.alerts = alerts;
        this.webhook = webhook;
        this.settings = settings;
        this.time = time;
        this.thread = new Thread(this::run, "alert-" + webhook.name());
    }

    public void start() {
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                if (!carryOne()) {
                    time.sleep(LOOK_EVERY);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closing
        }
    }

    /** @return whether there was something to carry, so that there may be more */
    boolean carryOne() throws InterruptedException {
        try {
            if (!introduced) {
                alerts.introduce(webhook.name(), webhook.fromSeverity());
                introduced = true;
            }
            Duration lasting = webhook.timeout().plus(LEASE_BEYOND_TRY);
            Optional<AlertMessage> message =
                    alerts.claim(webhook.name(), webhook.fromSeverity(), settings.settle(), lasting);
            databaseIsAway = false;
            if (message.isEmpty()) {
                return false;
            }
            carry(message.get());
            return true;
        } catch (DatabaseException e) {
            if (!databaseIsAway) {
                databaseIsAway = true;
                log.atWarn()
                        .addKeyValue("webhook", webhook.name())
                        .log("Alerts cannot be read from the database, and wait: {}", e.getMessage());
            }
            return false;
        } catch (RuntimeException | Error e) {
            log.atError()
                    .setCause(e)
                    .addKeyValue("webhook", webhook.name())
                    .log("Carrying an alert failed by a mistake of ours");
            return false;
        }
    }

    private void carry(AlertMessage message) throws InterruptedException {
        Optional<String> trouble = send(message);
        if (trouble.isEmpty()) {
            alerts.delivered(message, time.now());
            if (receiverFails) {
                receiverFails = false;
                log.atInfo().addKeyValue("webhook", webhook.name()).log("The webhook takes alerts again");
            }
            log.atInfo()
                    .addKeyValue("webhook", webhook.name())
                    .addKeyValue("alert", message.alert().id())
                    .addKeyValue("news", message.event())
                    .addKeyValue("attempt", message.attempt())
                    .log("Alert delivered");
            return;
        }
        if (!message.at().plus(settings.giveUpAfter()).isAfter(time.now())) {
            alerts.givenUp(message, trouble.get(), time.now());
            log.atError()
                    .addKeyValue("webhook", webhook.name())
                    .addKeyValue("alert", message.alert().id())
                    .log("An alert was given up, nobody was told: {}", trouble.get());
            return;
        }
        alerts.notDelivered(message, trouble.get(), pause(message.attempt()));
        if (!receiverFails) {
            receiverFails = true;
            log.atWarn()
                    .addKeyValue("webhook", webhook.name())
                    .addKeyValue("alert", message.alert().id())
                    .log("An alert was not taken, and is tried again: {}", trouble.get());
        }
    }

    /** When we are stopped meanwhile, another controller may try at once. */
    private Optional<String> send(AlertMessage message) throws InterruptedException {
        try {
            return webhook.send(AlertBody.of(message, webhook.template()));
        } catch (InterruptedException e) {
            alerts.notDelivered(message, "the controller was stopped meanwhile", Duration.ZERO);
            throw e;
        }
    }

    static Duration pause(int attempt) {
        Duration pause = SHORTEST_PAUSE.multipliedBy(1L << Math.min(attempt - 1, 10));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(LONGEST_STOP.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
