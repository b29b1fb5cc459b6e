// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.HostId;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.Notification;
import io.migawari.controller.model.NotificationId;
import io.migawari.controller.model.NotificationStatus;
import io.migawari.controller.model.NotificationType;
import io.migawari.controller.model.Pause;
import io.migawari.controller.model.PauseId;
import io.migawari.controller.model.SegmentId;
import io.migawari.controller.model.StoppedProcesses;
import io.migawari.controller.model.Subject;
import io.migawari.controller.store.MariaDbPauses.Holding;
import io.migawari.db.Database;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** {@link Notifications} in MariaDB. A notification's status is worked out from its incident whenever it is read. */
public final class MariaDbNotifications implements Notifications {

    private static final String GATES_FOR_PEOPLE = Arrays.stream(Gate.Kind.values())
            .filter(Gate.Kind::needsPerson)
            .map(kind -> "'" + kind.name() + "'")
            .collect(Collectors.joining(", "));

    /** {@link NotificationStatus#of} in SQL, so that lists can be filtered by it; a test holds the two together. */
    private static final String STATUS = "CASE WHEN n.incident IS NULL THEN LOWER(n.status) "
            + "WHEN i.phase IN ('KEPT_OUT', 'RECOVERED', 'SKIPPED') THEN 'finished' "
            + "WHEN i.phase IN ('PARTLY_RECOVERED', 'FAILED') THEN 'failed' "
            + "WHEN i.phase = 'DISMISSED' THEN 'ignored' WHEN i.gate IN (" + GATES_FOR_PEOPLE + ") THEN 'error' "
            + "WHEN i.epoch > 0 THEN 'running' ELSE 'new' END";

    private static final String SELECT = "SELECT n.number, n.id, n.generated_time, n.type, n.payload, n.message, "
            + "n.created_at, " + STATUS + " AS status, h.id AS host_id, s.id AS segment_id, i.id AS incident_id, "
            + "i.phase, i.words, i.gate_words FROM notification n JOIN host h ON h.number = n.host "
            + "JOIN failover_segment s ON s.number = h.segment LEFT JOIN incident i ON i.number = n.incident";

    private static final ListSql<Notification> LIST = new ListSql<>(
            SELECT,
            Map.of(
                    "notification_uuid", "id",
                    "uuid", "id",
                    "generated_time", "generated_time",
                    "type", "type",
                    "status", "status",
                    "source_host_uuid", "host_id",
                    "created_at", "created_at",
                    "updated_at", "created_at"),
            Map.of(
                    "status", ListSql.Filter.text("status"),
                    "source_host_uuid", ListSql.Filter.text("host_id"),
                    "type", ListSql.Filter.text("type"),
                    "generated-since", new ListSql.Filter("generated_time >= ?", MariaDbNotifications::time)),
            (row, context) -> notification(row));

    private static final ListSql<VmMove> MOVES = new ListSql<>(
            "SELECT m.*, h.name AS source, "
                    + "CASE m.state WHEN 'PLANNED' THEN 'pending' WHEN 'SUCCEEDED' THEN 'succeeded' "
                    + "WHEN 'FAILED' THEN 'failed' WHEN 'LEFT' THEN 'ignored' ELSE 'ongoing' END AS status "
                    + "FROM notification n JOIN incident i ON i.number = n.incident "
                    + "JOIN move m ON m.incident = i.number JOIN host h ON h.number = i.host WHERE n.id = ?",
            Map.of(
                    "uuid", "id",
                    "instance_uuid", "server",
                    "instance_name", "server_name",
                    "status", "status",
                    "dest_host", "destination",
                    "start_time", "started_at",
                    "end_time", "ended_at",
                    "created_at", "created_at",
                    "updated_at", "updated_at"),
            Map.of(
                    "status",
                    ListSql.Filter.text("status"),
                    "type",
                    new ListSql.Filter("'evacuation' = ?", text -> text)),
            (row, context) -> new VmMove(
                    row.getLong("number"),
                    IncidentRows.move(row),
                    new HostName(row.getString("source")),
                    Rows.time(row, "created_at"),
                    Rows.findTime(row, "updated_at")));

    private final Database database;

    public MariaDbNotifications(Database database) {
        this.database = database;
    }

    /** A host of the registry, as far as a report about it is concerned. */
    private record Reported(
            long number, boolean onMaintenance, long segmentNumber, boolean segmentEnabled, String segment) {}

    @Override
    public Acceptance accept(Report report, Meaning meaning, Instant now) {
        return database.inTransaction(handle -> {
            Optional<Reported> reported = lockHost(handle, report.host());
            if (reported.isEmpty()) {
                return new Acceptance.UnknownHost();
            }
            // A host that is kept out must hear that it need not be any more, whatever it is declared to be meanwhile.
            if (reported.get().onMaintenance() && !(meaning instanceof Meaning.ProcessRuns)) {
                return new Acceptance.OnMaintenance();
            }
            if (isStored(handle, report, reported.get())) {
                return new Acceptance.Duplicate();
            }
            return take(handle, report, reported.get(), meaning, now);
        });
    }

    private static Acceptance take(Handle handle, Report report, Reported reported, Meaning meaning, Instant now) {
        if (meaning instanceof Meaning.HostFailed failed) {
            return hostFailed(handle, report, reported, failed.evidence(), now);
        }
        if (meaning instanceof Meaning.HostRuns runs) {
            return hostRuns(handle, report, reported, runs.evidence(), now);
        }
        if (meaning instanceof Meaning.InstanceFailed failed) {
            return instanceFailed(handle, report, reported, failed, now);
        }
        if (meaning instanceof Meaning.ProcessStopped stopped) {
            return processStopped(handle, report, reported, stopped.evidence(), now);
        }
        if (meaning instanceof Meaning.ProcessRuns runs) {
            return processRuns(handle, report, reported, runs.evidence(), now);
        }
        if (meaning instanceof Meaning.Nothing nothing) {
            return store(handle, report, reported, Optional.empty(), NotificationStatus.IGNORED, nothing.why(), now);
        }
        throw new AssertionError(meaning);
    }

    /** Reports about one host are taken one after the other. */
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

    private static boolean isStored(Handle handle, Report report, Reported reported) {
        return handle.createQuery("SELECT COUNT(*) FROM notification "
                                + "WHERE host = ? AND type = ? AND generated_time = ? AND payload_digest = ?")
                        .bind(0, reported.number())
                        .bind(1, report.type().name())
                        .bind(2, report.generatedTime())
                        .bind(3, digest(report))
                        .mapTo(int.class)
                        .one()
                > 0;
    }

    private static Acceptance hostFailed(
            Handle handle, Report report, Reported reported, Evidence evidence, Instant now) {
        Optional<Long> open = openIncident(handle, reported, "HOST");
        if (open.isPresent()) {
            return wasHeard(handle, report, open.get())
                    ? new Acceptance.Duplicate()
                    : join(handle, report, reported, open.get(), evidence, now);
        }
        return isLateCopy(handle, report, reported, "HOST")
                ? new Acceptance.Duplicate()
                : open(handle, report, reported, new Subject.WholeHost(), evidence, now);
    }

    private static boolean wasHeard(Handle handle, Report report, long incident) {
        return exists(
                handle,
                "SELECT COUNT(*) FROM notification WHERE incident = ? AND payload_digest = ?",
                incident,
                digest(report));
    }

    /** About a failure that was dealt with already: made before its incident was closed. */
    private static boolean isLateCopy(Handle handle, Report report, Reported reported, String kind) {
        return exists(
                handle,
                "SELECT COUNT(*) FROM incident WHERE host = ? AND kind = ? AND closed_at >= ?",
                reported.number(),
                kind,
                report.generatedTime());
    }

    private static boolean exists(Handle handle, String count, Object... values) {
        return handle.select(count, values).mapTo(int.class).one() > 0;
    }

    /**
     * An instance can die again before the incident about it is closed, in the very same words. So what counts is whether it
     * was started since the report was made: that start is the answer to it, and otherwise it has yet to be answered.
     */
    private static Acceptance instanceFailed(
            Handle handle, Report report, Reported reported, Meaning.InstanceFailed failed, Instant now) {
        String server = failed.server().toString();
        boolean answered = exists(
                handle,
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
            return open(handle, report, reported, subject, failed.evidence(), now);
        }
        boolean startedSinceItWasHeard = exists(
                handle,
                "SELECT COUNT(*) FROM journal j JOIN notification n ON n.incident = j.incident "
                        + "WHERE j.incident = ? AND j.step = 'Start' AND n.payload_digest = ? "
                        + "AND j.intended_at >= n.generated_time",
                open.get(),
                digest(report));
        return wasHeard(handle, report, open.get()) && !startedSinceItWasHeard
                ? new Acceptance.Duplicate()
                : join(handle, report, reported, open.get(), failed.evidence(), now);
    }

    private static Acceptance processStopped(
            Handle handle, Report report, Reported reported, Evidence evidence, Instant now) {
        Optional<Long> open = openIncident(handle, reported, "PROCESS");
        if (open.isPresent()) {
            return isDown(handle, open.get(), evidence)
                    ? new Acceptance.Duplicate()
                    : join(handle, report, reported, open.get(), evidence, now);
        }
        return isLateCopy(handle, report, reported, "PROCESS")
                ? new Acceptance.Duplicate()
                : open(handle, report, reported, new Subject.Processes(), evidence, now);
    }

    private static Acceptance processRuns(
            Handle handle, Report report, Reported reported, Evidence evidence, Instant now) {
        Optional<Long> open =
                openIncident(handle, reported, "PROCESS").filter(found -> isDown(handle, found, evidence));
        if (open.isPresent()) {
            return join(handle, report, reported, open.get(), evidence, now);
        }
        return reported.onMaintenance()
                ? new Acceptance.OnMaintenance()
                : store(handle, report, reported, Optional.empty(), NotificationStatus.FINISHED, null, now);
    }

    /** Whether the process that this is about is one of those that the incident takes for stopped. */
    private static boolean isDown(Handle handle, long incident, Evidence evidence) {
        return StoppedProcesses.in(IncidentRows.evidence(handle, incident))
                .contains(evidence.process().orElseThrow());
    }

    private static Acceptance open(
            Handle handle, Report report, Reported reported, Subject subject, Evidence evidence, Instant now) {
        if (!reported.segmentEnabled()) {
            String why = "The segment " + reported.segment() + " is disabled";
            return store(handle, report, reported, Optional.empty(), NotificationStatus.IGNORED, why, now);
        }
        Optional<Holding> ignoring =
                MariaDbPauses.covering(handle, reported.number(), reported.segmentNumber(), now).stream()
                        .filter(holding -> holding.pause().mode() == Pause.Mode.IGNORE)
                        .findFirst();
        if (ignoring.isPresent()) {
            return ignore(handle, report, reported, ignoring.get(), now);
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
        return join(handle, report, reported, incident, evidence, now);
    }

    private static Acceptance ignore(Handle handle, Report report, Reported reported, Holding holding, Instant now) {
        Pause pause = holding.pause();
        String why = pause.by() + " has paused recovery until " + pause.until() + " and wants reports ignored: "
                + pause.reason();
        Acceptance.Stored stored =
                store(handle, report, reported, Optional.empty(), NotificationStatus.IGNORED, why, now);
        handle.execute(
                "UPDATE notification SET pause = ? WHERE number = ?",
                holding.number(),
                stored.notification().number());
        return stored;
    }

    /** Oldest first. */
    static List<Notification> ignoredBecauseOf(Handle handle, PauseId pause, int limit) {
        return handle.select(
                        SELECT + " JOIN pause p ON p.number = n.pause WHERE p.id = ? ORDER BY n.number LIMIT ?",
                        pause.toString(),
                        limit)
                .map((row, context) -> notification(row))
                .list();
    }

    private static Acceptance hostRuns(
            Handle handle, Report report, Reported reported, Evidence evidence, Instant now) {
        Optional<Long> open = openIncident(handle, reported, "HOST");
        return open.isPresent()
                ? join(handle, report, reported, open.get(), evidence, now)
                : store(handle, report, reported, Optional.empty(), NotificationStatus.FINISHED, null, now);
    }

    private static Optional<Long> openIncident(Handle handle, Reported reported, String kind) {
        return handle.select(
                        "SELECT number FROM incident WHERE host = ? AND kind = ? AND open", reported.number(), kind)
                .mapTo(Long.class)
                .findOne();
    }

    private static Acceptance join(
            Handle handle, Report report, Reported reported, long incident, Evidence evidence, Instant now) {
        IncidentChanges.insertEvidence(handle, incident, evidence);
        IncidentChanges.addStoryLine(
                handle, incident, now, Optional.empty(), evidence.observedBy() + ": " + evidence.words());
        return store(handle, report, reported, Optional.of(incident), null, null, now);
    }

    private static Acceptance.Stored store(
            Handle handle,
            Report report,
            Reported reported,
            Optional<Long> incident,
            @Nullable NotificationStatus status,
            @Nullable String message,
            Instant now) {
        return store(handle, report, reported, incident, Optional.empty(), status, message, now);
    }

    /** A notification is written once and never changed. */
    private static Acceptance.Stored store(
            Handle handle,
            Report report,
            Reported reported,
            Optional<Long> incident,
            Optional<Long> pause,
            @Nullable NotificationStatus status,
            @Nullable String message,
            Instant now) {
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
                .bind(6, digest(report))
                .bind(7, status == null ? null : status.name())
                .bind(8, message)
                .bind(9, now)
                .bind(10, pause.orElse(null))
                .execute();
        return new Acceptance.Stored(find(handle, id).orElseThrow());
    }

    private static String digest(Report report) {
        try {
            byte[] canonical = Json.write(new TreeMap<>(report.payload())).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(canonical));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    @Override
    public Optional<Notification> find(NotificationId id) {
        return database.inTransaction(handle -> find(handle, id));
    }

    private static Optional<Notification> find(Handle handle, NotificationId id) {
        return handle.createQuery(SELECT + " WHERE n.id = ?")
                .bind(0, id.toString())
                .map((row, context) -> notification(row))
                .findOne();
    }

    @Override
    public List<Notification> list(ListRequest request) throws BadListRequestException {
        return Listing.of(database, handle -> LIST.list(handle, request));
    }

    @Override
    public List<VmMove> moves(NotificationId notification, ListRequest request) throws BadListRequestException {
        return Listing.of(database, handle -> MOVES.list(handle, request, notification.toString()));
    }

    private static Notification notification(ResultSet row) throws SQLException {
        Optional<String> incident = Rows.findText(row, "incident_id");
        Optional<String> gateWords = Rows.findText(row, "gate_words");
        Optional<String> incidentWords = Rows.findText(row, "words");
        return new Notification(
                row.getLong("number"),
                new NotificationId(Rows.uuid(row, "id")),
                new HostId(Rows.uuid(row, "host_id")),
                new SegmentId(Rows.uuid(row, "segment_id")),
                NotificationType.valueOf(row.getString("type")),
                Rows.time(row, "generated_time"),
                Json.readTexts(row.getString("payload")),
                NotificationStatus.valueOf(row.getString("status").toUpperCase(Locale.ROOT)),
                Rows.findText(row, "message").or(() -> gateWords).or(() -> incidentWords),
                incident.map(IncidentId::parse),
                Rows.time(row, "created_at"));
    }

    /** A blank may stand for the T; a time without an offset is UTC. */
    private static Object time(String text) {
        String iso = text.strip().replace(' ', 'T');
        try {
            return OffsetDateTime.parse(iso).toInstant();
        } catch (DateTimeParseException withoutOffset) {
            try {
                return LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException("not a time: " + text, e);
            }
        }
    }
}
