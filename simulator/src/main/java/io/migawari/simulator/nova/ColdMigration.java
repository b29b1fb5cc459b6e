// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

import io.migawari.simulator.nova.Migration.Status;
import io.migawari.simulator.truth.Attachment;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One cold migration, in Nova's steps, up to where it has been confirmed or reverted. The two hosts hand it to each other in messages,
 * which wait for one that is dead; what a host was doing when its nova-compute died is lost. Not thread-safe.
 */
final class ColdMigration implements Move {

    private final Nova nova;
    private final SimulatedServer server;
    private final SimulatedHost source;
    private final @Nullable SimulatedHost wanted;
    private final PastAction action;
    private final boolean wasStopped;
    private @Nullable Migration migration;
    private @Nullable SimulatedHost destination;
    private boolean over;

    ColdMigration(
            Nova nova,
            SimulatedServer server,
            SimulatedHost source,
            @Nullable SimulatedHost wanted,
            PastAction action) {
        this.nova = nova;
        this.server = server;
        this.source = source;
        this.wanted = wanted;
        this.action = action;
        this.wasStopped = server.vmState() == VmState.STOPPED;
    }

    SimulatedHost source() {
        return source;
    }

    void accept() {
        server.setTask(TaskState.RESIZE_PREP);
        server.moves().add(this);
        nova.agenda().after(timings().scheduling(), this::writeDown);
    }

    /** Room is kept on both hosts until it has been confirmed or reverted. */
    @Override
    public Optional<SimulatedHost> alsoOn() {
        return Optional.ofNullable(server.isOn(source) ? destination : source);
    }

    /** Its steps find out by themselves. */
    @Override
    public void machineDies(SimulatedHost host) {}

    private void writeDown() {
        if (isGone()) {
            return;
        }
        migration = nova.migrations().add(Migration.Type.COLD, server, source, null);
        nova.agenda().after(timings().scheduling(), this::schedule);
    }

    private void schedule() {
        if (isGone()) {
            return;
        }
        Scheduler.Choice choice = nova.scheduler().choose(server, wanted);
        SimulatedHost host = choice.host();
        if (host == null) {
            giveUp(String.valueOf(choice.noneBecause()));
            return;
        }
        destination = host;
        host.cast(() -> {
            record().goesTo(host);
            source.cast(this::leave);
        });
    }

    private void leave() {
        if (isGone() || isPreempted(TaskState.RESIZE_PREP)) {
            return;
        }
        if (server.moveFails()) {
            giveUp("Resize error: Simulated fault: the migration of this server fails");
            return;
        }
        record().become(Status.MIGRATING);
        server.setTask(TaskState.RESIZE_MIGRATING);
        nova.ledger().stop(server.id(), source.name());
        source.later(timings().leaving(), this::left);
    }

    private void left() {
        if (isGone() || isPreempted(TaskState.RESIZE_MIGRATING)) {
            return;
        }
        nova.volumes().reserve(server.id(), nova.agenda().now());
        record().become(Status.POST_MIGRATING);
        server.moveTo(destination());
        server.setTask(TaskState.RESIZE_MIGRATED);
        destination().cast(this::arrive);
    }

    private void arrive() {
        if (isGone() || isPreempted(TaskState.RESIZE_MIGRATED)) {
            return;
        }
        server.setTask(TaskState.RESIZE_FINISH);
        connect(destination(), Attachment.Status.ATTACHING);
        destination().later(timings().arriving().plus(destination().faults().spawnDelay()), this::arrived);
    }

    private void arrived() {
        if (isGone() || isPreempted(TaskState.RESIZE_FINISH)) {
            return;
        }
        SimulatedHost host = destination();
        if (host.spawnFails()) {
            fail("simulated fault: spawning fails on " + host.name());
            return;
        }
        if (wasStopped) {
            nova.ledger().stop(server.id(), host.name());
        } else {
            nova.ledger().start(server.id(), host.name());
            server.guestStarted();
        }
        connect(host, Attachment.Status.ATTACHED);
        record().become(Status.FINISHED);
        server.resized();
        action.ended(true, nova.agenda().now());
    }

    void confirm() {
        record().become(Status.CONFIRMING);
        source.cast(() -> source.later(timings().ending(), this::confirmed));
    }

    private void confirmed() {
        if (isGone()) {
            return;
        }
        nova.ledger().destroy(server.id(), source.name());
        record().become(Status.CONFIRMED);
        boolean off = server.powerState() == PowerState.SHUTDOWN;
        server.become(off ? VmState.STOPPED : VmState.ACTIVE, server.powerState());
        end();
    }

    void revert() {
        server.setTask(TaskState.RESIZE_REVERTING);
        record().become(Status.REVERTING);
        destination().cast(() -> destination().later(timings().ending(), this::undone));
    }

    /** The record says that it is reverted before the server is back. */
    private void undone() {
        if (isGone() || isPreempted(TaskState.RESIZE_REVERTING)) {
            return;
        }
        nova.ledger().destroy(server.id(), destination().name());
        nova.volumes().reserve(server.id(), nova.agenda().now());
        record().become(Status.REVERTED);
        source.cast(() -> source.later(timings().ending(), this::back));
    }

    private void back() {
        if (isGone() || isPreempted(TaskState.RESIZE_REVERTING)) {
            return;
        }
        server.moveTo(source);
        connect(source, Attachment.Status.ATTACHED);
        end();
        if (wasStopped) {
            server.setTask(TaskState.POWERING_OFF);
            source.later(nova.timings().power(), () -> nova.actions().stopped(server, source));
        } else {
            startAtSource();
            server.launch();
        }
    }

    /**
     * The source's nova-compute has started again: it forgets what has not begun, and undoes what has. The record stays as it is (read
     * in Nova's code).
     */
    void sourceIsBack() {
        if (TaskState.RESIZE_MIGRATING.equals(server.taskState()) && !wasStopped) {
            startAtSource();
        }
        server.setTask(null);
        end();
    }

    private void startAtSource() {
        nova.ledger().start(server.id(), source.name());
        server.guestStarted();
    }

    private void connect(SimulatedHost host, Attachment.Status status) {
        nova.volumes().connect(server.id(), host.name(), status, nova.agenda().now());
    }

    private boolean isPreempted(String expected) {
        String actual = server.taskState();
        if (expected.equals(actual)) {
            return false;
        }
        fail("Conflict updating instance " + server.id() + ". Expected: {'task_state': ['" + expected
                + "']}. Actual: {'task_state': " + (actual == null ? "None" : "'" + actual + "'") + "}");
        return true;
    }

    private boolean isGone() {
        if (server.deleted()) {
            nova.ledger().destroy(server.id(), source.name());
            end();
        }
        return over;
    }

    /** Nothing has been changed. */
    private void giveUp(String words) {
        record().become(Status.ERROR);
        server.giveUpTask(words);
        action.ended(false, nova.agenda().now());
        end();
    }

    private void fail(String words) {
        record().become(Status.ERROR);
        server.fail(500, words);
        action.ended(false, nova.agenda().now());
        end();
    }

    private void end() {
        over = true;
        server.moves().remove(this);
    }

    private Timings.Cold timings() {
        return nova.timings().cold();
    }

    private Migration record() {
        return Objects.requireNonNull(migration);
    }

    private SimulatedHost destination() {
        return Objects.requireNonNull(destination);
    }
}
