// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

import io.migawari.simulator.nova.Migration.Status;
import io.migawari.simulator.truth.Attachment;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One evacuation on its way, in Nova's steps. As in Nova nothing keeps a second one of the same server from starting;
 * each step only demands the task_state that the step before has left, so that two of them trip over each other, and the
 * one whose guest already runs leaves it running. A step is lost for good when the destination's nova-compute dies before
 * it. Not thread-safe.
 */
final class Rebuild implements Move {

    private final Nova nova;
    private final SimulatedServer server;
    private final Evacuation order;
    private final Requester requester;
    private final boolean endsStopped;
    private final Duration quarter;
    private @Nullable Migration migration;
    private @Nullable SimulatedHost destination;
    private int incarnation;
    private boolean ended;

    Rebuild(Nova nova, SimulatedServer server, Evacuation order, Requester requester) {
        this.nova = nova;
        this.server = server;
        this.order = order;
        this.requester = requester;
        // From 2.95 on all but the ones in ERROR end stopped (read in Nova's code of 2026).
        this.endsStopped =
                server.vmState() == VmState.STOPPED || (order.endsStopped() && server.vmState() != VmState.ERROR);
        this.quarter = nova.timings().evacuation().rebuild().dividedBy(4);
    }

    void accept() {
        server.setTask(TaskState.REBUILDING);
        server.moves().add(this);
        SimulatedHost source = nova.host(server.host().orElseThrow()).orElseThrow();
        nova.migrations().add(Migration.Type.EVACUATION, server, source, wanted().orElse(null));
        nova.agenda().after(nova.timings().evacuation().scheduling(), this::schedule);
    }

    boolean isOf(Requester other) {
        return Objects.equals(requester.user(), other.user());
    }

    /** Whether it goes on by itself. One whose destination has died does not. */
    boolean isUnderWay() {
        return !ended && (destination == null || destinationUnderWay().isPresent());
    }

    /** The host at which it goes on now. */
    Optional<SimulatedHost> destinationUnderWay() {
        return Optional.ofNullable(destination)
                .filter(host -> !ended && host.serviceRuns() && incarnation == host.incarnation());
    }

    @Override
    public Optional<SimulatedHost> alsoOn() {
        return destinationUnderWay();
    }

    /** Its steps find out by themselves. */
    @Override
    public void machineDies(SimulatedHost host) {}

    private void schedule() {
        if (server.deleted()) {
            end();
            return;
        }
        migration = nova.migrations().firstAccepted(server).orElse(null);
        Scheduler.Choice choice = order.forced()
                ? new Scheduler.Choice(wanted().orElseThrow(), null)
                : nova.scheduler().choose(server, wanted().orElse(null));
        SimulatedHost host = choice.host();
        if (host == null) {
            note(Status.ERROR);
            end();
            server.fail(500, String.valueOf(choice.noneBecause()));
        } else {
            destination = host;
            incarnation = host.incarnation();
            host.cast(() -> takeOn(host));
        }
    }

    private void takeOn(SimulatedHost host) {
        incarnation = host.incarnation();
        if (migration != null) {
            migration.takenOnBy(host);
        }
        later(host.waitForTurn().plus(quarter), this::prepare);
    }

    private void prepare(SimulatedHost host) {
        if (isPreempted(TaskState.REBUILDING, PowerState.NOSTATE, TaskState.REBUILDING)) {
            return;
        }
        boolean sharedStorage = server.kind() != ServerSpec.Kind.IMAGE_LOCAL_DISK;
        if (nova.ledger().isDefined(server.id(), host.name())) {
            fail(500, "Instance " + server.instanceName() + " already exists.");
        } else if (order.onSharedStorage() != null && order.onSharedStorage() != sharedStorage) {
            fail(400, "Invalid state of instance files on shared storage");
        } else if (server.evacuationFails()) {
            fail(500, "Simulated fault: the evacuation of this server fails");
        } else {
            server.setPower(PowerState.NOSTATE);
            nova.volumes().reserve(server.id(), nova.agenda().now());
            later(quarter, this::mapBlockDevices);
        }
    }

    private void mapBlockDevices(SimulatedHost host) {
        String next = TaskState.REBUILD_BLOCK_DEVICE_MAPPING;
        if (!isPreempted(TaskState.REBUILDING, PowerState.NOSTATE, next)) {
            server.setTask(next);
            connect(host, Attachment.Status.ATTACHING);
            later(quarter, this::spawn);
        }
    }

    private void spawn(SimulatedHost host) {
        String next = TaskState.REBUILD_SPAWNING;
        if (!isPreempted(TaskState.REBUILD_BLOCK_DEVICE_MAPPING, PowerState.NOSTATE, next)) {
            server.setTask(next);
            connect(host, Attachment.Status.ATTACHED);
            later(quarter.plus(host.faults().spawnDelay()), this::spawned);
        }
    }

    private void spawned(SimulatedHost host) {
        if (host.spawnFails()) {
            fail(400, "Failed to deploy instance: simulated fault: spawning fails on " + host.name());
            return;
        }
        nova.ledger().start(server.id(), host.name());
        if (isPreempted(TaskState.REBUILD_SPAWNING, PowerState.RUNNING, null)) {
            return;
        }
        server.launch();
        if (endsStopped) {
            server.setTask(TaskState.POWERING_OFF);
            later(nova.timings().power(), this::powerOff);
        } else {
            later(nova.timings().evacuation().handOver(), this::handOver);
        }
    }

    private void powerOff(SimulatedHost host) {
        nova.ledger().stop(server.id(), host.name());
        server.become(VmState.STOPPED, PowerState.SHUTDOWN);
        later(nova.timings().evacuation().handOver(), this::handOver);
    }

    /** Only now is the server at its destination: until here it is "active, no task" and still on the source. */
    private void handOver(SimulatedHost host) {
        server.moveTo(host);
        server.moves().removeIf(move -> !(move instanceof Rebuild)); // nothing comes of them any more
        note(Status.DONE);
        end();
    }

    /**
     * Whether something else has changed the task_state. Then this ends; with its error Nova writes what this step was
     * about to write, so that the server can be left with a task that nobody carries out (seen on Nova 26.2).
     *
     * @param power and {@code task}: what this step was about to write
     */
    private boolean isPreempted(String expected, PowerState power, @Nullable String task) {
        String actual = server.taskState();
        if (expected.equals(actual)) {
            return false;
        }
        String words = "Conflict updating instance " + server.id() + ". Expected: {'task_state': ['" + expected
                + "']}. Actual: {'task_state': " + (actual == null ? "None" : "'" + actual + "'") + "}";
        endInError(() -> {
            server.fail(500, words);
            server.setPower(power);
            server.setTask(task);
        });
        return true;
    }

    private void fail(int code, String message) {
        endInError(() -> server.fail(code, message));
    }

    /** The record says so first, the server a moment later. */
    private void endInError(Runnable failure) {
        note(Status.FAILED);
        later(nova.timings().evacuation().handOver(), host -> {
            end();
            failure.run();
        });
    }

    private void connect(SimulatedHost host, Attachment.Status status) {
        nova.volumes().connect(server.id(), host.name(), status, nova.agenda().now());
    }

    private void later(Duration delay, Consumer<SimulatedHost> step) {
        nova.agenda()
                .after(
                        delay,
                        () -> destinationUnderWay()
                                .filter(host -> !server.deleted())
                                .ifPresent(step));
    }

    private void note(Status status) {
        if (migration != null) {
            migration.become(status);
        }
    }

    private void end() {
        ended = true;
        server.moves().remove(this);
    }

    private Optional<SimulatedHost> wanted() {
        return Optional.ofNullable(order.destination()).flatMap(nova::host);
    }
}
