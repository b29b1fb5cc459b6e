// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaceTest {

    @ParameterizedTest
    @CsvSource({
        // one alone is looked at often, however long it takes
        "1, 0, 0, 500",
        "1, 0, 60000, 500",
        // eight: not before the first can have come
        "8, 0, 0, 500",
        "8, 0, 500, 1333",
        "8, 0, 10000, 1600",
        // 20 of 50 have come in 16 s, so a third of the other 30 take 7.6 s; but none is left waiting for more than 6 s
        "30, 20, 16000, 6000",
        "8, 42, 34000, 1600",
        "2, 48, 38000, 500",
        // a quick cloud: 300 in 30 s, and free places are filled in time
        "60, 300, 30000, 1993",
        // Nova does not get on at all
        "60, 0, 600000, 8000",
    })
    void theNextLookIsWhenAThirdOfThoseUnderWayShouldHaveArrived(
            long underWay, long arrived, long soFarMillis, long pauseMillis) {
        assertThat(Pace.pause(underWay, arrived, Duration.ofMillis(soFarMillis)).toMillis())
                .isEqualTo(pauseMillis);
    }

    @Test
    void twentyTimesAsManyInstancesDoNotNeedTwiceAsManyLooks() {
        assertThat(looks(50, 10)).isLessThan(25);
        assertThat(looks(1000, 200)).isLessThan(2 * looks(50, 10));
    }

    /** How often Nova is looked at until the last has come, if so many come in each second, from the second second on. */
    private static int looks(int instances, int perSecond) {
        int looks = 0;
        Duration soFar = Duration.ZERO;
        for (long arrived = 0; arrived < instances; looks++) {
            soFar = soFar.plus(Pace.pause(instances - arrived, arrived, soFar));
            long come = Math.max(0, soFar.minusSeconds(2).toMillis()) * perSecond / 1000;
            arrived = Math.min(instances, come);
        }
        return looks;
    }
}
