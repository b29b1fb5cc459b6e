// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.HostName;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.Pause;
import io.migawari.controller.model.PauseId;
import io.migawari.controller.model.SegmentId;
import io.migawari.db.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** {@link Pauses} in MariaDB. */
public final class MariaDbPauses implements Pauses {

    private static final String SELECT =
            "SELECT p.*, s.id AS segment_id, s.name AS segment_name, h.name AS host_name FROM pause p "
                    + "LEFT JOIN failover_segment s ON s.number = p.segment LEFT JOIN host h ON h.number = p.host ";

    /** More than anybody reads. */
    private static final int MOST_SHOWN = 1000;

    private final Database database;

    public MariaDbPauses(Database database) {
        this.database = database;
    }

    /** A pause that holds, with the number that a notification refers to it by. */
    record Holding(long number, Pause pause) {}

    /** Those that cover a host of a segment and were not ended by anybody, the one that lasts longest first. */
    static List<Holding> covering(Handle handle, long host, long segment, Instant at) {
        return handle.select(
                        SELECT + "WHERE p.ended_at IS NULL AND p.begins_at <= ? AND p.ends_at > ? "
                                + "AND ((p.host IS NULL AND p.segment IS NULL) OR p.host = ? OR p.segment = ?) "
                                + "ORDER BY p.ends_at DESC",
                        at,
                        at,
                        host,
                        segment)
                .map((row, context) -> new Holding(row.getLong("number"), pause(row)))
                .list();
    }

    @Override
    public boolean begin(Pause pause) {
        return database.inTransaction(handle -> {
            if (pause.scope() instanceof Pause.Scope.Everything) {
                return insert(handle, pause, null, null);
            }
            if (pause.scope() instanceof Pause.Scope.OfSegment of) {
                return find(
                                handle,
                                "failover_segment WHERE id = ?",
                                of.segment().toString())
                        .map(number -> insert(handle, pause, number, null))
                        .orElse(false);
            }
            if (pause.scope() instanceof Pause.Scope.OfHost of) {
                return find(handle, "host WHERE name = ?", of.host().value())
                        .map(number -> insert(handle, pause, null, number))
                        .orElse(false);
            }
            throw new AssertionError(pause.scope());
        });
    }

    private static Optional<Long> find(Handle handle, String rows, String value) {
        return handle.select("SELECT number FROM " + rows + " AND deleted_at IS NULL", value)
                .mapTo(Long.class)
                .findOne();
    }

    private static boolean insert(Handle handle, Pause pause, @Nullable Long segment, @Nullable Long host) {
        handle.execute(
                "INSERT INTO pause (id, segment, host, mode, paused_by, reason, begins_at, ends_at) "
                        + "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                pause.id().toString(),
                segment,
                host,
                pause.mode().name(),
                pause.by(),
                pause.reason(),
                pause.from(),
                pause.until());
        return true;
    }

    @Override
    public boolean end(PauseId pause, Ending ending) {
        return database.inTransaction(handle -> handle.execute(
                        "UPDATE pause SET ended_by = ?, end_reason = ?, ended_at = ? "
                                + "WHERE id = ? AND ended_at IS NULL AND ends_at > ?",
                        ending.by(),
                        ending.reason().orElse(null),
                        ending.at(),
                        pause.toString(),
                        ending.at())
                > 0);
    }

    @Override
    public Optional<Kept> find(PauseId pause) {
        return database.inTransaction(handle -> handle.select(SELECT + "WHERE p.id = ?", pause.toString())
                .map((row, context) -> kept(row))
                .findOne());
    }

    @Override
    public List<Kept> list(boolean withOver, Instant now, int limit) {
        return database.inTransaction(handle -> handle.select(
                        SELECT + "WHERE ? OR (p.ended_at IS NULL AND p.ends_at > ?) ORDER BY p.number DESC LIMIT ?",
                        withOver,
                        now,
                        limit)
                .map((row, context) -> kept(row))
                .list());
    }

    @Override
    public Meanwhile meanwhile(PauseId pause) {
        return database.inTransaction(handle -> new Meanwhile(
                MariaDbNotifications.ignoredBecauseOf(handle, pause, MOST_SHOWN),
                handle.select(
                                "SELECT i.id FROM pause p "
                                        + "JOIN incident i ON i.open AND i.gate = 'PAUSED' JOIN host h ON h.number = i.host "
                                        + "WHERE p.id = ? AND ((p.host IS NULL AND p.segment IS NULL) "
                                        + "OR p.host = h.number OR p.segment = h.segment) ORDER BY i.number LIMIT ?",
                                pause.toString(),
                                MOST_SHOWN)
                        .map((row, context) -> new IncidentId(Rows.uuid(row, "id")))
                        .list()));
    }

    private static Kept kept(ResultSet row) throws SQLException {
        Optional<Instant> endedAt = Rows.findTime(row, "ended_at");
        return new Kept(
                pause(row),
                endedAt.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Ending(
                                row.getString("ended_by"), Rows.findText(row, "end_reason"), endedAt.get())));
    }

    private static Pause pause(ResultSet row) throws SQLException {
        return new Pause(
                new PauseId(Rows.uuid(row, "id")),
                scope(row),
                Pause.Mode.valueOf(row.getString("mode")),
                row.getString("paused_by"),
                row.getString("reason"),
                Rows.time(row, "begins_at"),
                Rows.time(row, "ends_at"));
    }

    private static Pause.Scope scope(ResultSet row) throws SQLException {
        Optional<String> host = Rows.findText(row, "host_name");
        if (host.isPresent()) {
            return new Pause.Scope.OfHost(new HostName(host.get()));
        }
        Optional<String> segment = Rows.findText(row, "segment_name");
        return segment.isPresent()
                ? new Pause.Scope.OfSegment(new SegmentId(Rows.uuid(row, "segment_id")), segment.get())
                : new Pause.Scope.Everything();
    }
}
