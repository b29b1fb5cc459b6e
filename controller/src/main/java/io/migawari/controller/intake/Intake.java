// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.intake;

import io.migawari.config.RecoverySettings;
import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.NotificationType;
import io.migawari.controller.store.Acceptance;
import io.migawari.controller.store.Meaning;
import io.migawari.controller.store.Notifications;
import io.migawari.controller.store.Report;
import io.migawari.time.Time;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From a report to a stored notification: what it means, and that it is not lost. Safe for any thread. */
public final class Intake {

    private static final Logger log = LoggerFactory.getLogger(Intake.class);

    private final Notifications notifications;
    private final RecoverySettings settings;
    private final Runnable wakeRecovery;
    private final Time time;

    /** @param wakeRecovery called when something was stored that a recovery may have to know */
    public Intake(Notifications notifications, RecoverySettings settings, Runnable wakeRecovery, Time time) {
        this.notifications = notifications;
        this.settings = settings;
        this.wakeRecovery = wakeRecovery;
        this.time = time;
    }

    /**
     * Takes a report in. When this returns, what it led to is durable.
     *
     * @param sender who reports, for the evidence
     * @throws io.migawari.db.DatabaseException if it could not be stored; the sender has to try again
     */
    public Acceptance accept(Report report, String sender) {
        Instant now = time.now();
        Acceptance acceptance = notifications.accept(report, meaning(report, sender, now), now);
        if (acceptance instanceof Acceptance.Stored stored) {
            log.atInfo()
                    .addKeyValue("notification", stored.notification().id())
                    .addKeyValue(
                            "incident",
                            stored.notification()
                                    .incident()
                                    .map(Object::toString)
                                    .orElse("-"))
                    .addKeyValue("host", report.host())
                    .addKeyValue("from", sender)
                    .log("Reported: {} {}", report.type(), report.payload().getOrDefault("event", ""));
            wakeRecovery.run();
        }
        return acceptance;
    }

    /**
     * @param now no report is from the future: a monitor whose clock is ahead has seen it by now at the latest
     */
    private Meaning meaning(Report report, String sender, Instant now) {
        if (report.type() != NotificationType.COMPUTE_HOST) {
            return new Meaning.Nothing(
                    "This version recovers hosts; reports about instances and processes are kept only");
        }
        Instant seenAt = report.generatedTime().isAfter(now) ? now : report.generatedTime();
        if (!"STOPPED".equals(report.payload().get("event"))) {
            return new Meaning.HostRuns(
                    new Evidence(Evidence.Kind.REPORTED_STARTED, sender, seenAt, "reports that the host runs"));
        }
        boolean powerReadAsOff = "NORMAL".equals(report.payload().get("host_status"));
        if (powerReadAsOff && settings.trustMonitors()) {
            return new Meaning.HostFailed(new Evidence(
                    Evidence.Kind.POWER_READ_AS_OFF,
                    sender,
                    seenAt,
                    "reports the host as stopped, its power read as off" + shown(report)));
        }
        return new Meaning.HostFailed(new Evidence(
                Evidence.Kind.REPORTED_STOPPED,
                sender,
                seenAt,
                (powerReadAsOff
                                ? "reports the host as stopped, its power as off, which is not trusted here"
                                : "reports the host as stopped, its power not known")
                        + shown(report)));
    }

    /** What a monitor shows for it. It is told to the operator and decides nothing: anybody could write it. */
    private static String shown(Report report) {
        Map<String, String> evidence = report.evidence();
        List<String> words = new ArrayList<>();
        if (evidence.containsKey("fenced_at")) {
            words.add("fenced at " + evidence.get("fenced_at") + " by " + evidence.getOrDefault("fenced_by", "?"));
        }
        if (evidence.containsKey("seen_by")) {
            words.add("seen by " + evidence.get("seen_by")
                    + ("true".equals(evidence.get("quorum")) ? " with quorum" : ""));
        }
        return words.isEmpty() ? "" : " (" + String.join("; ", words) + ")";
    }
}
