// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.monitor.controller.Heard;
import io.migawari.time.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SignOfLifeTest {

    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final ManualTime time = new ManualTime(Instant.parse("2026-11-21T03:00:00Z"));
    private final List<String> given = new ArrayList<>();
    private Heard answer = new Heard.Taken();
    private final SignOfLife sign = new SignOfLife(
            host -> {
                given.add(host);
                return answer;
            },
            INTERVAL,
            new Random(1),
            time);

    @Test
    void nothingIsSaidBeforeTheWatcherSaysSo() {
        assertThat(sign.step()).isEqualTo(INTERVAL);
        assertThat(given).isEmpty();

        sign.well("compute1");

        assertThat(sign.step()).isEqualTo(INTERVAL);
        assertThat(given).containsExactly("compute1");
    }

    @Test
    void aWatcherThatHangsIsSilentSoon() {
        sign.well("compute1");
        time.advance(Duration.ofSeconds(31));

        sign.step();

        assertThat(given).isEmpty();
    }

    @Test
    void aWatcherThatIsBlindTakesItsWordBackAtOnce() {
        sign.well("compute1");
        sign.well(Optional.empty());

        sign.step();

        assertThat(given).isEmpty();
    }

    @Test
    void aSignThatWasNotHeardIsNeverGivenLater() {
        answer = new Heard.NotHeard("away");
        sign.well("compute1");
        assertThat(sign.step()).isEqualTo(INTERVAL);
        answer = new Heard.Taken();
        sign.well(Optional.empty());

        sign.step();

        assertThat(given).hasSize(1);
    }

    @Test
    void whoHasListenedOnceIsTakenForAwayAndNotForAMasakari() {
        sign.well("compute1");
        sign.step();
        answer = new Heard.NotUnderstood();

        assertThat(sign.step()).isEqualTo(INTERVAL);
    }

    @Test
    void aMasakariIsAskedAgainOnlyAfterAnHour() {
        answer = new Heard.NotUnderstood();
        sign.well("compute1");

        assertThat(sign.step()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void whatIsNotWantedIsNotSaidAllTheTime() {
        answer = new Heard.Refused("unknown host");
        sign.well("compute1");

        assertThat(sign.step()).isEqualTo(Duration.ofMinutes(10));
    }
}
