// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.migawari.controller.Trial;
import io.migawari.simulator.nova.ServerSpec;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What can be asked when it is over: reports, the audit, alerts. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AfterwardsTest {

    private final Trial trial = new Trial("reserved_host");
    private final Terminal terminal = new Terminal(trial);

    @AfterAll
    void close() {
        trial.close();
    }

    @Test
    void aRecoveryThatNeededAPersonIsToldWithAllThatBelongsToIt() throws IOException {
        trial.server("web-1");
        trial.cloud.killHost("compute1");
        trial.report("compute1", "UNKNOWN");
        trial.untilWaitingFor("compute1", "no_proof");
        terminal.output("reserved-host", "add", "rack1", "compute5");
        terminal.output("incident", "confirm-dead", "compute1", "--reason", "its plug | is in my hand");
        terminal.output("incident", "watch", "compute1");

        String text = terminal.output("incident", "report", "compute1");
        String markdown = terminal.output("incident", "report", "compute1", "--format", "markdown");
        JsonNode json =
                new ObjectMapper().readTree(terminal.output("incident", "report", "compute1", "--format", "json"));

        assertThat(text)
                .startsWith("Incident report: failure of the host compute1\n======")
                .contains("The last that came back did so ")
                .contains(
                        "compute5 is no longer a reserved host; for another one: migawari reserved-host add rack1 HOST")
                .contains("| no_proof | compute1 is reported as stopped, and nothing proves that it is off")
                .contains("confirm-dead incident", "its plug | is in my hand", "create reserved host")
                .containsPattern("evacuate web-1 to compute5 +\\| accepted +\\| req-");
        assertThat(markdown).contains("## What is left to do", "its plug \\| is in my hand");
        assertThat(json.at("/stages/1/what").asText()).isEqualTo("proved to be dead");
        assertThat(json.at("/waits/0/lasted_seconds").asDouble()).isPositive();
        assertThat(json.path("decisions")).isNotEmpty();
        assertThat(terminal.output("audit", "list", "--since", "1h"))
                .contains("confirm-dead incident", "its plug | is in my hand", "done");
        assertThat(terminal.output("audit", "decisions", "compute1"))
                .contains("proving", "moving", "service: ", "proof: none; last heard: reported_stopped");
        assertThat(terminal.output("alerts", "list")).contains("waiting", "resolved", "nobody", "critical");
    }

    @Test
    void theReportOfAnInstanceAndOfProcessesAreShort() {
        String server = trial.cloud.addServer(ServerSpec.active("db-1", "compute2"));
        trial.cloud.killGuest(server);
        terminal.output("notification", "create", "compute2", "--instance", server);
        terminal.output("incident", "watch", server);
        terminal.output("notification", "create", "compute4", "--process", "libvirtd");
        terminal.run("incident", "watch", "compute4");

        assertThat(terminal.output("incident", "report", "db-1"))
                .contains("failure of the instance db-1 on compute2", "the instance is back", "Recovered:");
        assertThat(terminal.output("incident", "report", "compute4"))
                .contains("processes of compute4 are down", "It is not over", "Repair it on compute4", ", still");
        assertThat(terminal.output("alerts", "list", "--open")).contains("warning", "compute4");
    }

    @Test
    void withoutAWebhookTheTestSaysSo() {
        assertThat(terminal.run("alerts", "test")).isEqualTo(1);
        assertThat(terminal.out()).contains("The controller has no webhooks");
        assertThat(terminal.output("alerts", "test", "--dry-run")).contains("Would send POST");
    }

    @Test
    void aTimeThatCannotBeReadIsRefused() {
        assertThat(terminal.run("audit", "list", "--since", "yesterday")).isEqualTo(4);
        assertThat(terminal.err()).contains("'yesterday' is not a 'date-time'");
    }
}
