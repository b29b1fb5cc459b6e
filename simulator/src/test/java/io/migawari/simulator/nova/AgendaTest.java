// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.time.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgendaTest {

    private final ManualTime time = new ManualTime(Instant.EPOCH);
    private final Agenda agenda = new Agenda(time);
    private final List<String> happened = new ArrayList<>();

    @Test
    void whatIsDueHappensInOrderAndEachAtItsOwnTime() {
        plan(2, "second");
        plan(1, "first");
        plan(2, "third");
        plan(9, "not yet");

        time.advance(Duration.ofSeconds(5));
        agenda.settle();

        assertThat(happened).containsExactly("first at 1", "second at 2", "third at 2");
        assertThat(agenda.now()).isEqualTo(Instant.ofEpochSecond(5));
    }

    @Test
    void itMakesNoDifferenceWhetherSomebodyLooksInBetween() {
        agenda.after(Duration.ofSeconds(1), () -> plan(1, "follow-up"));

        time.advance(Duration.ofSeconds(60));
        agenda.settle();

        assertThat(happened).containsExactly("follow-up at 2");
    }

    private void plan(long seconds, String name) {
        agenda.after(
                Duration.ofSeconds(seconds),
                () -> happened.add(name + " at " + agenda.now().getEpochSecond()));
    }
}
