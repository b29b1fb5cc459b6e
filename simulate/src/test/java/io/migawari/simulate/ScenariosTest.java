// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.simulate.scenario.Played;
import io.migawari.simulate.scenario.Scenario;
import io.migawari.simulate.scenario.ScenarioFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every file under scenarios/ is told, and ends, as it says. */
class ScenariosTest {

    static final Path SCENARIOS = Path.of("../scenarios");

    static List<Path> files() throws IOException {
        try (Stream<Path> found = Files.walk(SCENARIOS)) {
            return found.filter(path -> path.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    @TestFactory
    Stream<DynamicTest> everyScenarioIsToldAsItsFileSays() throws IOException {
        return files().stream()
                .map(file -> DynamicTest.dynamicTest(SCENARIOS.relativize(file).toString(), () -> play(file)));
    }

    private static void play(Path file) {
        Scenario scenario = ScenarioFile.read(file);
        Played played = Played.of(scenario);

        assertThat(played.broken()).as("what must never happen").isEmpty();
        assertThat(played.atTheEnd()).as("what is otherwise at the end").isEmpty();
        assertThat(played.text())
                .as("the story; rewrite it with: migawari simulate --update %s", file)
                .isEqualTo(scenario.story());
    }
}
