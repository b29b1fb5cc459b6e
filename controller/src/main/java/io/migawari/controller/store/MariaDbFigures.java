// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.store.Figures.Count;
import io.migawari.db.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** {@link Figures} out of MariaDB: each one query, all of them one look at the database. */
public final class MariaDbFigures implements Figures.Source {

    /** From what the quickest recovery takes to what somebody will be asked about. */
    private static final List<Double> SECONDS =
            List.of(1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 300.0, 600.0, 1800.0, 3600.0);

    /**
     * Longer than anybody waits between two scrapes. What is over is opened again or deleted one day: a count of all there is would
     * fall with it.
     */
    private static final String LATELY = " >= UTC_TIMESTAMP(6) - INTERVAL 10 MINUTE ";

    private static final String WITHIN_A_DAY = " >= UTC_TIMESTAMP(6) - INTERVAL 1 DAY";

    private final Database database;

    public MariaDbFigures(Database database) {
        this.database = database;
    }

    @Override
    public Figures read() {
        return database.inTransaction(handle -> new Figures(
                count(handle, "SELECT kind, phase, COUNT(*) FROM incident WHERE open GROUP BY kind, phase"),
                count(handle, "SELECT kind, " + seconds("opened_at") + " FROM incident WHERE open GROUP BY kind"),
                count(
                        handle,
                        "SELECT kind, phase, " + seconds("phase_since")
                                + " FROM incident WHERE open GROUP BY kind, phase"),
                count(handle, "SELECT gate, COUNT(*) FROM incident WHERE open AND gate IS NOT NULL GROUP BY gate"),
                count(
                        handle,
                        "SELECT kind, phase, COUNT(*) FROM incident WHERE closed_at" + LATELY + "GROUP BY kind, phase"),
                count(
                        handle,
                        "SELECT m.state, COUNT(*) FROM move m JOIN incident i ON i.number = m.incident WHERE i.open "
                                + "GROUP BY m.state"),
                count(
                        handle,
                        "SELECT m.state, COUNT(*) FROM move m JOIN incident i ON i.number = m.incident WHERE (i.open OR i.closed_at"
                                + LATELY + ") AND m.ended_at" + LATELY + "GROUP BY m.state"),
                count(
                        handle,
                        "SELECT s.name, COUNT(DISTINCT i.host) FROM failover_segment s "
                                + "LEFT JOIN host h ON h.segment = s.number AND h.deleted_at IS NULL "
                                + "LEFT JOIN incident i ON i.host = h.number AND i.open AND i.kind IN ('HOST', 'RETURN') "
                                + "WHERE s.deleted_at IS NULL GROUP BY s.number"),
                count(
                        handle,
                        "SELECT s.name, COUNT(h.number) FROM failover_segment s LEFT JOIN host h "
                                + "ON h.segment = s.number AND h.deleted_at IS NULL AND h.reserved AND NOT h.on_maintenance "
                                + "WHERE s.deleted_at IS NULL GROUP BY s.number"),
                durations(handle),
                count(handle, "SELECT type, COUNT(*) FROM notification WHERE created_at" + LATELY + "GROUP BY type"),
                count(handle, "SELECT kind, COUNT(*) FROM alert WHERE open GROUP BY kind"),
                count(handle, "SELECT webhook, state, COUNT(*) FROM alert_delivery GROUP BY webhook, state")));
    }

    /** A report that comes from a clock ahead of ours is as good as new. */
    private static String seconds(String since) {
        return "GREATEST(0, TIMESTAMPDIFF(SECOND, MIN(" + since + "), UTC_TIMESTAMP(6)))";
    }

    /** The last column is the number, the others are labels. */
    private static List<Count> count(Handle handle, String sql) {
        return handle.createQuery(sql)
                .map((row, context) -> {
                    int last = row.getMetaData().getColumnCount();
                    List<String> labels = new ArrayList<>();
                    for (int column = 1; column < last; column++) {
                        labels.add(row.getString(column));
                    }
                    return new Count(labels, row.getLong(last));
                })
                .list();
    }

    /** From the report to the proof; and from there, or from the report where no proof is needed, to the instances. */
    private static List<Figures.Durations> durations(Handle handle) {
        String buckets =
                SECONDS.stream().map(seconds -> "SUM(took <= " + seconds + ")").collect(Collectors.joining(", "));
        return handle.createQuery("SELECT kind, what, COUNT(*), SUM(took), " + buckets
                        + " FROM (SELECT i.kind, m.what, GREATEST(0, TIMESTAMPDIFF(MICROSECOND, "
                        + "IF(m.what = 'PROVED', i.opened_at, COALESCE(p.at, i.opened_at)), m.at) / 1e6) AS took "
                        + "FROM milestone m JOIN incident i ON i.number = m.incident "
                        + "LEFT JOIN milestone p ON p.incident = m.incident AND p.what = 'PROVED' WHERE (i.open OR i.closed_at"
                        + WITHIN_A_DAY
                        + ") AND m.at" + WITHIN_A_DAY + ") t GROUP BY kind, what")
                .map((row, context) -> durations(row))
                .list();
    }

    private static Figures.Durations durations(ResultSet row) throws SQLException {
        Map<Double, Long> atMost = new LinkedHashMap<>();
        for (int i = 0; i < SECONDS.size(); i++) {
            atMost.put(SECONDS.get(i), row.getLong(5 + i));
        }
        return new Figures.Durations(
                row.getString("kind"),
                Milestone.What.valueOf(row.getString("what")),
                atMost,
                row.getLong(3),
                row.getDouble(4));
    }
}
