// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.config.FencingSettings;
import io.migawari.config.FencingSettings.Device;
import io.migawari.config.Secret;
import io.migawari.controller.Trial;
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

/** Fencing devices as an operator sees them. */
class FencingCommandTest {

    @TempDir
    static Path directory;

    private Trial trial;
    private Terminal terminal;

    @BeforeEach
    void aHostWithADevice() throws IOException {
        Path agent = directory.resolve("fence_on");
        Files.writeString(agent, "#!/bin/sh\necho 'Status: ON'\n");
        assertThat(agent.toFile().setExecutable(true)).isTrue();
        var device = new Device(
                "pdu1:7",
                "fence_on",
                Map.of("plug", "7"),
                Map.of("password", new Secret("geheim")),
                Duration.ofSeconds(20),
                Duration.ofSeconds(20),
                FencingSettings.Identity.NONE);
        var settings = new FencingSettings(
                directory,
                Duration.ofHours(1),
                Duration.ofSeconds(1),
                Map.of("compute1", new FencingSettings.Host(Optional.empty(), List.of(List.of(device)))));
        trial = new Trial("auto", Trial.recovery(), settings);
        terminal = new Terminal(trial);
    }

    @AfterEach
    void close() {
        trial.close();
    }

    @Test
    void aDeviceIsOfUseOnceAPersonHasGivenHisWord() {
        assertThat(terminal.run("fencing", "status", "compute1")).isEqualTo(Failures.NOT_AS_IT_SHOULD_BE);
        assertThat(terminal.out())
                .contains("pdu1:7 cannot tell whose it is")
                .contains("migawari fencing verify compute1 pdu1:7 --attest --reason TEXT")
                .doesNotContain("geheim");
        assertThat(terminal.run("fencing", "verify", "compute1", "pdu1:7")).isEqualTo(Failures.NOT_AS_IT_SHOULD_BE);
        assertThat(terminal.out()).contains("unverified");

        assertThat(terminal.run(
                        "fencing", "verify", "compute1", "pdu1:7", "--attest", "--reason", "looked", "--dry-run"))
                .isZero();
        assertThat(terminal.out()).contains("Would send POST").contains("\"reason\":\"looked\"");
        assertThat(terminal.run("fencing", "status", "compute1")).isEqualTo(Failures.NOT_AS_IT_SHOULD_BE);

        assertThat(terminal.run("fencing", "verify", "compute1", "pdu1:7", "--attest", "--reason", "looked"))
                .isZero();
        assertThat(terminal.out()).contains("| attestation.reason | looked");
        assertThat(terminal.run("fencing", "status", "compute1", "-o", "json")).isZero();
        assertThat(terminal.out()).contains("\"power\" : \"on\"");
        assertThat(terminal.run("fencing", "list")).isZero();
        assertThat(terminal.out()).contains("| compute1 | 1     | pdu1:7 | fence_on | on    | true");
    }

    @Test
    void mistakesAreSaid() {
        assertThat(terminal.run("fencing", "verify", "compute1", "pdu1:7", "--attest"))
                .isEqualTo(Failures.USAGE);
        assertThat(terminal.err()).contains("--attest and --reason belong together.");
        assertThat(terminal.run("fencing", "status", "compute2")).isEqualTo(Failures.REFUSED);
        assertThat(terminal.err()).contains("No fencing device is configured for a host compute2.");
    }
}
