// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.NotificationId;
import io.migawari.controller.model.NotificationStatus;
import io.migawari.controller.model.Pause;
import io.migawari.controller.model.StoppedProcesses;
import io.migawari.controller.model.Subject;
import io.migawari.controller.store.MariaDbPauses.Holding;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/**
 * What becomes of one report: whether it says anything new, and if so, which incident it opens or joins. Lives within one
 * transaction, in which the host that it is about is locked: reports about one host are taken one after the other.
 */
final class Receiving {

    private final Handle handle;
    private final Report report;
    private final Reported reported;
    private final String digest;
    private final Instant now;

    private Receiving(Handle handle, Report report, Reported reported, Instant now) {
        this.handle = handle;
        this.report = report;
        this.reported = reported;
        this.digest = digest(report);
        this.now = now;
    }

    /** A host of the registry, as far as a report about it is concerned. */
    private record Reported(
            long number, boolean onMaintenance, long segmentNumber, boolean segmentEnabled, String segment) {}

    static Acceptance receive(Handle handle, Report report, Meaning meaning, Instant now) {
        Optional<Reported> reported = lockHost(handle, report.host());
        return reported.isEmpty()
                ? new Acceptance.UnknownHost()
                : new Receiving(handle, report, reported.get(), now).accept(meaning);
    }

    private static Optional<Reported> lockHost(Handle handle, HostName name) {
        return handle.createQuery("SELECT h.number, h.on_maintenance, h.segment, s.enabled, s.name FROM host h "
                        + "JOIN failover_segment s ON s.number = h.segment "
                        + "WHERE h.name = ? AND h.deleted_at IS NULL FOR UPDATE")
                .bind(0, name.value())
                .map((row, context) -> new Reported(
                        row.getLong("number"),
                        row.getBoolean("on_maintenance"),
                        row.getLong("segment"),
                        row.getBoolean("enabled"),
                        row.getString("name")))
                .findOne();
    }

    private Acceptance accept(Meaning meaning) {
        // A host that is kept out must hear that it need not be any more, whatever it is declared to be meanwhile.
        if (reported.onMaintenance() && !(meaning instanceof Meaning.ProcessRuns)) {
            return new Acceptance.OnMaintenance();
        }
        return isStored() ? new Acceptance.Duplicate() : take(meaning);
    }

    private Acceptance take(Meaning meaning) {
        if (meaning instanceof Meaning.HostFailed failed) {
            return hostFailed(failed.evidence());
        }
        if (meaning instanceof Meaning.HostRuns runs) {
            return hostRuns(runs.evidence());
        }
        if (meaning instanceof Meaning.InstanceFailed failed) {
            return instanceFailed(failed);
        }
        if (meaning instanceof Meaning.ProcessStopped stopped) {
            return processStopped(stopped.evidence());
        }
        if (meaning instanceof Meaning.ProcessRuns runs) {
            return processRuns(runs.evidence());
        }
        if (meaning instanceof Meaning.Nothing nothing) {
            return ignored(nothing.why(), Optional.empty());
        }
        throw new AssertionError(meaning);
    }

    private boolean isStored() {
        return exists(
                "SELECT COUNT(*) FROM notification "
                        + "WHERE host = ? AND type = ? AND generated_time = ? AND payload_digest = ?",
                reported.number(),
                report.type().name(),
                report.generatedTime(),
                digest);
    }

    private Acceptance hostFailed(Evidence evidence) {
        Optional<Long> open = openIncident("HOST");
        if (open.isPresent()) {
            return wasHeard(open.get()) ? new Acceptance.Duplicate() : join(open.get(), evidence);
        }
        return isLateCopy("HOST") ? new Acceptance.Duplicate() : open(new Subject.WholeHost(), evidence);
    }

    private Acceptance hostRuns(Evidence evidence) {
        Optional<Long> open = openIncident("HOST");
        return open.isPresent() ? join(open.get(), evidence) : finished();
    }

    /**
     * An instance can die again before the incident about it is closed, in the very same words. So what counts is whether it
     * was started since the report was made: that start is the answer to it, and otherwise it has yet to be answered.
     */
    private Acceptance instanceFailed(Meaning.InstanceFailed failed) {
        String server = failed.server().toString();
        boolean answered = exists(
                "SELECT COUNT(*) FROM incident i LEFT JOIN journal j ON j.incident = i.number AND j.step = 'Start' "
                        + "WHERE i.server = ? AND COALESCE(j.intended_at, i.closed_at) >= ?",
                server,
                report.generatedTime());
        if (answered) {
            return new Acceptance.Duplicate();
        }
        Optional<Long> open = handle.select("SELECT number FROM incident WHERE server = ? AND open", server)
                .mapTo(Long.class)
                .findOne();
        if (open.isEmpty()) {
            var subject = new Subject.Instance(failed.server(), Optional.empty());
            return open(subject, failed.evidence());
        }
        boolean startedSinceItWasHeard = exists(
                "SELECT COUNT(*) FROM journal j JOIN notification n ON n.incident = j.incident "
                        + "WHERE j.incident = ? AND j.step = 'Start' AND n.payload_digest = ? "
                        + "AND j.intended_at >= n.generated_time",
                open.get(),
                digest);
        return wasHeard(open.get()) && !startedSinceItWasHeard
                ? new Acceptance.Duplicate()
                : join(open.get(), failed.evidence());
    }

    private Acceptance processStopped(Evidence evidence) {
        Optional<Long> open = openIncident("PROCESS");
        if (open.isPresent()) {
            return isDown(open.get(), evidence) ? new Acceptance.Duplicate() : join(open.get(), evidence);
        }
        return isLateCopy("PROCESS") ? new Acceptance.Duplicate() : open(new Subject.Processes(), evidence);
    }

    private Acceptance processRuns(Evidence evidence) {
        Optional<Long> open = openIncident("PROCESS").filter(found -> isDown(found, evidence));
        if (open.isPresent()) {
            return join(open.get(), evidence);
        }
        return reported.onMaintenance() ? new Acceptance.OnMaintenance() : finished();
    }

    /** Whether the process that this is about is one of those that the incident takes for stopped. */
    private boolean isDown(long incident, Evidence evidence) {
        return StoppedProcesses.in(IncidentRows.evidence(handle, incident))
                .contains(evidence.process().orElseThrow());
    }

    private Optional<Long> openIncident(String kind) {
        return handle.select(
                        "SELECT number FROM incident WHERE host = ? AND kind = ? AND open", reported.number(), kind)
                .mapTo(Long.class)
                .findOne();
    }

    private boolean wasHeard(long incident) {
        return exists("SELECT COUNT(*) FROM notification WHERE incident = ? AND payload_digest = ?", incident, digest);
    }

    /** About a failure that was dealt with already: made before its incident was closed. */
    private boolean isLateCopy(String kind) {
        return exists(
                "SELECT COUNT(*) FROM incident WHERE host = ? AND kind = ? AND closed_at >= ?",
                reported.number(),
                kind,
                report.generatedTime());
    }

    private boolean exists(String count, Object... values) {
        return handle.select(count, values).mapTo(int.class).one() > 0;
    }

    private Acceptance open(Subject subject, Evidence evidence) {
        if (!reported.segmentEnabled()) {
            String why = "The segment " + reported.segment() + " is disabled";
            return ignored(why, Optional.empty());
        }
        Optional<Holding> ignoring =
                MariaDbPauses.covering(handle, reported.number(), reported.segmentNumber(), now).stream()
                        .filter(holding -> holding.pause().mode() == Pause.Mode.IGNORE)
                        .findFirst();
        if (ignoring.isPresent()) {
            return ignore(ignoring.get());
        }
        long incident = handle.createUpdate("INSERT INTO incident (id, host, kind, server, opened_at, phase, words) "
                        + "VALUES (?, ?, ?, ?, ?, ?, ?)")
                .bind(0, IncidentId.random().toString())
                .bind(1, reported.number())
                .bind(2, subject.kind().toUpperCase(Locale.ROOT))
                .bind(
                        3,
                        subject instanceof Subject.Instance instance
                                ? instance.server().toString()
                                : null)
                .bind(4, now)
                .bind(5, subject.firstPhase().name())
                .bind(6, "Reported as stopped")
                .executeAndReturnGeneratedKeys("number")
                .mapTo(Long.class)
                .one();
        return join(incident, evidence);
    }

    private Acceptance ignore(Holding holding) {
        Pause pause = holding.pause();
        String why = pause.by() + " has paused recovery until " + pause.until() + " and wants reports ignored: "
                + pause.reason();
        return ignored(why, Optional.of(holding.number()));
    }

    private Acceptance join(long incident, Evidence evidence) {
        IncidentChanges.insertEvidence(handle, incident, evidence);
        IncidentChanges.addStoryLine(
                handle, incident, now, Optional.empty(), evidence.observedBy() + ": " + evidence.words());
        return store(Optional.of(incident), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private Acceptance finished() {
        return store(Optional.empty(), Optional.of(NotificationStatus.FINISHED), Optional.empty(), Optional.empty());
    }

    private Acceptance ignored(String why, Optional<Long> pause) {
        return store(Optional.empty(), Optional.of(NotificationStatus.IGNORED), Optional.of(why), pause);
    }

    /**
     * A notification is written once and never changed.
     *
     * @param status of one without an incident; that of others is worked out from the incident
     */
    private Acceptance store(
            Optional<Long> incident,
            Optional<NotificationStatus> status,
            Optional<String> message,
            Optional<Long> pause) {
        var id = NotificationId.random();
        handle.createUpdate(
                        "INSERT INTO notification (id, host, incident, type, generated_time, payload, payload_digest, "
                                + "status, message, created_at, pause) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
                .bind(0, id.toString())
                .bind(1, reported.number())
                .bind(2, incident.orElse(null))
                .bind(3, report.type().name())
                .bind(4, report.generatedTime())
                .bind(5, Json.write(new TreeMap<>(report.payload())))
                .bind(6, digest)
                .bind(7, status.map(NotificationStatus::name).orElse(null))
                .bind(8, message.orElse(null))
                .bind(9, now)
                .bind(10, pause.orElse(null))
                .execute();
        return new Acceptance.Stored(MariaDbNotifications.find(handle, id).orElseThrow());
    }

    private static String digest(Report report) {
        try {
            byte[] canonical = Json.write(new TreeMap<>(report.payload())).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(canonical));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
