// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.time.ManualTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RateLimitTest {

    private final ManualTime time = new ManualTime(Instant.EPOCH);
    private final RateLimit limit = new RateLimit("requests", 2, time);

    private void use(String client, int number) {
        for (int i = 0; i < number; i++) {
            assertThat(limit.take(client)).as(client + " " + i).isEmpty();
        }
    }

    @Test
    void tenSecondsWorthMayComeAtOnceAndThenOneAfterTheOther() {
        use("joe", 20);

        assertThat(limit.take("joe")).contains(Duration.ofMillis(500));
        time.advance(Duration.ofMillis(400));
        assertThat(limit.take("joe")).contains(Duration.ofMillis(100));
        time.advance(Duration.ofMillis(100));
        use("joe", 1);
        assertThat(limit.take("joe")).isPresent();
    }

    @Test
    void whoIsRefusedLosesNothingByAskingAgain() {
        use("joe", 20);
        for (int i = 0; i < 100; i++) {
            assertThat(limit.take("joe")).contains(Duration.ofMillis(500));
        }

        time.advance(Duration.ofSeconds(1));

        use("joe", 2);
    }

    @Test
    void whoHasBeenSilentForLongMayDoNoMoreThanANewOne() {
        use("joe", 20);

        time.advance(Duration.ofHours(1));

        use("joe", 20);
        assertThat(limit.take("joe")).isPresent();
    }

    @Test
    void eachHasHisOwn() {
        use("joe", 20);

        use("jim", 20);

        assertThat(limit.take("joe")).isPresent();
    }

    @Test
    void toLookCostsNothing() {
        use("joe", 19);
        assertThat(limit.peek("joe")).isEmpty();
        assertThat(limit.peek("joe")).isEmpty();

        use("joe", 1);

        assertThat(limit.peek("joe")).contains(Duration.ofMillis(500));
    }

    @Test
    void zeroIsNoLimit() {
        var none = new RateLimit("requests", 0, time);

        for (int i = 0; i < 1_000; i++) {
            assertThat(none.take("joe")).isEmpty();
        }
    }

    @Test
    void ofClientsWithoutEndOnlyTheLastAreKept() {
        use("joe", 20);
        for (int i = 0; i < RateLimit.MOST_CLIENTS; i++) {
            limit.take("client " + i);
        }

        use("joe", 20);
    }
}
