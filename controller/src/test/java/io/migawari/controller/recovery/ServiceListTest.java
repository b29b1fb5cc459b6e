// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.migawari.controller.cloud.Cloud;
import io.migawari.controller.cloud.CloudException;
import io.migawari.controller.decision.Seen;
import io.migawari.time.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

class ServiceListTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ManualTime time = new ManualTime(Instant.parse("2026-11-21T03:00:00Z"));
    private final Cloud cloud = mock(Cloud.class);
    private final ServiceList services = new ServiceList(cloud, time, PATIENCE, new ReentrantLock());

    private void novaHangs() throws Exception {
        when(cloud.computeServices(any())).thenAnswer(call -> {
            time.advance(PATIENCE);
            throw new CloudException(CloudException.Kind.TIMED_OUT, "no answer within 20 s");
        });
    }

    /** Otherwise the hundredth of them would wait for half an hour, one after the other. */
    @Test
    void allWhoWaitedForAnAnswerThatDidNotComeKnowThatAtOnce() throws Exception {
        novaHangs();
        long called = time.nanos();

        for (int incident = 0; incident < 100; incident++) {
            assertThat(services.read(called, Duration.ZERO)).isInstanceOf(Seen.Unknown.class);
        }

        assertThat(Duration.ofNanos(time.nanos() - called)).isEqualTo(PATIENCE);
    }

    @Test
    void whoComesAfterAFailureAsksAgain() throws Exception {
        novaHangs();
        services.read(time.nanos(), Duration.ZERO);
        time.advance(Duration.ofMillis(1));

        services.read(time.nanos(), Duration.ZERO);

        verify(cloud, times(2)).computeServices(PATIENCE);
    }

    @Test
    void anAnswerIsSharedByThoseWhoCalledBeforeItWasAskedFor() throws Exception {
        when(cloud.computeServices(any())).thenReturn(List.of());
        long called = time.nanos();

        services.read(called, Duration.ZERO);
        services.read(called, Duration.ZERO);
        verify(cloud, times(1)).computeServices(PATIENCE);
        time.advance(Duration.ofMillis(1));
        services.read(time.nanos(), Duration.ZERO);

        verify(cloud, times(2)).computeServices(PATIENCE);
    }
}
