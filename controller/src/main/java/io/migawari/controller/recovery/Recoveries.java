// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.recovery;

import io.migawari.config.RecoverySettings;
import io.migawari.controller.cloud.Cloud;
import io.migawari.controller.fencing.Fencing;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.Notification;
import io.migawari.controller.model.NotificationType;
import io.migawari.controller.store.Controllers;
import io.migawari.controller.store.Incidents;
import io.migawari.controller.store.Lease;
import io.migawari.controller.store.Leases;
import io.migawari.controller.work.LeaseKeeper;
import io.migawari.controller.work.StepRunner;
import io.migawari.controller.work.WorkLoop;
import io.migawari.db.DatabaseException;
import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recovers: passes over every open incident whose lease is ours. Threads: those of {@link WorkLoop}, {@code recovery-N} run passes,
 * {@code call-N} run steps.
 */
public final class Recoveries implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Recoveries.class);

    private static final Duration LONGEST_STOP = Duration.ofSeconds(2);

    private final Controllers controllers;
    private final String name;
    private final String owner;
    private final LeaseKeeper<IncidentId, Lease> leases;
    private final WorkLoop<IncidentId, Lease> work;
    private final Time time;
    private final FairThreads passes = new FairThreads("recovery", 96, 32, 32);
    private final FairThreads calls = new FairThreads("call", 256, 96, 96);

    /**
     * @param name of this controller
     * @param renewals whose the incidents are, by connections that nothing else has to wait for
     * @param controllers told that this one watches
     * @param callPatience how long an ordinary call of the cloud may take
     */
    public Recoveries(
            String name,
            Incidents incidents,
            Leases<Lease> renewals,
            Controllers controllers,
            Cloud cloud,
            Fencing fencing,
            RecoverySettings settings,
            Duration callPatience,
            Time time) {
        // A restarted controller is another owner: what its forerunner may still be doing must not count as its own.
        this.owner = name + "/" + UUID.randomUUID().toString().substring(0, 8);
        this.time = time;
        this.controllers = controllers;
        this.name = name;
        this.leases = new LeaseKeeper<>(renewals, owner, time);
        var steps = new StepRunner<>(
                cloud, fencing, incidents, calls::execute, leases::holds, this::wake, time, callPatience);
        var observer = new Observer(cloud, fencing, time, callPatience, new ReentrantLock());
        var reconciler = new Reconciler(incidents, observer, steps, settings, time);
        this.work = new WorkLoop<>(
                "recovery", leases, passes::execute, reconciler::pass, () -> controllers.watching(name, owner), time);
    }

    public void start() {
        work.start();
    }

    /** Whether open incidents were looked for within this time. */
    public boolean isTurning(Duration within) {
        return work.isTurning(within);
    }

    /** How many incidents are certainly ours just now. */
    public int leases() {
        return leases.certain().size();
    }

    /** Something new may be in the database: look for it now. */
    public void wake() {
        work.wake();
    }

    /**
     * A report was stored. One about a host may concern any incident; one about an instance or a process only its own, and when
     * many of those come at once, all the others need not be gone over for each.
     */
    public void heard(Notification notification) {
        if (notification.type() == NotificationType.COMPUTE_HOST) {
            work.wake();
            return;
        }
        work.look();
        notification.incident().ifPresent(this::wake);
    }

    private void wake(IncidentId incident) {
        work.wake(incident);
    }

    /**
     * Stops within a few seconds, whatever is under way: calls are interrupted, and what became of them is found out by
     * whoever takes the incidents over, which is possible at once because the leases are given back.
     */
    @Override
    public void close() {
        work.interrupt();
        passes.shutdownNow();
        calls.shutdownNow();
        try {
            Deadline deadline = time.deadlineAfter(LONGEST_STOP);
            work.join(deadline);
            boolean ended = passes.awaitEnd(deadline.left()) && calls.awaitEnd(deadline.left());
            if (!ended) {
                log.atInfo().log(
                        "Some work did not stop in time; what comes of it is refused by the database from now on");
            }
            work.releaseAll();
            controllers.stopped(name, owner);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (DatabaseException e) {
            log.atInfo().log("The leases could not be given back and will run out by themselves: {}", e.getMessage());
        }
    }
}
