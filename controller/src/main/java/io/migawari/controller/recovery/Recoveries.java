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
import io.migawari.controller.store.LeaseLostException;
import io.migawari.controller.store.Leases;
import io.migawari.db.DatabaseException;
import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps passes going over every open incident whose lease is ours: one at a time for each incident, as soon as something
 * has happened, and otherwise when its last pass wanted to look again. Threads: {@code recovery-loop} claims and starts
 * passes, {@code lease} renews and tells that we watch, {@code recovery-N} run passes, {@code call-N} run steps.
 */
public final class Recoveries implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Recoveries.class);

    /** How often we look for incidents that nobody works on; reports that come in here need not wait for it. */
    static final Duration CLAIM_EVERY = Duration.ofSeconds(1);

    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(1);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(2);

    /** An incident that we work on. Guarded by the lock of {@link #works}. */
    private static final class Work {
        private final Lease lease;
        private boolean running;
        private boolean woken = true;
        private long dueNanos;

        Work(Lease lease) {
            this.lease = lease;
        }
    }

    private final LeaseKeeper leases;
    private final Controllers controllers;
    private final String name;
    private final String owner;
    private final Reconciler reconciler;
    private final Time time;
    private final FairThreads passes = new FairThreads("recovery", 96, 32, 32);
    private final FairThreads calls = new FairThreads("call", 256, 96, 96);
    private final Thread loop;
    private final Thread renewal;
    private final Map<IncidentId, Work> works = new HashMap<>();
    private boolean claimNow = true;
    private volatile boolean databaseIsAway;

    /**
     * @param name of this controller
     * @param renewals whose the incidents are, by connections that nothing else has to wait for
     * @param controllers told that this one watches
     * @param callPatience how long an ordinary call of the cloud may take
     */
    public Recoveries(
            String name,
            Incidents incidents,
            Leases renewals,
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
        this.leases = new LeaseKeeper(renewals, owner, time);
        var steps = new StepRunner(
                cloud, fencing, incidents, calls::execute, leases::holds, this::wake, time, callPatience);
        var observer = new Observer(cloud, fencing, time, callPatience, new ReentrantLock());
        this.reconciler = new Reconciler(incidents, observer, steps, settings, time);
        this.loop = new Thread(this::loop, "recovery-loop");
        this.renewal = new Thread(this::renew, "lease");
    }

    public void start() {
        loop.start();
        renewal.start();
    }

    /** How many incidents are certainly ours just now. */
    public int leases() {
        return leases.certain().size();
    }

    /** Something new may be in the database: look for it now. */
    public void wake() {
        synchronized (works) {
            claimNow = true;
            works.values().forEach(work -> work.woken = true);
            works.notifyAll();
        }
    }

    /**
     * A report was stored. One about a host may concern any incident; one about an instance or a process only its own, and when
     * many of those come at once, all the others need not be gone over for each.
     */
    public void heard(Notification notification) {
        if (notification.type() == NotificationType.COMPUTE_HOST) {
            wake();
            return;
        }
        synchronized (works) {
            claimNow = true;
            works.notifyAll();
        }
        notification.incident().ifPresent(this::wake);
    }

    private void wake(IncidentId incident) {
        synchronized (works) {
            Work work = works.get(incident);
            if (work != null) {
                work.woken = true;
                works.notifyAll();
            }
        }
    }

    private void loop() {
        long nextClaim = time.nanos();
        try {
            while (!Thread.currentThread().isInterrupted()) {
                if (isTimeToClaim(nextClaim)) {
                    nextClaim = time.nanos() + CLAIM_EVERY.toNanos();
                    claim();
                }
                workOnWhatWeHold();
                startDue();
                waitForWork(nextClaim);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closing
        }
    }

    private boolean isTimeToClaim(long nextClaim) {
        synchronized (works) {
            boolean now = claimNow || nextClaim - time.nanos() <= 0;
            claimNow = false;
            return now;
        }
    }

    private void claim() {
        try {
            List<Lease> claimed = leases.claim();
            claimed.forEach(lease -> log.atInfo()
                    .addKeyValue("incident", lease.incident())
                    .addKeyValue("epoch", lease.epoch())
                    .log("This controller works on it now"));
            databaseIsBack();
            if (!claimed.isEmpty()) {
                claimAgain(); // there may be more
            }
        } catch (DatabaseException e) {
            databaseIsAway(e);
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("Looking for open incidents failed; trying again");
        }
    }

    private void claimAgain() {
        synchronized (works) {
            claimNow = true;
        }
    }

    private void workOnWhatWeHold() {
        List<Lease> certain = leases.certain();
        synchronized (works) {
            works.values().removeIf(work -> !work.running && !certain.contains(work.lease));
            certain.forEach(lease -> works.putIfAbsent(lease.incident(), new Work(lease)));
        }
    }

    private void startDue() {
        synchronized (works) {
            for (Work work : works.values()) {
                if (!work.running && (work.woken || work.dueNanos - time.nanos() <= 0)) {
                    work.running = true;
                    work.woken = false;
                    passes.execute(work.lease, () -> pass(work));
                }
            }
        }
    }

    private void waitForWork(long nextClaim) throws InterruptedException {
        synchronized (works) {
            long wait = nextClaim - time.nanos();
            for (Work work : works.values()) {
                if (!work.running) {
                    wait = work.woken ? 0 : Math.min(wait, work.dueNanos - time.nanos());
                }
            }
            if (wait > 0 && !claimNow) {
                TimeUnit.NANOSECONDS.timedWait(works, wait);
            }
        }
    }

    private void pass(Work work) {
        Duration pause = AFTER_TROUBLE;
        try {
            if (leases.holds(work.lease)) {
                Reconciler.Passed passed = reconciler.pass(work.lease);
                pause = passed.lookAgain();
                databaseIsBack();
                if (passed.isOver()) {
                    leases.forget(work.lease);
                }
            }
        } catch (LeaseLostException e) {
            log.atInfo().addKeyValue("incident", work.lease.incident()).log("Another controller has taken over");
            leases.forget(work.lease);
        } catch (DatabaseException e) {
            if (e.kind() == DatabaseException.Kind.UNAVAILABLE) {
                databaseIsAway(e);
            } else {
                log.atWarn()
                        .addKeyValue("incident", work.lease.incident())
                        .log("A decision could not be recorded; deciding anew: {}", e.getMessage());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closing
        } catch (RuntimeException e) {
            log.atError()
                    .setCause(e)
                    .addKeyValue("incident", work.lease.incident())
                    .log("A pass failed by a mistake of ours; trying again");
        }
        synchronized (works) {
            work.running = false;
            work.dueNanos = time.nanos() + pause.toNanos();
            works.notifyAll();
        }
    }

    private void renew() {
        try {
            for (; !Thread.currentThread().isInterrupted(); time.sleep(LeaseKeeper.RENEWAL)) {
                try {
                    leases.renew();
                    controllers.watching(name, owner);
                } catch (DatabaseException e) {
                    databaseIsAway(e);
                } catch (RuntimeException e) {
                    log.atError().setCause(e).log("Renewing the leases failed; trying again");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closing
        }
    }

    private void databaseIsAway(DatabaseException e) {
        if (!databaseIsAway) {
            databaseIsAway = true;
            log.atWarn().log("The database is away; nothing new is begun until it is back: {}", e.getMessage());
        }
    }

    private void databaseIsBack() {
        if (databaseIsAway) {
            databaseIsAway = false;
            log.atInfo().log("The database is back");
        }
    }

    /**
     * Stops within a few seconds, whatever is under way: calls are interrupted, and what became of them is found out by
     * whoever takes the incidents over, which is possible at once because the leases are given back.
     */
    @Override
    public void close() {
        loop.interrupt();
        renewal.interrupt();
        passes.shutdownNow();
        calls.shutdownNow();
        leases.forgetAll(); // nothing more is begun by whoever does not hear the interrupt
        try {
            Deadline deadline = time.deadlineAfter(LONGEST_STOP);
            join(loop, deadline);
            join(renewal, deadline);
            boolean ended = passes.awaitEnd(deadline.left()) && calls.awaitEnd(deadline.left());
            if (!ended) {
                log.atWarn()
                        .log("Some work did not stop in time; what comes of it is refused by the database from now on");
            }
            leases.releaseAll();
            controllers.stopped(name, owner);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (DatabaseException e) {
            log.atWarn().log("The leases could not be given back and will run out by themselves: {}", e.getMessage());
        }
    }

    private static void join(Thread thread, Deadline deadline) throws InterruptedException {
        thread.join(Math.max(1, deadline.left().toMillis()));
    }
}
