// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.migawari.time.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OwnNameTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(50);

    private final ManualTime time = new ManualTime(Instant.EPOCH);

    @Test
    void aKnownNameIsNoProblem() throws InterruptedException {
        var name = new OwnName("compute1", () -> Set.of("compute1", "compute2"), LONG, time);
        assertThat(name.atStart()).isEmpty();
        assertThat(name.vitals().troubles()).isEmpty();
    }

    @Test
    void anUnknownNameKeepsAMonitorFromStartingUnlessItIsToldOtherwise() throws Exception {
        assertThatThrownBy(() -> new OwnName("other", Set::of, LONG, time).checkAtStart(OwnName.Unknown.REFUSE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("other")
                .hasMessageContaining("unknown-to-controller");

        new OwnName("other", Set::of, LONG, time).checkAtStart(OwnName.Unknown.WARN);
        new OwnName("compute1", () -> Set.of("compute1"), LONG, time).checkAtStart(OwnName.Unknown.REFUSE);
    }

    @Test
    void anUnknownNameIsOneAndTheLikelyOneIsNamed() throws InterruptedException {
        var known = Set.of("compute1.example.org", "compute2.example.org");
        assertThat(new OwnName("compute1", () -> known, LONG, time).atStart())
                .singleElement()
                .asString()
                .contains("does not know a host compute1 ")
                .endsWith("it knows compute1.example.org");
        assertThat(new OwnName("other", () -> known, LONG, time).atStart())
                .singleElement()
                .asString()
                .endsWith("add it to a segment, or set host to Nova's name of it");
    }

    @Test
    void aControllerThatIsAwayHoldsUpNoStartAndIsAskedAgain() throws InterruptedException {
        var asked = new AtomicInteger();
        var name = new OwnName(
                "compute1",
                () -> {
                    if (asked.incrementAndGet() == 1) {
                        throw new IOException("away");
                    }
                    return Set.of();
                },
                LONG,
                time);
        assertThat(name.atStart()).isEmpty();
        name.again();
        assertThat(asked).hasValue(1);
        time.advance(Duration.ofMinutes(1));
        await().untilAsserted(() -> {
            name.again();
            assertThat(name.vitals().troubles())
                    .singleElement()
                    .asString()
                    .contains("does not know a host compute1")
                    .contains("(it knows no host at all)");
        });
        time.advance(Duration.ofHours(1));
        name.again();
        assertThat(asked).as("answered is answered").hasValue(2);
    }

    @Test
    void aControllerThatHangsHoldsUpAStartBrieflyAndItsAnswerCountsWhenItComes() throws InterruptedException {
        var answer = new CountDownLatch(1);
        var name = new OwnName(
                "compute1",
                () -> {
                    try {
                        answer.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    return Set.of("compute2");
                },
                SHORT,
                time);
        assertThat(name.atStart()).isEmpty();
        time.advance(Duration.ofHours(1));
        name.again();
        assertThat(name.vitals().troubles()).isEmpty();
        answer.countDown();
        await().untilAsserted(() -> {
            name.again();
            assertThat(name.vitals().troubles()).hasSize(1);
        });
    }
}
