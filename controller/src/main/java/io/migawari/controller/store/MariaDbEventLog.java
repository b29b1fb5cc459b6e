// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.Gate;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.ServerId;
import io.migawari.db.Database;
import java.util.List;
import java.util.Locale;

/** {@link EventLog} in MariaDB. */
public final class MariaDbEventLog implements EventLog {

    private final Database database;

    public MariaDbEventLog(Database database) {
        this.database = database;
    }

    @Override
    public long newest() {
        return database.inTransaction(
                handle -> handle.createQuery("SELECT COALESCE(MAX(number), 0) FROM incident_event")
                        .mapTo(Long.class)
                        .one());
    }

    @Override
    public List<Event> after(long number, int limit) {
        return database.inTransaction(handle -> handle.createQuery("SELECT e.number, e.at, e.server, e.words, "
                        + "i.id AS incident_id, i.kind, i.phase, i.gate, h.name FROM incident_event e "
                        + "JOIN incident i ON i.number = e.incident JOIN host h ON h.number = i.host "
                        + "WHERE e.number > ? ORDER BY e.number LIMIT ?")
                .bind(0, number)
                .bind(1, limit)
                .map((row, context) -> new Event(
                        new StoryLine(
                                row.getLong("number"),
                                Rows.time(row, "at"),
                                Rows.findText(row, "server").map(ServerId::parse),
                                row.getString("words")),
                        new IncidentId(Rows.uuid(row, "incident_id")),
                        row.getString("kind").toLowerCase(Locale.ROOT),
                        new HostName(row.getString("name")),
                        Phase.valueOf(row.getString("phase")),
                        Rows.findText(row, "gate").map(Gate.Kind::valueOf)))
                .list());
    }
}
