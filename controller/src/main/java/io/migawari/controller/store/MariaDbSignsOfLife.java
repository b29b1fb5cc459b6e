// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.SignOfLife;
import io.migawari.db.Database;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** {@link SignsOfLife} in MariaDB, by the database's clock. */
public final class MariaDbSignsOfLife implements SignsOfLife {

    /** Older ones are of no interest to an incident. */
    private static final Duration BEFORE_INCIDENT = Duration.ofMinutes(10);

    private final Database database;

    public MariaDbSignsOfLife(Database database) {
        this.database = database;
    }

    @Override
    public boolean given(HostName host, String monitor) {
        return database.inTransaction(handle -> {
            Optional<Long> number = handle.select(
                            "SELECT number FROM host WHERE name = ? AND deleted_at IS NULL", host.value())
                    .mapTo(Long.class)
                    .findOne();
            number.ifPresent(found -> handle.execute(
                    "INSERT INTO sign_of_life (host, at, given_by) VALUES (?, UTC_TIMESTAMP(6), ?) "
                            + "ON DUPLICATE KEY UPDATE at = VALUES(at), given_by = VALUES(given_by)",
                    found,
                    monitor));
            return number.isPresent();
        });
    }

    /**
     * The newest of a host. What its own monitors report about instances and processes is one, too: only they see those, and
     * they have to live for it. It counts from when that was seen, but never from a time after it came in here.
     */
    static Optional<SignOfLife> newest(Handle handle, long host, Incident incident) {
        Optional<SignOfLife> said = handle.select("SELECT at, given_by FROM sign_of_life WHERE host = ?", host)
                .map((row, context) -> new SignOfLife(Rows.time(row, "at"), row.getString("given_by")))
                .findOne();
        Optional<SignOfLife> reported = handle.select(
                        "SELECT LEAST(generated_time, created_at) AS at, type FROM notification WHERE host = ? "
                                + "AND type IN ('VM', 'PROCESS') AND generated_time >= ? ORDER BY at DESC LIMIT 1",
                        host,
                        incident.openedAt().minus(BEFORE_INCIDENT))
                .map((row, context) -> new SignOfLife(
                        Rows.time(row, "at"),
                        row.getString("type").equals("VM") ? "report about an instance" : "report about a process"))
                .findOne();
        return java.util.stream.Stream.of(said, reported)
                .flatMap(Optional::stream)
                .max(Comparator.comparing(SignOfLife::at));
    }
}
