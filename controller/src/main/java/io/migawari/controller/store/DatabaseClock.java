// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.db.Database;
import java.time.Instant;

/** What time it is by the database, by which leases and signs of life are counted. Safe for any thread. */
public final class DatabaseClock {

    private final Database database;

    public DatabaseClock(Database database) {
        this.database = database;
    }

    /** Throws {@link io.migawari.db.DatabaseException} when the database is away. */
    public Instant now() {
        return database.inTransaction(handle -> handle.createQuery("SELECT UTC_TIMESTAMP(6) AS now")
                .map((row, context) -> Rows.time(row, "now"))
                .one());
    }
}
