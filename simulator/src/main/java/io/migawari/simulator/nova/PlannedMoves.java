// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

import io.migawari.simulator.nova.Migration.Status;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Live and cold migrations as an administrator asks for them, with Nova's refusals. Only what its API finds out is refused; what its
 * conductor and its scheduler find out later is accepted first. Not thread-safe.
 */
public final class PlannedMoves {

    private static final Set<VmState> CAN_MOVE_LIVE = EnumSet.of(VmState.ACTIVE, VmState.PAUSED);
    private static final Set<VmState> CAN_MOVE_COLD = EnumSet.of(VmState.ACTIVE, VmState.STOPPED);
    private static final Set<VmState> RESIZED = EnumSet.of(VmState.RESIZED);
    private static final Set<Status> IN_PROGRESS = EnumSet.of(Status.QUEUED, Status.PREPARING, Status.RUNNING);

    private final Nova nova;

    PlannedMoves(Nova nova) {
        this.nova = nova;
    }

    /**
     * That the destination is down, disabled, full or the source itself is found out by the scheduler.
     *
     * @param destination the name of a host; absent: the scheduler chooses
     */
    public void liveMigrate(SimulatedServer server, @Nullable String destination, Requester requester) {
        refuseIfTold(server);
        ServerActions.check(server, "os-migrateLive", CAN_MOVE_LIVE);
        ServerActions.checkNoTask(server, "os-migrateLive");
        SimulatedHost wanted = destination == null ? null : known(destination);
        PastAction action = server.begin("live-migration", requester);
        new LiveMigration(nova, server, hostOf(server), wanted, action).accept();
    }

    /** @param destination as with {@link #liveMigrate} */
    public void coldMigrate(SimulatedServer server, @Nullable String destination, Requester requester) {
        refuseIfTold(server);
        ServerActions.check(server, "migrate", CAN_MOVE_COLD);
        ServerActions.checkNoTask(server, "migrate");
        SimulatedHost source = hostOf(server);
        requireUp(source);
        if (source.name().equals(destination)) {
            throw Refusal.badRequest("Cannot migrate to the host where the server exists.");
        }
        SimulatedHost wanted = destination == null ? null : known(destination);
        new ColdMigration(nova, server, source, wanted, server.begin("migrate", requester)).accept();
    }

    public void confirm(SimulatedServer server, Requester requester) {
        ColdMigration move = finished(server, "confirmResize");
        requireUp(move.source());
        server.begin("confirmResize", requester);
        move.confirm();
    }

    public void revert(SimulatedServer server, Requester requester) {
        ColdMigration move = finished(server, "revertResize");
        server.begin("revertResize", requester);
        move.revert();
    }

    /** @param evenBefore also one that has not begun to be copied, which no simulated nova-compute can do */
    public void abort(SimulatedServer server, String number, boolean evenBefore, Requester requester) {
        checkMigrating(server, "abort live migration");
        Migration record =
                nova.migrations().find(server, number).orElseThrow(() -> Refusal.notFound(notOf(server, number)));
        if (evenBefore && (record.status() == Status.QUEUED || record.status() == Status.PREPARING)) {
            throw Refusal.notSimulated(
                    "abortion of a live migration that is " + record.status().novaName());
        }
        checkRuns(record, "abort live migration");
        server.begin("live_migration_cancel", requester);
        live(server).filter(move -> move.isOf(record)).forEach(LiveMigration::abort);
    }

    public void forceComplete(SimulatedServer server, String number, Requester requester) {
        ServerActions.check(server, "force_complete", EnumSet.of(VmState.ACTIVE));
        checkMigrating(server, "force_complete");
        Migration record =
                nova.migrations().find(server, number).orElseThrow(() -> Refusal.badRequest(notOf(server, number)));
        checkRuns(record, "force complete");
        server.begin("live_migration_force_complete", requester);
        live(server).filter(move -> move.isOf(record)).forEach(LiveMigration::forceComplete);
    }

    /** The live migrations of a server that Nova takes to be in progress. */
    public Stream<Migration> inProgress(SimulatedServer server) {
        return nova.migrations().listed().stream()
                .filter(record -> record.server() == server
                        && record.type() == Migration.Type.LIVE
                        && IN_PROGRESS.contains(record.status()));
    }

    /** What the hypervisor has told of it. */
    public Optional<LiveProgress> progress(Migration record) {
        return live(record.server())
                .filter(move -> move.isOf(record))
                .findFirst()
                .flatMap(LiveMigration::progress);
    }

    /** A nova-compute that starts finds one of its servers in the middle of a move. */
    void sourceIsBack(SimulatedServer server) {
        String task = server.taskState();
        if (TaskState.MIGRATING.equals(task)) {
            nova.migrations().find(server, Status.RUNNING).ifPresent(record -> record.become(Status.ERROR));
            live(server).toList().forEach(LiveMigration::sourceIsBack);
            server.setTask(null);
        } else if (TaskState.RESIZE_PREP.equals(task) || TaskState.RESIZE_MIGRATING.equals(task)) {
            cold(server).toList().forEach(ColdMigration::sourceIsBack);
            server.setTask(null);
        }
    }

    private static Stream<LiveMigration> live(SimulatedServer server) {
        return server.moves().stream().filter(LiveMigration.class::isInstance).map(LiveMigration.class::cast);
    }

    private static Stream<ColdMigration> cold(SimulatedServer server) {
        return server.moves().stream().filter(ColdMigration.class::isInstance).map(ColdMigration.class::cast);
    }

    private ColdMigration finished(SimulatedServer server, String action) {
        ServerActions.check(server, action, RESIZED);
        ServerActions.checkNoTask(server, action);
        return nova.migrations()
                .find(server, Status.FINISHED)
                .flatMap(record -> cold(server).findFirst())
                .orElseThrow(() -> Refusal.badRequest("Instance has not been resized."));
    }

    private static void refuseIfTold(SimulatedServer server) {
        if (server.faults().refusal() != 0) {
            throw Refusal.with(server.faults().refusal(), "Simulated fault: this server is not migrated");
        }
    }

    private static void checkMigrating(SimulatedServer server, String action) {
        String task = server.taskState();
        if (!TaskState.MIGRATING.equals(task)) {
            throw ServerActions.wrongState(server, action, "task_state " + (task == null ? "None" : task));
        }
    }

    private static void checkRuns(Migration record, String action) {
        if (record.status() != Status.RUNNING) {
            throw Refusal.badRequest("Migration " + record.number() + " state of instance "
                    + record.server().id() + " is " + record.status().novaName() + ". Cannot " + action
                    + " while the migration is in this state.");
        }
    }

    private static String notOf(SimulatedServer server, String number) {
        return "Migration " + number + " not found for instance " + server.id();
    }

    private static void requireUp(SimulatedHost host) {
        if (!host.isUp()) {
            throw Refusal.conflict("Service is unavailable at this time.");
        }
    }

    private SimulatedHost hostOf(SimulatedServer server) {
        return server.host()
                .flatMap(nova::host)
                .orElseThrow(() -> Refusal.conflict("Instance " + server.id() + " is not ready"));
    }

    private SimulatedHost known(String name) {
        return nova.host(name).orElseThrow(() -> Refusal.badRequest("Compute host " + name + " could not be found."));
    }
}
