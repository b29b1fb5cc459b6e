// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.HostName;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.operation.Abort;
import io.migawari.controller.model.operation.Operation;
import io.migawari.controller.model.operation.OperationId;
import io.migawari.controller.model.operation.OperationState;
import io.migawari.controller.model.operation.Order;
import io.migawari.controller.model.operation.Transfer;
import io.migawari.controller.model.operation.Way;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of an operation and of what belongs to it, as records. */
final class OperationRows {

    /** An order as columns. */
    record OrderColumns(
            String kind,
            @Nullable String host,
            @Nullable String server,
            List<HostName> destinations,
            @Nullable String remainder,
            @Nullable Boolean bringBack,
            @Nullable String zone,
            @Nullable Boolean liveSnapshot,
            @Nullable Boolean deleteSource) {

        private OrderColumns(
                String kind,
                @Nullable String host,
                @Nullable String server,
                List<HostName> destinations,
                @Nullable String remainder,
                @Nullable Boolean bringBack) {
            this(kind, host, server, destinations, remainder, bringBack, null, null, null);
        }

        static OrderColumns of(Order order) {
            if (order instanceof Order.MoveServer move) {
                return new OrderColumns(
                        kind(move.way()),
                        null,
                        move.server().toString(),
                        move.to().map(List::of).orElse(List.of()),
                        null,
                        null);
            }
            if (order instanceof Order.Drain drain) {
                return new OrderColumns(
                        "DRAIN",
                        drain.host().value(),
                        null,
                        drain.to(),
                        drain.remainder().name(),
                        null);
            }
            if (order instanceof Order.Undrain undrain) {
                return new OrderColumns("UNDRAIN", undrain.host().value(), null, List.of(), null, undrain.bringBack());
            }
            if (order instanceof Order.EvacuateHost evacuate) {
                return new OrderColumns("EVACUATE_HOST", evacuate.host().value(), null, evacuate.to(), null, null);
            }
            if (order instanceof Order.MoveZone move) {
                return new OrderColumns(
                        "MOVE_ZONE",
                        null,
                        move.server().toString(),
                        List.of(),
                        null,
                        null,
                        move.zone(),
                        move.liveSnapshot(),
                        move.deleteSource());
            }
            throw new AssertionError(order);
        }

        private static String kind(Way way) {
            return switch (way) {
                case LIVE -> "LIVE_MIGRATE";
                case COLD -> "MIGRATE";
                case EVACUATE -> "EVACUATE";
                case ZONE -> throw new IllegalArgumentException("not a way of Nova's");
            };
        }

        static Order read(ResultSet row) throws SQLException {
            List<HostName> to = hosts(row.getString("destinations"));
            String kind = row.getString("kind");
            return switch (kind) {
                case "LIVE_MIGRATE" -> move(Way.LIVE, row, to);
                case "MIGRATE" -> move(Way.COLD, row, to);
                case "EVACUATE" -> move(Way.EVACUATE, row, to);
                case "DRAIN" ->
                    new Order.Drain(
                            new HostName(row.getString("host")),
                            to,
                            Order.Remainder.valueOf(row.getString("remainder")));
                case "EVACUATE_HOST" -> new Order.EvacuateHost(new HostName(row.getString("host")), to);
                case "MOVE_ZONE" ->
                    new Order.MoveZone(
                            new ServerId(Rows.uuid(row, "server")),
                            row.getString("zone"),
                            row.getBoolean("live_snapshot"),
                            row.getBoolean("delete_source"));
                case "UNDRAIN" -> new Order.Undrain(new HostName(row.getString("host")), row.getBoolean("bring_back"));
                default -> throw new SQLException("the database has an operation of an unknown kind: " + kind);
            };
        }

        private static Order move(Way way, ResultSet row, List<HostName> to) throws SQLException {
            return new Order.MoveServer(
                    way, new ServerId(Rows.uuid(row, "server")), to.stream().findFirst());
        }
    }

    private OperationRows() {}

    static OperationLease lease(ResultSet row) throws SQLException {
        return new OperationLease(new OperationId(Rows.uuid(row, "id")), row.getString("owner"), row.getLong("epoch"));
    }

    static Operation operation(Handle handle, ResultSet row) throws SQLException {
        long number = row.getLong("number");
        return new Operation(
                new OperationId(Rows.uuid(row, "id")),
                row.getLong("epoch"),
                OrderColumns.read(row),
                row.getString("requested_by"),
                row.getString("reason"),
                Rows.time(row, "opened_at"),
                OperationState.valueOf(row.getString("state")),
                row.getString("words"),
                IncidentRows.before(row),
                abort(row),
                Rows.findTime(row, "forced_at"),
                retried(row),
                transfers(handle, number),
                journal(handle, number),
                Rows.findTime(row, "closed_at"));
    }

    private static Optional<Operation.Retried> retried(ResultSet row) throws SQLException {
        long firstEntry = row.getLong("retried_from");
        return Rows.findTime(row, "retried_at").map(at -> new Operation.Retried(at, firstEntry));
    }

    private static Optional<Abort> abort(ResultSet row) throws SQLException {
        Optional<Instant> at = Rows.findTime(row, "aborted_at");
        return at.isEmpty()
                ? Optional.empty()
                : Optional.of(new Abort(
                        row.getString("aborted_by"),
                        row.getString("abort_reason"),
                        at.get(),
                        row.getBoolean("abort_running")));
    }

    private static List<Transfer> transfers(Handle handle, long number) {
        return handle.createQuery("SELECT * FROM transfer WHERE operation = ? ORDER BY position, number")
                .bind(0, number)
                .map((row, context) -> new Transfer(
                        new ServerId(Rows.uuid(row, "server")),
                        row.getString("server_name"),
                        row.getInt("position"),
                        Way.valueOf(row.getString("way")),
                        new HostName(row.getString("source")),
                        hosts(row.getString("wishes")),
                        row.getString("former"),
                        row.getBoolean("runs"),
                        Transfer.State.valueOf(row.getString("state")),
                        Rows.findText(row, "destination").map(HostName::new),
                        Rows.findText(row, "successor").map(ServerId::parse),
                        row.getString("words"),
                        row.getInt("attempts"),
                        row.getLong("baseline"),
                        Optional.ofNullable(row.getObject("percent", Integer.class)),
                        Rows.findTime(row, "not_before"),
                        Rows.findTime(row, "started_at"),
                        Rows.findTime(row, "ended_at")))
                .list();
    }

    private static List<JournalEntry> journal(Handle handle, long number) {
        return handle.createQuery("SELECT * FROM operation_journal WHERE operation = ? ORDER BY number")
                .bind(0, number)
                .map((row, context) -> new JournalEntry(
                        row.getLong("number"),
                        row.getLong("epoch"),
                        StepColumns.read(row),
                        Rows.time(row, "intended_at"),
                        OutcomeColumns.read(row),
                        Rows.findTime(row, "ended_at")))
                .list();
    }

    static String write(List<HostName> hosts) {
        return Json.write(hosts.stream().map(HostName::value).toList());
    }

    private static List<HostName> hosts(String json) {
        return Json.readTextList(json).stream().map(HostName::new).toList();
    }
}
