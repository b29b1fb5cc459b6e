// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.decision.operation.OperationStory;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.ServiceBefore;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.operation.Operation;
import io.migawari.controller.model.operation.Transfer;
import io.migawari.controller.store.OperationRows.OrderColumns;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/** Writes an operation, and what has changed of one: what is as before is not written again. */
final class OperationChanges {

    private OperationChanges() {}

    /** @return its number */
    static long insert(Handle handle, Operation operation) {
        OrderColumns order = OrderColumns.of(operation.order());
        Optional<ServiceBefore> before = operation.before();
        long number = handle.createUpdate("INSERT INTO operation (id, kind, host, server, destinations, remainder, "
                        + "bring_back, zone, live_snapshot, delete_source, requested_by, reason, opened_at, state, words, service_enabled, "
                        + "service_forced_down, service_reason) VALUES (:id, :kind, :host, :server, :destinations, "
                        + ":remainder, :bringBack, :zone, :liveSnapshot, :deleteSource, :by, :reason, :at, :state, :words, :enabled, :forcedDown, "
                        + ":serviceReason)")
                .bind("id", operation.id().toString())
                .bind("kind", order.kind())
                .bind("host", order.host())
                .bind("server", order.server())
                .bind("destinations", OperationRows.write(order.destinations()))
                .bind("remainder", order.remainder())
                .bind("bringBack", order.bringBack())
                .bind("zone", order.zone())
                .bind("liveSnapshot", order.liveSnapshot())
                .bind("deleteSource", order.deleteSource())
                .bind("by", operation.requestedBy())
                .bind("reason", operation.reason())
                .bind("at", operation.openedAt())
                .bind("state", operation.state().name())
                .bind("words", operation.words())
                .bind("enabled", before.map(ServiceBefore::enabled).orElse(null))
                .bind("forcedDown", before.map(ServiceBefore::forcedDown).orElse(null))
                .bind(
                        "serviceReason",
                        before.flatMap(ServiceBefore::disabledReason).orElse(null))
                .executeAndReturnGeneratedKeys("number")
                .mapTo(Long.class)
                .one();
        operation.transfers().forEach(transfer -> insert(handle, number, transfer));
        addStoryLine(handle, number, operation.openedAt(), Optional.empty(), OperationStory.opened(operation));
        return number;
    }

    static void write(Handle handle, long number, Operation before, Operation next) {
        Optional<ServiceBefore> service = next.before();
        handle.createUpdate("UPDATE operation SET state = :state, words = :words, service_enabled = :enabled, "
                        + "service_forced_down = :forcedDown, service_reason = :serviceReason, closed_at = :closedAt "
                        + "WHERE number = :number")
                .bind("state", next.state().name())
                .bind("words", next.words())
                .bind("enabled", service.map(ServiceBefore::enabled).orElse(null))
                .bind("forcedDown", service.map(ServiceBefore::forcedDown).orElse(null))
                .bind(
                        "serviceReason",
                        service.flatMap(ServiceBefore::disabledReason).orElse(null))
                .bind("closedAt", next.closedAt().orElse(null))
                .bind("number", number)
                .execute();
        Map<ServerId, Transfer> known = new HashMap<>();
        before.transfers().forEach(transfer -> known.put(transfer.server(), transfer));
        for (Transfer transfer : next.transfers()) {
            Transfer former = known.get(transfer.server());
            if (former == null) {
                insert(handle, number, transfer);
            } else if (!former.equals(transfer)) {
                update(handle, number, transfer);
            }
        }
    }

    private static void insert(Handle handle, long number, Transfer transfer) {
        bind(
                        handle.createUpdate("INSERT INTO transfer (operation, server, server_name, position, source, "
                                + "wishes, former, runs, way, state, destination, successor, words, attempts, baseline, percent, "
                                + "not_before, started_at, ended_at) VALUES (:operation, :server, :name, :position, "
                                + ":source, :wishes, :former, :runs, :way, :state, :destination, :successor, :words, :attempts, "
                                + ":baseline, :percent, :notBefore, :startedAt, :endedAt)"),
                        number,
                        transfer)
                .bind("name", transfer.serverName())
                .bind("position", transfer.rank())
                .bind("source", transfer.source().value())
                .bind("wishes", OperationRows.write(transfer.wishes()))
                .bind("former", transfer.former())
                .bind("runs", transfer.runs())
                .execute();
    }

    static void update(Handle handle, long number, Transfer transfer) {
        bind(
                        handle.createUpdate("UPDATE transfer SET way = :way, state = :state, "
                                + "destination = :destination, successor = :successor, words = :words, attempts = :attempts, "
                                + "baseline = :baseline, percent = :percent, not_before = :notBefore, "
                                + "started_at = :startedAt, ended_at = :endedAt "
                                + "WHERE operation = :operation AND server = :server"),
                        number,
                        transfer)
                .execute();
    }

    private static Update bind(Update update, long number, Transfer transfer) {
        return update.bind("operation", number)
                .bind("server", transfer.server().toString())
                .bind("way", transfer.way().name())
                .bind("state", transfer.state().name())
                .bind("destination", transfer.destination().map(HostName::value).orElse(null))
                .bind("successor", transfer.successor().map(ServerId::toString).orElse(null))
                .bind("words", transfer.words())
                .bind("attempts", transfer.attempts())
                .bind("baseline", transfer.baseline())
                .bind("percent", transfer.percent().orElse(null))
                .bind("notBefore", transfer.notBefore().orElse(null))
                .bind("startedAt", transfer.startedAt().orElse(null))
                .bind("endedAt", transfer.endedAt().orElse(null));
    }

    static List<JournalEntry> writeIntents(
            Handle handle, long number, OperationLease lease, List<Step> steps, Instant now) {
        List<JournalEntry> entries = new ArrayList<>();
        for (Step step : steps) {
            StepColumns columns = StepColumns.of(step);
            long entry = handle.createUpdate("INSERT INTO operation_journal (operation, epoch, step, host, server, "
                            + "reason, migration, details, intended_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
                    .bind(0, number)
                    .bind(1, lease.epoch())
                    .bind(2, columns.kind())
                    .bind(3, columns.host())
                    .bind(4, columns.server())
                    .bind(5, columns.reason())
                    .bind(6, columns.migration())
                    .bind(7, columns.details())
                    .bind(8, now)
                    .executeAndReturnGeneratedKeys("number")
                    .mapTo(Long.class)
                    .one();
            entries.add(new JournalEntry(entry, lease.epoch(), step, now, Optional.empty(), Optional.empty()));
        }
        return entries;
    }

    static void addStoryLine(Handle handle, long number, Instant at, Optional<ServerId> server, String words) {
        handle.execute(
                "INSERT INTO operation_event (operation, at, server, words) VALUES (?, ?, ?, ?)",
                number,
                at,
                server.map(ServerId::toString).orElse(null),
                words);
    }
}
