// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.decision.Decision;
import io.migawari.controller.decision.Story;
import io.migawari.controller.decision.Surroundings;
import io.migawari.controller.model.Approval;
import io.migawari.controller.model.Cancellation;
import io.migawari.controller.model.Deaths;
import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.Host;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.InstanceBefore;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.Outages;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.Pause;
import io.migawari.controller.model.Reservation;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.ServiceBefore;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.Subject;
import io.migawari.db.Database;
import io.migawari.db.DatabaseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * {@link Incidents} in MariaDB. Every write of a recovery locks the incident's row where owner and epoch are still those of
 * the lease, so that a controller that lost its lease can write nothing, whatever it believes. Leases are measured by the
 * database's clock alone.
 */
public final class MariaDbIncidents implements Incidents {

    private static final String OPEN_HOSTS =
            "SELECT h.name FROM incident i JOIN host h ON h.number = i.host WHERE i.open ";
    /** Incidents with a proof that are held by a gate which is only looked at when the host gives no sign of life. */
    private static final String HELD_THOUGH_PROVED = "i.phase = 'PROVING' AND i.gate IN ("
            + Arrays.stream(Gate.Kind.values())
                    .filter(Gate.Kind::isApprovable)
                    .map(kind -> "'" + kind.name() + "'")
                    .collect(Collectors.joining(", "))
            + ") AND EXISTS (SELECT 1 FROM evidence e WHERE e.incident = i.number AND e.kind IN ("
            + Arrays.stream(Evidence.Kind.values())
                    .filter(Evidence.Kind::provesDeath)
                    .map(kind -> "'" + kind.name() + "'")
                    .collect(Collectors.joining(", "))
            + "))";

    /** More than any limit of failures. */
    private static final int MOST_FAILURES = 100;
    /** More than any limit of restarts. */
    private static final int MOST_RESTARTS = 1000;

    private final Database database;

    public MariaDbIncidents(Database database) {
        this.database = database;
    }

    @Override
    public List<Lease> claim(String owner, Duration lasting) {
        List<Long> free = database.inTransaction(handle -> handle.createQuery(
                        "SELECT number FROM incident WHERE open AND (lease_until IS NULL OR lease_until < UTC_TIMESTAMP(6)) "
                                + "ORDER BY number")
                .mapTo(Long.class)
                .list());
        List<Lease> claimed = new ArrayList<>();
        for (long number : free) {
            claim(number, owner, lasting).ifPresent(claimed::add);
        }
        return claimed;
    }

    /** One transaction an incident: losing one to another controller (or a conflict) must not lose the others. */
    private Optional<Lease> claim(long number, String owner, Duration lasting) {
        try {
            return database.inTransaction(handle -> {
                int taken = handle.createUpdate("UPDATE incident SET epoch = epoch + 1, owner = :owner, "
                                + "lease_until = UTC_TIMESTAMP(6) + INTERVAL :micros MICROSECOND WHERE number = :number "
                                + "AND open AND (lease_until IS NULL OR lease_until < UTC_TIMESTAMP(6))")
                        .bind("owner", owner)
                        .bind("micros", lasting.toNanos() / 1000)
                        .bind("number", number)
                        .execute();
                return taken == 0
                        ? Optional.empty()
                        : handle.createQuery("SELECT id, owner, epoch FROM incident WHERE number = ?")
                                .bind(0, number)
                                .map((row, context) -> IncidentRows.lease(row))
                                .findOne();
            });
        } catch (DatabaseException e) {
            if (e.kind() == DatabaseException.Kind.CONFLICT) {
                return Optional.empty(); // somebody else is at it; the next tick looks again
            }
            throw e;
        }
    }

    @Override
    public List<Lease> renew(String owner, Duration lasting) {
        return database.inTransaction(handle -> {
            handle.createUpdate("UPDATE incident SET lease_until = UTC_TIMESTAMP(6) + INTERVAL :micros MICROSECOND "
                            + "WHERE open AND owner = :owner")
                    .bind("micros", lasting.toNanos() / 1000)
                    .bind("owner", owner)
                    .execute();
            return handle.createQuery("SELECT id, owner, epoch FROM incident WHERE open AND owner = ?")
                    .bind(0, owner)
                    .map((row, context) -> IncidentRows.lease(row))
                    .list();
        });
    }

    @Override
    public void release(String owner) {
        database.inTransaction(handle ->
                handle.execute("UPDATE incident SET owner = NULL, lease_until = NULL WHERE open AND owner = ?", owner));
    }

    @Override
    public Incident read(Lease lease) throws LeaseLostException {
        Optional<Incident> incident = database.inTransaction(
                handle -> handle.createQuery(IncidentRows.SELECT + " WHERE i.id = ? AND i.owner = ? AND i.epoch = ?")
                        .bind(0, lease.incident().toString())
                        .bind(1, lease.owner())
                        .bind(2, lease.epoch())
                        .map((row, context) -> IncidentRows.incident(handle, row))
                        .findOne());
        return incident.orElseThrow(() -> new LeaseLostException(lease));
    }

    @Override
    public Surroundings surroundings(Incident incident) {
        return database.inTransaction(handle -> {
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
        });
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

    /** By the database's clock; whoever decides looks at his own as well. */
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

    private static Map<HostName, Instant> provenDead(Handle handle, Instant since) {
        Map<HostName, Instant> found = new HashMap<>();
        handle.select(
                        "SELECT h.name, i.closed_at FROM incident i JOIN host h ON h.number = i.host "
                                + "WHERE i.kind = 'HOST' AND ((i.open AND i.phase IN ('ISOLATING', 'MOVING')) OR (i.open AND "
                                + HELD_THOUGH_PROVED + ") "
                                + "OR (i.closed_at >= ? AND i.phase IN ('RECOVERED', 'PARTLY_RECOVERED')))",
                        since)
                .map((row, context) -> Map.entry(
                        new HostName(row.getString("name")),
                        Rows.findTime(row, "closed_at").orElse(Instant.MAX)))
                .forEach(entry -> found.merge(
                        entry.getKey(), entry.getValue(), (one, other) -> one.isAfter(other) ? one : other));
        return found;
    }

    private static Set<HostName> names(Handle handle, String sql, Object... values) {
        return new HashSet<>(handle.select(sql, values)
                .map((row, context) -> new HostName(row.getString(1)))
                .list());
    }

    @Override
    public List<JournalEntry> record(Lease lease, Incident before, Decision decision, Instant now)
            throws LeaseLostException {
        Optional<List<JournalEntry>> entries = database.inTransaction(handle -> {
            Optional<Long> number = guard(handle, lease);
            if (number.isEmpty()) {
                return Optional.empty();
            }
            Incident next = decision.next();
            writeIncident(handle, number.get(), next);
            writeEvidence(handle, number.get(), before, next);
            writeMoves(handle, number.get(), before, next, now);
            writeReservations(handle, number.get(), before, next, now);
            Story.of(before, decision)
                    .forEach(line -> addStoryLine(handle, number.get(), now, line.server(), line.words()));
            DecisionRows.write(handle, number.get(), lease, before, decision, now);
            if (Returns.follows(next)) {
                Returns.open(handle, number.get(), next, now);
            }
            return Optional.of(writeIntents(handle, number.get(), lease, decision.steps(), now));
        });
        return entries.orElseThrow(() -> new LeaseLostException(lease));
    }

    /** Locks the incident's row if the lease still holds. */
    private static Optional<Long> guard(Handle handle, Lease lease) {
        return handle.createQuery("SELECT number FROM incident WHERE id = ? AND owner = ? AND epoch = ? FOR UPDATE")
                .bind(0, lease.incident().toString())
                .bind(1, lease.owner())
                .bind(2, lease.epoch())
                .mapTo(Long.class)
                .findOne();
    }

    private static void writeIncident(Handle handle, long number, Incident next) {
        handle.createUpdate(
                        "UPDATE incident SET phase = :phase, words = :words, gate = :gate, gate_words = :gateWords, "
                                + "gate_since = :gateSince, service_enabled = :enabled, service_forced_down = :forcedDown, "
                                + "service_reason = :reason, nova_down_since = :novaDownSince, closed_at = :closedAt, "
                                + "storm_seen_at = :stormSeenAt, server_name = :serverName, server_former = :serverFormer, "
                                + "heard_at = :heardAt, well_since = :wellSince WHERE number = :number")
                .bind("heardAt", coming(next).flatMap(Subject.Return::heardAt).orElse(null))
                .bind(
                        "wellSince",
                        coming(next).flatMap(Subject.Return::wellSince).orElse(null))
                .bind("serverName", instance(next).map(InstanceBefore::name).orElse(null))
                .bind("serverFormer", instance(next).map(InstanceBefore::states).orElse(null))
                .bind("stormSeenAt", next.stormSeenAt().orElse(null))
                .bind("phase", next.phase().name())
                .bind("words", next.words())
                .bind("gate", next.gate().map(gate -> gate.kind().name()).orElse(null))
                .bind("gateWords", next.gate().map(Gate::words).orElse(null))
                .bind("gateSince", next.gate().map(Gate::since).orElse(null))
                .bind("enabled", next.before().map(ServiceBefore::enabled).orElse(null))
                .bind("forcedDown", next.before().map(ServiceBefore::forcedDown).orElse(null))
                .bind(
                        "reason",
                        next.before().flatMap(ServiceBefore::disabledReason).orElse(null))
                .bind("novaDownSince", next.novaDownSince().orElse(null))
                .bind("closedAt", next.closedAt().orElse(null))
                .bind("number", number)
                .execute();
    }

    private static Optional<InstanceBefore> instance(Incident incident) {
        return incident.subject() instanceof Subject.Instance instance ? instance.before() : Optional.empty();
    }

    private static Optional<Subject.Return> coming(Incident incident) {
        return incident.subject() instanceof Subject.Return coming ? Optional.of(coming) : Optional.empty();
    }

    private static void writeEvidence(Handle handle, long number, Incident before, Incident next) {
        Set<Evidence> known = new HashSet<>(before.evidence());
        next.evidence().stream()
                .filter(evidence -> !known.contains(evidence))
                .forEach(evidence -> insertEvidence(handle, number, evidence));
    }

    static void insertEvidence(Handle handle, long number, Evidence evidence) {
        handle.execute(
                "INSERT INTO evidence (incident, kind, observed_by, observed_at, words, process) "
                        + "VALUES (?, ?, ?, ?, ?, ?)",
                number,
                evidence.kind().name(),
                evidence.observedBy(),
                evidence.observedAt(),
                evidence.words(),
                evidence.process().orElse(null));
    }

    private static void writeMoves(Handle handle, long number, Incident before, Incident next, Instant now) {
        Set<Move> known = new HashSet<>(before.moves());
        for (Move move : next.moves()) {
            if (!known.contains(move)) {
                handle.createUpdate("INSERT INTO move (id, incident, server, server_name, position, former, wanted, "
                                + "state, destination, words, attempt, failures, baseline, not_before, started_at, "
                                + "ended_at, created_at) "
                                + "VALUES (:id, :incident, :server, :name, :rank, :former, :wanted, :state, "
                                + ":destination, :words, :attempt, :failures, :baseline, :notBefore, :startedAt, "
                                + ":endedAt, :now) ON DUPLICATE KEY UPDATE state = :state, "
                                + "destination = :destination, words = :words, attempt = :attempt, "
                                + "failures = :failures, baseline = :baseline, not_before = :notBefore, "
                                + "started_at = :startedAt, ended_at = :endedAt, updated_at = :now")
                        .bind("id", move.id().toString())
                        .bind("incident", number)
                        .bind("server", move.server().toString())
                        .bind("name", move.serverName())
                        .bind("rank", move.rank())
                        .bind("former", move.former())
                        .bind("wanted", move.wanted().name())
                        .bind("state", move.state().name())
                        .bind(
                                "destination",
                                move.destination().map(HostName::value).orElse(null))
                        .bind("words", move.words())
                        .bind("attempt", move.attempt())
                        .bind("failures", move.failures())
                        .bind("baseline", move.baseline())
                        .bind("notBefore", move.notBefore().orElse(null))
                        .bind("startedAt", move.startedAt().orElse(null))
                        .bind("endedAt", move.endedAt().orElse(null))
                        .bind("now", now)
                        .execute();
            }
        }
    }

    private static void writeReservations(Handle handle, long number, Incident before, Incident next, Instant now) {
        Set<Reservation> known = new HashSet<>(before.reservations());
        for (Reservation reservation : next.reservations()) {
            if (known.contains(reservation)) {
                continue;
            }
            boolean isNew =
                    before.reservations().stream().noneMatch(r -> r.host().equals(reservation.host()));
            long host = hostNumber(handle, reservation.host());
            if (isNew) {
                handle.execute(
                        "INSERT INTO reservation (incident, host, state, disabled_reason, aggregates, taken_at, "
                                + "ended_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                        number,
                        host,
                        reservation.state().name(),
                        reservation.disabledReason().orElse(null),
                        Json.write(reservation.aggregates()),
                        now,
                        reservation.isOpen() ? null : now);
            } else {
                handle.execute(
                        "UPDATE reservation SET state = ?, ended_at = ? WHERE incident = ? AND host = ?",
                        reservation.state().name(),
                        reservation.isOpen() ? null : now,
                        number,
                        host);
            }
            boolean reservedAgain = reservation.state() == Reservation.State.RETURNED;
            handle.execute("UPDATE host SET reserved = ?, updated_at = ? WHERE number = ?", reservedAgain, now, host);
        }
    }

    private static long hostNumber(Handle handle, HostName name) {
        return handle.createQuery("SELECT number FROM host WHERE name = ? AND deleted_at IS NULL")
                .bind(0, name.value())
                .mapTo(Long.class)
                .one();
    }

    private static List<JournalEntry> writeIntents(
            Handle handle, long number, Lease lease, List<Step> steps, Instant now) {
        List<JournalEntry> entries = new ArrayList<>();
        for (Step step : steps) {
            StepColumns columns = StepColumns.of(step);
            long entry = handle.createUpdate(
                            "INSERT INTO journal (incident, epoch, step, host, server, aggregate, reason, "
                                    + "level, intended_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
                    .bind(0, number)
                    .bind(1, lease.epoch())
                    .bind(2, columns.kind())
                    .bind(3, columns.host())
                    .bind(4, columns.server())
                    .bind(5, columns.aggregate())
                    .bind(6, columns.reason())
                    .bind(7, columns.level())
                    .bind(8, now)
                    .executeAndReturnGeneratedKeys("number")
                    .mapTo(Long.class)
                    .one();
            entries.add(new JournalEntry(entry, lease.epoch(), step, now, Optional.empty(), Optional.empty()));
        }
        return entries;
    }

    @Override
    public void recordOutcome(Lease lease, long journalNumber, Outcome outcome, Instant at) throws LeaseLostException {
        boolean ours = database.inTransaction(handle -> {
            if (guard(handle, lease).isEmpty()) {
                return false;
            }
            OutcomeColumns columns = OutcomeColumns.of(outcome);
            handle.createUpdate(
                            "UPDATE journal SET outcome = ?, refusal = ?, words = ?, request_id = ?, retry_after = ?, "
                                    + "ended_at = ? WHERE number = ?")
                    .bind(0, columns.kind())
                    .bind(1, columns.refusal())
                    .bind(2, columns.words())
                    .bind(3, columns.requestId())
                    .bind(4, columns.retryAfter())
                    .bind(5, at)
                    .bind(6, journalNumber)
                    .execute();
            return true;
        });
        if (!ours) {
            throw new LeaseLostException(lease);
        }
    }

    @Override
    public boolean addEvidence(IncidentId incident, Evidence evidence) {
        return database.inTransaction(handle -> {
            Optional<Long> number = openIncident(handle, incident);
            number.ifPresent(found -> {
                insertEvidence(handle, found, evidence);
                addStoryLine(
                        handle,
                        found,
                        evidence.observedAt(),
                        Optional.empty(),
                        evidence.observedBy() + ": " + evidence.words());
            });
            return number.isPresent();
        });
    }

    @Override
    public boolean cancel(IncidentId incident, Cancellation cancellation) {
        return database.inTransaction(handle -> {
            int changed = handle.execute(
                    "UPDATE incident SET cancelled_by = ?, cancel_reason = ?, cancelled_at = ? "
                            + "WHERE id = ? AND open AND cancelled_at IS NULL",
                    cancellation.by(),
                    cancellation.reason(),
                    cancellation.at(),
                    incident.toString());
            openIncident(handle, incident)
                    .filter(number -> changed == 1)
                    .ifPresent(number -> addStoryLine(
                            handle,
                            number,
                            cancellation.at(),
                            Optional.empty(),
                            cancellation.by() + " calls the recovery off: " + cancellation.reason()));
            return changed == 1;
        });
    }

    @Override
    public boolean approve(IncidentId incident, Approval approval) {
        return database.inTransaction(handle -> {
            Optional<Incident> waiting = openIncident(handle, incident)
                    .flatMap(number -> find(handle, incident))
                    .filter(found -> found.approval().isEmpty())
                    .filter(found -> found.gate()
                            .filter(gate -> gate.kind().isApprovable())
                            .isPresent());
            waiting.ifPresent(found -> approve(handle, found, approval));
            return waiting.isPresent();
        });
    }

    private static void approve(Handle handle, Incident incident, Approval approval) {
        handle.execute(
                "UPDATE incident SET approved_by = ?, approval_reason = ?, approved_at = ? WHERE id = ?",
                approval.by(),
                approval.reason(),
                approval.at(),
                incident.id().toString());
        addStoryLine(
                handle,
                openIncident(handle, incident.id()).orElseThrow(),
                approval.at(),
                Optional.empty(),
                approval.by() + " lets it begin in spite of \""
                        + incident.gate().orElseThrow().words() + "\": " + approval.reason());
    }

    @Override
    public Retry retry(IncidentId incident, String by, String reason, Instant at) {
        return database.inTransaction(handle -> Reopening.retry(handle, incident, by, reason, at));
    }

    private static Optional<Long> openIncident(Handle handle, IncidentId incident) {
        return handle.createQuery("SELECT number FROM incident WHERE id = ? AND open FOR UPDATE")
                .bind(0, incident.toString())
                .mapTo(Long.class)
                .findOne();
    }

    static void addStoryLine(Handle handle, long number, Instant at, Optional<ServerId> server, String words) {
        handle.execute(
                "INSERT INTO incident_event (incident, at, server, words) VALUES (?, ?, ?, ?)",
                number,
                at,
                server.map(ServerId::toString).orElse(null),
                words);
    }

    @Override
    public Optional<Incident> find(IncidentId incident) {
        return database.inTransaction(handle -> find(handle, incident));
    }

    static Optional<Incident> find(Handle handle, IncidentId incident) {
        return handle.createQuery(IncidentRows.SELECT + " WHERE i.id = ?")
                .bind(0, incident.toString())
                .map((row, context) -> IncidentRows.incident(handle, row))
                .findOne();
    }

    @Override
    public List<IncidentId> list(boolean openOnly, int limit) {
        return database.inTransaction(handle -> handle.createQuery(
                        "SELECT id FROM incident WHERE open OR NOT ? " + "ORDER BY number DESC LIMIT ?")
                .bind(0, openOnly)
                .bind(1, limit)
                .map((row, context) -> new IncidentId(Rows.uuid(row, "id")))
                .list());
    }

    @Override
    public List<StoryLine> story(IncidentId incident, long after) {
        return database.inTransaction(handle -> handle.createQuery("SELECT e.* FROM incident_event e "
                        + "JOIN incident i ON i.number = e.incident WHERE i.id = ? AND e.number > ? ORDER BY e.number")
                .bind(0, incident.toString())
                .bind(1, after)
                .map((row, context) -> new StoryLine(
                        row.getLong("number"),
                        Rows.time(row, "at"),
                        Rows.findText(row, "server").map(ServerId::parse),
                        row.getString("words")))
                .list());
    }

    @Override
    public Optional<String> owner(IncidentId incident) {
        return database.inTransaction(handle -> handle.createQuery(
                        "SELECT owner FROM incident WHERE id = ? AND open AND lease_until >= UTC_TIMESTAMP(6)")
                .bind(0, incident.toString())
                .mapTo(String.class)
                .findOne());
    }

    @Override
    public OptionalLong countOpen() {
        try {
            return OptionalLong.of(
                    database.inTransaction(handle -> handle.createQuery("SELECT COUNT(*) FROM incident WHERE open")
                            .mapTo(Long.class)
                            .one()));
        } catch (DatabaseException e) {
            return OptionalLong.empty();
        }
    }
}
