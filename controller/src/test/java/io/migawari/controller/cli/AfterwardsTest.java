// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.migawari.controller.Trial;
import io.migawari.simulator.nova.ServerSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What can be asked when it is over: reports, the audit, alerts. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AfterwardsTest {

    private final Trial trial = new Trial("reserved_host");
    private final Map<String, String> environment =
            Map.of("MIGAWARI_ENDPOINT", trial.url().toString());
    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();

    @AfterAll
    void close() {
        trial.close();
    }

    private int run(String... arguments) {
        out = new StringWriter();
        err = new StringWriter();
        return Migawari.run(arguments, environment, new PrintWriter(out, true), new PrintWriter(err, true));
    }

    private String output(String... arguments) {
        assertThat(run(arguments)).as(err.toString()).isZero();
        return out.toString();
    }

    @Test
    void aRecoveryThatNeededAPersonIsToldWithAllThatBelongsToIt() throws IOException {
        trial.server("web-1");
        trial.cloud.killHost("compute1");
        trial.report("compute1", "UNKNOWN");
        trial.untilWaitingFor("compute1", "no_proof");
        output("reserved-host", "add", "rack1", "compute5");
        output("incident", "confirm-dead", "compute1", "--reason", "its plug | is in my hand");
        output("incident", "watch", "compute1");

        String text = output("incident", "report", "compute1");
        String markdown = output("incident", "report", "compute1", "--format", "markdown");
        JsonNode json = new ObjectMapper().readTree(output("incident", "report", "compute1", "--format", "json"));

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
        assertThat(output("audit", "list", "--since", "1h"))
                .contains("confirm-dead incident", "its plug | is in my hand", "done");
        assertThat(output("audit", "decisions", "compute1"))
                .contains("proving", "moving", "service: ", "proof: none; last heard: reported_stopped");
        assertThat(output("alerts", "list")).contains("waiting", "resolved", "nobody", "critical");
    }

    @Test
    void theReportOfAnInstanceAndOfProcessesAreShort() {
        String server = trial.cloud.addServer(ServerSpec.active("db-1", "compute2"));
        trial.cloud.killGuest(server);
        output("notification", "create", "compute2", "--instance", server);
        output("incident", "watch", "db-1");
        output("notification", "create", "compute4", "--process", "libvirtd");
        run("incident", "watch", "compute4");

        assertThat(output("incident", "report", "db-1"))
                .contains("failure of the instance db-1 on compute2", "the instance is back", "Recovered:");
        assertThat(output("incident", "report", "compute4"))
                .contains("processes of compute4 are down", "It is not over", "Repair it on compute4", ", still");
        assertThat(output("alerts", "list", "--open")).contains("warning", "compute4");
    }

    @Test
    void withoutAWebhookTheTestSaysSo() {
        assertThat(run("alerts", "test")).isEqualTo(1);
        assertThat(out.toString()).contains("The controller has no webhooks");
        assertThat(output("alerts", "test", "--dry-run")).contains("Would send POST");
    }

    @Test
    void aTimeThatCannotBeReadIsRefused() {
        assertThat(run("audit", "list", "--since", "yesterday")).isEqualTo(4);
        assertThat(err.toString()).contains("'yesterday' is not a 'date-time'");
    }
}
