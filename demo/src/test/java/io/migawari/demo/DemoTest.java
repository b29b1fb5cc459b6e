// SPDX-License-Identifier: Apache-2.0
package io.migawari.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Every scenario, played for real: a MariaDB server, the simulated cloud and the controller. */
class DemoTest {

    private final StringWriter output = new StringWriter();

    private int play(String... arguments) {
        return new CommandLine(new DemoCommand())
                .setOut(new PrintWriter(output))
                .execute(arguments);
    }

    @AfterEach
    void noneTookTooLong() {
        assertThat(output.toString()).doesNotContain("this takes too long");
    }

    private static long leftovers() throws Exception {
        try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("migawari-demo"))
                    .count();
        }
    }

    @Test
    void theInstancesOfADeadHostComeBackAndNothingIsLeftOfTheDemonstration() throws Exception {
        long before = leftovers();

        assertThat(play()).as(output.toString()).isZero();

        assertThat(output.toString())
                .contains("ok web-1     moved to compute3 in ")
                .contains("ok batch-1   left: its owner has opted out")
                .contains("ok other-1   not touched")
                .contains("Every instance is where it should be, running once.")
                .doesNotContain("\u001b");
        assertThat(leftovers()).isEqualTo(before);
    }

    @Test
    void withoutAReservedHostItWaitsForTheOperator() {
        assertThat(play("--scenario", "no-reserved-host")).as(output.toString()).isZero();

        assertThat(output.toString())
                .containsSubsequence(
                        "Waiting: the segment rack1 has no reserved host left",
                        "an operator does what is asked",
                        "Going on",
                        "ok web-1     moved to compute3");
    }

    @Test
    void whenTheReservedHostDiesAnotherOneTakesOver() {
        assertThat(play("--scenario", "second-host-dies")).as(output.toString()).isZero();

        assertThat(output.toString())
                .contains("compute3 has died, too, and is no longer a reserved host", "ok web-1     moved to compute4");
    }

    @Test
    void anInstanceThatNovaRefusesIsNamedAndMakesTheExitCode() {
        assertThat(play("--scenario", "one-refused")).as(output.toString()).isEqualTo(1);

        assertThat(output.toString())
                .contains("!! web-1     FAILED: Nova refuses")
                .contains("ok web-2     moved to compute3")
                .contains("1 instance is not where it should be.");
    }

    @Test
    void anUnknownScenarioIsRefusedWithTheKnownOnes() {
        var errors = new StringWriter();

        int exitCode = new CommandLine(new DemoCommand())
                .setErr(new PrintWriter(errors))
                .execute("--scenario", "sunshine");

        assertThat(exitCode).isEqualTo(2);
        assertThat(errors.toString()).contains("\"sunshine\" is no scenario; there are: [host-failure, ");
    }
}
