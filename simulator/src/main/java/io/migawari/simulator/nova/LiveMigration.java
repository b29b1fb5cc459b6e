// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

import io.migawari.simulator.nova.Migration.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One live migration on its way, in Nova's steps. Its source carries it out: what is left to do is lost for good when the source's
 * nova-compute dies. The guest runs on one host at each moment, whatever Nova says meanwhile. Not thread-safe.
 */
final class LiveMigration implements Move {

    private enum Stage {
        SCHEDULING,
        WAITING,
        PREPARING,
        COPYING,
        /** The destination has died, which the source has not noticed. */
        LOST,
        HANDING_OVER,
        OVER
    }

    private static final long MEMORY = 64L << 20;
    private static final long LOCAL_DISK = 1L << 30;

    private final Nova nova;
    private final SimulatedServer server;
    private final @Nullable SimulatedHost wanted;
    private final PastAction action;
    private final SimulatedHost source;
    private final Set<SimulatedHost> tried = new HashSet<>();
    private Stage stage = Stage.SCHEDULING;
    private @Nullable Migration migration;
    private @Nullable SimulatedHost destination;
    private int sourceIncarnation;
    private int destinationIncarnation;
    private @Nullable Instant copyingSince;
    private @Nullable Instant copyingUntil;
    private boolean fails;

    /** What was told before the source died. */
    private Optional<LiveProgress> lastProgress = Optional.empty();

    LiveMigration(
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
        this.sourceIncarnation = source.incarnation();
    }

    void accept() {
        server.setTask(TaskState.MIGRATING);
        server.moves().add(this);
        nova.agenda().after(timings().scheduling(), this::writeDown);
    }

    boolean isOf(Migration record) {
        return migration == record;
    }

    @Override
    public Optional<SimulatedHost> alsoOn() {
        return Optional.ofNullable(destination).filter(host -> isUnderWay() && !server.isOn(host));
    }

    /** Absent until the copying has begun; of one that its source has died of, as it was then. */
    Optional<LiveProgress> progress() {
        if (lastProgress.isPresent() || copyingSince == null || copyingUntil == null) {
            return lastProgress;
        }
        long all = Math.max(1, Duration.between(copyingSince, copyingUntil).toMillis());
        long left =
                Math.max(0, Duration.between(nova.agenda().now(), copyingUntil).toMillis());
        long disk = server.kind() == ServerSpec.Kind.IMAGE_LOCAL_DISK ? LOCAL_DISK : 0;
        return Optional.of(new LiveProgress(MEMORY, MEMORY * left / all, disk, disk * left / all));
    }

    private void writeDown() {
        if (stage == Stage.OVER) {
            return;
        }
        migration = nova.migrations().add(Migration.Type.LIVE, server, source, null);
        nova.agenda().after(timings().scheduling(), this::schedule);
    }

    private void schedule() {
        if (server.deleted()) {
            end();
        }
        if (stage == Stage.OVER) {
            return;
        }
        if (!source.isUp() || !source.hypervisorRuns()) {
            giveUp("Compute service of " + source.name() + " is unavailable at this time.");
            return;
        }
        Scheduler.Choice choice = nova.scheduler().choose(server, wanted, tried);
        SimulatedHost host = choice.host();
        if (host == null) {
            giveUp(String.valueOf(choice.noneBecause()));
        } else if (!host.serviceRuns() || !source.serviceRuns()) {
            // the one asks the other whether it can be done, and Nova waits for the answer
            tried.add(host);
            nova.agenda().after(nova.timings().rpcTimeout(), this::schedule);
        } else if (!host.hypervisorRuns()) {
            tried.add(host);
            schedule();
        } else {
            destination = host;
            record().goesTo(host);
            sourceIncarnation = source.incarnation();
            stage = Stage.WAITING;
            record().become(Status.QUEUED);
            source.copyInTurn(this::prepare);
        }
    }

    private void prepare() {
        if (server.deleted()) {
            end();
            return;
        }
        stage = Stage.PREPARING;
        record().become(Status.PREPARING);
        destinationIncarnation = destination().incarnation();
        atSource(timings().preparing(), this::copy);
    }

    private void copy() {
        if (!destination().serviceRuns() || destination().incarnation() != destinationIncarnation) {
            atSource(nova.timings().rpcTimeout(), () -> goBack(Status.ERROR));
            return;
        }
        stage = Stage.COPYING;
        record().become(Status.RUNNING);
        nova.volumes().exportAlso(server.id(), destination().name());
        nova.ledger().stop(server.id(), destination().name()); // the incoming guest: there, and not running yet
        fails = server.moveFails();
        Duration takes = timings().copying().plus(server.faults().copyDelay());
        copyingSince = nova.agenda().now();
        copyingUntil = copyingSince.plus(takes);
        atSource(takes, this::copied);
    }

    private void copied() {
        if (stage != Stage.COPYING) {
            return;
        }
        if (fails || !nova.ledger().runs(server.id(), source.name())) {
            goBack(Status.FAILED);
            return;
        }
        stage = Stage.HANDING_OVER;
        SimulatedHost host = destination();
        nova.ledger().destroy(server.id(), source.name());
        nova.ledger().start(server.id(), host.name());
        nova.volumes().moveTo(server.id(), host.name(), nova.agenda().now());
        if (host.serviceRuns()) {
            host.later(timings().handOver(), this::land);
        }
        // Without an answer of the destination the source calls it completed, and nobody tells Nova's database where
        // the server is.
        atSource(nova.timings().rpcTimeout(), this::complete);
    }

    private void land() {
        if (stage != Stage.HANDING_OVER || server.deleted()) {
            return;
        }
        if (TaskState.MIGRATING.equals(server.taskState())) {
            server.moveTo(destination());
            server.setTask(null);
        }
        atSource(timings().handOver(), this::complete);
    }

    private void complete() {
        if (stage == Stage.HANDING_OVER) {
            record().become(Status.COMPLETED);
            action.ended(true, nova.agenda().now());
            end();
        }
    }

    /** The guest runs on where it is; the server says so first, the record a moment later. */
    private void goBack(Status status) {
        if (stage == Stage.OVER || stage == Stage.HANDING_OVER) {
            return;
        }
        clearDestination();
        if (TaskState.MIGRATING.equals(server.taskState())) {
            server.setTask(null);
        }
        action.ended(false, nova.agenda().now());
        end();
        source.later(timings().handOver(), () -> record().become(status));
    }

    /** Somebody has called it off. The message waits for the source's nova-compute. */
    void abort() {
        source.cast(() -> source.later(timings().handOver(), () -> goBack(Status.CANCELLED)));
    }

    /** The guest is paused, so that the rest is copied at once. */
    void forceComplete() {
        source.cast(() -> source.later(timings().handOver(), this::copied));
    }

    /** The source's nova-compute has started again, and takes up nothing of what was under way. */
    void sourceIsBack() {
        if (stage != Stage.HANDING_OVER) {
            clearDestination();
        }
        end();
    }

    @Override
    public void machineDies(SimulatedHost host) {
        boolean arriving = stage == Stage.COPYING || stage == Stage.LOST;
        if (arriving && host == source) {
            lastProgress = progress();
            nova.agenda().after(timings().sourceLost(), this::clearDestination);
        } else if (stage == Stage.COPYING && host == destination) {
            stage = Stage.LOST;
            atSource(timings().destinationLost(), () -> goBack(Status.FAILED));
        }
    }

    /** What has arrived so far is thrown away, unless it runs, or something else has been built there since. */
    private void clearDestination() {
        if (destination != null && !server.isOn(destination) && !nova.ledger().runs(server.id(), destination.name())) {
            nova.ledger().destroy(server.id(), destination.name());
            nova.volumes().withdraw(server.id(), destination.name());
        }
    }

    private void giveUp(String words) {
        record().become(Status.ERROR);
        if (TaskState.MIGRATING.equals(server.taskState())) {
            server.giveUpTask(words);
        }
        action.ended(false, nova.agenda().now());
        end();
    }

    private void end() {
        boolean hasTurn = isUnderWay() && stage != Stage.SCHEDULING;
        stage = Stage.OVER;
        server.moves().remove(this);
        if (hasTurn) {
            source.endTurn();
        }
    }

    private boolean isUnderWay() {
        return stage != Stage.OVER && source.serviceRuns() && source.incarnation() == sourceIncarnation;
    }

    /** The source does something after a while, if its nova-compute and the server live by then. */
    private void atSource(Duration delay, Runnable what) {
        nova.agenda().after(delay, () -> {
            if (isUnderWay()) {
                if (server.deleted()) {
                    clearDestination();
                    end();
                } else {
                    what.run();
                }
            }
        });
    }

    private Timings.Live timings() {
        return nova.timings().live();
    }

    private Migration record() {
        return Objects.requireNonNull(migration);
    }

    private SimulatedHost destination() {
        return Objects.requireNonNull(destination);
    }
}
