// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import static java.util.Map.entry;

import io.migawari.controller.model.Gate;
import io.migawari.controller.model.HostId;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.Iso8601;
import io.migawari.controller.model.Notification;
import io.migawari.controller.model.NotificationId;
import io.migawari.controller.model.NotificationStatus;
import io.migawari.controller.model.NotificationType;
import io.migawari.controller.model.PauseId;
import io.migawari.controller.model.SegmentId;
import io.migawari.db.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

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

    private static final String SELECT =
            "SELECT n.number, n.id, n.generated_time, n.type, CONCAT(n.type) AS type_name, n.payload, n.message, "
                    + "n.created_at, " + STATUS
                    + " AS status, h.id AS host_id, s.id AS segment_id, i.id AS incident_id, "
                    + "i.phase, i.words, i.gate_words FROM notification n JOIN host h ON h.number = n.host "
                    + "JOIN failover_segment s ON s.number = h.segment LEFT JOIN incident i ON i.number = n.incident";

    private static final ListSql<Notification> LIST = new ListSql<>(
            SELECT,
            Map.ofEntries(
                    entry("notification_uuid", "id"),
                    entry("uuid", "id"),
                    entry("generated_time", "generated_time"),
                    entry("type", "type_name"),
                    entry("payload", "payload"),
                    entry("status", "status"),
                    entry("source_host_uuid", "host_id"),
                    entry("failover_segment_uuid", "segment_id"),
                    entry("message", "message"),
                    entry("created_at", "created_at"),
                    entry("updated_at", "created_at")),
            Map.of(
                    "status", ListSql.Filter.text("status"),
                    "source_host_uuid", ListSql.Filter.ascii("host_id"),
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

    @Override
    public Acceptance accept(Report report, Meaning meaning, Instant now) {
        return database.inTransaction(handle -> Receiving.receive(handle, report, meaning, now));
    }

    @Override
    public Instant clock() {
        return new DatabaseClock(database).now();
    }

    @Override
    public Optional<Instant> lastSignOfLife(HostName host) {
        return database.inTransaction(handle -> handle.createQuery("SELECT l.at FROM sign_of_life l "
                        + "JOIN host h ON h.number = l.host WHERE h.name = ? AND h.deleted_at IS NULL")
                .bind(0, host.value())
                .map((row, context) -> Rows.time(row, "at"))
                .findOne());
    }

    @Override
    public Optional<Instant> deadSince(HostName host) {
        return database.inTransaction(handle -> handle.createQuery("SELECT MAX(e.observed_at) AS at FROM evidence e "
                        + "JOIN incident i ON i.number = e.incident JOIN host h ON h.number = i.host "
                        + "WHERE h.name = ? AND h.deleted_at IS NULL AND i.kind = 'HOST' AND i.open "
                        + "AND e.kind IN (" + Neighbourhood.PROOFS + ")")
                .bind(0, host.value())
                .map((row, context) -> Rows.findTime(row, "at"))
                .one());
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

    @Override
    public Optional<Notification> find(NotificationId id) {
        return database.inTransaction(handle -> find(handle, id));
    }

    static Optional<Notification> find(Handle handle, NotificationId id) {
        return handle.createQuery(SELECT + " WHERE n.id = ?")
                .bind(0, id.toString())
                .map((row, context) -> notification(row))
                .findOne();
    }

    @Override
    public Optional<Notification> findByNumber(long number) {
        return database.inTransaction(handle -> handle.createQuery(SELECT + " WHERE n.number = ?")
                .bind(0, number)
                .map((row, context) -> notification(row))
                .findOne());
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

    private static Object time(String text) {
        return Iso8601.find(text).orElseThrow(() -> new IllegalArgumentException("not a time: " + text));
    }
}
