// SPDX-License-Identifier: Apache-2.0
package io.migawari.db;

import io.migawari.config.HistorySettings;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/**
 * Deletes what has been over for long, a few hundred at a time, so that no controller waits for it and no Galera node chokes on it.
 * What something that stays refers to stays as well: a failure whose host has not come back yet, with those that it had before, and
 * the last drain of a host that is still drained. Needs a user who may delete from all tables. Any thread.
 */
public final class Purge {

    /** What is younger is kept in any case: see there. */
    public static final Duration YOUNGEST = HistorySettings.LEAST;

    private static final int AT_ONCE = 200;

    /**
     * What is deleted.
     *
     * @param over which of its rows, called {@code t}, are over
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
                    "t.closed_at < :before AND NOT EXISTS (SELECT 1 FROM incident other WHERE other.failure = t.number) "
                            + "AND NOT (t.kind = 'HOST' AND EXISTS (SELECT 1 FROM incident other "
                            + "WHERE other.host = t.host AND other.open AND other.kind IN ('HOST', 'RETURN')))",
                    "evidence WHERE incident",
                    "move WHERE incident",
                    "reservation WHERE incident",
                    "journal WHERE incident",
                    "incident_event WHERE incident",
                    "decision WHERE incident",
                    "milestone WHERE incident",
                    "notification WHERE incident"),
            new Kind("notification", "t.incident IS NULL AND t.created_at < :before"),
            new Kind(
                    "operation",
                    "t.closed_at < :before AND NOT (t.kind = 'DRAIN' AND NOT EXISTS "
                            + "(SELECT 1 FROM operation later WHERE later.host = t.host AND later.number > t.number "
                            + "AND later.kind IN ('DRAIN', 'UNDRAIN')))",
                    "transfer WHERE operation",
                    "operation_journal WHERE operation",
                    "operation_event WHERE operation"),
            new Kind(
                    "alert_delivery",
                    "EXISTS (SELECT 1 FROM alert_message m JOIN alert a ON a.number = m.alert "
                            + "WHERE m.number = t.message AND a.resolved_at < :before)"),
            new Kind("alert", "t.resolved_at < :before", "alert_message WHERE alert"));

    private static final Kind AUDIT = new Kind("audit", "t.at < :before", "audit_result WHERE audit");

    private final Database database;

    public Purge(Database database) {
        this.database = database;
    }

    /**
     * What was deleted.
     *
     * @param rows how many of each table, without those that belong to them
     * @param refused for each table of which the database does not let us delete, or not all, what it says
     */
    public record Deleted(Map<String, Long> rows, Map<String, String> refused) {

        public Deleted {
            rows = Collections.unmodifiableMap(new LinkedHashMap<>(rows));
            refused = Collections.unmodifiableMap(new LinkedHashMap<>(refused));
        }

        /** What was refused, in one line. */
        public String refusal() {
            return refused.entrySet().stream()
                    .map(entry -> entry.getKey() + ": " + entry.getValue())
                    .collect(Collectors.joining("; "));
        }
    }

    /**
     * Deletes what ended before a time. What is refused keeps nothing else from being deleted.
     *
     * @param withAudit whether what people asked of the controller is deleted as well
     * @param dryRun only counts; of incidents that refer to each other only the last ones are counted
     * @throws IllegalArgumentException if that time is not {@link #YOUNGEST} ago
     * @throws DatabaseException if the database was away, or others were faster all the time; what is deleted by then stays deleted
     */
    public Deleted carryOut(Instant before, Instant now, boolean withAudit, boolean dryRun) {
        if (before.isAfter(now.minus(YOUNGEST))) {
            throw new IllegalArgumentException(
                    "only what ended at least " + YOUNGEST.toDays() + " days ago is deleted");
        }
        Map<String, Long> deleted = new LinkedHashMap<>();
        Map<String, String> refused = new LinkedHashMap<>();
        Stream<Kind> kinds = Stream.concat(KINDS.stream(), withAudit ? Stream.of(AUDIT) : Stream.of());
        kinds.forEach(kind -> {
            deleted.put(kind.table, 0L);
            try {
                if (dryRun) {
                    deleted.put(kind.table, count(kind, before));
                } else {
                    delete(kind, before, deleted);
                }
            } catch (DatabaseException e) {
                if (e.kind() != DatabaseException.Kind.BROKEN) {
                    throw e;
                }
                refused.put(kind.table, String.valueOf(e.getMessage()));
            }
        });
        return new Deleted(deleted, refused);
    }

    private long count(Kind kind, Instant before) {
        return database.inTransaction(
                handle -> (long) over(handle, kind, before, Integer.MAX_VALUE).size());
    }

    private void delete(Kind kind, Instant before, Map<String, Long> deleted) {
        while (true) {
            List<Long> found = database.inTransaction(handle -> over(handle, kind, before, AT_ONCE));
            if (found.isEmpty()) {
                return;
            }
            long some = database.inTransaction(handle -> {
                List<Long> numbers = stillOver(handle, kind, before, found);
                if (!numbers.isEmpty()) {
                    kind.belongings.forEach(rows -> delete(handle, rows, numbers));
                    delete(handle, kind.table + " WHERE number", numbers);
                }
                return numbers.size();
            });
            deleted.merge(kind.table, some, Long::sum);
        }
    }

    private static List<Long> over(Handle handle, Kind kind, Instant before, int most) {
        return handle.createQuery("SELECT t.number FROM " + kind.table + " t WHERE " + kind.over
                        + " ORDER BY t.number LIMIT :most")
                .bind("before", before)
                .bind("most", most)
                .mapTo(Long.class)
                .list();
    }

    /** A person may just be having one of them tried again. From here on he waits for us, and then does not find it. */
    private static List<Long> stillOver(Handle handle, Kind kind, Instant before, List<Long> numbers) {
        return handle.createQuery("SELECT t.number FROM " + kind.table + " t WHERE t.number IN (<numbers>) AND "
                        + kind.over + " ORDER BY t.number FOR UPDATE")
                .bindList("numbers", numbers)
                .bind("before", before)
                .mapTo(Long.class)
                .list();
    }

    private static void delete(Handle handle, String rows, List<Long> numbers) {
        handle.createUpdate("DELETE FROM " + rows + " IN (<numbers>)")
                .bindList("numbers", numbers)
                .execute();
    }
}
