// SPDX-License-Identifier: Apache-2.0
package io.migawari.db;

import io.migawari.config.HistorySettings;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/**
 * Deletes what has been over for long, a few hundred at a time, so that no controller waits for it and no Galera node chokes on it.
 * What something that stays refers to stays as well: a failure whose host has not come back yet, and the last drain of a host that
 * is still drained. Needs a user who may delete from all tables. Any thread.
 */
public final class Purge {

    /** What is younger is kept in any case: see there. */
    public static final Duration YOUNGEST = HistorySettings.LEAST;

    private static final int AT_ONCE = 200;

    /**
     * What is deleted.
     *
     * @param over the numbers of its rows that are over, oldest first
     * @param belongings the rows that refer to the number of such a row, as far as {@code WHERE column}
     */
    private record Kind(String table, String over, List<String> belongings) {

        Kind(String table, String over, String... belongings) {
            this(table, over, List.of(belongings));
        }
    }

    private static final List<Kind> KINDS = List.of(
            new Kind(
                    "incident",
                    "SELECT number FROM incident i WHERE closed_at < :before "
                            + "AND NOT EXISTS (SELECT 1 FROM incident other WHERE other.failure = i.number) "
                            + "ORDER BY number LIMIT :most",
                    "evidence WHERE incident",
                    "move WHERE incident",
                    "reservation WHERE incident",
                    "journal WHERE incident",
                    "incident_event WHERE incident",
                    "decision WHERE incident",
                    "milestone WHERE incident",
                    "notification WHERE incident"),
            new Kind(
                    "notification",
                    "SELECT number FROM notification WHERE incident IS NULL AND created_at < :before "
                            + "ORDER BY number LIMIT :most"),
            new Kind(
                    "operation",
                    "SELECT number FROM operation o WHERE closed_at < :before AND NOT (kind = 'DRAIN' AND NOT EXISTS "
                            + "(SELECT 1 FROM operation later WHERE later.host = o.host AND later.number > o.number "
                            + "AND later.kind IN ('DRAIN', 'UNDRAIN'))) ORDER BY number LIMIT :most",
                    "transfer WHERE operation",
                    "operation_journal WHERE operation",
                    "operation_event WHERE operation"),
            new Kind(
                    "alert_delivery",
                    "SELECT d.number FROM alert_delivery d JOIN alert_message m ON m.number = d.message "
                            + "JOIN alert a ON a.number = m.alert WHERE a.resolved_at < :before ORDER BY d.number LIMIT :most"),
            new Kind(
                    "alert",
                    "SELECT number FROM alert WHERE resolved_at < :before ORDER BY number LIMIT :most",
                    "alert_message WHERE alert"));

    private static final Kind AUDIT = new Kind(
            "audit",
            "SELECT number FROM audit WHERE at < :before ORDER BY number LIMIT :most",
            "audit_result WHERE audit");

    private final Database database;

    public Purge(Database database) {
        this.database = database;
    }

    /**
     * Deletes what ended before a time.
     *
     * @param withAudit whether what people asked of the controller is deleted as well
     * @param dryRun only counts; of incidents that refer to each other only the last ones are counted
     * @return how many rows of each table, without those that belong to them
     * @throws IllegalArgumentException if that time is not {@link #YOUNGEST} ago
     * @throws DatabaseException if it could not go on; what is deleted by then stays deleted
     */
    public Map<String, Long> carryOut(Instant before, Instant now, boolean withAudit, boolean dryRun) {
        if (before.isAfter(now.minus(YOUNGEST))) {
            throw new IllegalArgumentException(
                    "only what ended at least " + YOUNGEST.toDays() + " days ago is deleted");
        }
        Map<String, Long> deleted = new LinkedHashMap<>();
        Stream<Kind> kinds = Stream.concat(KINDS.stream(), withAudit ? Stream.of(AUDIT) : Stream.of());
        kinds.forEach(kind -> deleted.put(kind.table, dryRun ? count(kind, before) : delete(kind, before)));
        return deleted;
    }

    private long count(Kind kind, Instant before) {
        return database.inTransaction(
                handle -> (long) over(handle, kind, before, Integer.MAX_VALUE).size());
    }

    private long delete(Kind kind, Instant before) {
        long all = 0;
        while (true) {
            int some = database.inTransaction(handle -> {
                List<Long> numbers = over(handle, kind, before, AT_ONCE);
                if (!numbers.isEmpty()) {
                    kind.belongings.forEach(rows -> delete(handle, rows, numbers));
                    delete(handle, kind.table + " WHERE number", numbers);
                }
                return numbers.size();
            });
            if (some == 0) {
                return all;
            }
            all += some;
        }
    }

    private static List<Long> over(Handle handle, Kind kind, Instant before, int most) {
        return handle.createQuery(kind.over)
                .bind("before", before)
                .bind("most", most)
                .mapTo(Long.class)
                .list();
    }

    private static void delete(Handle handle, String rows, List<Long> numbers) {
        handle.createUpdate("DELETE FROM " + rows + " IN (<numbers>)")
                .bindList("numbers", numbers)
                .execute();
    }
}
