// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.Approval;
import io.migawari.controller.model.Cancellation;
import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.HostId;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.InstanceBefore;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.MoveId;
import io.migawari.controller.model.MoveState;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.Reservation;
import io.migawari.controller.model.SegmentId;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.ServiceBefore;
import io.migawari.controller.model.Subject;
import io.migawari.controller.model.Urgency;
import io.migawari.controller.model.WantedState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Rows of an incident and of what belongs to it, as records. */
final class IncidentRows {

    static final String SELECT =
            "SELECT i.*, h.id AS host_id, f.id AS failure_id, h.name AS host_name, s.id AS segment_id FROM incident i "
                    + "JOIN host h ON h.number = i.host JOIN failover_segment s ON s.number = h.segment "
                    + "LEFT JOIN incident f ON f.number = i.failure";

    private IncidentRows() {}

    static Lease lease(ResultSet row) throws SQLException {
        return new Lease(
                new IncidentId(Rows.uuid(row, "id")),
                row.getString("owner"),
                row.getLong("epoch"),
                new SegmentId(Rows.uuid(row, "segment_id")),
                Urgency.valueOf(row.getString("kind")));
    }

    static Incident incident(Handle handle, ResultSet row) throws SQLException {
        long number = row.getLong("number");
        return new Incident(
                new IncidentId(Rows.uuid(row, "id")),
                row.getLong("epoch"),
                subject(row),
                new HostId(Rows.uuid(row, "host_id")),
                new HostName(row.getString("host_name")),
                new SegmentId(Rows.uuid(row, "segment_id")),
                Rows.time(row, "opened_at"),
                Phase.valueOf(row.getString("phase")),
                gate(row),
                row.getString("words"),
                before(row),
                Rows.findTime(row, "nova_down_since"),
                cancellation(row),
                approval(row),
                Rows.findTime(row, "retried_at"),
                Rows.findTime(row, "storm_seen_at"),
                evidence(handle, number),
                moves(handle, number),
                reservations(handle, number),
                journal(handle, number),
                Rows.findTime(row, "closed_at"));
    }

    private static Subject subject(ResultSet row) throws SQLException {
        String kind = row.getString("kind");
        return switch (kind) {
            case "HOST" -> new Subject.WholeHost();
            case "VM" -> {
                Optional<String> name = Rows.findText(row, "server_name");
                String states = row.getString("server_former");
                yield new Subject.Instance(
                        new ServerId(Rows.uuid(row, "server")), name.map(known -> new InstanceBefore(known, states)));
            }
            case "PROCESS" -> new Subject.Processes();
            case "RETURN" ->
                new Subject.Return(
                        new IncidentId(Rows.uuid(row, "failure_id")),
                        Rows.findTime(row, "heard_at"),
                        Rows.findTime(row, "well_since"));
            default -> throw new SQLException("the database has an incident of an unknown kind: " + kind);
        };
    }

    private static Optional<Gate> gate(ResultSet row) throws SQLException {
        String kind = row.getString("gate");
        return kind == null
                ? Optional.empty()
                : Optional.of(
                        new Gate(Gate.Kind.valueOf(kind), row.getString("gate_words"), Rows.time(row, "gate_since")));
    }

    static Optional<ServiceBefore> before(ResultSet row) throws SQLException {
        Optional<Boolean> enabled = Rows.findFlag(row, "service_enabled");
        return enabled.isEmpty()
                ? Optional.empty()
                : Optional.of(new ServiceBefore(
                        enabled.get(), row.getBoolean("service_forced_down"), Rows.findText(row, "service_reason")));
    }

    private static Optional<Cancellation> cancellation(ResultSet row) throws SQLException {
        Optional<Instant> at = Rows.findTime(row, "cancelled_at");
        return at.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Cancellation(row.getString("cancelled_by"), row.getString("cancel_reason"), at.get()));
    }

    private static Optional<Approval> approval(ResultSet row) throws SQLException {
        Optional<Instant> at = Rows.findTime(row, "approved_at");
        return at.isEmpty()
                ? Optional.empty()
                : Optional.of(new Approval(row.getString("approved_by"), row.getString("approval_reason"), at.get()));
    }

    static List<Evidence> evidence(Handle handle, long number) {
        return handle.createQuery("SELECT * FROM evidence WHERE incident = ? ORDER BY number")
                .bind(0, number)
                .map((row, context) -> new Evidence(
                        Evidence.Kind.valueOf(row.getString("kind")),
                        row.getString("observed_by"),
                        Rows.time(row, "observed_at"),
                        row.getString("words"),
                        Rows.findText(row, "process")))
                .list();
    }

    private static List<Move> moves(Handle handle, long number) {
        return handle.createQuery("SELECT * FROM move WHERE incident = ? ORDER BY position, number")
                .bind(0, number)
                .map((row, context) -> move(row))
                .list();
    }

    static Move move(ResultSet row) throws SQLException {
        return new Move(
                new MoveId(Rows.uuid(row, "id")),
                new ServerId(Rows.uuid(row, "server")),
                row.getString("server_name"),
                row.getInt("position"),
                row.getString("former"),
                WantedState.valueOf(row.getString("wanted")),
                MoveState.valueOf(row.getString("state")),
                Rows.findText(row, "destination").map(HostName::new),
                row.getString("words"),
                row.getInt("attempt"),
                row.getInt("failures"),
                row.getLong("baseline"),
                Rows.findTime(row, "not_before"),
                Rows.findTime(row, "started_at"),
                Rows.findTime(row, "ended_at"));
    }

    private static List<Reservation> reservations(Handle handle, long number) {
        return handle.createQuery("SELECT r.*, h.name AS host_name FROM reservation r "
                        + "JOIN host h ON h.number = r.host WHERE r.incident = ? ORDER BY r.number")
                .bind(0, number)
                .map((row, context) -> new Reservation(
                        new HostName(row.getString("host_name")),
                        Reservation.State.valueOf(row.getString("state")),
                        Rows.findText(row, "disabled_reason"),
                        Json.readNumbers(row.getString("aggregates"))))
                .list();
    }

    private static List<JournalEntry> journal(Handle handle, long number) {
        return handle.createQuery("SELECT * FROM journal WHERE incident = ? ORDER BY number")
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
}
