// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.work;

import io.migawari.controller.store.LeaseLostException;
import io.migawari.controller.store.Tenure;
import io.migawari.db.DatabaseException;
import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps passes going over all open work whose lease is ours: one at a time for each piece of it, as soon as something has happened,
 * and otherwise when its last pass wanted to look again. Threads: {@code NAME-loop} claims and starts passes, {@code NAME-lease}
 * renews. Safe for any thread.
 */
public final class WorkLoop<K, L extends Tenure<K>> {

    private static final Logger log = LoggerFactory.getLogger(WorkLoop.class);

    /** How often we look for work that nobody is at; what comes in here need not wait for it. */
    public static final Duration CLAIM_EVERY = Duration.ofSeconds(1);

    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(1);

    /** What is done again and again. */
    public interface Pass<L> {

        /** @throws LeaseLostException if it belongs to another controller now */
        Passed pass(L lease) throws LeaseLostException, InterruptedException;
    }

    /** What we work on. Guarded by the lock of {@link #works}. */
    private static final class Work<L> {
        private final L lease;
        private boolean running;
        private boolean woken = true;
        private long dueNanos;

        Work(L lease) {
            this.lease = lease;
        }
    }

    private final LeaseKeeper<K, L> leases;
    private final BiConsumer<L, Runnable> threads;
    private final Pass<L> pass;
    private final Runnable afterRenewal;
    private final Time time;
    private final Thread loop;
    private final Thread renewal;
    private final Map<K, Work<L>> works = new HashMap<>();
    private boolean claimNow = true;
    private volatile long lastTurnNanos;
    private volatile boolean databaseIsAway;

    /**
     * @param name of the threads
     * @param threads runs passes, not on the calling thread
     * @param afterRenewal done whenever the leases have been renewed
     */
    public WorkLoop(
            String name,
            LeaseKeeper<K, L> leases,
            BiConsumer<L, Runnable> threads,
            Pass<L> pass,
            Runnable afterRenewal,
            Time time) {
        this.leases = leases;
        this.threads = threads;
        this.pass = pass;
        this.afterRenewal = afterRenewal;
        this.time = time;
        this.lastTurnNanos = time.nanos();
        this.loop = new Thread(this::loop, name + "-loop");
        this.renewal = new Thread(this::renew, name + "-lease");
    }

    public void start() {
        loop.start();
        renewal.start();
    }

    /** Something new may be in the database: look for it now. */
    public void wake() {
        synchronized (works) {
            claimNow = true;
            works.values().forEach(work -> work.woken = true);
            works.notifyAll();
        }
    }

    /** Something may be in the database that nobody works on yet; what is worked on need not be gone over. */
    public void look() {
        synchronized (works) {
            claimNow = true;
            works.notifyAll();
        }
    }

    /** It is worth a look now. */
    public void wake(K which) {
        synchronized (works) {
            Work<L> work = works.get(which);
            if (work != null) {
                work.woken = true;
                works.notifyAll();
            }
        }
    }

    /** Whether work was looked for within this time. */
    public boolean isTurning(Duration within) {
        return time.nanos() - lastTurnNanos < within.toNanos();
    }

    private void loop() {
        long nextClaim = time.nanos();
        try {
            while (!Thread.currentThread().isInterrupted()) {
                lastTurnNanos = time.nanos();
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
            List<L> claimed = leases.claim();
            claimed.forEach(lease -> log.atInfo()
                    .addKeyValue(lease.kind(), lease.work())
                    .addKeyValue("epoch", lease.epoch())
                    .log("This controller works on it now"));
            databaseIsBack();
            if (!claimed.isEmpty()) {
                claimAgain(); // there may be more
            }
        } catch (DatabaseException e) {
            databaseIsAway(e);
        } catch (RuntimeException | Error e) {
            log.atError().setCause(e).log("Looking for open work failed; trying again");
        }
    }

    private void claimAgain() {
        synchronized (works) {
            claimNow = true;
        }
    }

    private void workOnWhatWeHold() {
        List<L> certain = leases.certain();
        synchronized (works) {
            works.values().removeIf(work -> !work.running && !certain.contains(work.lease));
            certain.forEach(lease -> works.putIfAbsent(lease.work(), new Work<>(lease)));
        }
    }

    private void startDue() {
        synchronized (works) {
            for (Work<L> work : works.values()) {
                if (!work.running && (work.woken || work.dueNanos - time.nanos() <= 0)) {
                    work.running = true;
                    work.woken = false;
                    threads.accept(work.lease, () -> pass(work));
                }
            }
        }
    }

    private void waitForWork(long nextClaim) throws InterruptedException {
        synchronized (works) {
            long wait = nextClaim - time.nanos();
            for (Work<L> work : works.values()) {
                if (!work.running) {
                    wait = work.woken ? 0 : Math.min(wait, work.dueNanos - time.nanos());
                }
            }
            if (wait > 0 && !claimNow) {
                TimeUnit.NANOSECONDS.timedWait(works, wait);
            }
        }
    }

    private void pass(Work<L> work) {
        Duration pause = AFTER_TROUBLE;
        try {
            if (leases.holds(work.lease)) {
                Passed passed = pass.pass(work.lease);
                pause = passed.lookAgain();
                databaseIsBack();
                if (passed.isOver()) {
                    leases.forget(work.lease);
                }
            }
        } catch (LeaseLostException e) {
            log.atInfo().addKeyValue(work.lease.kind(), work.lease.work()).log("Another controller has taken over");
            leases.forget(work.lease);
        } catch (DatabaseException e) {
            if (e.kind() == DatabaseException.Kind.UNAVAILABLE) {
                databaseIsAway(e);
            } else {
                log.atWarn()
                        .addKeyValue(work.lease.kind(), work.lease.work())
                        .log("A decision could not be recorded; deciding anew: {}", e.getMessage());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closing
        } catch (RuntimeException | Error e) {
            log.atError()
                    .setCause(e)
                    .addKeyValue(work.lease.kind(), work.lease.work())
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
                    afterRenewal.run();
                } catch (DatabaseException e) {
                    databaseIsAway(e);
                } catch (RuntimeException | Error e) {
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

    /** Ends the loop; the threads that run passes are ended by whoever has them. Nothing more is begun by those who do not hear of it. */
    public void interrupt() {
        loop.interrupt();
        renewal.interrupt();
        leases.forgetAll();
    }

    /** Waits until the loop has ended, after {@link #interrupt}. */
    public void join(Deadline deadline) throws InterruptedException {
        loop.join(Math.max(1, deadline.left().toMillis()));
        renewal.join(Math.max(1, deadline.left().toMillis()));
    }

    /** Gives the leases back, so that others can go on at once. */
    public void releaseAll() {
        leases.releaseAll();
    }
}
