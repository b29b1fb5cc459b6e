// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.simulate.scenario.Scenario;
import io.migawari.simulate.scenario.ScenarioFile;
import io.migawari.simulate.scenario.Verbs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the scenarios are about, taken together; docs/scenarios.md is made from it ({@code -Ddocs.update=true}). */
class ScenarioIndexTest {

    private static Map<String, String> cases() throws IOException {
        return Files.readAllLines(ScenariosTest.SCENARIOS.resolve("cases.txt")).stream()
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.indexOf(' ')),
                        line -> line.substring(line.indexOf(' ') + 1),
                        (one, other) -> one,
                        LinkedHashMap::new));
    }

    private static Map<Path, Scenario> scenarios() throws IOException {
        Map<Path, Scenario> all = new LinkedHashMap<>();
        for (Path file : ScenariosTest.files()) {
            all.put(ScenariosTest.SCENARIOS.relativize(file), ScenarioFile.read(file));
        }
        return all;
    }

    @Test
    void everyCaseHasAScenario() throws IOException {
        List<String> shown =
                scenarios().values().stream().flatMap(s -> s.cases().stream()).toList();

        assertThat(shown).containsAll(cases().keySet());
    }

    @Test
    void thereAreManyOfThemAndEachSaysWhatItIsAbout() throws IOException {
        Map<Path, Scenario> all = scenarios();

        assertThat(all).hasSizeGreaterThanOrEqualTo(80);
        assertThat(all.values()).allSatisfy(scenario -> {
            assertThat(scenario.title()).isNotBlank();
            assertThat(scenario.why()).isNotBlank();
            assertThat(scenario.cases()).isNotEmpty();
        });
        assertThat(all.values()).extracting(Scenario::title).doesNotHaveDuplicates();
    }

    @Test
    void thePageListsThemByCaseAndByTheme() throws IOException {
        GeneratedPage.check("scenarios.md", page());
    }

    @Test
    void theGuideListsWhatCanHappen() throws IOException {
        String events = Verbs.all().stream()
                .map(verb -> "| `" + verb.example() + "` | " + verb.meaning() + " |\n")
                .collect(Collectors.joining("", "| event | what happens |\n| --- | --- |\n", ""));
        GeneratedPage.checkPart("simulate.md", "events", events);
    }

    private static String page() throws IOException {
        Map<Path, Scenario> all = scenarios();
        var page = new StringBuilder("""
                # Scenarios

                What Migawari does if …: each line is a file under [scenarios](../scenarios) that is played in the build, by the
                controller's own decisions, in virtual time. [How to write one](simulate.md). This page is made by a test.

                ## By failure case

                | case | what goes wrong | scenarios |
                | --- | --- | --- |
                """);
        cases().forEach((id, words) -> page.append("| ")
                .append(id)
                .append(" | ")
                .append(words)
                .append(" | ")
                .append(all.entrySet().stream()
                        .filter(entry -> entry.getValue().cases().contains(id))
                        .map(entry -> link(entry.getKey()))
                        .collect(Collectors.joining(", ")))
                .append(" |\n"));
        String theme = "";
        for (Map.Entry<Path, Scenario> entry : all.entrySet()) {
            String directory = entry.getKey().getParent().toString();
            if (!directory.equals(theme)) {
                theme = directory;
                page.append("\n## ").append(theme).append("\n\n");
            }
            page.append("* [")
                    .append(entry.getValue().title())
                    .append("](../scenarios/")
                    .append(unix(entry.getKey()));
            page.append(") (")
                    .append(String.join(", ", entry.getValue().cases()))
                    .append(")\n");
        }
        return page.toString();
    }

    private static String link(Path file) {
        String name = file.getFileName().toString().replace(".yaml", "");
        return "[" + name + "](../scenarios/" + unix(file) + ")";
    }

    private static String unix(Path path) {
        return path.toString().replace('\\', '/');
    }
}
