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
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.SegmentId;
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
            + "WHEN i.phase = 'RECOVERED' THEN 'finished' WHEN i.phase = 'PARTLY_RECOVERED' THEN 'failed' "
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
    private record Subject(long number, boolean onMaintenance, boolean segmentEnabled, String segment) {}

    @Override
    public Acceptance accept(Report report, Meaning meaning, Instant now) {
        return database.inTransaction(handle -> {
            Optional<Subject> subject = lockHost(handle, report.host());
            if (subject.isEmpty()) {
                return new Acceptance.UnknownHost();
            }
            if (subject.get().onMaintenance()) {
                return new Acceptance.OnMaintenance();
            }
            if (isStored(handle, report, subject.get())) {
                return new Acceptance.Duplicate();
            }
            if (meaning instanceof Meaning.HostFailed failed) {
                return hostFailed(handle, report, subject.get(), failed.evidence(), now);
            }
            if (meaning instanceof Meaning.HostRuns runs) {
                return hostRuns(handle, report, subject.get(), runs.evidence(), now);
            }
            if (meaning instanceof Meaning.Nothing nothing) {
                return store(
                        handle,
                        report,
                        subject.get(),
                        Optional.empty(),
                        NotificationStatus.IGNORED,
                        nothing.why(),
                        now);
            }
            throw new AssertionError(meaning);
        });
    }

    /** Reports about one host are taken one after the other. */
    private static Optional<Subject> lockHost(Handle handle, HostName name) {
        return handle.createQuery("SELECT h.number, h.on_maintenance, s.enabled, s.name FROM host h "
                        + "JOIN failover_segment s ON s.number = h.segment "
                        + "WHERE h.name = ? AND h.deleted_at IS NULL FOR UPDATE")
                .bind(0, name.value())
                .map((row, context) -> new Subject(
                        row.getLong("number"),
                        row.getBoolean("on_maintenance"),
                        row.getBoolean("enabled"),
                        row.getString("name")))
                .findOne();
    }

    private static boolean isStored(Handle handle, Report report, Subject subject) {
        return handle.createQuery("SELECT COUNT(*) FROM notification "
                                + "WHERE host = ? AND type = ? AND generated_time = ? AND payload_digest = ?")
                        .bind(0, subject.number())
                        .bind(1, report.type().name())
                        .bind(2, report.generatedTime())
                        .bind(3, digest(report))
                        .mapTo(int.class)
                        .one()
                > 0;
    }

    private static Acceptance hostFailed(
            Handle handle, Report report, Subject subject, Evidence evidence, Instant now) {
        Optional<Long> open = openIncident(handle, subject);
        if (open.isPresent()) {
            boolean heardBefore =
                    handle.createQuery("SELECT COUNT(*) FROM notification WHERE incident = ? AND payload_digest = ?")
                                    .bind(0, open.get())
                                    .bind(1, digest(report))
                                    .mapTo(int.class)
                                    .one()
                            > 0;
            if (heardBefore) {
                return new Acceptance.Duplicate();
            }
            return join(handle, report, subject, open.get(), evidence, now);
        }
        if (isLateCopy(handle, report, subject)) {
            return new Acceptance.Duplicate();
        }
        if (!subject.segmentEnabled()) {
            String why = "The segment " + subject.segment() + " is disabled";
            return store(handle, report, subject, Optional.empty(), NotificationStatus.IGNORED, why, now);
        }
        long incident = handle.createUpdate(
                        "INSERT INTO incident (id, host, opened_at, phase, words) VALUES (?, ?, ?, ?, ?)")
                .bind(0, IncidentId.random().toString())
                .bind(1, subject.number())
                .bind(2, now)
                .bind(3, Phase.PROVING.name())
                .bind(4, "Reported as stopped")
                .executeAndReturnGeneratedKeys("number")
                .mapTo(Long.class)
                .one();
        return join(handle, report, subject, incident, evidence, now);
    }

    /** About a failure that was dealt with already: made before its incident was closed. */
    private static boolean isLateCopy(Handle handle, Report report, Subject subject) {
        return handle.createQuery("SELECT COUNT(*) FROM incident WHERE host = ? AND closed_at >= ?")
                        .bind(0, subject.number())
                        .bind(1, report.generatedTime())
                        .mapTo(int.class)
                        .one()
                > 0;
    }

    private static Acceptance hostRuns(Handle handle, Report report, Subject subject, Evidence evidence, Instant now) {
        Optional<Long> open = openIncident(handle, subject);
        return open.isPresent()
                ? join(handle, report, subject, open.get(), evidence, now)
                : store(handle, report, subject, Optional.empty(), NotificationStatus.FINISHED, null, now);
    }

    private static Optional<Long> openIncident(Handle handle, Subject subject) {
        return handle.createQuery("SELECT number FROM incident WHERE host = ? AND open")
                .bind(0, subject.number())
                .mapTo(Long.class)
                .findOne();
    }

    private static Acceptance join(
            Handle handle, Report report, Subject subject, long incident, Evidence evidence, Instant now) {
        MariaDbIncidents.insertEvidence(handle, incident, evidence);
        MariaDbIncidents.addStoryLine(
                handle, incident, now, Optional.empty(), evidence.observedBy() + ": " + evidence.words());
        return store(handle, report, subject, Optional.of(incident), null, null, now);
    }

    private static Acceptance store(
            Handle handle,
            Report report,
            Subject subject,
            Optional<Long> incident,
            @Nullable NotificationStatus status,
            @Nullable String message,
            Instant now) {
        var id = NotificationId.random();
        handle.createUpdate(
                        "INSERT INTO notification (id, host, incident, type, generated_time, payload, payload_digest, "
                                + "status, message, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
                .bind(0, id.toString())
                .bind(1, subject.number())
                .bind(2, incident.orElse(null))
                .bind(3, report.type().name())
                .bind(4, report.generatedTime())
                .bind(5, Json.write(new TreeMap<>(report.payload())))
                .bind(6, digest(report))
                .bind(7, status == null ? null : status.name())
                .bind(8, message)
                .bind(9, now)
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
