// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.migawari.controller.Trial;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Pauses, and what is said about a recovery that one holds, as an operator types it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PauseCommandTest {

    private final Trial trial = new Trial("auto");
    private final Terminal terminal = new Terminal(trial);

    @AfterAll
    void close() {
        trial.close();
    }

    private void pause(String scope, String value, String mode) {
        terminal.output("pause", scope, value, "--for", "2h", "--mode", mode, "--reason", "switch is replaced");
    }

    @Test
    void aRecoveryIsHeldByAPauseAndBegunByAPersonsWord() throws IOException {
        trial.server("vm");
        pause("--segment", "rack1", "freeze");
        assertThat(terminal.output("pauses", "-o", "value", "-c", "scope", "-c", "mode", "-c", "reason"))
                .isEqualTo("segment rack1 freeze switch is replaced\n");
        trial.fail("compute1");
        trial.untilWaitingFor("compute1", "paused");

        assertThat(terminal.output("incident", "show", "compute1"))
                .contains("has paused recovery until", "switch is replaced", "migawari incident approve");
        assertThat(terminal.run("resume", "--host", "compute1")).isEqualTo(4);
        assertThat(terminal.err()).isEqualTo("No pause covers just host compute1; see: migawari pauses\n");
        assertThat(terminal.output("incident", "approve", "compute1", "--reason", "it burns", "--dry-run"))
                .contains("Would send POST", "/approve {\"reason\":\"it burns\"}");
        terminal.output("incident", "approve", "compute1", "--reason", "it burns");

        trial.untilPhase("compute1", "recovered");
        assertThat(terminal.run("incident", "retry", "compute1", "--reason", "again"))
                .isEqualTo(4);
        assertThat(terminal.err()).contains("Nothing of incident");
        JsonNode dry =
                new ObjectMapper().readTree(terminal.output("resume", "--segment", "rack1", "--dry-run", "-o", "json"));
        assertThat(dry).hasSize(1);
        assertThat(dry.at("/0/url").asText()).endsWith("/end");
        assertThat(terminal.output("resume", "--segment", "rack1", "--reason", "done"))
                .contains("Reports that were ignored: 0", "Incidents that waited: 0");
        assertThat(terminal.output("pauses", "-o", "value")).isEmpty();
        assertThat(terminal.output("pauses", "--over", "-o", "json")).contains("\"end_reason\" : \"done\"");
    }

    @Test
    void whatWasIgnoredIsShownAtTheEnd() throws IOException {
        pause("--host", "compute3", "ignore");
        terminal.output("notification", "create", "compute3", "--host-status", "NORMAL");

        JsonNode ended = new ObjectMapper().readTree(terminal.output("resume", "--host", "compute3", "-o", "json"));

        assertThat(ended.at("/0/notifications_ignored/0/status").asText()).isEqualTo("ignored");
        assertThat(ended.at("/0/holds").asBoolean()).isFalse();
        assertThat(terminal.output("pauses", ended.at("/0/uuid").asText())).contains("Reports that were ignored: 1");
    }

    @Test
    void aPauseHasToSayWhatForHowLongAndWhy() {
        assertThat(terminal.run("pause", "--for", "2h", "--mode", "freeze", "--reason", "x"))
                .isEqualTo(2);
        assertThat(terminal.run("pause", "--all", "--mode", "freeze", "--reason", "x"))
                .isEqualTo(2);
        assertThat(terminal.run("pause", "--all", "--for", "2h", "--mode", "freeze"))
                .isEqualTo(2);
        assertThat(terminal.run(
                        "pause", "--all", "--host", "compute1", "--for", "2h", "--mode", "freeze", "--reason", "x"))
                .isEqualTo(2);
        assertThat(terminal.run("pause", "--all", "--for", "90d", "--mode", "freeze", "--reason", "x"))
                .isEqualTo(4);
        assertThat(terminal.err()).contains("a pause has to end, and within 30d");
        assertThat(terminal.run("pause", "--host", "nobody", "--for", "2h", "--mode", "freeze", "--reason", "x"))
                .isEqualTo(4);
        assertThat(terminal.err()).isEqualTo("No segment has a host with the name nobody.\n");
        assertThat(terminal.output("pause", "--all", "--for", "2h", "--mode", "freeze", "--reason", "x", "--dry-run"))
                .contains("\"all\":true", "\"for\":\"2h\"");
        assertThat(terminal.output("pauses", "-o", "value", "-c", "scope")).doesNotContain("everything");
    }
}
