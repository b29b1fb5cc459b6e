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

/** Incidents about instances and processes as an operator sees them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IncidentCommandTest {

    private final Trial trial = new Trial("auto");
    private final Terminal terminal = new Terminal(trial);

    @AfterAll
    void close() {
        trial.close();
    }

    @Test
    void aDeadInstanceIsReportedWatchedAndShown() throws IOException {
        String server = trial.cloud.addServer(ServerSpec.active("web-1", "compute2"));
        trial.cloud.killGuest(server);

        String notification = terminal.output(
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
        // its name is known as soon as somebody has looked at it in Nova
        assertThat(terminal.output("incident", "watch", server))
                .contains("reports that its QEMU process has died", "web-1 is being stopped", "web-1 is being started")
                .contains("Recovered: web-1 runs again on compute2");
        assertThat(terminal.output("incident", "show", "web-1"))
                .contains("| kind              | vm", "web-1", "Calls of Nova", "stop " + server, "accepted")
                .doesNotContain("proves_death");
        assertThat(terminal.output("incident", "list", "-o", "value", "-c", "instance_name"))
                .contains("web-1\n");
        assertThat(terminal.output("notification", "show", notification))
                .contains("finished", "Incident", "Story", "web-1 is being started");
        JsonNode json =
                new ObjectMapper().readTree(terminal.output("notification", "show", notification, "-o", "json"));
        assertThat(json.at("/incident/instance_uuid").asText()).isEqualTo(server);
        assertThat(json.at("/incident/kind").asText()).isEqualTo("vm");
    }

    @Test
    void aStoppedProcessIsReportedWatchedAndShown() {
        assertThat(terminal.output("notification", "create", "compute4", "--process", "libvirtd", "--dry-run"))
                .contains("\"type\":\"PROCESS\"", "\"process_name\":\"libvirtd\"", "\"event\":\"STOPPED\"");
        terminal.output("notification", "create", "compute4", "--process", "libvirtd");

        assertThat(terminal.run("incident", "watch", "compute4")).isEqualTo(1); // a person has to do the rest
        assertThat(terminal.out())
                .contains("compute4 is disabled: new instances are kept away", "Next step: repair it on compute4;");
        assertThat(terminal.output("incident", "show", "compute4"))
                .contains("| kind              | process", "[\"libvirtd\"]", "kept_out", "disable compute4");
        terminal.output("notification", "create", "compute4", "--process", "libvirtd", "--event", "STARTED");
        assertThat(terminal.output("incident", "watch", "compute4"))
                .contains("Recovered: compute4 gets new instances again");
    }

    @Test
    void aHostsNameMeansTheIncidentAboutTheWholeHostBeforeThoseAboutWhatIsOnIt() {
        terminal.output("notification", "create", "compute3", "--host-status", "UNKNOWN");
        terminal.output("notification", "create", "compute3", "--process", "sshd");

        assertThat(terminal.output("incident", "show", "compute3", "-o", "value", "-c", "kind"))
                .isEqualTo("host\n");
        assertThat(terminal.run("incident", "show", "nobody")).isEqualTo(4);
        assertThat(terminal.err())
                .isEqualTo("No incident with the id, or about the host or instance, nobody. An instance is known by its"
                        + " name as soon as Nova was asked for it; until then by its UUID.\n");
    }
}
