// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.seed;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.logging.LogSetup;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Seeds that find nothing show something only if they would find it; docs/seeds.md says how soon each was found. */
class PlantedMistakesTest {

    /** The rarest was found after 39 seeds; another generator may need others. */
    private static final int ENOUGH = 400;

    @BeforeAll
    static void withoutLogs() {
        LogSetup.silent();
    }

    @ParameterizedTest
    @EnumSource
    void aMistakeThatIsPlantedIsFound(PlantedMistake mistake) {
        Optional<PlayedSeed> found = LongStream.rangeClosed(1, ENOUGH)
                .mapToObj(seed -> PlayedSeed.of(new Seed(seed), mistake.made()))
                .filter(mistake::isFoundIn)
                .findFirst();

        assertThat(found).as(mistake.words()).isPresent();
        assertThat(PlayedSeed.of(found.get().seed(), incidents -> incidents).broken())
                .as("the same seed without the mistake")
                .isEmpty();
    }
}
