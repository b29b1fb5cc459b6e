// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.instancemonitor.domain.Sign;
import org.junit.jupiter.api.Test;

/** The numbers as a real libvirt 9.0 has sent them; and that no number at all does harm. */
class CodesTest {

    @Test
    void lifecycleEventsAreUnderstood() {
        assertThat(Codes.lifecycle(2, 0)).isEqualTo(Sign.RUNS);
        assertThat(Codes.lifecycle(2, 1)).as("started by a migration").isEqualTo(Sign.ARRIVING);
        assertThat(Codes.lifecycle(3, 0)).isEqualTo(Sign.PAUSED);
        assertThat(Codes.lifecycle(3, 2)).isEqualTo(Sign.SUSPENDED_IOERROR);
        assertThat(Codes.lifecycle(3, 3)).isEqualTo(Sign.SUSPENDED_WATCHDOG);
        assertThat(Codes.lifecycle(4, 0)).isEqualTo(Sign.RUNS);
        assertThat(Codes.lifecycle(5, 0)).isEqualTo(Sign.STOPPED_SHUTDOWN);
        assertThat(Codes.lifecycle(5, 1)).isEqualTo(Sign.STOPPED_DESTROYED);
        assertThat(Codes.lifecycle(5, 2)).isEqualTo(Sign.STOPPED_CRASHED);
        assertThat(Codes.lifecycle(5, 3)).as("migrated").isEqualTo(Sign.STOPPED_OTHERWISE);
        assertThat(Codes.lifecycle(5, 4)).as("saved").isEqualTo(Sign.STOPPED_OTHERWISE);
        assertThat(Codes.lifecycle(5, 5)).isEqualTo(Sign.STOPPED_FAILED);
        assertThat(Codes.lifecycle(6, 2)).as("about to stop").isEqualTo(Sign.OTHER);
        assertThat(Codes.lifecycle(8, 0)).isEqualTo(Sign.PANICS);
    }

    @Test
    void statesAreUnderstood() {
        assertThat(Codes.state(1, 1)).isEqualTo(Sign.RUNS);
        assertThat(Codes.state(3, 1)).isEqualTo(Sign.PAUSED);
        assertThat(Codes.state(3, 2)).isEqualTo(Sign.ARRIVING);
        assertThat(Codes.state(3, 5)).isEqualTo(Sign.SUSPENDED_IOERROR);
        assertThat(Codes.state(3, 6)).isEqualTo(Sign.SUSPENDED_WATCHDOG);
        assertThat(Codes.state(5, 0)).as("after libvirtd was started anew").isEqualTo(Sign.STOPPED_UNKNOWN);
        assertThat(Codes.state(5, 2)).isEqualTo(Sign.STOPPED_DESTROYED);
        assertThat(Codes.state(5, 3)).as("crashed").isEqualTo(Sign.STOPPED_FAILED);
        assertThat(Codes.state(6, 1)).isEqualTo(Sign.CRASHED_PANICKED);
    }

    @Test
    void aNumberThatNobodyKnowsYetIsNoReasonForAnAlarm() {
        for (int first = -3; first < 40; first++) {
            for (int second = -3; second < 40; second++) {
                boolean known = first >= 0 && first <= 8 && second >= 0 && second <= 14;
                Sign event = Codes.lifecycle(first, second);
                Sign state = Codes.state(first, second);
                if (!known) {
                    assertThat(event).isIn(Sign.OTHER, Sign.RUNS, Sign.PAUSED, Sign.STOPPED_UNKNOWN);
                    assertThat(state)
                            .isIn(Sign.OTHER, Sign.RUNS, Sign.PAUSED, Sign.STOPPED_UNKNOWN, Sign.CRASHED_PANICKED);
                }
            }
            assertThat(Codes.watchdog(first)).isNotNull();
            assertThat(Codes.ioError(first)).isNotNull();
            assertThat(Codes.agent(first)).isNotNull();
        }
        assertThat(Codes.watchdog(7)).isEqualTo(Sign.OTHER);
        assertThat(Codes.ioError(3)).isEqualTo(Sign.OTHER);
    }
}
