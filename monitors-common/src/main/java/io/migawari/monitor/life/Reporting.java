// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.life;

import io.migawari.monitor.controller.ControllerClient;
import io.migawari.monitor.notification.Notification;
import io.migawari.monitor.settings.MonitorSettings;
import io.migawari.monitor.spool.Courier;
import io.migawari.monitor.spool.Spool;
import io.migawari.monitor.spool.ToldFacts;
import io.migawari.time.Time;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way from a watcher to the controller: spool, courier and client wired together. {@link #report} is all that a watcher
 * calls; it waits for the disk, briefly, and for nothing else.
 */
public final class Reporting implements AutoCloseable, Vitals.Source {

    private static final Logger log = LoggerFactory.getLogger(Reporting.class);

    private final Spool spool;
    private final ToldFacts told;
    private final Courier courier;
    private final ControllerClient client;

    /** @throws IOException if the spool's directory cannot be used */
    public Reporting(MonitorSettings settings, Time time) throws IOException {
        this.spool = Spool.open(settings.spool());
        this.told = ToldFacts.beside(spool);
        this.client = new ControllerClient(settings, time);
        this.courier = new Courier(spool, client, settings.controller().longestPause(), new SecureRandom(), time);
    }

    public void start() {
        courier.start();
    }

    public ToldFacts told() {
        return told;
    }

    /** For questions to the controller; it is shared with the courier and answers one at a time. */
    public ControllerClient client() {
        return client;
    }

    public void report(Notification notification) {
        Spool.Kept kept = spool.append(notification);
        log.atInfo()
                .addKeyValue("notification", notification.id())
                .addKeyValue("host", notification.host())
                .addKeyValue("since", notification.generatedTime())
                .addKeyValue("evidence", notification.evidence())
                .log(
                        "To report: {} {}{}",
                        notification.type(),
                        notification.payload(),
                        switch (kept) {
                            case ON_DISK -> "";
                            case IN_MEMORY -> " (in memory only)";
                        });
    }

    @Override
    public Vitals vitals() {
        Spool.State spooled = spool.state();
        Courier.State delivery = courier.state();
        List<String> troubles = new ArrayList<>();
        spooled.alarm().ifPresent(troubles::add);
        delivery.trouble().ifPresent(why -> troubles.add("the controller has not taken a notification: " + why));
        return new Vitals(
                troubles,
                Map.of("waiting", Integer.toString(spooled.waiting())),
                List.of(
                        new Vitals.Metric("spool_waiting", "Notifications not delivered yet.", spooled.waiting()),
                        new Vitals.Metric(
                                "spool_only_in_memory",
                                "Notifications that the disk could not take.",
                                spooled.onlyInMemory()),
                        new Vitals.Metric("spool_bytes", "Size of the spool.", spooled.bytesOnDisk()),
                        new Vitals.Metric("notifications_total", "Notifications made.", spooled.appended()),
                        new Vitals.Metric(
                                "notifications_delivered_total",
                                "Notifications that the controller has.",
                                spooled.delivered()),
                        new Vitals.Metric(
                                "notifications_refused_total",
                                "Notifications that the controller refused for good.",
                                spooled.refused()),
                        new Vitals.Metric(
                                "notifications_superseded_total",
                                "Notifications dropped from a full spool because a newer one was waiting.",
                                spooled.superseded()),
                        new Vitals.Metric(
                                "spool_corrupt_total", "Spooled files that could not be read.", spooled.corrupt())));
    }

    /** What is not delivered stays in the spool. */
    @Override
    public void close() {
        courier.close();
        spool.close();
    }
}
