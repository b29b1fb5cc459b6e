// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.intake;

import io.migawari.config.RecoverySettings;
import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Notification;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.store.Acceptance;
import io.migawari.controller.store.Meaning;
import io.migawari.controller.store.Notifications;
import io.migawari.controller.store.Registry;
import io.migawari.controller.store.Report;
import io.migawari.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From a report to a stored notification: what it means, and that it is not lost. Safe for any thread. */
public final class Intake {

    private static final Logger log = LoggerFactory.getLogger(Intake.class);

    private final Notifications notifications;
    private final Doubts doubts;
    private final Registry registry;
    private final RecoverySettings settings;
    private final Consumer<Notification> heard;
    private final Time time;

    /** @param heard told of everything that was stored, since a recovery may have to know it */
    public Intake(
            Notifications notifications,
            Registry registry,
            RecoverySettings settings,
            Consumer<Notification> heard,
            Time time) {
        this.notifications = notifications;
        this.doubts = new Doubts(notifications, settings.clockTolerance());
        this.registry = registry;
        this.settings = settings;
        this.heard = heard;
        this.time = time;
    }

    /**
     * Takes a report in. When this returns, what it led to is durable.
     *
     * @param sender who reports, for the evidence
     * @throws io.migawari.db.DatabaseException if it could not be stored; the sender has to try again
     */
    public Taken accept(Report report, String sender) {
        Instant now = time.now();
        Optional<Doubt> ofItsTime = doubts.ofItsTime(report, now);
        Meaning meaning = meaning(report, sender, now, ofItsTime.filter(Doubt::isOfItsProof));
        Acceptance acceptance = notifications.accept(report, meaning, now);
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
            heard.accept(stored.notification());
        }
        return new Taken(acceptance, doubts.of(report, ofItsTime, acceptance, now));
    }

    /**
     * @param now no report is from the future: a monitor whose clock is ahead has seen it by now at the latest
     */
    private Meaning meaning(Report report, String sender, Instant now, Optional<Doubt> ofItsProof) {
        Instant seenAt = report.generatedTime().isAfter(now) ? now : report.generatedTime();
        return switch (report.type()) {
            case COMPUTE_HOST -> aboutHost(report, sender, seenAt, ofItsProof);
            case VM -> aboutInstance(report, sender, seenAt);
            case PROCESS -> aboutProcess(report, sender, seenAt);
        };
    }

    private static Meaning aboutInstance(Report report, String sender, Instant seenAt) {
        String event = report.payload().getOrDefault("event", "");
        String detail = report.payload().getOrDefault("vir_domain_event", "");
        ServerId server = ServerId.parse(report.payload().getOrDefault("instance_uuid", ""));
        return GuestEvents.failure(event, detail)
                .<Meaning>map(failure -> new Meaning.InstanceFailed(
                        server,
                        new Evidence(
                                Evidence.Kind.INSTANCE_FAILED,
                                sender,
                                seenAt,
                                "reports that " + failure + " (" + event + " " + detail + ")" + shown(report))))
                .orElseGet(() -> new Meaning.Nothing(event + " " + detail + " is no failure that a restart is for"));
    }

    private static Meaning aboutProcess(Report report, String sender, Instant seenAt) {
        String process = report.payload().getOrDefault("process_name", "");
        boolean stopped = "STOPPED".equals(report.payload().get("event"));
        var evidence = new Evidence(
                stopped ? Evidence.Kind.PROCESS_STOPPED : Evidence.Kind.PROCESS_STARTED,
                sender,
                seenAt,
                "reports that " + process + (stopped ? " is down" : " runs") + shown(report),
                Optional.of(process));
        return stopped ? new Meaning.ProcessStopped(evidence) : new Meaning.ProcessRuns(evidence);
    }

    private Meaning aboutHost(Report report, String sender, Instant seenAt, Optional<Doubt> ofItsProof) {
        if (!"STOPPED".equals(report.payload().get("event"))) {
            return new Meaning.HostRuns(
                    new Evidence(Evidence.Kind.REPORTED_STARTED, sender, seenAt, "reports that the host runs"));
        }
        Evidence evidence = whyDead(report, sender, seenAt);
        return new Meaning.HostFailed(ofItsProof
                .filter(doubt -> evidence.kind().provesDeath())
                .map(doubt -> stopped(sender, seenAt, "but: " + doubt.words(), report))
                .orElse(evidence));
    }

    /** UNKNOWN proves nothing, but it is a report like others: the host is looked into. */
    private Evidence whyDead(Report report, String sender, Instant seenAt) {
        boolean powerReadAsOff = "NORMAL".equals(report.payload().get("host_status"));
        if (!powerReadAsOff) {
            return stopped(sender, seenAt, "its power not known", report);
        }
        Optional<Fencing> fencing = Fencing.claimedBy(report);
        if (fencing.isPresent()) {
            return fencing.get().isOfThisLoss(report)
                    ? new Evidence(
                            Evidence.Kind.FENCED,
                            sender,
                            seenAt,
                            "reports the host as stopped and fenced" + shown(report))
                    : stopped(
                            sender,
                            seenAt,
                            "but " + fencing.get().words() + " is not of this loss (" + report.generatedTime()
                                    + ") and proves nothing",
                            report);
        }
        return trustsMonitors(report)
                ? new Evidence(
                        Evidence.Kind.POWER_READ_AS_OFF,
                        sender,
                        seenAt,
                        "reports the host as stopped, its power read as off" + shown(report))
                : stopped(sender, seenAt, "its power as off, which is not trusted here", report);
    }

    private static Evidence stopped(String sender, Instant seenAt, String how, Report report) {
        return new Evidence(
                Evidence.Kind.REPORTED_STOPPED, sender, seenAt, "reports the host as stopped, " + how + shown(report));
    }

    private boolean trustsMonitors(Report report) {
        return registry.hostByName(report.host())
                .flatMap(host -> registry.segment(host.segment()))
                .map(segment -> settings.of(segment.name()).trustMonitors())
                .orElse(settings.trustMonitors());
    }

    /**
     * That the cluster has fenced the host, as our host monitor says it.
     *
     * @param at empty if what it says is no time
     */
    private record Fencing(String words, Optional<Instant> at) {

        /** Nodes note the same fencing seconds apart; no host is fenced, boots, runs and is lost again within this. */
        private static final Duration SAME_FENCING = Duration.ofSeconds(10);

        static Optional<Fencing> claimedBy(Report report) {
            return Optional.ofNullable(report.evidence().get("fenced_at")).map(text -> {
                try {
                    return new Fencing("the fencing at " + text, Optional.of(Instant.parse(text)));
                } catch (DateTimeParseException e) {
                    return new Fencing("a fencing at an unreadable time (" + text + ")", Optional.empty());
                }
            });
        }

        /**
         * The host monitor dates the report of a fenced host by the fencing, so an earlier one is of an earlier loss, after which
         * the host may have run. Whether it has run since this one, the host's own signs and Nova's heartbeats tell.
         */
        boolean isOfThisLoss(Report report) {
            return at.filter(time -> !time.isBefore(report.generatedTime().minus(SAME_FENCING)))
                    .isPresent();
        }
    }

    /** What a monitor shows for it, told to the operator. Of this, only a fencing's time counts. */
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
        if (evidence.containsKey("seen")) {
            words.add(evidence.get("seen"));
        }
        return words.isEmpty() ? "" : " (" + String.join("; ", words) + ")";
    }
}
