// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.config.FencingSettings;
import io.migawari.config.FencingSettings.Device;
import io.migawari.config.Secret;
import io.migawari.controller.Trial;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
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
    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();

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
    }

    @AfterEach
    void close() {
        trial.close();
    }

    private int run(String... arguments) {
        out = new StringWriter();
        err = new StringWriter();
        return Migawari.run(
                arguments,
                Map.of("MIGAWARI_ENDPOINT", trial.url().toString()),
                new PrintWriter(out, true),
                new PrintWriter(err, true));
    }

    @Test
    void aDeviceIsOfUseOnceAPersonHasGivenHisWord() {
        assertThat(run("fencing", "status", "compute1")).isEqualTo(Failures.NOT_AS_IT_SHOULD_BE);
        assertThat(out.toString())
                .contains("pdu1:7 cannot tell whose it is")
                .contains("migawari fencing verify compute1 pdu1:7 --attest --reason TEXT")
                .doesNotContain("geheim");
        assertThat(run("fencing", "verify", "compute1", "pdu1:7")).isEqualTo(Failures.NOT_AS_IT_SHOULD_BE);
        assertThat(out.toString()).contains("unverified");

        assertThat(run("fencing", "verify", "compute1", "pdu1:7", "--attest", "--reason", "looked", "--dry-run"))
                .isZero();
        assertThat(out.toString()).contains("Would send POST").contains("\"reason\":\"looked\"");
        assertThat(run("fencing", "status", "compute1")).isEqualTo(Failures.NOT_AS_IT_SHOULD_BE);

        assertThat(run("fencing", "verify", "compute1", "pdu1:7", "--attest", "--reason", "looked"))
                .isZero();
        assertThat(out.toString()).contains("| attestation.reason | looked");
        assertThat(run("fencing", "status", "compute1", "-o", "json")).isZero();
        assertThat(out.toString()).contains("\"power\" : \"on\"");
        assertThat(run("fencing", "list")).isZero();
        assertThat(out.toString()).contains("| compute1 | 1     | pdu1:7 | fence_on | on    | true");
    }

    @Test
    void mistakesAreSaid() {
        assertThat(run("fencing", "verify", "compute1", "pdu1:7", "--attest")).isEqualTo(Failures.USAGE);
        assertThat(err.toString()).contains("--attest and --reason belong together.");
        assertThat(run("fencing", "status", "compute2")).isEqualTo(Failures.REFUSED);
        assertThat(err.toString()).contains("No fencing device is configured for a host compute2.");
    }
}
