// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SimulateCommandTest {

    private static final String SCENARIO = """
            title: A host dies
            why: to be seen
            segments:
              rack1:
                hosts: [compute1, compute2]
            instances:
              web1: {on: compute1}
            events:
              - {at: 00:10, crash: compute1}
              - {at: 00:18, report: compute1, power: off}
            until: 02:00
            end:
              instances:
                web1: active on compute2
              incidents:
                compute1: recovered
            """;

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String text, String... options) throws IOException {
        Path file = Files.writeString(directory.resolve("scenario.yaml"), text);
        return run(file, options);
    }

    private int run(Path file, String... options) {
        CommandLine line = new CommandLine(new SimulateCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        String[] arguments = new String[options.length + 1];
        System.arraycopy(options, 0, arguments, 0, options.length);
        arguments[options.length] = file.toString();
        return line.execute(arguments);
    }

    @Test
    void aScenarioThatEndsAsItsFileSaysIsTold() throws IOException {
        assertThat(run(SCENARIO)).isZero();
        assertThat(out.toString())
                .contains("00:10  * compute1 loses its power", "compute1: Recovered: 1 of 1", "1 as expected, 0 not");
    }

    @Test
    void anEndThatIsOtherwiseIsSaid() throws IOException {
        assertThat(run(SCENARIO.replace("active on compute2", "stopped on compute2")))
                .isEqualTo(1);
        assertThat(out.toString())
                .contains("At the end, instance web1: expected stopped on compute2, found active on compute2");
    }

    @Test
    void aStoryThatIsOtherwiseIsShownLineByLineAndCanBeRewritten() throws IOException {
        Path file = Files.writeString(directory.resolve("told.yaml"), SCENARIO);
        assertThat(run(file, "--update")).isZero();
        String updated = Files.readString(file);
        assertThat(updated).startsWith(SCENARIO).contains("story: |\n  00:10  * compute1 loses its power\n");
        Files.writeString(file, updated.replace("00:10  * compute1 loses", "00:11  * compute1 loses"));

        assertThat(run(file)).isEqualTo(1);
        assertThat(out.toString())
                .contains("- 00:11  * compute1 loses its power", "+ 00:10  * compute1 loses its power");
        assertThat(run(file, "--update")).isZero();
        assertThat(Files.readString(file)).isEqualTo(updated);
    }

    @Test
    void whatIsWrongWithAFileIsSaidWithItsLineAllAtOnce() throws IOException {
        String wrong = SCENARIO.replace("crash: compute1", "crash: compute7")
                .replace("power: off", "powers: off")
                .replace("until: 02:00", "until: soon");

        assertThat(run(wrong)).isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        "scenario.yaml:9: events[1].crash: expected one of compute1, compute2, found \"compute7\"",
                        "scenario.yaml:10: events[2].powers: unknown key; known here: ",
                        "scenario.yaml:11: until: expected a time since the start, as 02:05 or 1:02:05, found \"soon\"");
    }

    @Test
    void anEventOfNoKindIsRefusedWithThoseThatThereAre() throws IOException {
        assertThat(run(SCENARIO.replace("crash: compute1", "explode: compute1")))
                .isEqualTo(2);
        assertThat(err.toString()).contains(":9: ", "expected one thing that happens, found none; known: crash, boot");
    }

    @Test
    void jsonSaysTheSame() throws IOException {
        assertThat(run(SCENARIO, "-o", "json")).isZero();
        assertThat(out.toString()).contains("\"as_expected\" : true", "\"title\" : \"A host dies\"");
    }

    @Test
    void aFileThatIsNotThereIsSaid() {
        assertThat(run(directory.resolve("none.yaml"))).isEqualTo(2);
        assertThat(err.toString()).contains("none.yaml");
    }

    private int seeds(String... options) {
        return new CommandLine(new SimulateCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(options);
    }

    @Test
    void seedsAreCountedAndOneOfThemIsToldAndSavedAsAScenario() {
        Path file = directory.resolve("found.yaml");

        assertThat(seeds("--seeds", "3", "--from", "7", "--threads", "1")).isZero();
        assertThat(out.toString()).contains("3 seeds from 7 on, in ").contains("all held");
        assertThat(seeds("--seed", "7", "--save", file.toString())).isZero();
        assertThat(out.toString()).contains("Seed 7", "from now on nothing goes wrong any more");
        assertThat(run(file, "--quiet")).isZero();
    }

    @Test
    void optionsForSeedsThatDoNotGoTogetherAreRefused() {
        assertThat(seeds("--seeds", "3", "--seed", "7")).isEqualTo(2);
        assertThat(seeds("--save", "x.yaml")).isEqualTo(2);
        assertThat(seeds("--seeds", "0")).isEqualTo(2);
        assertThat(err.toString()).contains("give --seeds with a number from 1 on, or --seed");
    }
}
