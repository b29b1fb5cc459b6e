// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.migawari.config.YamlFile;
import io.migawari.instancemonitor.InstanceMonitorSettings.Watched;
import io.migawari.instancemonitor.domain.Domain;
import io.migawari.instancemonitor.domain.Sign;
import io.migawari.instancemonitor.judgement.Occasion;
import io.migawari.time.ManualTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file and the command line. */
class InstanceMonitorTest {

    private static final Path SAMPLE = Path.of("../config/samples/instance-monitor.yaml");
    private static final String MINIMAL = "controller: {authentication: none, endpoints: 'http://127.0.0.1:1'}\n";

    private static InstanceMonitorSettings read(String text) {
        return YamlFile.readText("i.yaml", text, Map.of(), s -> InstanceMonitorSettings.read(s, Map.of()));
    }

    private static String run(int exit, String... arguments) {
        var out = new ByteArrayOutputStream();
        var stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        assertThat(InstanceMonitor.run(List.of(arguments), Map.of(), stream, stream))
                .as(out.toString(StandardCharsets.UTF_8))
                .isEqualTo(exit);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whatIsNotSaidHasADefault() {
        var settings = read(MINIMAL);
        assertThat(settings.libvirt().uri()).isEqualTo("qemu:///system");
        assertThat(settings.libvirt().keepAlive()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.libvirt().keepAliveCount()).isEqualTo(3);
        assertThat(settings.whose().watched()).isEqualTo(Watched.NOVA);
        assertThat(settings.whose().isNovasName("instance-0000a1b2")).isTrue();
        assertThat(settings.whose().isNovasName("instance-0000a1b2-rescue")).isFalse();
        assertThat(settings.agent().ping()).isFalse();
        assertThat(settings.judge().table().names())
                .containsOnlyKeys(
                        Occasion.STOPPED_FAILED,
                        Occasion.STOPPED_CRASHED,
                        Occasion.SUSPENDED_IOERROR,
                        Occasion.SUSPENDED_WATCHDOG,
                        Occasion.SUSPENDED_API_ERROR,
                        Occasion.CRASHED_PANICKED,
                        Occasion.WATCHDOG_SHUTDOWN,
                        Occasion.IO_ERROR_REPORT,
                        Occasion.AGENT_SILENT);
    }

    @Test
    void everyProblemIsNamedWithItsFileLineAndKeyAtOnce() {
        assertThatThrownBy(() -> read(MINIMAL + """
                        host: a b
                        events:
                          stopped-failed: sometimes
                          reboots: report
                        instances:
                          watched: some
                          name: "["
                        guest-agent:
                          time-out: 2
                        """))
                .hasMessageContaining("i.yaml:2: host: expected a host's name")
                .hasMessageContaining(
                        "i.yaml:4: events.stopped-failed: expected report, ignore, or another notification")
                .hasMessageContaining("i.yaml:5: events.reboots: unknown key")
                .hasMessageContaining("i.yaml:7: instances.watched: expected nova or all")
                .hasMessageContaining("i.yaml:8: instances.name: expected a regular expression")
                .hasMessageContaining("i.yaml:10: guest-agent.time-out: expected a duration");
    }

    @Test
    void theSampleIsCompleteAndItsDefaultsAreTheDefaults(@TempDir Path directory) throws IOException {
        String sample = Files.readString(SAMPLE);
        assertThat(YamlFile.keysAskedBy(s -> InstanceMonitorSettings.read(s, Map.of())))
                .hasSizeGreaterThan(60)
                .allMatch(key -> Pattern.compile(
                                "^ *#? *" + Pattern.quote(key.replaceFirst(".*\\.", "")) + ":", Pattern.MULTILINE)
                        .matcher(sample)
                        .find());

        String ours = sample.substring(sample.indexOf("#host:"), sample.indexOf("controller:\n"))
                + sample.substring(sample.indexOf("spool:"));
        Path file = directory.resolve("i.yaml");
        Files.writeString(
                file,
                MINIMAL
                        + ours.replaceAll("(?m)^( *)#(?=[a-z])", "$1")
                                .replaceAll("(?m)^ *(host|file|ca-file|certificate-file|key-file):.*\\R", ""));
        assertThat(InstanceMonitorSettings.read(file, Map.of())).isEqualTo(read(MINIMAL));
        assertThat(ours).contains("\n  #stopped-failed: report").contains("\n  #reboot: ignore");
    }

    @Test
    void oneDryLookShowsWhatIsSeenAndWhatWouldBeReported() throws InterruptedException {
        var time = new ManualTime(Instant.parse("2026-11-20T22:00:00Z"));
        var libvirt = new ScriptedHypervisor(time);
        var foreign = new Domain("00000000-0000-4000-8000-000000000003", "backup");
        libvirt.is(1, Sign.RUNS);
        libvirt.is(2, Sign.SUSPENDED_IOERROR);
        libvirt.is(foreign, Sign.SUSPENDED_IOERROR);
        libvirt.belongsToNova(foreign.uuid(), false);
        var out = new ByteArrayOutputStream();
        InstanceMonitor.show(read(MINIMAL), libvirt, time, new PrintStream(out, true, StandardCharsets.UTF_8));

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("""
                backup 00000000-0000-4000-8000-000000000003: SUSPENDED_IOERROR (state SUSPENDED_IOERROR)
                  not watched: it is not Nova's (instances.watched)
                instance-00000001 00000000-0000-4000-8000-000000000001: RUNS (state RUNS)
                  nothing would be reported
                instance-00000002 00000000-0000-4000-8000-000000000002: SUSPENDED_IOERROR (state SUSPENDED_IOERROR)
                  would be reported: LIFECYCLE/SUSPENDED_IOERROR
                3 domains
                """);
    }

    @Test
    void wrongUseIsAnsweredByTheUsage(@TempDir Path directory) throws IOException {
        assertThat(run(0, "--help")).startsWith("Usage: migawari-instance-monitor --config FILE");
        assertThat(run(2)).contains("Usage");
        Path file = directory.resolve("i.yaml");
        Files.writeString(file, MINIMAL + "x: y\n");
        assertThat(run(2, "--config", file.toString())).contains("i.yaml:2: x: unknown key");
    }
}
