// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.controller.Trial;
import io.migawari.simulator.http.RequestFault;
import io.migawari.simulator.nova.ServerSpec;
import io.migawari.simulator.nova.VmState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The doctor of a whole controller, with a simulated cloud: what it reads, and that it leaves everything alone. */
class DoctorTest {

    private final Trial trial = new Trial("reserved_host");

    @AfterEach
    void close() {
        trial.close();
    }

    /** compute5 is reserved for the four others, and there is an instance. */
    @BeforeEach
    void healthy() {
        trial.reserve("compute5");
        trial.server("web-1");
    }

    /** {@code error unknown-to-nova compute9}, without notes. */
    private List<String> look() {
        List<String> found = new ArrayList<>();
        for (JsonNode finding : trial.get("/migawari/v1/doctor").path("findings")) {
            if (!finding.path("severity").asText().equals("note")) {
                found.add(finding.path("severity").asText() + " "
                        + finding.path("check").asText() + " "
                        + finding.path("subject").asText());
            }
        }
        return found;
    }

    @Test
    void aHealthyCloudIsSilentAndIsLeftAlone() {
        trial.simulator.resetCalls();

        assertThat(look()).isEmpty();

        assertThat(trial.simulator.calls())
                .allSatisfy(call -> assertThat(call.method()).isEqualTo("GET"));
        assertThat(trial.simulator.calls().stream()
                        .mapToLong(call -> call.times())
                        .sum())
                .isLessThanOrEqualTo(13);
    }

    @Test
    void aReservedHostThatSomebodyHasEnabledAndUsed() {
        trial.cloud.enableService("compute5");
        trial.cloud.addServer(ServerSpec.active("stray", "compute5"));

        assertThat(look())
                .containsExactlyInAnyOrder(
                        "error room compute5", "warning reserved-host compute5", "warning reserved-host compute5");
    }

    @Test
    void aDeadReservedHostAndWhatItMeans() {
        trial.cloud.forceDown("compute5");

        assertThat(look())
                .containsExactlyInAnyOrder(
                        "error no-reserved-host rack1", "error reserved-host compute5", "error room compute1");
    }

    @Test
    void aHostThatNovaHasUnderAnotherName() {
        trial.cloud.addHost("compute9.example.org");
        String segment = trial.get("/v1/segments").at("/segments/0/uuid").asText();
        trial.cloud.addHost("compute9");
        trial.post(
                "/v1/segments/" + segment + "/hosts",
                "{'host': {'name': 'compute9', 'type': 'COMPUTE', 'control_attributes': 'none'}}");
        trial.cloud.removeHost("compute9");

        JsonNode findings = trial.get("/migawari/v1/doctor").path("findings");

        assertThat(look())
                .containsExactlyInAnyOrder(
                        "error unknown-to-nova compute9", "warning in-no-segment compute9.example.org");
        assertThat(findings.at("/0/what").asText()).contains("it has compute9.example.org");
    }

    @Test
    void instancesThatCouldNotBeEvacuated() {
        String paused =
                trial.cloud.addServer(ServerSpec.active("db-1", "compute2").in(VmState.PAUSED));
        String rescued =
                trial.cloud.addServer(ServerSpec.active("db-2", "compute2").in(VmState.RESCUED));
        trial.cloud.addServer(ServerSpec.active("db-3", "compute2").withLock());
        trial.cloud.addServer(ServerSpec.active("db-4", "compute2").in(VmState.ERROR));

        assertThat(look())
                .containsExactlyInAnyOrder("warning instance-state " + paused, "warning instance-state " + rescued);
    }

    @Test
    void aHostThatWasLeftWithTheRecordsOfItsEvacuations() {
        trial.fail("compute1");
        trial.untilPhase("compute1", "recovered");

        assertThat(look()).as("young records are nothing to speak of").noneMatch(found -> found.contains("stale"));
    }

    @Test
    void aNovaThatRefusesOneListIsSaidSoAndTheRestIsLookedAt() {
        trial.simulator
                .requestFaults()
                .add(RequestFault.on("compute", "/os-server-groups", RequestFault.Effect.refuse(403, 0)));

        assertThat(look()).containsExactly("warning cloud Nova: os-server-groups");
    }

    @Test
    void aNovaThatIsAwayIsOneErrorAndNotADozen() {
        trial.simulator.close();

        assertThat(look()).hasSize(1).allMatch(found -> found.startsWith("error cloud Keystone"));
    }
}
