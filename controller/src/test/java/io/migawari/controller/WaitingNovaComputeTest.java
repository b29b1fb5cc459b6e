// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.migawari.config.ReturnSettings;
import io.migawari.hostmonitor.HostMonitor;
import io.migawari.simulator.nova.HostFaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host comes back in the middle of its recovery, and its unit runs our program before it starts nova-compute. */
class WaitingNovaComputeTest {

    private final Trial trial = new Trial(
            "reserved_host",
            Trial.recovery(new ReturnSettings(
                    true, Duration.ofSeconds(1), 1000, Duration.ofHours(1), ReturnSettings.Role.NORMAL)));

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        trial.assertNoHarm();
        trial.close();
    }

    /** As the unit would start it, in a JVM of its own. */
    private Process waiting(String most, Path output) throws IOException {
        Path config = directory.resolve("host-monitor.yaml");
        Files.writeString(
                config,
                "controller: {authentication: none, endpoints: '" + trial.url()
                        + "'}\nnova-compute: {host: compute1}\n");
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HostMonitor.class.getName(),
                        "--config",
                        config.toString(),
                        "--wait-until-evacuated",
                        "--for",
                        most)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    @Test
    void novaComputeStartsWhenItsRecoveryIsOverAndHasToBeStartedOnlyOnce() throws Exception {
        trial.reserve("compute3");
        List<String> servers = List.of(trial.server("a"), trial.server("b"));
        trial.cloud.setFaults("compute3", HostFaults.NONE.withSpawnDelay(Duration.ofSeconds(20)));
        trial.fail("compute1");
        await().until(() -> servers.stream()
                .allMatch(s -> trial.cloud.server(s).taskState().equals(Optional.of("rebuild_spawning"))));

        Path output = directory.resolve("output");
        Process unit = waiting("5m", output);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> Files.readString(output).contains("nova-compute waits: compute1 is reported as failed"));
        assertThat(trial.incident("compute1").path("open").asBoolean()).isTrue();

        assertThat(unit.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(Files.readString(output)).endsWith("nova-compute may start: no recovery of compute1 is open\n");
        assertThat(unit.exitValue()).isZero();
        assertThat(trial.incident("compute1").path("phase").asText()).isEqualTo("recovered");

        trial.cloud.startHost("compute1");
        trial.untilBack("compute1", "recovered");
        servers.forEach(server -> trial.assertOn(server, "compute3", "ACTIVE"));
        assertThat(trial.comingBack("compute1").toString()).doesNotContain("has yet to be started");
    }

    @Test
    void aRecoveryThatHasNotEndedInTimeKeepsNovaComputeFromStarting() throws Exception {
        trial.server("a"); // and no host is there that could take it
        trial.fail("compute1");
        trial.untilWaitingFor("compute1", "no_destination");

        Path output = directory.resolve("output");
        Process unit = waiting("1s", output);

        assertThat(unit.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(unit.exitValue()).isEqualTo(1);
        assertThat(Files.readString(output)).contains("given up after 1s, nova-compute does not start");
    }
}
