// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.SegmentId;
import io.migawari.controller.model.Urgency;
import io.migawari.controller.store.Lease;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FairThreadsTest {

    private static final SegmentId RACK1 = SegmentId.random();
    private static final SegmentId RACK2 = SegmentId.random();

    private final List<String> done = new CopyOnWriteArrayList<>();
    private final CountDownLatch nova = new CountDownLatch(1);
    private FairThreads threads = new FairThreads("test", 1, 1, 0);

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private static Lease lease(SegmentId segment, Urgency urgency) {
        return new Lease(IncidentId.random(), "me", 1, segment, urgency);
    }

    private void execute(SegmentId segment, Urgency urgency, String word) {
        threads.execute(lease(segment, urgency), () -> done.add(word));
    }

    /** A call that gets no answer until the latch is opened. */
    private void hang(SegmentId segment, Urgency urgency) {
        var begun = new CountDownLatch(1);
        threads.execute(lease(segment, urgency), () -> {
            begun.countDown();
            awaitNova();
        });
        await().atMost(Duration.ofSeconds(20)).until(() -> begun.getCount() == 0);
    }

    private void awaitNova() {
        awaitAnswer(nova);
    }

    private static void awaitAnswer(CountDownLatch answered) {
        try {
            answered.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void untilDone(String... words) {
        await().dontCatchUncaughtExceptions()
                .atMost(Duration.ofSeconds(20))
                .until(() -> done.containsAll(List.of(words)));
    }

    @Test
    void theMostUrgentComesFirst() {
        hang(RACK1, Urgency.VM);
        execute(RACK1, Urgency.RETURN, "return");
        execute(RACK1, Urgency.PROCESS, "process");
        execute(RACK1, Urgency.VM, "instance");
        execute(RACK1, Urgency.HOST, "host");

        nova.countDown();

        untilDone("return");
        assertThat(done).containsExactly("host", "instance", "process", "return");
    }

    @Test
    void whatHangsInOneSegmentHoldsNoOther() {
        threads = new FairThreads("test", 4, 2, 1);
        hang(RACK1, Urgency.VM);
        hang(RACK1, Urgency.VM);
        execute(RACK1, Urgency.VM, "third of rack1");

        execute(RACK2, Urgency.PROCESS, "rack2");

        untilDone("rack2");
        assertThat(done).doesNotContain("third of rack1");
    }

    @Test
    void instancesThatHangHoldNoHost() {
        threads = new FairThreads("test", 4, 3, 2);
        hang(RACK1, Urgency.VM);
        hang(RACK1, Urgency.VM);
        execute(RACK2, Urgency.VM, "instance");

        execute(RACK1, Urgency.HOST, "host of rack1");
        execute(RACK2, Urgency.HOST, "host of rack2");

        untilDone("host of rack1", "host of rack2");
        assertThat(done).doesNotContain("instance");
    }

    @Test
    void aThousandOfOneSegmentDoNotKeepTheFirstOfAnotherWaiting() {
        threads = new FairThreads("test", 2, 2, 0);
        var left = new AtomicInteger(1000);
        var answered = new CountDownLatch(1);
        hang(RACK1, Urgency.VM);
        threads.execute(lease(RACK1, Urgency.VM), () -> awaitAnswer(answered));
        for (int i = 0; i < 1000; i++) {
            threads.execute(lease(RACK1, Urgency.VM), left::decrementAndGet);
        }
        var leftThen = new AtomicInteger();
        threads.execute(lease(RACK2, Urgency.VM), () -> leftThen.set(left.get()));

        answered.countDown();

        await().atMost(Duration.ofSeconds(20)).until(() -> leftThen.get() > 0);
        assertThat(leftThen).hasValue(1000);
    }

    @Test
    void noMoreThreadsThanAllowedAreEverAtWork() {
        threads = new FairThreads("test", 8, 8, 0);
        var atWork = new AtomicInteger();
        var most = new AtomicInteger();
        var left = new CountDownLatch(500);
        List<Urgency> urgencies = List.of(Urgency.values());
        for (int i = 0; i < 500; i++) {
            threads.execute(lease(i % 2 == 0 ? RACK1 : RACK2, urgencies.get(i % urgencies.size())), () -> {
                most.accumulateAndGet(atWork.incrementAndGet(), Math::max);
                Thread.onSpinWait();
                atWork.decrementAndGet();
                left.countDown();
            });
        }

        await().atMost(Duration.ofSeconds(20)).until(() -> left.getCount() == 0);
        assertThat(most).hasValueLessThanOrEqualTo(8);
    }

    @Test
    void workThatFailsGivesItsThreadBack() {
        threads.execute(lease(RACK1, Urgency.VM), () -> {
            throw new IllegalStateException("a mistake, on purpose");
        });

        execute(RACK1, Urgency.VM, "next");

        untilDone("next");
    }

    @Test
    void whenShutDownWhatHangsIsInterruptedAndWhatWaitsNeverBegins() throws InterruptedException {
        hang(RACK1, Urgency.VM);
        execute(RACK1, Urgency.HOST, "waited");

        threads.shutdownNow();
        execute(RACK1, Urgency.HOST, "too late");

        assertThat(threads.awaitEnd(Duration.ofSeconds(20))).isTrue();
        assertThat(nova.await(0, TimeUnit.SECONDS)).isFalse();
        assertThat(done).isEmpty();
    }
}
