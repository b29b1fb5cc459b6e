// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.TestDatabase;
import io.migawari.controller.decision.Decision;
import io.migawari.controller.decision.Inputs;
import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.MoveId;
import io.migawari.controller.model.MoveState;
import io.migawari.controller.model.NotificationType;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.RecoveryMethod;
import io.migawari.controller.model.Reservation;
import io.migawari.controller.model.Segment;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.ServiceBefore;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.WantedState;
import io.migawari.controller.store.Registry.Change;
import io.migawari.controller.store.Registry.NewHost;
import io.migawari.controller.store.Registry.NewSegment;
import io.migawari.db.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

/** What the tests of the store share: a database of their own with a segment of three hosts, compute3 reserved. */
abstract class StoreTest {

    static final Instant NOW = Instant.parse("2026-11-20T03:00:00.123456Z");
    static final Duration LONG = Duration.ofMinutes(1);

    final Database database = Database.open(TestDatabase.migrated(), "test");
    final Registry registry = new MariaDbRegistry(database);
    final Notifications notifications = new MariaDbNotifications(database);
    final Incidents incidents = new MariaDbIncidents(database);
    final Segment segment = segment("rack1");

    StoreTest() {
        host("compute1", false);
        host("compute2", false);
        host("compute3", true);
    }

    @AfterEach
    void close() {
        database.close();
    }

    Segment segment(String name) {
        return done(registry.create(
                new NewSegment(name, RecoveryMethod.RESERVED_HOST, "compute", true, Optional.empty()), NOW));
    }

    final void host(String name, boolean reserved) {
        done(registry.create(segment.id(), new NewHost(new HostName(name), "COMPUTE", "none", reserved, false), NOW));
    }

    static <T> T done(Change<T> change) {
        return ((Change.Done<T>) change).value();
    }

    static Report stopped(String host, Instant generated, String hostStatus) {
        return new Report(
                NotificationType.COMPUTE_HOST,
                new HostName(host),
                generated,
                Map.of("event", "STOPPED", "host_status", hostStatus, "cluster_status", "OFFLINE"),
                Map.of());
    }

    static Meaning failed(Instant seen) {
        return new Meaning.HostFailed(new Evidence(Evidence.Kind.POWER_READ_AS_OFF, "monitor", seen, "is off"));
    }

    /** The QEMU process of an instance is reported to have died. */
    Acceptance accept(ServerId server, String host, Instant generated) {
        var report = new Report(
                NotificationType.VM,
                new HostName(host),
                generated,
                Map.of("event", "LIFECYCLE", "instance_uuid", server.toString()),
                Map.of());
        var evidence = new Evidence(Evidence.Kind.INSTANCE_FAILED, "monitor", generated, "has died");
        return notifications.accept(report, new Meaning.InstanceFailed(server, evidence), generated);
    }

    /** A process is reported as stopped. */
    Acceptance acceptProcess(String host, String process, Instant generated) {
        return acceptProcess(host, process, generated, true);
    }

    Acceptance acceptProcess(String host, String process, Instant generated, boolean stopped) {
        var report = new Report(
                NotificationType.PROCESS,
                new HostName(host),
                generated,
                Map.of("event", stopped ? "STOPPED" : "STARTED", "process_name", process),
                Map.of());
        var evidence = new Evidence(
                stopped ? Evidence.Kind.PROCESS_STOPPED : Evidence.Kind.PROCESS_STARTED,
                "monitor",
                generated,
                "said so",
                Optional.of(process));
        return notifications.accept(
                report, stopped ? new Meaning.ProcessStopped(evidence) : new Meaning.ProcessRuns(evidence), generated);
    }

    Acceptance accept(Report report) {
        return notifications.accept(report, failed(report.generatedTime()), report.generatedTime());
    }

    /** Reports compute1 as dead and takes the lease of the incident. */
    Lease leased(String owner) {
        accept(stopped("compute1", NOW, "NORMAL"));
        return incidents.claim(owner, LONG).get(0);
    }

    /** What a pass over the incident would record, if it came to this. */
    List<JournalEntry> record(Lease lease, Incident before, Incident next, List<Step> steps, Instant at)
            throws LeaseLostException {
        return incidents.record(
                lease, before, new Decision(next, steps, List.of(), Duration.ZERO, new Inputs(Map.of())), at);
    }

    List<JournalEntry> record(Lease lease, Incident next, List<Step> steps) throws LeaseLostException {
        return record(lease, incidents.read(lease), next, steps, NOW);
    }

    void record(Lease lease, Incident next) throws LeaseLostException {
        record(lease, next, List.of());
    }

    /** The same in another phase. */
    static Incident in(Incident incident, Phase phase, Optional<Gate> gate, Instant at) {
        return incident.edit()
                .phase(phase)
                .gate(gate)
                .words("words of " + phase)
                .closedAt(phase.isEnd() ? Optional.of(at) : Optional.empty())
                .done();
    }

    static Incident in(Incident incident, Phase phase) {
        return in(incident, phase, Optional.empty(), NOW);
    }

    /** The same in the middle of its recovery. */
    static Incident moving(Incident incident, List<Move> moves, List<Reservation> reservations) {
        return incident.edit()
                .phase(Phase.MOVING)
                .gate(Optional.of(new Gate(Gate.Kind.OVERDUE, "slow", NOW)))
                .words("moving")
                .before(Optional.of(new ServiceBefore(true, false, Optional.of("x"))))
                .novaDownSince(Optional.of(NOW))
                .moves(moves)
                .reservations(reservations)
                .closedAt(Optional.empty())
                .done();
    }

    static Move move(MoveState state) {
        ServerId server = ServerId.random();
        return new Move(
                MoveId.of(IncidentId.random(), server),
                server,
                "vm – ünïcode",
                1,
                "active/rebooting",
                WantedState.RUNNING,
                state,
                Optional.of(new HostName("compute3")),
                "why",
                2,
                1,
                77,
                Optional.of(NOW.plusSeconds(3)),
                Optional.of(NOW),
                state.isEnd() ? Optional.of(NOW) : Optional.empty());
    }
}
