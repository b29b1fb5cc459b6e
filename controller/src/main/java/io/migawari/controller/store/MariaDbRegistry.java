// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.Host;
import io.migawari.controller.model.HostId;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.RecoveryMethod;
import io.migawari.controller.model.Segment;
import io.migawari.controller.model.SegmentId;
import io.migawari.db.Database;
import io.migawari.db.DatabaseException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** {@link Registry} in MariaDB. Rows are not removed but marked as deleted, because notifications refer to them. */
public final class MariaDbRegistry implements Registry {

    private static final String SEGMENTS =
            "SELECT *, CONCAT(recovery_method) AS method_name FROM failover_segment WHERE deleted_at IS NULL";

    private static final String HOSTS =
            "SELECT h.*, s.id AS segment_id FROM host h JOIN failover_segment s ON s.number = h.segment "
                    + "WHERE h.deleted_at IS NULL";

    private static final ListSql<Segment> SEGMENT_LIST = new ListSql<>(
            SEGMENTS,
            columns(
                    "uuid",
                    "id",
                    "name",
                    "name",
                    "recovery_method",
                    "method_name",
                    "service_type",
                    "service_type",
                    "enabled",
                    "enabled",
                    "description",
                    "description",
                    "created_at",
                    "created_at",
                    "updated_at",
                    "updated_at"),
            Map.of(
                    "recovery_method",
                    new ListSql.Filter("recovery_method = ?", text -> text.toUpperCase(Locale.ROOT)),
                    "service_type",
                    ListSql.Filter.text("service_type"),
                    "enabled",
                    ListSql.Filter.flag("enabled"),
                    "name",
                    ListSql.Filter.text("name")),
            (row, context) -> segment(row));

    private static final ListSql<Host> HOST_LIST = new ListSql<>(
            HOSTS + " AND s.id = ?",
            columns(
                    "uuid",
                    "id",
                    "name",
                    "name",
                    "type",
                    "type",
                    "control_attributes",
                    "control_attributes",
                    "reserved",
                    "reserved",
                    "on_maintenance",
                    "on_maintenance",
                    "created_at",
                    "created_at",
                    "updated_at",
                    "updated_at",
                    "failover_segment_id",
                    "segment_id"),
            Map.of(
                    "type",
                    ListSql.Filter.text("type"),
                    "on_maintenance",
                    ListSql.Filter.flag("on_maintenance"),
                    "reserved",
                    ListSql.Filter.flag("reserved"),
                    "name",
                    ListSql.Filter.ascii("name")),
            (row, context) -> host(row));

    private final Database database;

    public MariaDbRegistry(Database database) {
        this.database = database;
    }

    private static Map<String, String> columns(String... keysAndColumns) {
        var columns = new java.util.HashMap<String, String>();
        for (int i = 0; i < keysAndColumns.length; i += 2) {
            columns.put(keysAndColumns[i], keysAndColumns[i + 1]);
        }
        return Map.copyOf(columns);
    }

    @Override
    public Change<Segment> create(NewSegment segment, Instant now) {
        return unlessNameIsTaken(handle -> {
            var id = SegmentId.random();
            handle.createUpdate("INSERT INTO failover_segment "
                            + "(id, name, recovery_method, service_type, enabled, description, created_at) "
                            + "VALUES (?, ?, ?, ?, ?, ?, ?)")
                    .bind(0, id.toString())
                    .bind(1, segment.name())
                    .bind(2, segment.method().name())
                    .bind(3, segment.serviceType())
                    .bind(4, segment.enabled())
                    .bind(5, segment.description().orElse(null))
                    .bind(6, now)
                    .execute();
            return new Change.Done<>(segment(handle, id).orElseThrow());
        });
    }

    @Override
    public Change<Segment> update(SegmentId id, NewSegment segment, Instant now) {
        return unlessNameIsTaken(handle -> {
            Optional<Segment> before = segment(handle, id);
            boolean renamed = before.isPresent() && !before.get().name().equals(segment.name());
            if (renamed && isInUse(handle, "h.segment", before.get().number())) {
                return new Change.InUse<>(); // the settings of a recovery go by the name
            }
            int updated = handle.createUpdate("UPDATE failover_segment SET name = ?, recovery_method = ?, "
                            + "service_type = ?, enabled = ?, description = ?, updated_at = ? "
                            + "WHERE id = ? AND deleted_at IS NULL")
                    .bind(0, segment.name())
                    .bind(1, segment.method().name())
                    .bind(2, segment.serviceType())
                    .bind(3, segment.enabled())
                    .bind(4, segment.description().orElse(null))
                    .bind(5, now)
                    .bind(6, id.toString())
                    .execute();
            return updated == 0
                    ? new Change.NotFound<>()
                    : new Change.Done<>(segment(handle, id).orElseThrow());
        });
    }

    @Override
    public Change<Segment> delete(SegmentId id, Instant now) {
        return database.inTransaction(handle -> {
            Optional<Segment> segment = segment(handle, id);
            if (segment.isEmpty()) {
                return new Change.NotFound<>();
            }
            if (isInUse(handle, "h.segment", segment.get().number())) {
                return new Change.InUse<>();
            }
            handle.execute(
                    "UPDATE host SET deleted_at = ? WHERE segment = ? AND deleted_at IS NULL",
                    now,
                    segment.get().number());
            handle.execute(
                    "UPDATE failover_segment SET deleted_at = ? WHERE number = ?",
                    now,
                    segment.get().number());
            return new Change.Done<>(segment.get());
        });
    }

    @Override
    public Optional<Segment> segment(SegmentId id) {
        return database.inTransaction(handle -> segment(handle, id));
    }

    @Override
    public Optional<Segment> segmentByNumber(long number) {
        return database.inTransaction(handle -> handle.createQuery(SEGMENTS + " AND number = ?")
                .bind(0, number)
                .map((row, context) -> segment(row))
                .findOne());
    }

    @Override
    public List<Segment> segments(ListRequest request) throws BadListRequestException {
        return Listing.of(database, handle -> SEGMENT_LIST.list(handle, request));
    }

    @Override
    public List<Segment> allSegments() {
        return database.inTransaction(handle -> handle.createQuery(SEGMENTS + " ORDER BY number")
                .map((row, context) -> segment(row))
                .list());
    }

    @Override
    public Change<Host> create(SegmentId segmentId, NewHost host, Instant now) {
        return unlessNameIsTaken(handle -> {
            Optional<Segment> segment = segment(handle, segmentId);
            if (segment.isEmpty()) {
                return new Change.NotFound<>();
            }
            var id = HostId.random();
            handle.createUpdate("INSERT INTO host "
                            + "(id, name, segment, type, control_attributes, reserved, on_maintenance, created_at) "
                            + "VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
                    .bind(0, id.toString())
                    .bind(1, host.name().value())
                    .bind(2, segment.get().number())
                    .bind(3, host.type())
                    .bind(4, host.controlAttributes())
                    .bind(5, host.reserved())
                    .bind(6, host.onMaintenance())
                    .bind(7, now)
                    .execute();
            return new Change.Done<>(host(handle, id).orElseThrow());
        });
    }

    @Override
    public Change<Host> update(HostId id, NewHost host, Instant now) {
        return unlessNameIsTaken(handle -> {
            Optional<Host> before = host(handle, id);
            if (before.isEmpty()) {
                return new Change.NotFound<>();
            }
            boolean renamed = !before.get().name().equals(host.name());
            if (renamed && isInUse(handle, "h.number", before.get().number())) {
                return new Change.InUse<>();
            }
            handle.createUpdate("UPDATE host SET name = ?, type = ?, control_attributes = ?, reserved = ?, "
                            + "on_maintenance = ?, updated_at = ? WHERE number = ?")
                    .bind(0, host.name().value())
                    .bind(1, host.type())
                    .bind(2, host.controlAttributes())
                    .bind(3, host.reserved())
                    .bind(4, host.onMaintenance())
                    .bind(5, now)
                    .bind(6, before.get().number())
                    .execute();
            return new Change.Done<>(host(handle, id).orElseThrow());
        });
    }

    @Override
    public Change<Host> delete(HostId id, Instant now) {
        return database.inTransaction(handle -> {
            Optional<Host> host = host(handle, id);
            if (host.isEmpty()) {
                return new Change.NotFound<>();
            }
            long number = host.get().number();
            boolean standsIn = handle.createQuery("SELECT COUNT(*) FROM reservation WHERE host = ? AND open")
                            .bind(0, number)
                            .mapTo(int.class)
                            .one()
                    > 0;
            if (standsIn || isInUse(handle, "h.number", number)) {
                return new Change.InUse<>();
            }
            handle.execute("UPDATE host SET deleted_at = ? WHERE number = ?", now, number);
            return new Change.Done<>(host.get());
        });
    }

    @Override
    public Optional<Host> host(HostId id) {
        return database.inTransaction(handle -> host(handle, id));
    }

    @Override
    public Optional<Host> hostByNumber(long number) {
        return database.inTransaction(handle -> handle.createQuery(HOSTS + " AND h.number = ?")
                .bind(0, number)
                .map((row, context) -> host(row))
                .findOne());
    }

    @Override
    public Optional<Host> hostByName(HostName name) {
        return database.inTransaction(handle -> handle.createQuery(HOSTS + " AND h.name = ?")
                .bind(0, name.value())
                .map((row, context) -> host(row))
                .findOne());
    }

    @Override
    public List<Host> hosts(SegmentId segment, ListRequest request) throws BadListRequestException {
        return Listing.of(database, handle -> HOST_LIST.list(handle, request, segment.toString()));
    }

    @Override
    public List<Host> allHosts() {
        return database.inTransaction(handle -> handle.createQuery(HOSTS + " ORDER BY h.number")
                .map((row, context) -> host(row))
                .list());
    }

    @Override
    public List<Host> reservedHosts() {
        return database.inTransaction(handle -> handle.createQuery(HOSTS + " AND h.reserved ORDER BY h.number")
                .map((row, context) -> host(row))
                .list());
    }

    /**
     * A host that is kept out because of its processes is not in use: nothing is under way, and taking it away ends that.
     *
     * @param column one of ours, never from outside
     */
    private static boolean isInUse(Handle handle, String column, long number) {
        return handle.createQuery("SELECT COUNT(*) FROM incident i JOIN host h ON h.number = i.host "
                                + "WHERE i.open AND i.phase <> 'KEPT_OUT' AND i.kind <> 'RETURN' AND " + column
                                + " = ?")
                        .bind(0, number)
                        .mapTo(int.class)
                        .one()
                > 0;
    }

    private <T> Change<T> unlessNameIsTaken(Function<Handle, Change<T>> work) {
        try {
            return database.inTransaction(work);
        } catch (DatabaseException e) {
            if (e.kind() == DatabaseException.Kind.DUPLICATE) {
                return new Change.NameTaken<>();
            }
            throw e;
        }
    }

    private static Optional<Segment> segment(Handle handle, SegmentId id) {
        return handle.createQuery(SEGMENTS + " AND id = ?")
                .bind(0, id.toString())
                .map((row, context) -> segment(row))
                .findOne();
    }

    private static Optional<Host> host(Handle handle, HostId id) {
        return handle.createQuery(HOSTS + " AND h.id = ?")
                .bind(0, id.toString())
                .map((row, context) -> host(row))
                .findOne();
    }

    static Segment segment(ResultSet row) throws SQLException {
        return new Segment(
                row.getLong("number"),
                new SegmentId(Rows.uuid(row, "id")),
                row.getString("name"),
                RecoveryMethod.valueOf(row.getString("recovery_method")),
                row.getString("service_type"),
                row.getBoolean("enabled"),
                Rows.findText(row, "description"),
                Rows.time(row, "created_at"),
                Rows.findTime(row, "updated_at"));
    }

    static Host host(ResultSet row) throws SQLException {
        return new Host(
                row.getLong("number"),
                new HostId(Rows.uuid(row, "id")),
                new HostName(row.getString("name")),
                new SegmentId(Rows.uuid(row, "segment_id")),
                row.getString("type"),
                row.getString("control_attributes"),
                row.getBoolean("reserved"),
                row.getBoolean("on_maintenance"),
                Rows.time(row, "created_at"),
                Rows.findTime(row, "updated_at"));
    }
}
