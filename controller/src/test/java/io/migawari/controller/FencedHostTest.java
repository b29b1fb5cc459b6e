// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.config.FencingSettings;
import io.migawari.config.FencingSettings.Device;
import io.migawari.config.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a report without proof over our own fencing to instances that run elsewhere, and what an operator sees of it. */
class FencedHostTest {

    /** A power switch whose "off" is the death of the simulated host. */
    private static final String AGENT = """
            #!/bin/bash
            cd "$(dirname "$0")"
            while IFS='=' read -r key value; do
                case $key in action) action=$value ;; plug) plug=$value ;; esac
            done
            echo "$action $plug" >> log
            case $action in
            off)
                exec 3<> "/dev/tcp/127.0.0.1/$(cat port)"
                printf 'POST /simulator/hosts/%s/kill HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n' "$plug" >&3
                cat <&3 > /dev/null
                touch "off.$plug" ;;
            status) if [ -e "off.$plug" ]; then echo "Status: OFF"; exit 2; fi; echo "Status: ON" ;;
            esac
            """;

    @TempDir
    static Path directory;

    private Trial trial;

    @BeforeEach
    void aCloudWithAPowerSwitch() throws IOException {
        Files.deleteIfExists(directory.resolve("log"));
        Files.deleteIfExists(directory.resolve("off.compute1"));
        Path agent = directory.resolve("fence_switch");
        Files.writeString(agent, AGENT);
        assertThat(agent.toFile().setExecutable(true)).isTrue();
        trial = new Trial("auto", Trial.recovery(), settings());
        Files.writeString(
                directory.resolve("port"), "" + trial.simulator.address().getPort());
    }

    private static FencingSettings settings() {
        var device = new Device(
                "pdu:compute1",
                "fence_switch",
                Map.of("plug", "compute1"),
                Map.of("password", new Secret("geheim")),
                Duration.ofSeconds(20),
                Duration.ofSeconds(20),
                FencingSettings.Identity.NONE);
        return new FencingSettings(
                directory,
                Duration.ofHours(1),
                Duration.ofMillis(200),
                Map.of("compute1", new FencingSettings.Host(Optional.empty(), List.of(List.of(device)))));
    }

    @AfterEach
    void close() {
        trial.close();
    }

    private JsonNode attest() {
        return trial.post(
                "/migawari/v1/fencing/compute1/verify",
                "{'device': 'pdu:compute1', 'attest': true, 'reason': 'followed the cable'}");
    }

    @Test
    void aHostThatIsReportedWithoutProofIsSwitchedOffAndItsInstancesMove() throws IOException {
        String server = trial.server("active");
        assertThat(attest().at("/device/usable").asBoolean()).isTrue();
        trial.cloud.killService("compute1");

        trial.report("compute1", "UNKNOWN");
        JsonNode incident = trial.untilPhase("compute1", "recovered");

        assertThat(incident.path("evidence").toString()).contains("the power of compute1 reads as off (pdu:compute1)");
        assertThat(trial.cloud.server(server).host().orElseThrow()).isNotEqualTo("compute1");
        assertThat(Files.readString(directory.resolve("log")).lines()).containsOnlyOnce("off compute1");
        trial.assertNoHarm();
    }

    @Test
    void aDeviceThatNobodyHasVerifiedSwitchesNothingAndAPersonIsAsked() throws IOException {
        trial.cloud.killService("compute1");

        trial.report("compute1", "UNKNOWN");
        trial.untilWaitingFor("compute1", "fencing_failed");

        JsonNode device = trial.get("/migawari/v1/fencing/compute1").at("/devices/0");
        assertThat(device.path("power").asText()).isEqualTo("on");
        assertThat(device.path("problem").asText()).isEqualTo("unverified");
        assertThat(device.path("next_step").asText())
                .contains("migawari fencing verify compute1 pdu:compute1 --attest --reason TEXT");
        assertThat(trial.get("/migawari/v1/fencing").toString())
                .contains("pdu:compute1")
                .doesNotContain("geheim");
        assertThat(Files.readString(directory.resolve("log"))).doesNotContain("off");

        attest();
        trial.untilPhase("compute1", "recovered");
        JsonNode after = trial.get("/migawari/v1/fencing/compute1").at("/devices/0");
        assertThat(after.path("power").asText()).isEqualTo("off");
        assertThat(after.at("/attestation/reason").asText()).isEqualTo("followed the cable");
    }

    @Test
    void whatIsNotThereIsSaid() {
        assertThat(trial.send("GET", "/migawari/v1/fencing/compute2", "").statusCode())
                .isEqualTo(404);
        assertThat(trial.send("POST", "/migawari/v1/fencing/compute1/verify", "{\"device\": \"bmc\"}")
                        .body())
                .contains("No fencing device bmc is configured for the host compute1.");
        assertThat(trial.send("POST", "/migawari/v1/fencing/compute1/verify", "{\"device\": \"bmc\", \"attest\": true}")
                        .statusCode())
                .isEqualTo(400);
    }
}
