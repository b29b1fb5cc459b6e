// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.InstanceBefore;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.Reservation;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.ServiceBefore;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.Subject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** What becomes of an incident, as rows. Only within a transaction that holds the incident's row. */
final class IncidentChanges {

    private IncidentChanges() {}

    /** Where it now is; what is new or other than before of its evidence, its moves and its reservations. */
    static void write(Handle handle, long number, Incident before, Incident next, Instant now) {
        writeRow(handle, number, next);
        writeEvidence(handle, number, before, next);
        writeMoves(handle, number, before, next, now);
        writeReservations(handle, number, before, next, now);
    }

    private static void writeRow(Handle handle, long number, Incident next) {
        // MariaDB goes from left to right: what follows from the phase before comes before the phase
        handle.createUpdate("UPDATE incident SET phase_since = IF(phase = :phase, phase_since, UTC_TIMESTAMP(6)), "
                        + "phase = :phase, words = :words, gate = :gate, gate_words = :gateWords, "
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

    static List<JournalEntry> writeIntents(Handle handle, long number, Lease lease, List<Step> steps, Instant now) {
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

    static void addStoryLine(Handle handle, long number, Instant at, Optional<ServerId> server, String words) {
        handle.execute(
                "INSERT INTO incident_event (incident, at, server, words) VALUES (?, ?, ?, ?)",
                number,
                at,
                server.map(ServerId::toString).orElse(null),
                words);
    }
}
