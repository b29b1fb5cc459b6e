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

/** Incidents about instances and processes as an operator sees them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IncidentCommandTest {

    private final Trial trial = new Trial("auto");
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
    void aDeadInstanceIsReportedWatchedAndShown() throws IOException {
        String server = trial.cloud.addServer(ServerSpec.active("web-1", "compute2"));
        trial.cloud.killGuest(server);

        String notification = output(
                        "notification",
                        "create",
                        "compute2",
                        "--instance",
                        server,
                        "-o",
                        "value",
                        "-c",
                        "notification_uuid")
                .strip();
        assertThat(output("incident", "watch", "web-1"))
                .contains("reports that its QEMU process has died", "web-1 is being stopped", "web-1 is being started")
                .contains("Recovered: web-1 runs again on compute2");
        assertThat(output("incident", "show", server))
                .contains("| kind              | vm", "web-1", "Calls of Nova", "stop " + server, "accepted")
                .doesNotContain("proves_death");
        assertThat(output("incident", "list", "-o", "value", "-c", "instance_name"))
                .contains("web-1\n");
        assertThat(output("notification", "show", notification))
                .contains("finished", "Incident", "Story", "web-1 is being started");
        JsonNode json = new ObjectMapper().readTree(output("notification", "show", notification, "-o", "json"));
        assertThat(json.at("/incident/instance_uuid").asText()).isEqualTo(server);
        assertThat(json.at("/incident/kind").asText()).isEqualTo("vm");
    }

    @Test
    void aStoppedProcessIsReportedWatchedAndShown() {
        assertThat(output("notification", "create", "compute4", "--process", "libvirtd", "--dry-run"))
                .contains("\"type\":\"PROCESS\"", "\"process_name\":\"libvirtd\"", "\"event\":\"STOPPED\"");
        output("notification", "create", "compute4", "--process", "libvirtd");

        assertThat(run("incident", "watch", "compute4")).isEqualTo(1); // a person has to do the rest
        assertThat(out.toString())
                .contains("compute4 is disabled: new instances are kept away", "Next step: repair it on compute4;");
        assertThat(output("incident", "show", "compute4"))
                .contains("| kind              | process", "[\"libvirtd\"]", "kept_out", "disable compute4");
        output("notification", "create", "compute4", "--process", "libvirtd", "--event", "STARTED");
        assertThat(output("incident", "watch", "compute4")).contains("Recovered: compute4 gets new instances again");
    }

    @Test
    void aHostsNameMeansTheIncidentAboutTheWholeHostBeforeThoseAboutWhatIsOnIt() {
        output("notification", "create", "compute3", "--host-status", "UNKNOWN");
        output("notification", "create", "compute3", "--process", "sshd");

        assertThat(output("incident", "show", "compute3", "-o", "value", "-c", "kind"))
                .isEqualTo("host\n");
        assertThat(run("incident", "show", "nobody")).isEqualTo(4);
        assertThat(err.toString()).isEqualTo("No incident with the id, or about the host or instance, nobody.\n");
    }
}
