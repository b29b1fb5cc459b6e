// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.operation;

import io.migawari.config.OperationSettings;
import io.migawari.controller.cloud.Cloud;
import io.migawari.controller.cloud.Migrations;
import io.migawari.controller.cloud.ZoneMoves;
import io.migawari.controller.decision.operation.OperationPolicy;
import io.migawari.controller.fencing.Fencing;
import io.migawari.controller.model.operation.OperationId;
import io.migawari.controller.store.Leases;
import io.migawari.controller.store.OperationLease;
import io.migawari.controller.store.Operations;
import io.migawari.controller.work.LeaseKeeper;
import io.migawari.controller.work.StepRunner;
import io.migawari.controller.work.WorkLoop;
import io.migawari.db.DatabaseException;
import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries operations out: passes over every open one whose lease is ours. They have threads of their own, and not many: however
 * much is moved, no recovery has to wait for it.
 */
public final class OperationsRunner implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(OperationsRunner.class);

    private static final int THREADS = 8;
    private static final Duration LONGEST_STOP = Duration.ofSeconds(2);

    private final WorkLoop<OperationId, OperationLease> work;
    private final ExecutorService passes = threads("operation-pass");
    private final ExecutorService calls = threads("operation-call");
    private final Time time;

    /**
     * @param name of this controller
     * @param renewals whose the operations are, by connections that nothing else has to wait for
     * @param callPatience how long an ordinary call of the cloud may take
     */
    public OperationsRunner(
            String name,
            Operations operations,
            Leases<OperationLease> renewals,
            Cloud cloud,
            Migrations migrations,
            ZoneMoves zoneMoves,
            Fencing fencing,
            OperationSettings settings,
            Duration callPatience,
            Time time) {
        this.time = time;
        // as in recoveries, a restarted controller is another owner
        String owner = name + "/" + UUID.randomUUID().toString().substring(0, 8);
        var leases = new LeaseKeeper<OperationId, OperationLease>(renewals, owner, time);
        var steps = new StepRunner<OperationId, OperationLease>(
                cloud,
                fencing,
                operations,
                (lease, step) -> calls.execute(step),
                leases::holds,
                this::wake,
                time,
                callPatience);
        var reconciler = new OperationReconciler(
                operations,
                new OperationObserver(cloud, migrations, zoneMoves, callPatience, time),
                steps,
                OperationPolicy.of(settings),
                time);
        this.work = new WorkLoop<>(
                "operation", leases, (lease, pass) -> passes.execute(pass), reconciler::pass, () -> {}, time);
    }

    private static ExecutorService threads(String name) {
        var count = new AtomicInteger();
        return Executors.newFixedThreadPool(THREADS, task -> new Thread(task, name + "-" + count.incrementAndGet()));
    }

    public void start() {
        work.start();
    }

    /** Whether open operations were looked for within this time. */
    public boolean isTurning(Duration within) {
        return work.isTurning(within);
    }

    /** Something new may be in the database: look for it now. */
    public void wake() {
        work.wake();
    }

    private void wake(OperationId operation) {
        work.wake(operation);
    }

    /** Stops within a few seconds, whatever is under way; another controller can go on at once. */
    @Override
    public void close() {
        work.interrupt();
        passes.shutdownNow();
        calls.shutdownNow();
        try {
            Deadline deadline = time.deadlineAfter(LONGEST_STOP);
            work.join(deadline);
            boolean ended = passes.awaitTermination(deadline.left().toNanos(), TimeUnit.NANOSECONDS)
                    && calls.awaitTermination(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
            if (!ended) {
                log.atInfo().log("Some moves did not stop in time; what comes of it is refused by the database");
            }
            work.releaseAll();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (DatabaseException e) {
            log.atInfo().log("The leases could not be given back and will run out by themselves: {}", e.getMessage());
        }
    }
}
