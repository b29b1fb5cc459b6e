// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.decision.ProvenDeath;
import io.migawari.controller.decision.Surroundings;
import io.migawari.controller.model.Deaths;
import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.Host;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.Outages;
import io.migawari.controller.model.Pause;
import io.migawari.controller.model.Subject;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** What a decision about an incident has to know of its segment, its host and the other incidents. */
final class Neighbourhood {

    /** The kinds of evidence that prove a death, as SQL lists them. */
    static final String PROOFS = Arrays.stream(Evidence.Kind.values())
            .filter(Evidence.Kind::provesDeath)
            .map(kind -> "'" + kind.name() + "'")
            .collect(Collectors.joining(", "));

    private static final String PROVED =
            "EXISTS (SELECT 1 FROM evidence e WHERE e.incident = i.number AND e.kind IN (" + PROOFS + "))";

    private static final String OPEN_HOSTS =
            "SELECT h.name FROM incident i JOIN host h ON h.number = i.host WHERE i.open ";
    /** Incidents with a proof that are held by a gate which is only looked at when the host gives no sign of life. */
    private static final String HELD_THOUGH_PROVED = "i.phase = 'PROVING' AND i.gate IN ("
            + Arrays.stream(Gate.Kind.values())
                    .filter(Gate.Kind::isApprovable)
                    .map(kind -> "'" + kind.name() + "'")
                    .collect(Collectors.joining(", "))
            + ") AND " + PROVED;

    /** Its instances are elsewhere, and what is left to be done concerns others; called off, it may have been a mistake. */
    private static final String CLOSED_SOON = "i.phase = 'CLOSING' AND i.cancelled_at IS NULL AND " + PROVED;

    /** More than any limit of failures. */
    private static final int MOST_FAILURES = 100;
    /** More than any limit of restarts. */
    private static final int MOST_RESTARTS = 1000;

    private Neighbourhood() {}

    static Surroundings of(Handle handle, Incident incident) {
        // deleted or not: an incident is followed to its end even if its segment is removed meanwhile
        var segment = handle.createQuery("SELECT * FROM failover_segment WHERE id = ?")
                .bind(0, incident.segment().toString())
                .map((row, context) -> MariaDbRegistry.segment(row))
                .one();
        List<Host> hosts = handle.createQuery("SELECT h.*, s.id AS segment_id FROM host h "
                        + "JOIN failover_segment s ON s.number = h.segment "
                        + "WHERE h.deleted_at IS NULL AND s.number = ? ORDER BY h.number")
                .bind(0, segment.number())
                .map((row, context) -> MariaDbRegistry.host(row))
                .list();
        long host = handle.select(
                        "SELECT number FROM host WHERE id = ?",
                        incident.hostId().toString())
                .mapTo(Long.class)
                .one();
        return new Surroundings(
                segment,
                hosts,
                names(handle, OPEN_HOSTS + "AND i.kind = 'HOST'"),
                provenDead(handle, incident.openedAt()),
                names(
                        handle,
                        "SELECT h.name FROM reservation r JOIN host h ON h.number = r.host "
                                + "JOIN incident i ON i.number = r.incident WHERE i.id <> ? "
                                + "AND r.state IN ('TAKEN', 'KEPT') AND (r.open OR r.ended_at >= ?)",
                        incident.id().toString(),
                        incident.openedAt()),
                names(
                        handle,
                        "SELECT DISTINCT m.destination FROM move m JOIN incident i ON i.number = m.incident "
                                + "WHERE i.id <> ? AND m.attempt > 0 AND m.destination IS NOT NULL "
                                + "AND m.started_at >= ?",
                        incident.id().toString(),
                        incident.openedAt()),
                names(handle, OPEN_HOSTS + "AND i.kind = 'PROCESS'"),
                outages(handle, segment.number()),
                incident.subject() instanceof Subject.Instance ? deaths(handle, segment.number()) : Deaths.none(),
                pauses(handle, host, segment.number()),
                MariaDbControllers.watchingSince(handle),
                MariaDbSignsOfLife.newest(handle, host, incident),
                formerFailures(handle, host, incident),
                Returns.aftermath(handle, incident),
                restarts(handle, incident));
    }

    private static Outages outages(Handle handle, long segment) {
        return handle.select(
                        "SELECT COUNT(o.host) AS overall, COUNT(IF(h.segment = :segment, o.host, NULL)) AS in_segment, "
                                + "COUNT(h.number) AS hosts, COUNT(IF(h.segment = :segment, 1, NULL)) AS hosts_in_segment, "
                                + "(SELECT MAX(i.storm_seen_at) FROM incident i JOIN host s ON s.number = i.host "
                                + "WHERE i.kind = 'HOST' AND i.storm_seen_at IS NOT NULL AND s.segment = :segment) AS storm "
                                + "FROM host h LEFT JOIN (SELECT DISTINCT host FROM incident WHERE open "
                                + "AND kind IN ('HOST', 'RETURN')) o ON o.host = h.number WHERE h.deleted_at IS NULL")
                .bind("segment", segment)
                .map((row, context) -> new Outages(
                        row.getInt("in_segment"),
                        row.getInt("hosts_in_segment"),
                        row.getInt("overall"),
                        row.getInt("hosts"),
                        Rows.findTime(row, "storm")))
                .one();
    }

    private static Deaths deaths(Handle handle, long segment) {
        return handle.select("SELECT COUNT(*) AS died, (SELECT MAX(i.storm_seen_at) FROM incident i "
                        + "JOIN host h ON h.number = i.host WHERE i.kind = 'VM' AND h.segment = :segment "
                        + "AND i.storm_seen_at IS NOT NULL) AS storm FROM incident i "
                        + "JOIN host h ON h.number = i.host WHERE i.kind = 'VM' AND h.segment = :segment "
                        + "AND i.opened_at > UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE")
                .bind("segment", segment)
                .map((row, context) -> new Deaths(row.getInt("died"), Rows.findTime(row, "storm")))
                .one();
    }

    /** By the database's clock, which all controllers have in common. */
    private static List<Pause> pauses(Handle handle, long host, long segment) {
        Instant now = handle.select("SELECT UTC_TIMESTAMP(6) AS now")
                .map((row, context) -> Rows.time(row, "now"))
                .one();
        return MariaDbPauses.covering(handle, host, segment, now).stream()
                .map(MariaDbPauses.Holding::pause)
                .toList();
    }

    private static List<Instant> formerFailures(Handle handle, long host, Incident incident) {
        return handle.select(
                        "SELECT opened_at FROM incident WHERE host = ? AND id <> ? AND kind = 'HOST' "
                                + "AND phase NOT IN ('DISMISSED', 'SKIPPED') ORDER BY number DESC LIMIT ?",
                        host,
                        incident.id().toString(),
                        MOST_FAILURES)
                .map((row, context) -> Rows.time(row, "opened_at"))
                .list();
    }

    /** Tries within one incident count as one restart. */
    private static List<Instant> restarts(Handle handle, Incident incident) {
        if (!(incident.subject() instanceof Subject.Instance instance)) {
            return List.of();
        }
        return handle.select(
                        "SELECT MAX(j.intended_at) AS started_at FROM incident i JOIN journal j ON j.incident = i.number "
                                + "WHERE i.server = ? AND i.id <> ? AND j.step = 'Start' GROUP BY i.number "
                                + "ORDER BY i.number DESC LIMIT ?",
                        instance.server().toString(),
                        incident.id().toString(),
                        MOST_RESTARTS)
                .map((row, context) -> Rows.time(row, "started_at"))
                .list();
    }

    static Map<HostName, ProvenDeath> provenDead(Handle handle, Instant since) {
        Map<HostName, ProvenDeath> found = new HashMap<>();
        handle.select(
                        "SELECT h.name, i.closed_at, COALESCE((SELECT MAX(e.observed_at) FROM evidence e "
                                + "WHERE e.incident = i.number AND e.kind IN (" + PROOFS
                                + ")), i.opened_at) AS proved_at "
                                + "FROM incident i JOIN host h ON h.number = i.host "
                                + "WHERE i.kind = 'HOST' AND ((i.open AND (i.phase IN ('ISOLATING', 'MOVING') OR ("
                                + HELD_THOUGH_PROVED + ") OR (" + CLOSED_SOON + "))) "
                                + "OR (i.closed_at >= ? AND i.phase IN ('RECOVERED', 'PARTLY_RECOVERED')))",
                        since)
                .map((row, context) -> Map.entry(
                        new HostName(row.getString("name")),
                        new ProvenDeath(
                                Rows.time(row, "proved_at"),
                                Rows.findTime(row, "closed_at").orElse(Instant.MAX))))
                .forEach(entry -> found.merge(entry.getKey(), entry.getValue(), ProvenDeath::orLater));
        return found;
    }

    private static Set<HostName> names(Handle handle, String sql, Object... values) {
        return new HashSet<>(handle.select(sql, values)
                .map((row, context) -> new HostName(row.getString(1)))
                .list());
    }
}
