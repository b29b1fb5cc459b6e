// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.world;

import io.migawari.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Time that stands still while anybody works and jumps to the next thing that is due when all wait. Work that may wait runs in
 * a {@link Crew}, each piece on a thread of its own, but never two at once: {@link #sleep} hands over to whoever is due next. So
 * the same scenario takes the same course every time.
 */
final class VirtualTime implements Time, AutoCloseable {

    private record Due(long nanos, long number, Runnable what) implements Comparable<Due> {

        @Override
        public int compareTo(Due other) {
            return nanos == other.nanos ? Long.compare(number, other.number) : Long.compare(nanos, other.nanos);
        }
    }

    /** The work that runs on this thread, if it is one of ours. */
    private static final ThreadLocal<Worker> SELF = new ThreadLocal<>();

    private final Instant start;
    private final PriorityQueue<Due> due = new PriorityQueue<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        var thread = new Thread(work, "virtual");
        thread.setDaemon(true);
        return thread;
    });
    /** Given back to the scheduling thread when the worker that was let go waits or has ended. */
    private final Semaphore turn = new Semaphore(0);

    private final List<Crew> crews = new ArrayList<>();
    private long numbers;
    /** As far as {@link #runUntil} goes. */
    private long limit;

    private volatile long nanos;
    private volatile Duration shift = Duration.ZERO;
    private volatile @Nullable Throwable failure;

    VirtualTime(Instant start) {
        this.start = start;
    }

    /** The wall clock, which {@link #shiftClock} sets. */
    @Override
    public Instant now() {
        return trueNow().plus(shift);
    }

    /** A clock that nobody sets: the database's, or Nova's. */
    Instant trueNow() {
        return start.plusNanos(nanos);
    }

    @Override
    public long nanos() {
        return nanos;
    }

    Duration sinceStart() {
        return Duration.ofNanos(nanos);
    }

    /** Somebody sets the controllers' clock. */
    void shiftClock(Duration by) {
        shift = shift.plus(by);
    }

    /** All clocks are right again. */
    void resetClock() {
        shift = Duration.ZERO;
    }

    /** Of a crew's work only. */
    @Override
    public void sleep(Duration duration) throws InterruptedException {
        Worker worker = SELF.get();
        if (worker == null) {
            throw new IllegalStateException("only the work of a crew may wait");
        }
        worker.sleep(duration);
    }

    /** Of a crew's work only: waits until it is let go on, by whoever gets what is returned from this. */
    void waitFor(Consumer<Runnable> waker) throws InterruptedException {
        Worker worker = SELF.get();
        if (worker == null) {
            throw new IllegalStateException("only the work of a crew may wait");
        }
        waker.accept(() -> after(Duration.ZERO, worker::goOn));
        worker.stop();
    }

    /** Plans something that does not wait. */
    void after(Duration delay, Runnable what) {
        due.add(new Due(nanos + delay.toNanos(), ++numbers, what));
    }

    /** Lets everything happen that is due until then. */
    void runUntil(Duration end) {
        limit = end.toNanos();
        for (Due next = due.peek(); next != null && next.nanos() <= end.toNanos(); next = due.peek()) {
            due.remove();
            nanos = Math.max(nanos, next.nanos());
            next.what().run();
            Throwable thrown = failure;
            if (thrown != null) {
                throw new IllegalStateException("the simulation itself failed: " + thrown, thrown);
            }
        }
        nanos = end.toNanos();
    }

    private boolean isNobodyDueBefore(Duration duration) {
        long then = nanos + duration.toNanos();
        Due next = due.peek();
        return then <= limit && (next == null || next.nanos() > then);
    }

    Crew crew() {
        var crew = new Crew();
        crews.add(crew);
        return crew;
    }

    @Override
    public void close() {
        crews.forEach(Crew::kill);
        threads.shutdown();
    }

    /** Those who die together: one controller's threads. */
    final class Crew {

        private final List<Worker> workers = new ArrayList<>();
        private boolean dead;
        private long frozenUntil;
        private Duration ownShift = Duration.ZERO;

        /** Begins a piece of work, as soon as everybody else waits. */
        void execute(Runnable work) {
            var worker = new Worker(this, work);
            workers.add(worker);
            after(Duration.ZERO, worker::goOn);
        }

        /** One that its work waits for in this time, and not outside of it. */
        Lock lock() {
            return new VirtualLock(VirtualTime.this);
        }

        /** All of it ends where it waits, as a process does that is killed. */
        void kill() {
            dead = true;
            List.copyOf(workers).forEach(Worker::goOn);
        }

        boolean isDead() {
            return dead;
        }

        /** Something that befalls it from outside, unless it is dead by then. */
        void later(Duration delay, Runnable what) {
            after(delay, () -> {
                if (!dead) {
                    what.run();
                }
            });
        }

        /** Nothing of it goes on for a while, as in a long garbage collection or a virtual machine that is suspended. */
        void freeze(Duration lasting) {
            frozenUntil = nanos + lasting.toNanos();
        }

        /** For its own work and for what is done in its name: nothing is done by the dead. */
        void mustLive() {
            if (dead) {
                throw new Killed();
            }
        }

        /** All of it ends, beginning with the caller. */
        void dieHere() {
            dead = true;
            after(Duration.ZERO, this::kill);
            throw new Killed();
        }

        /** All of it stands still, beginning with the caller; what cannot wait stands still after it. */
        void stallHere(Duration lasting) {
            freeze(lasting);
            Worker worker = SELF.get();
            if (worker == null) {
                return;
            }
            try {
                worker.sleep(Duration.ZERO);
            } catch (InterruptedException e) {
                throw new Killed(e);
            }
        }

        /** Somebody sets the clock of its machine, besides what all clocks are set by. */
        void shiftClock(Duration by) {
            ownShift = ownShift.plus(by);
        }

        void resetClock() {
            ownShift = Duration.ZERO;
        }

        /** Time as its machine tells it. */
        Time clock() {
            return new Time() {
                @Override
                public Instant now() {
                    return VirtualTime.this.now().plus(ownShift);
                }

                @Override
                public long nanos() {
                    return VirtualTime.this.nanos();
                }

                @Override
                public void sleep(Duration duration) throws InterruptedException {
                    VirtualTime.this.sleep(duration);
                }
            };
        }

        /** How long it is still frozen. */
        Duration frozenFor() {
            return Duration.ofNanos(Math.max(0, frozenUntil - nanos));
        }
    }

    private final class Worker {

        private final Crew crew;
        private final Runnable work;
        private final Semaphore go = new Semaphore(0);
        private boolean begun;
        private boolean ended;

        Worker(Crew crew, Runnable work) {
            this.crew = crew;
            this.work = work;
        }

        /** On the scheduling thread: lets it run until it waits again or has ended. */
        void goOn() {
            if (ended) {
                return;
            }
            if (crew.dead && !begun) {
                end();
                return;
            }
            Duration frozen = crew.frozenFor();
            if (!crew.dead && !frozen.isZero()) {
                after(frozen, this::goOn);
                return;
            }
            if (begun) {
                go.release();
            } else {
                begun = true;
                threads.execute(this::run);
            }
            turn.acquireUninterruptibly();
        }

        private void run() {
            SELF.set(this);
            try {
                work.run();
            } catch (Killed e) {
                // its process is no more
            } catch (RuntimeException | Error e) {
                failure = e;
            } finally {
                SELF.remove();
                end();
                boolean unused = Thread.interrupted(); // the thread is used again
                turn.release();
            }
        }

        private void end() {
            ended = true;
            crew.workers.remove(this);
        }

        void sleep(Duration duration) throws InterruptedException {
            if (crew.dead) {
                throw new InterruptedException();
            }
            if (isNobodyDueBefore(duration) && crew.frozenFor().isZero()) {
                long then = nanos + duration.toNanos();
                nanos = then; // the same as to wait and be let go on, and much faster
                return;
            }
            after(duration, this::goOn);
            stop();
        }

        private void stop() throws InterruptedException {
            turn.release();
            go.acquire();
            if (crew.dead) {
                throw new InterruptedException();
            }
        }
    }
}
