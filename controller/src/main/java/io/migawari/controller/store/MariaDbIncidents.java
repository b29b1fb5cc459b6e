// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.decision.Decision;
import io.migawari.controller.decision.Story;
import io.migawari.controller.decision.Surroundings;
import io.migawari.controller.model.Approval;
import io.migawari.controller.model.Cancellation;
import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.Urgency;
import io.migawari.db.Database;
import io.migawari.db.DatabaseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * {@link Incidents} in MariaDB. Every write of a recovery locks the incident's row where owner and epoch are still those of
 * the lease, so that a controller that lost its lease can write nothing, whatever it believes. Leases are measured by the
 * database's clock alone.
 */
public final class MariaDbIncidents implements Incidents {

    private static final String LEASE = "SELECT i.id, i.owner, i.epoch, i.kind, s.id AS segment_id FROM incident i "
            + "JOIN host h ON h.number = i.host JOIN failover_segment s ON s.number = h.segment ";

    private static final String BY_URGENCY = Arrays.stream(Urgency.values())
            .map(urgency -> "'" + urgency.name() + "'")
            .collect(Collectors.joining(", "));

    /**
     * Each is a transaction of its own, of up to 20 ms on a Galera cluster: one claim has to stay far below the time of a lease,
     * and the controllers that wake up at once are to share what there is.
     */
    private static final int MOST_AT_ONCE = 32;

    private final Database database;

    public MariaDbIncidents(Database database) {
        this.database = database;
    }

    @Override
    public List<Lease> claim(String owner, Duration lasting) {
        List<Long> free = database.inTransaction(handle -> handle.createQuery(
                        "SELECT i.number, FIELD(i.kind, " + BY_URGENCY + ") AS urgency, ROW_NUMBER() OVER "
                                + "(PARTITION BY h.segment, i.kind ORDER BY i.number) AS turn FROM incident i "
                                + "JOIN host h ON h.number = i.host WHERE i.open "
                                + "AND (i.lease_until IS NULL OR i.lease_until < UTC_TIMESTAMP(6)) "
                                + "ORDER BY urgency, turn, i.number LIMIT ?")
                .bind(0, MOST_AT_ONCE)
                .map((row, context) -> row.getLong("number"))
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
                        : handle.createQuery(LEASE + "WHERE i.number = ?")
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
                            + "WHERE open AND owner = :owner AND lease_until >= UTC_TIMESTAMP(6)")
                    .bind("micros", lasting.toNanos() / 1000)
                    .bind("owner", owner)
                    .execute();
            return handle.createQuery(LEASE + "WHERE i.open AND i.owner = ? AND i.lease_until >= UTC_TIMESTAMP(6)")
                    .bind(0, owner)
                    .map((row, context) -> IncidentRows.lease(row))
                    .list();
        });
    }

    @Override
    public void release(String owner) {
        database.inTransaction(handle ->
                // the end of the lease is kept: it tells since when nobody has it
                handle.execute(
                        "UPDATE incident SET owner = NULL, lease_until = LEAST(lease_until, UTC_TIMESTAMP(6)) "
                                + "WHERE open AND owner = ?",
                        owner));
    }

    @Override
    public boolean isHeld(Lease lease) {
        return database.inTransaction(handle -> handle.createQuery("SELECT 1 FROM incident WHERE id = ? AND owner = ? "
                                + "AND epoch = ? AND lease_until >= UTC_TIMESTAMP(6)")
                        .bind(0, lease.incident().toString())
                        .bind(1, lease.owner())
                        .bind(2, lease.epoch())
                        .mapTo(Integer.class)
                        .findOne())
                .isPresent();
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
        return database.inTransaction(handle -> Neighbourhood.of(handle, incident));
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
            IncidentChanges.write(handle, number.get(), before, next, now);
            Story.of(before, decision)
                    .forEach(line ->
                            IncidentChanges.addStoryLine(handle, number.get(), now, line.server(), line.words()));
            DecisionRows.write(handle, number.get(), lease, before, decision, now);
            if (Returns.follows(next)) {
                Returns.open(handle, number.get(), next, now);
            }
            return Optional.of(IncidentChanges.writeIntents(handle, number.get(), lease, decision.steps(), now));
        });
        return entries.orElseThrow(() -> new LeaseLostException(lease));
    }

    /**
     * Locks the incident's row if the lease still holds, by a change that means nothing: Galera holds against each other what is
     * written, and knows nothing of locks of another node (docs/decisions/0004-leases-with-an-epoch.md).
     */
    private static Optional<Long> guard(Handle handle, Lease lease) {
        int held = handle.createUpdate("UPDATE incident SET lease_until = lease_until + INTERVAL 1 MICROSECOND "
                        + "WHERE id = ? AND owner = ? AND epoch = ?")
                .bind(0, lease.incident().toString())
                .bind(1, lease.owner())
                .bind(2, lease.epoch())
                .execute();
        return held == 0
                ? Optional.empty()
                : handle.createQuery("SELECT number FROM incident WHERE id = ?")
                        .bind(0, lease.incident().toString())
                        .mapTo(Long.class)
                        .findOne();
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
                IncidentChanges.insertEvidence(handle, found, evidence);
                IncidentChanges.addStoryLine(
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
                    .ifPresent(number -> IncidentChanges.addStoryLine(
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
        IncidentChanges.addStoryLine(
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
    public Optional<Incident> openFailureOf(HostName host) {
        return database.inTransaction(
                handle -> handle.createQuery(IncidentRows.SELECT + " WHERE i.open AND i.kind = 'HOST' AND h.name = ?")
                        .bind(0, host.value())
                        .map((row, context) -> IncidentRows.incident(handle, row))
                        .findFirst());
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
