// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.alert;

import io.migawari.config.AlertSettings;
import io.migawari.controller.model.Alert;
import io.migawari.controller.store.Alerts;
import io.migawari.db.DatabaseException;
import io.migawari.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All about alerts that is going on in one controller: a courier for each webhook, and a look, every few seconds, at what our own
 * tables say that people should know of. Its thread is {@code alert-watch}; {@link #test} may be called from any.
 */
public final class AlertDesk implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(AlertDesk.class);

    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    private static final String SOURCE = "watch";

    /**
     * How a test went.
     *
     * @param trouble why it was not taken; nothing if it was
     */
    public record Tested(String webhook, Optional<String> trouble) {}

    private final String controller;
    private final Alerts alerts;
    private final AlertSettings settings;
    private final Time time;
    private final List<Webhook> webhooks;
    private final List<AlertCourier> couriers = new ArrayList<>();
    private final Thread thread = new Thread(this::run, "alert-watch");
    private final Set<String> stuck = new HashSet<>();
    private final Set<String> told = new HashSet<>();
    private boolean databaseIsAway;

    /** @param controller its name */
    public AlertDesk(String controller, Alerts alerts, AlertSettings settings, Time time) {
        this.controller = controller;
        this.alerts = alerts;
        this.settings = settings;
        this.time = time;
        this.webhooks = settings.webhooks().stream().map(Webhook::new).toList();
        webhooks.forEach(webhook -> couriers.add(new AlertCourier(alerts, webhook, settings, time)));
    }

    public void start() {
        couriers.forEach(AlertCourier::start);
        thread.setDaemon(true);
        thread.start();
    }

    /** Sends a message that is not stored to every webhook, once, and waits for the answers. */
    public List<Tested> test() throws InterruptedException {
        List<Tested> results = new ArrayList<>();
        for (Webhook webhook : webhooks) {
            results.add(new Tested(
                    webhook.name(), webhook.send(AlertBody.ofTest(controller, time.now(), webhook.template()))));
        }
        return results;
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                look();
                time.sleep(LOOK_EVERY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closing
        }
    }

    void look() {
        try {
            List<Alert> found =
                    seenTwice(alerts.found(settings.recoveryLongerThan(), settings.phaseLongerThan(), time.now()));
            alerts.hold(SOURCE, found, "It is not so any more", time.now());
            giveUpWhatNobodyCarries();
            databaseIsAway = false;
            tell(found);
        } catch (DatabaseException e) {
            if (!databaseIsAway) {
                databaseIsAway = true;
                log.atWarn().log("What people should know of cannot be looked up: {}", e.getMessage());
            }
        } catch (RuntimeException | Error e) {
            log.atError().setCause(e).log("Looking for what people should know of failed by a mistake of ours");
        }
    }

    /** Only the courier of a webhook ends its messages, and a webhook that has another name now, or is gone, has none. */
    private void giveUpWhatNobodyCarries() {
        Set<String> carried = webhooks.stream().map(Webhook::name).collect(Collectors.toSet());
        String why = "no webhook has this name any more";
        for (String webhook : alerts.giveUpForOthersThan(carried, settings.giveUpAfter(), why)) {
            log.atWarn()
                    .addKeyValue("webhook", webhook)
                    .log("Alerts for a webhook that is not configured were given up");
        }
    }

    /** Right after the database was away everything is stuck, for the second that it takes to go on. */
    private List<Alert> seenTwice(List<Alert> found) {
        Set<String> before = Set.copyOf(stuck);
        stuck.clear();
        found.stream()
                .filter(alert -> alert.kind() == Alert.Kind.STUCK)
                .map(Alert::about)
                .forEach(stuck::add);
        return found.stream()
                .filter(alert -> alert.kind() != Alert.Kind.STUCK || before.contains(alert.about()))
                .toList();
    }

    /** For those who hear of troubles from the log; each controller says it once. */
    private void tell(List<Alert> found) {
        for (Alert alert : found) {
            if (told.add(alert.about())) {
                var event = log.atWarn().addKeyValue("kind", alert.kind()).addKeyValue("next_step", alert.nextStep());
                if (alert.incident().isPresent()) {
                    event = event.addKeyValue("incident", alert.incident().get());
                }
                event.log("People should know: {}", alert.words());
            }
        }
        told.retainAll(found.stream().map(Alert::about).collect(Collectors.toSet()));
    }

    @Override
    public void close() {
        couriers.forEach(AlertCourier::close);
        thread.interrupt();
    }
}
