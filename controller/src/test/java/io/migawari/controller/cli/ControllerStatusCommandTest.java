// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.migawari.controller.Trial;
import io.migawari.controller.store.MariaDbControllers;
import io.migawari.db.Database;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who of the controllers is there, as an operator asks it. */
class ControllerStatusCommandTest {

    private final Trial trial = new Trial("auto");
    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();

    @AfterEach
    void close() {
        trial.close();
    }

    private int run(String... arguments) {
        out = new StringWriter();
        err = new StringWriter();
        return Migawari.run(
                arguments,
                Map.of("MIGAWARI_ENDPOINT", trial.url().toString()),
                new PrintWriter(out, true),
                new PrintWriter(err, true));
    }

    @Test
    void theOnlyControllerWatchesAndHoldsWhatIsOpen() throws IOException {
        await().atMost(Duration.ofSeconds(20)).until(() -> run("controller", "status") == 0);
        assertThat(out.toString()).contains("| trial | watching | 0 ").contains("No incident is open.");
        trial.reportProcess("compute1", "libvirtd", "STOPPED");
        trial.untilPhase("compute1", "kept_out");

        assertThat(run("controller", "status")).isZero();
        assertThat(out.toString())
                .contains("| trial | watching | 1 ")
                .containsPattern("process .*compute1 .*trial .*1 ");
        assertThat(run("controller", "status", "-o", "json")).isZero();
        JsonNode answer = new ObjectMapper().readTree(out.toString());
        assertThat(answer.at("/incidents/0/epoch").asInt()).isEqualTo(1);
        assertThat(answer.at("/incidents/0/lease_until").asText())
                .isGreaterThan(answer.path("at").asText());
        assertThat(answer.at("/incidents/0/run").asText())
                .isEqualTo(answer.at("/controllers/0/run").asText());
        assertThat(run("controller", "status", "-o", "value", "-c", "name")).isZero();
        assertThat(out.toString()).isEqualTo("trial\n");
    }

    @Test
    void aControllerThatVanishedIsNamedWithANextStep() {
        await().atMost(Duration.ofSeconds(20)).until(() -> run("controller", "status") == 0);
        try (var database = Database.open(trial.settings.database(), "test")) {
            new MariaDbControllers(database, "").watching("gone", "gone/1");
            database.inTransaction(handle ->
                    handle.execute("UPDATE controller SET seen_at = seen_at - INTERVAL 1 HOUR WHERE name = 'gone'"));
        }

        assertThat(run("controller", "status")).isEqualTo(1);

        assertThat(out.toString())
                .contains("| gone  | silent ")
                .contains("The controller gone has not said that it stops", "Next step: start it again");
    }

    @Test
    void aControllerIsNotRunWithoutItsConfigurationAndTheStatusNeedsNone() {
        assertThat(run("controller")).isEqualTo(2);
        assertThat(err.toString()).contains("Missing required option: '--config=FILE'");
    }

    @Test
    void whereNobodyAnswersThatIsSaid() {
        assertThat(run("controller", "status", "--endpoint", "http://127.0.0.1:9"))
                .isEqualTo(3);
        assertThat(err.toString()).contains("No controller answers at");
    }
}
