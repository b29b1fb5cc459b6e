// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.simulator.nova.SimulatedHost;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Processes that are down: a real controller on a real MariaDB, and the simulated cloud behind real HTTP. */
class ProcessRecoveryTest {

    private final Trial trial = new Trial("auto");

    @AfterEach
    void close() {
        trial.assertNoHarm();
        trial.close();
    }

    /** Why Nova keeps new instances away from a host; empty: it does not. */
    private Optional<String> disabled(String host) {
        return trial.cloud.exclusively(nova -> nova.host(host)
                .filter(SimulatedHost::disabled)
                .map(there -> Optional.ofNullable(there.disabledReason()).orElse("")));
    }

    private String status(JsonNode reported) {
        return trial.notification(reported).path("status").asText();
    }

    @Test
    void theHostGetsNoNewInstancesUntilTheProcessIsBack() {
        String server = trial.server("vm");
        JsonNode stopped = trial.reportProcess("compute1", "libvirtd", "STOPPED");
        JsonNode incident = trial.untilPhase(stopped, "kept_out");

        assertThat(disabled("compute1"))
                .contains("Migawari incident " + incident.path("uuid").asText() + ": process down");
        assertThat(incident.path("kind").asText()).isEqualTo("process");
        assertThat(incident.path("open").asBoolean()).isTrue();
        assertThat(incident.at("/stopped_processes/0").asText()).isEqualTo("libvirtd");
        assertThat(incident.at("/waiting/next_step").asText())
                .startsWith("repair it on compute1;")
                .contains("migawari incident cancel " + incident.path("uuid").asText());
        assertThat(status(stopped)).isEqualTo("finished"); // as Masakari says: there is nothing more that it would do
        trial.assertOn(server, "compute1", "ACTIVE");

        JsonNode started = trial.reportProcess("compute1", "libvirtd", "STARTED");
        trial.untilPhase(started, "recovered");

        assertThat(disabled("compute1")).isEmpty();
        assertThat(status(started)).isEqualTo("finished");
        assertThat(trial.incidentOf(started).path("uuid")).isEqualTo(incident.path("uuid"));
    }

    @Test
    void allProcessesHaveToBeBack() {
        JsonNode stopped = trial.reportProcess("compute1", "libvirtd", "STOPPED");
        trial.untilPhase(stopped, "kept_out");
        trial.reportProcess("compute1", "nova-compute", "STOPPED");
        assertThat(trial.sendProcess("compute1", "nova-compute", "STOPPED").statusCode())
                .isEqualTo(409);

        trial.reportProcess("compute1", "libvirtd", "STARTED");
        await().until(() -> trial.incidentOf(stopped)
                .at("/waiting/message")
                .asText()
                .equals("On compute1 nova-compute is reported as stopped"));
        assertThat(disabled("compute1")).isPresent();
        trial.reportProcess("compute1", "nova-compute", "STARTED");

        trial.untilPhase(stopped, "recovered");
        assertThat(disabled("compute1")).isEmpty();
    }

    @Test
    void aDeadNovaComputeIsDisabledThoughNovaHoldsTheCallAndEnabledWhenItIsBack() {
        trial.cloud.killService("compute1");
        JsonNode stopped = trial.reportProcess("compute1", "nova-compute", "STOPPED");
        trial.untilPhase(stopped, "kept_out");

        trial.cloud.startHost("compute1");
        trial.reportProcess("compute1", "nova-compute", "STARTED");

        trial.untilPhase(stopped, "recovered");
        assertThat(disabled("compute1")).isEmpty();
    }

    @Test
    void whatAPersonHasDisabledStaysSo() {
        trial.cloud.disableService("compute1", "ticket 4711");
        JsonNode stopped = trial.reportProcess("compute1", "libvirtd", "STOPPED");
        assertThat(trial.untilPhase(stopped, "kept_out").path("message").asText())
                .isEqualTo("compute1 was disabled already (reason: ticket 4711), which is left as it is");
        assertThat(status(stopped)).isEqualTo("finished");

        trial.reportProcess("compute1", "libvirtd", "STARTED");

        assertThat(trial.untilPhase(stopped, "recovered").path("journal")).isEmpty();
        assertThat(disabled("compute1")).contains("ticket 4711");
    }

    @Test
    void itIsOurDisableThatIsTakenBackAlsoByAnotherRunOfTheController() {
        JsonNode stopped = trial.reportProcess("compute1", "libvirtd", "STOPPED");
        trial.untilPhase(stopped, "kept_out");

        trial.stopController();
        trial.startController();
        trial.reportProcess("compute1", "libvirtd", "STARTED");

        trial.untilPhase(stopped, "recovered");
        assertThat(disabled("compute1")).isEmpty();
    }

    @Test
    void aHostThatFailsMeanwhileIsRecoveredAndNeverEnabledByUs() {
        String server = trial.server("vm");
        JsonNode stopped = trial.reportProcess("compute1", "libvirtd", "STOPPED");
        trial.untilPhase(stopped, "kept_out");

        trial.cloud.killHost("compute1");
        JsonNode host = trial.report("compute1", "NORMAL");
        trial.untilPhase(host, "recovered");
        trial.untilPhase(stopped, "skipped");

        assertThat(trial.cloud.server(server).host()).isPresent().get().isNotEqualTo("compute1");
        JsonNode started = trial.reportProcess("compute1", "libvirtd", "STARTED");
        assertThat(status(started)).isEqualTo("finished");
        assertThat(disabled("compute1")).isPresent();
    }

    @Test
    void thatItIsBackIsHeardEvenOnMaintenanceAndOtherwiseRefused() {
        JsonNode stopped = trial.reportProcess("compute1", "libvirtd", "STOPPED");
        trial.untilPhase(stopped, "kept_out");
        String segment = trial.get("/v1/segments").at("/segments/0/uuid").asText();
        String host = trial.notification(stopped).path("source_host_uuid").asText();
        trial.put("/v1/segments/" + segment + "/hosts/" + host, "{'host': {'on_maintenance': true}}");

        trial.reportProcess("compute1", "libvirtd", "STARTED");
        trial.untilPhase(stopped, "recovered");

        assertThat(disabled("compute1")).isEmpty();
        assertThat(trial.sendProcess("compute1", "sshd", "STARTED").statusCode())
                .isEqualTo(409);
        assertThat(trial.sendProcess("compute1", "sshd", "STOPPED").statusCode())
                .isEqualTo(409);
    }

    @Test
    void calledOffTheHostIsEnabledAndOnlyWholeHostsCanBeConfirmedDead() {
        JsonNode stopped = trial.reportProcess("compute1", "libvirtd", "STOPPED");
        String id = trial.untilPhase(stopped, "kept_out").path("uuid").asText();
        String incident = "/migawari/v1/incidents/" + id;
        var refused = trial.send("POST", incident + "/confirm-dead", "{\"reason\": \"I saw it\"}");
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("is not about the host compute1 as a whole");

        trial.post(incident + "/cancel", "{'reason': 'we can live without it'}");

        trial.untilPhase(stopped, "dismissed");
        assertThat(disabled("compute1")).isEmpty();
    }

    @Test
    void aHostThatIsOnlyKeptOutCanBeTakenOutOfItsSegment() {
        JsonNode stopped = trial.reportProcess("compute1", "libvirtd", "STOPPED");
        trial.untilPhase(stopped, "kept_out");
        String segment = trial.get("/v1/segments").at("/segments/0/uuid").asText();
        String host = trial.notification(stopped).path("source_host_uuid").asText();

        assertThat(trial.send("DELETE", "/v1/segments/" + segment + "/hosts/" + host, "")
                        .statusCode())
                .isEqualTo(204);

        await().atMost(Duration.ofSeconds(20))
                .until(() -> trial.incidentOf(stopped).path("phase").asText().equals("skipped"));
        assertThat(disabled("compute1")).isPresent();
    }
}
