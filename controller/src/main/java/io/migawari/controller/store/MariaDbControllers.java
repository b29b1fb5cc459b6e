// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.HostName;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.Phase;
import io.migawari.db.Database;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** {@link Controllers} in MariaDB, by the database's clock alone. */
public final class MariaDbControllers implements Controllers {

    /**
     * Longer than a restart of a controller takes, and than a Galera cluster needs to agree; shorter than monitors wait at most
     * before they send something again, so that what a real gap has held up is still to come.
     */
    private static final String SEEN_LATELY = "seen_at >= UTC_TIMESTAMP(6) - INTERVAL 30 SECOND";

    /** One that is gone for good need not be kept; one that has vanished is to be missed over a long weekend. */
    private static final String LONG_GONE = "seen_at < UTC_TIMESTAMP(6) - INTERVAL 7 DAY";

    private final Database database;
    private final String version;

    /** @param version what this controller says of itself */
    public MariaDbControllers(Database database, String version) {
        this.database = database;
        this.version = version;
    }

    @Override
    public void watching(String name, String run) {
        database.inTransaction(handle -> {
            Optional<Instant> since = watchingSince(handle);
            handle.createUpdate("INSERT INTO controller (name, run, version, started_at, seen_at, watching_since) "
                            + "VALUES (:name, :run, :version, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), "
                            + "COALESCE(:since, UTC_TIMESTAMP(6))) "
                            + "ON DUPLICATE KEY UPDATE started_at = IF(run = :run, started_at, VALUES(started_at)), "
                            + "run = :run, version = :version, seen_at = VALUES(seen_at), stopped_at = NULL, "
                            + "watching_since = VALUES(watching_since)")
                    .bind("name", name)
                    .bind("run", run)
                    .bind("version", version)
                    .bind("since", since.orElse(null))
                    .execute();
            return handle.execute("DELETE FROM controller WHERE " + LONG_GONE);
        });
    }

    @Override
    public void stopped(String name, String run) {
        database.inTransaction(handle -> handle.execute(
                "UPDATE controller SET stopped_at = UTC_TIMESTAMP(6) WHERE name = ? AND run = ?", name, run));
    }

    @Override
    public Crew crew() {
        return database.inTransaction(handle -> new Crew(now(handle), members(handle), incidents(handle)));
    }

    private static Instant now(Handle handle) {
        return handle.select("SELECT UTC_TIMESTAMP(6) AS now")
                .map((row, context) -> Rows.time(row, "now"))
                .one();
    }

    private static List<Crew.Member> members(Handle handle) {
        return handle.select("SELECT c.*, (SELECT COUNT(*) FROM incident i WHERE i.open AND i.owner = c.run "
                        + "AND i.lease_until >= UTC_TIMESTAMP(6)) AS leases FROM controller c ORDER BY c.name")
                .map((row, context) -> new Crew.Member(
                        row.getString("name"),
                        row.getString("run"),
                        row.getString("version"),
                        Rows.time(row, "started_at"),
                        Rows.time(row, "seen_at"),
                        Rows.findTime(row, "stopped_at"),
                        row.getInt("leases")))
                .list();
    }

    private static List<Crew.Work> incidents(Handle handle) {
        return handle.select("SELECT i.id, i.kind, i.phase, i.epoch, h.name AS host, s.name AS segment, "
                        + "IF(i.lease_until >= UTC_TIMESTAMP(6), i.owner, NULL) AS holder, "
                        + "COALESCE(i.lease_until, i.phase_since) AS until FROM incident i JOIN host h ON h.number = i.host "
                        + "JOIN failover_segment s ON s.number = h.segment WHERE i.open ORDER BY i.number")
                .map((row, context) -> new Crew.Work(
                        new IncidentId(Rows.uuid(row, "id")),
                        row.getString("kind"),
                        new HostName(row.getString("host")),
                        row.getString("segment"),
                        Phase.valueOf(row.getString("phase")),
                        row.getLong("epoch"),
                        Rows.findText(row, "holder"),
                        Rows.time(row, "until")))
                .list();
    }

    /** Since when there was always a controller that watched; empty if none has given a sign lately. */
    static Optional<Instant> watchingSince(Handle handle) {
        return handle.select("SELECT MIN(watching_since) AS since FROM controller WHERE " + SEEN_LATELY)
                .map((row, context) -> Rows.findTime(row, "since"))
                .one();
    }
}
