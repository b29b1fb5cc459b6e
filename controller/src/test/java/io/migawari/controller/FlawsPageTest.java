// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/masakari-flaws.md names tests; they must exist. */
class FlawsPageTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern UNIT_TEST = Pattern.compile("`([A-Z][A-Za-z]*Test)#([a-zA-Z]+)`");
    private static final Pattern SCENARIO = Pattern.compile("`([a-z-]+)/([a-z-]+)`");

    private static List<Matcher> matches(Pattern pattern) throws IOException {
        List<Matcher> found = new ArrayList<>();
        for (String line : Files.readAllLines(ROOT.resolve("docs/masakari-flaws.md"))) {
            if (!line.startsWith("|")) {
                continue;
            }
            Matcher matcher = pattern.matcher(line);
            int from = 0;
            while (matcher.find(from)) {
                from = matcher.end();
                Matcher one = pattern.matcher(matcher.group());
                assertThat(one.matches()).isTrue();
                found.add(one);
            }
        }
        assertThat(found).isNotEmpty();
        return found;
    }

    /** Several modules have a test class of the same name; one of them has to have the test. */
    @Test
    void everyUnitTestThatThePageNamesExists() throws IOException {
        for (Matcher named : matches(UNIT_TEST)) {
            List<Path> sources;
            try (Stream<Path> files = Files.find(
                    ROOT,
                    14,
                    (path, attributes) -> path.endsWith(named.group(1) + ".java")
                            && path.toString().contains("src/test"))) {
                sources = files.toList();
            }
            boolean exists = false;
            for (Path source : sources) {
                exists |= Files.readString(source).contains("void " + named.group(2) + "(");
            }
            assertThat(exists).as(named.group()).isTrue();
        }
    }

    @Test
    void everyCaseOfAScenarioThatThePageNamesExists() throws IOException {
        for (Matcher named : matches(SCENARIO)) {
            Path scenario =
                    ROOT.resolve("acceptance/scenarios/" + named.group(1).replace('-', '_') + ".py");
            assertThat(scenario).as(named.group()).exists();
            assertThat(Files.readString(scenario)).as(named.group()).contains("'" + named.group(2) + "'");
        }
    }
}
