// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.db.Database;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** {@link Controllers} in MariaDB, by the database's clock alone. */
public final class MariaDbControllers implements Controllers {

    /**
     * Longer than a restart of a controller takes, and than a Galera cluster needs to agree; shorter than monitors wait at most
     * before they send something again, so that what a real gap has held up is still to come.
     */
    private static final String SEEN_LATELY = "seen_at >= UTC_TIMESTAMP(6) - INTERVAL 30 SECOND";

    /** One that is gone for good need not be kept. */
    private static final String LONG_GONE = "seen_at < UTC_TIMESTAMP(6) - INTERVAL 30 DAY";

    private final Database database;

    public MariaDbControllers(Database database) {
        this.database = database;
    }

    @Override
    public void watching(String name, String run) {
        database.inTransaction(handle -> {
            Optional<Instant> since = watchingSince(handle);
            handle.createUpdate("INSERT INTO controller (name, run, started_at, seen_at, watching_since) "
                            + "VALUES (:name, :run, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), COALESCE(:since, UTC_TIMESTAMP(6))) "
                            + "ON DUPLICATE KEY UPDATE started_at = IF(run = :run, started_at, VALUES(started_at)), "
                            + "run = :run, seen_at = VALUES(seen_at), watching_since = VALUES(watching_since)")
                    .bind("name", name)
                    .bind("run", run)
                    .bind("since", since.orElse(null))
                    .execute();
            return handle.execute("DELETE FROM controller WHERE " + LONG_GONE);
        });
    }

    /** Since when there was always a controller that watched; empty if none has given a sign lately. */
    static Optional<Instant> watchingSince(Handle handle) {
        return handle.select("SELECT MIN(watching_since) AS since FROM controller WHERE " + SEEN_LATELY)
                .map((row, context) -> Rows.findTime(row, "since"))
                .one();
    }
}
