// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.migawari.controller.Trial;
import io.migawari.simulator.nova.ServerSpec;
import io.migawari.simulator.nova.VmState;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code migawari doctor} and {@code migawari plan} as an operator or a job sees them. */
class ForesightCommandTest {

    private final Trial trial = new Trial("reserved_host");
    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();

    @BeforeEach
    void healthy() {
        trial.reserve("compute5");
        trial.server("web-1");
    }

    @AfterEach
    void close() {
        trial.close();
    }

    private int run(String... arguments) {
        out = new StringWriter();
        err = new StringWriter();
        Map<String, String> environment =
                Map.of("MIGAWARI_ENDPOINT", trial.url().toString());
        return Migawari.run(arguments, environment, new PrintWriter(out, true), new PrintWriter(err, true));
    }

    @Test
    void onAHealthyCloudTheDoctorSaysNothing() {
        assertThat(run("doctor")).isZero();
        assertThat(out.toString() + err).isEmpty();

        assertThat(run("doctor", "--verbose")).isZero();
        assertThat(out.toString()).contains("25 checks: nothing found").contains("note  rack1");
    }

    @Test
    void aFindingHasItsReasonAndANextStepWithTheNamesFilledIn() throws IOException {
        trial.cloud.forceDown("compute5");

        assertThat(run("doctor")).isEqualTo(1);
        assertThat(out.toString())
                .contains("error  compute5: the reserved host is forced down")
                .contains("next step: migawari reserved-host add rack1 HOST  [no-reserved-host]");

        assertThat(run("doctor", "-o", "json")).isEqualTo(1);
        JsonNode findings = new ObjectMapper().readTree(out.toString());
        assertThat(findings).hasSize(3);
        assertThat(findings.at("/0/severity").asText()).isEqualTo("error");
    }

    @Test
    void aPlanIsATableWithASentenceAndSaysByItsExitCodeWhetherAllWouldComeBack() {
        assertThat(run("plan", "compute1")).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains("web-1")
                .contains("compute5")
                .contains("1 of 1 instance would come back elsewhere.");

        trial.cloud.addServer(ServerSpec.active("db-1", "compute1").in(VmState.SUSPENDED));
        assertThat(run("plan", "compute1")).isEqualTo(1);
        assertThat(out.toString())
                .contains("1 of 2 instances would come back elsewhere; 1 cannot be moved in the present state.");

        assertThat(run("plan", "compute2")).isZero();
        assertThat(out.toString()).contains("No instance is on compute2.");
        assertThat(run("plan", "nowhere")).isEqualTo(4);
        assertThat(err.toString()).contains("No host with name nowhere in any segment.");
    }

    @Test
    void withoutAHostThePlansAreThoseOfTheLastLook() {
        assertThat(run("plan")).as("it is switched off in a trial").isEqualTo(1);
        assertThat(out.toString()).contains("Not looked yet.");
    }
}
