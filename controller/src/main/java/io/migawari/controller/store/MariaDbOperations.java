// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.decision.operation.OperationDecision;
import io.migawari.controller.decision.operation.OperationStory;
import io.migawari.controller.decision.operation.Vicinity;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.operation.Abort;
import io.migawari.controller.model.operation.Operation;
import io.migawari.controller.model.operation.OperationId;
import io.migawari.controller.model.operation.OperationState;
import io.migawari.controller.model.operation.Transfer;
import io.migawari.controller.model.operation.Way;
import io.migawari.db.Database;
import io.migawari.db.DatabaseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** {@link Operations} in MariaDB, with leases and epochs as those of {@link MariaDbIncidents}. */
public final class MariaDbOperations implements Operations {

    private static final int MOST_AT_ONCE = 32;

    private final Database database;

    public MariaDbOperations(Database database) {
        this.database = database;
    }

    @Override
    public Answer begin(Operation operation) {
        try {
            return database.inTransaction(handle -> {
                Optional<String> why = hindrance(handle, operation, operation.transfers());
                if (why.isPresent()) {
                    return new Answer.Refused(why.get());
                }
                OperationChanges.insert(handle, operation);
                return new Answer.Taken();
            });
        } catch (DatabaseException e) {
            if (e.kind() == DatabaseException.Kind.DUPLICATE) {
                return new Answer.Refused("Another operation about the same has been begun at this moment.");
            }
            throw e;
        }
    }

    /** Why it must not begin beside what is going on. */
    private static Optional<String> hindrance(Handle handle, Operation operation, List<Transfer> transfers) {
        Optional<String> ofHost = operation
                .order()
                .wholeHost()
                .flatMap(host -> handle.select(
                                "SELECT id FROM operation WHERE open AND host = ? AND id <> ?",
                                host.value(),
                                operation.id().toString())
                        .mapTo(String.class)
                        .findFirst()
                        .map(id -> "Operation " + id + " is about " + host + " and is not over; see it with: migawari "
                                + "operation show " + id));
        if (ofHost.isPresent()) {
            return ofHost;
        }
        for (Transfer transfer : transfers) {
            Optional<String> other = handle.select(
                            "SELECT o.id FROM transfer t JOIN operation o ON o.number = t.operation "
                                    + "WHERE t.open AND t.server = ? AND o.id <> ?",
                            transfer.server().toString(),
                            operation.id().toString())
                    .mapTo(String.class)
                    .findFirst();
            if (other.isPresent()) {
                return Optional.of("Operation " + other.get() + " moves " + transfer.serverName()
                        + " and is not over; see it with: migawari operation show " + other.get());
            }
        }
        return Optional.empty();
    }

    @Override
    public List<OperationLease> claim(String owner, Duration lasting) {
        List<Long> free = database.inTransaction(
                handle -> handle.createQuery("SELECT number FROM operation WHERE open AND (lease_until IS NULL "
                                + "OR lease_until < UTC_TIMESTAMP(6)) ORDER BY number LIMIT ?")
                        .bind(0, MOST_AT_ONCE)
                        .mapTo(Long.class)
                        .list());
        List<OperationLease> claimed = new ArrayList<>();
        for (long number : free) {
            claim(number, owner, lasting).ifPresent(claimed::add);
        }
        return claimed;
    }

    private Optional<OperationLease> claim(long number, String owner, Duration lasting) {
        try {
            return database.inTransaction(handle -> {
                int taken = handle.createUpdate("UPDATE operation SET epoch = epoch + 1, owner = :owner, "
                                + "lease_until = UTC_TIMESTAMP(6) + INTERVAL :micros MICROSECOND WHERE number = :number "
                                + "AND open AND (lease_until IS NULL OR lease_until < UTC_TIMESTAMP(6))")
                        .bind("owner", owner)
                        .bind("micros", lasting.toNanos() / 1000)
                        .bind("number", number)
                        .execute();
                return taken == 0
                        ? Optional.empty()
                        : handle.select("SELECT id, owner, epoch FROM operation WHERE number = ?", number)
                                .map((row, context) -> OperationRows.lease(row))
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
    public List<OperationLease> renew(String owner, Duration lasting) {
        return database.inTransaction(handle -> {
            handle.createUpdate("UPDATE operation SET lease_until = UTC_TIMESTAMP(6) + INTERVAL :micros MICROSECOND "
                            + "WHERE open AND owner = :owner AND lease_until >= UTC_TIMESTAMP(6)")
                    .bind("micros", lasting.toNanos() / 1000)
                    .bind("owner", owner)
                    .execute();
            return handle.select(
                            "SELECT id, owner, epoch FROM operation WHERE open AND owner = ? "
                                    + "AND lease_until >= UTC_TIMESTAMP(6)",
                            owner)
                    .map((row, context) -> OperationRows.lease(row))
                    .list();
        });
    }

    @Override
    public void release(String owner) {
        database.inTransaction(handle -> handle.execute(
                "UPDATE operation SET owner = NULL, lease_until = LEAST(lease_until, UTC_TIMESTAMP(6)) "
                        + "WHERE open AND owner = ?",
                owner));
    }

    @Override
    public boolean isHeld(OperationLease lease) {
        return database.inTransaction(handle -> handle.select(
                                "SELECT 1 FROM operation WHERE id = ? AND owner = ? AND epoch = ? "
                                        + "AND lease_until >= UTC_TIMESTAMP(6)",
                                lease.operation().toString(),
                                lease.owner(),
                                lease.epoch())
                        .mapTo(Integer.class)
                        .findOne())
                .isPresent();
    }

    @Override
    public Operation read(OperationLease lease) throws LeaseLostException {
        return database.inTransaction(handle -> handle.select(
                                "SELECT * FROM operation WHERE id = ? AND owner = ? AND epoch = ?",
                                lease.operation().toString(),
                                lease.owner(),
                                lease.epoch())
                        .map((row, context) -> OperationRows.operation(handle, row))
                        .findOne())
                .orElseThrow(() -> new LeaseLostException(lease));
    }

    @Override
    public Vicinity vicinity(Instant since) {
        return database.inTransaction(handle -> {
            Map<HostName, Vicinity.Failure> failures = new HashMap<>();
            handle.select(
                            "SELECT h.name, i.id, i.phase IN ('ISOLATING', 'MOVING', 'CLOSING') AND i.cancelled_at IS NULL "
                                    + "AS proven FROM incident i JOIN host h ON h.number = i.host WHERE i.open AND i.kind = 'HOST'")
                    .map((row, context) -> Map.entry(
                            new HostName(row.getString("name")),
                            new Vicinity.Failure(new IncidentId(Rows.uuid(row, "id")), row.getBoolean("proven"))))
                    .forEach(entry -> failures.put(entry.getKey(), entry.getValue()));
            Map<ServerId, OperationId> movers = new HashMap<>();
            handle.select(
                            "SELECT t.server, o.id FROM transfer t JOIN operation o ON o.number = t.operation WHERE t.open")
                    .map((row, context) ->
                            Map.entry(new ServerId(Rows.uuid(row, "server")), new OperationId(Rows.uuid(row, "id"))))
                    .forEach(entry -> movers.put(entry.getKey(), entry.getValue()));
            return new Vicinity(
                    failures, Neighbourhood.provenDead(handle, since).keySet(), movers);
        });
    }

    @Override
    public Optional<OperationId> evacuating(HostName host) {
        return database.inTransaction(handle -> handle.select(
                        "SELECT o.id FROM transfer t JOIN operation o ON o.number = t.operation "
                                + "WHERE t.open AND t.way = 'EVACUATE' AND t.source = ? ORDER BY o.number LIMIT 1",
                        host.value())
                .map((row, context) -> new OperationId(Rows.uuid(row, "id")))
                .findOne());
    }

    @Override
    public List<JournalEntry> record(OperationLease lease, Operation before, OperationDecision decision, Instant now)
            throws LeaseLostException {
        Optional<List<JournalEntry>> entries = database.inTransaction(handle -> {
            Optional<Long> number = guard(handle, lease);
            if (number.isEmpty()) {
                return Optional.empty();
            }
            Operation next = decision.next();
            OperationChanges.write(handle, number.get(), before, next);
            OperationStory.between(before, next)
                    .forEach(line ->
                            OperationChanges.addStoryLine(handle, number.get(), now, line.server(), line.words()));
            decision.maintenance()
                    .ifPresent(on -> next.order()
                            .wholeHost()
                            .ifPresent(host -> handle.execute(
                                    "UPDATE host SET on_maintenance = ?, updated_at = ? "
                                            + "WHERE name = ? AND deleted_at IS NULL AND on_maintenance <> ?",
                                    on,
                                    now,
                                    host.value(),
                                    on)));
            return Optional.of(OperationChanges.writeIntents(handle, number.get(), lease, decision.steps(), now));
        });
        return entries.orElseThrow(() -> new LeaseLostException(lease));
    }

    /** As for incidents: locks the row if the lease still holds, by a change that means nothing. */
    private static Optional<Long> guard(Handle handle, OperationLease lease) {
        int held = handle.execute(
                "UPDATE operation SET lease_until = lease_until + INTERVAL 1 MICROSECOND "
                        + "WHERE id = ? AND owner = ? AND epoch = ?",
                lease.operation().toString(),
                lease.owner(),
                lease.epoch());
        return held == 0
                ? Optional.empty()
                : handle.select(
                                "SELECT number FROM operation WHERE id = ?",
                                lease.operation().toString())
                        .mapTo(Long.class)
                        .findOne();
    }

    @Override
    public void recordOutcome(OperationLease lease, long journalNumber, Outcome outcome, Instant at)
            throws LeaseLostException {
        boolean ours = database.inTransaction(handle -> {
            if (guard(handle, lease).isEmpty()) {
                return false;
            }
            OutcomeColumns columns = OutcomeColumns.of(outcome);
            handle.execute(
                    "UPDATE operation_journal SET outcome = ?, refusal = ?, words = ?, request_id = ?, "
                            + "retry_after = ?, ended_at = ? WHERE number = ?",
                    columns.kind(),
                    columns.refusal(),
                    columns.words(),
                    columns.requestId(),
                    columns.retryAfter(),
                    at,
                    journalNumber);
            return true;
        });
        if (!ours) {
            throw new LeaseLostException(lease);
        }
    }

    @Override
    public Answer abort(OperationId operation, Abort abort) {
        return withOpen(operation, (handle, open) -> {
            Optional<Abort> former = open.abort();
            if (former.isPresent() && (former.get().running() || !abort.running())) {
                return new Answer.Refused("Operation " + operation + " was called off before, by "
                        + former.get().by() + ".");
            }
            handle.execute(
                    "UPDATE operation SET aborted_by = ?, abort_reason = ?, abort_running = ?, aborted_at = ? "
                            + "WHERE id = ?",
                    abort.by(),
                    abort.reason(),
                    abort.running(),
                    abort.at(),
                    operation.toString());
            String how = abort.running() ? ", and what is under way as well" : "; what is under way is finished";
            tell(handle, operation, abort.at(), abort.by() + " calls it off" + how + ": " + abort.reason());
            return new Answer.Taken();
        });
    }

    @Override
    public Answer force(OperationId operation, String by, Instant at) {
        return withOpen(operation, (handle, open) -> {
            handle.execute("UPDATE operation SET forced_at = ? WHERE id = ?", at, operation.toString());
            tell(handle, operation, at, by + " wants the live migrations under way to be completed at once");
            return new Answer.Taken();
        });
    }

    @Override
    public Answer retry(OperationId operation, String by, String reason, Instant at) {
        return database.inTransaction(handle -> {
            Optional<Operation> found = locked(handle, operation);
            if (found.isEmpty()) {
                return new Answer.Refused("No operation with id " + operation + ".");
            }
            List<Transfer> again = found.get().transfers().stream()
                    .filter(transfer ->
                            transfer.state().isEnd() && !transfer.state().isWell())
                    .map(transfer -> transfer.anew("to be tried again"))
                    .toList();
            boolean failedWhole =
                    found.get().state() == OperationState.FAILED || found.get().state() == OperationState.ABORTED;
            if (found.get().transfers().stream().anyMatch(transfer -> transfer.way() == Way.EVACUATE)) {
                // what was looked at before it began, or said by a person, may no longer be so
                return new Answer.Refused(
                        "Operation " + operation + " evacuates, and the host may have come back since. "
                                + "Give the order anew, so that this is looked at: migawari evacuate, or evacuate-host.");
            }
            if (again.isEmpty() && !failedWhole) {
                return new Answer.Refused("Nothing of operation " + operation + " has failed.");
            }
            Optional<String> why = hindrance(handle, found.get(), again);
            if (why.isPresent()) {
                return new Answer.Refused(why.get());
            }
            handle.execute(
                    "UPDATE operation SET state = 'PREPARING', words = ?, closed_at = NULL, retried_at = ?, "
                            + "retried_from = ?, owner = NULL, lease_until = NULL, "
                            + "aborted_by = NULL, abort_reason = NULL, abort_running = NULL, aborted_at = NULL, "
                            + "forced_at = NULL WHERE id = ?",
                    "to be tried again",
                    at,
                    lastEntry(found.get()) + 1,
                    operation.toString());
            long number = number(handle, operation);
            again.forEach(transfer -> OperationChanges.update(handle, number, transfer));
            tell(handle, operation, at, by + " wants what is not where it should be to be tried again: " + reason);
            return new Answer.Taken();
        });
    }

    private static long lastEntry(Operation operation) {
        return operation.journal().stream()
                .mapToLong(JournalEntry::number)
                .max()
                .orElse(0);
    }

    /** What is done to one that is open, with its row locked. */
    private interface Change {
        Answer make(Handle handle, Operation open);
    }

    private Answer withOpen(OperationId operation, Change change) {
        return database.inTransaction(handle -> {
            Optional<Operation> found = locked(handle, operation).filter(Operation::isOpen);
            return found.isPresent()
                    ? change.make(handle, found.get())
                    : new Answer.Refused("Operation " + operation + " is over.");
        });
    }

    private static Optional<Operation> locked(Handle handle, OperationId operation) {
        return handle.select("SELECT * FROM operation WHERE id = ? FOR UPDATE", operation.toString())
                .map((row, context) -> OperationRows.operation(handle, row))
                .findOne();
    }

    private static void tell(Handle handle, OperationId operation, Instant at, String words) {
        OperationChanges.addStoryLine(handle, number(handle, operation), at, Optional.empty(), words);
    }

    private static long number(Handle handle, OperationId operation) {
        return handle.select("SELECT number FROM operation WHERE id = ?", operation.toString())
                .mapTo(Long.class)
                .one();
    }

    @Override
    public Optional<Operation> find(OperationId operation) {
        return database.inTransaction(
                handle -> handle.select("SELECT * FROM operation WHERE id = ?", operation.toString())
                        .map((row, context) -> OperationRows.operation(handle, row))
                        .findOne());
    }

    @Override
    public Optional<Operation> lastDrain(HostName host) {
        return database.inTransaction(handle -> handle.select(
                        "SELECT * FROM operation WHERE host = ? AND kind = 'DRAIN' ORDER BY number DESC LIMIT 1",
                        host.value())
                .map((row, context) -> OperationRows.operation(handle, row))
                .findOne());
    }

    @Override
    public List<OperationId> list(boolean openOnly, int limit) {
        return database.inTransaction(handle -> handle.select(
                        "SELECT id FROM operation WHERE open OR NOT ? ORDER BY number DESC LIMIT ?", openOnly, limit)
                .map((row, context) -> new OperationId(Rows.uuid(row, "id")))
                .list());
    }

    @Override
    public List<StoryLine> story(OperationId operation, long after) {
        return database.inTransaction(handle -> handle.select(
                        "SELECT e.* FROM operation_event e JOIN operation o ON o.number = e.operation "
                                + "WHERE o.id = ? AND e.number > ? ORDER BY e.number",
                        operation.toString(),
                        after)
                .map((row, context) -> new StoryLine(
                        row.getLong("number"),
                        Rows.time(row, "at"),
                        Rows.findText(row, "server").map(ServerId::parse),
                        row.getString("words")))
                .list());
    }

    @Override
    public Optional<String> owner(OperationId operation) {
        return database.inTransaction(handle -> handle.select(
                        "SELECT owner FROM operation WHERE id = ? AND open AND lease_until >= UTC_TIMESTAMP(6)",
                        operation.toString())
                .mapTo(String.class)
                .findOne());
    }
}
