// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.seed;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.logging.LogSetup;
import io.migawari.simulate.scenario.Played;
import io.migawari.simulate.scenario.ScenarioFile;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What must never happen does not, whatever chance makes of the world. {@code -Dseeds=N} plays others than the 2,000 of a build. */
class SeedsTest {

    private static final Seeds IN_EVERY_BUILD = new Seeds(1, Long.getLong("seeds", 2000));

    @BeforeAll
    static void withoutLogs() {
        LogSetup.silent();
    }

    @Test
    void inEverySeedAllHolds() throws InterruptedException {
        List<String> broken = new ArrayList<>();

        IN_EVERY_BUILD.play(Runtime.getRuntime().availableProcessors(), incidents -> incidents, played -> {
            if (!played.isGood()) {
                broken.add("migawari simulate --seed " + played.seed().number() + ": " + played.broken());
            }
        });

        assertThat(broken).isEmpty();
    }

    @Test
    void aSeedLeadsToTheSameStoryEachTime() {
        for (long number = 1; number <= 5; number++) {
            List<String> first = Played.of(new Seed(number).scenario()).story();

            assertThat(Played.of(new Seed(number).scenario()).story()).isEqualTo(first);
        }
    }

    @Test
    void aSeedIsTheSameScenarioEachTimeAndNotThatOfItsNeighbour() {
        assertThat(new Seed(7).text()).isEqualTo(new Seed(7).text());
        assertThat(new Seed(7).text().replace("Seed 7", ""))
                .isNotEqualTo(new Seed(8).text().replace("Seed 8", ""));
    }

    @Test
    void aFoundSeedIsAScenarioLikeOthers() {
        String text = new Seed(3).text();

        assertThat(ScenarioFile.readText("found.yaml", text).title()).isEqualTo("Seed 3");
        assertThat(text).contains("segments:", "events:", "end:\n  settled: true\n");
    }
}
