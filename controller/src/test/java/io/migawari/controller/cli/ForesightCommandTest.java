// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.migawari.controller.Trial;
import io.migawari.simulator.nova.ServerSpec;
import io.migawari.simulator.nova.VmState;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code migawari doctor} and {@code migawari plan} as an operator or a job sees them. */
class ForesightCommandTest {

    private final Trial trial = new Trial("reserved_host");
    private final Terminal terminal = new Terminal(trial);

    @BeforeEach
    void healthy() {
        trial.reserve("compute5");
        trial.server("web-1");
    }

    @AfterEach
    void close() {
        trial.close();
    }

    @Test
    void onAHealthyCloudTheDoctorSaysNothing() {
        assertThat(terminal.run("doctor")).isZero();
        assertThat(terminal.out() + terminal.err()).isEmpty();

        assertThat(terminal.run("doctor", "--verbose")).isZero();
        assertThat(terminal.out()).contains("25 checks: nothing found").contains("note  rack1");
    }

    @Test
    void aFindingHasItsReasonAndANextStepWithTheNamesFilledIn() throws IOException {
        trial.cloud.forceDown("compute5");

        assertThat(terminal.run("doctor")).isEqualTo(1);
        assertThat(terminal.out())
                .contains("error  compute5: the reserved host is forced down")
                .contains("next step: migawari reserved-host add rack1 HOST  [no-reserved-host]");

        assertThat(terminal.run("doctor", "-o", "json")).isEqualTo(1);
        JsonNode findings = new ObjectMapper().readTree(terminal.out());
        assertThat(findings).hasSize(3);
        assertThat(findings.at("/0/severity").asText()).isEqualTo("error");
    }

    @Test
    void aPlanIsATableWithASentenceAndSaysByItsExitCodeWhetherAllWouldComeBack() {
        assertThat(terminal.run("plan", "compute1")).as(terminal.err()).isZero();
        assertThat(terminal.out())
                .contains("web-1")
                .contains("compute5")
                .contains("1 of 1 instance would come back elsewhere.");

        trial.cloud.addServer(ServerSpec.active("db-1", "compute1").in(VmState.SUSPENDED));
        assertThat(terminal.run("plan", "compute1")).isEqualTo(1);
        assertThat(terminal.out())
                .contains("1 of 2 instances would come back elsewhere; 1 cannot be moved in the present state.");

        assertThat(terminal.run("plan", "compute2")).isZero();
        assertThat(terminal.out()).contains("No instance is on compute2.");
        assertThat(terminal.run("plan", "nowhere")).isEqualTo(4);
        assertThat(terminal.err()).contains("No host with name nowhere in any segment.");
    }

    @Test
    void withoutAHostThePlansAreThoseOfTheLastLook() {
        assertThat(terminal.run("plan")).as("it is switched off in a trial").isEqualTo(1);
        assertThat(terminal.out()).contains("Not looked yet.");
    }
}
