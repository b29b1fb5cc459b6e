// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.SegmentId;
import io.migawari.controller.model.Urgency;
import io.migawari.controller.store.Lease;
import io.migawari.controller.store.Leases;
import io.migawari.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WorkLoopTest {

    private static final Duration WITHIN = Duration.ofSeconds(20);

    /** Goes on when it is told to; who sleeps does so for good. */
    private static final class Still implements Time {

        private final AtomicLong nanos = new AtomicLong();

        @Override
        public Instant now() {
            throw new AssertionError("nothing here depends on the wall clock, which jumps");
        }

        @Override
        public long nanos() {
            return nanos.get();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            new CountDownLatch(1).await();
        }
    }

    /** A database that answers each question about what there is to do only when it is let. */
    private static final class Slow implements Leases<Lease> {

        private final List<Lease> open = new CopyOnWriteArrayList<>();
        private final Semaphore asked = new Semaphore(0);
        private final Semaphore answers = new Semaphore(0);

        @Override
        public List<Lease> claim(String owner, Duration lasting) {
            asked.release();
            answers.acquireUninterruptibly();
            return List.copyOf(open);
        }

        @Override
        public List<Lease> renew(String owner, Duration lasting) {
            return List.copyOf(open);
        }

        @Override
        public void release(String owner) {}

        @Override
        public boolean isHeld(Lease lease) {
            return false;
        }
    }

    private final Still time = new Still();
    private final Slow database = new Slow();
    private final WorkLoop<IncidentId, Lease> loop = new WorkLoop<>(
            "test",
            new LeaseKeeper<>(database, "one/1", time),
            (lease, pass) -> pass.run(),
            lease -> {
                throw new AssertionError("there is nothing to do");
            },
            () -> {},
            time);

    @AfterEach
    void end() {
        database.answers.release(1000);
        loop.interrupt();
    }

    private void pass(Duration duration) {
        time.nanos.addAndGet(duration.toNanos());
    }

    @Test
    void aLoopThatHangsInTheDatabaseNoLongerTurns() throws InterruptedException {
        loop.start();
        database.asked.acquire();
        pass(WITHIN.minusMillis(1));
        assertThat(loop.isTurning(WITHIN)).isTrue();
        pass(Duration.ofMillis(1));
        assertThat(loop.isTurning(WITHIN)).isFalse();

        database.answers.release();
        database.asked.acquire();
        assertThat(loop.isTurning(WITHIN)).isTrue();
    }

    @Test
    void whatWokeItDuringALookIsLookedForAtOnce() throws InterruptedException {
        loop.start();
        database.asked.acquire();
        loop.wake();
        database.answers.release();

        database.asked.acquire(); // and not a second later: time stands still
        assertThat(time.nanos()).isZero();
    }

    @Test
    void anErrorEndsOnePassAndNotTheWork() throws InterruptedException {
        var lease = new Lease(IncidentId.random(), "one/1", 1, SegmentId.random(), Urgency.HOST);
        database.open.add(lease);
        database.answers.release(1000);
        var passes = new Semaphore(0);
        var thread = Executors.newSingleThreadExecutor();
        WorkLoop<IncidentId, Lease> failing = new WorkLoop<>(
                "failing",
                new LeaseKeeper<>(database, "one/1", time),
                (work, pass) -> thread.execute(pass),
                work -> {
                    passes.release();
                    throw new AssertionError("a mistake");
                },
                () -> {},
                time);
        try {
            failing.start();
            passes.acquire();
            failing.wake();

            passes.acquire();
        } finally {
            failing.interrupt();
            thread.shutdownNow();
        }
    }
}
