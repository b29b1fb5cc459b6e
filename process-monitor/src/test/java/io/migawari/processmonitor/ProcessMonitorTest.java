// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.migawari.config.YamlFile;
import io.migawari.monitor.life.OwnName;
import io.migawari.processmonitor.process.WatchedProcess;
import io.migawari.processmonitor.process.Where;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessMonitorTest {

    private static final Path SAMPLE = Path.of("../config/samples/process-monitor.yaml");
    private static final String MINIMAL = "controller: {authentication: none, endpoints: 'http://127.0.0.1:1'}\n";

    private static ProcessMonitorSettings read(String text) {
        return YamlFile.readText("p.yaml", text, Map.of(), s -> ProcessMonitorSettings.read(s, Map.of()));
    }

    private static String run(int exit, String... arguments) {
        var out = new ByteArrayOutputStream();
        var stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        assertThat(ProcessMonitor.run(List.of(arguments), Map.of(), stream, stream))
                .as(out.toString(StandardCharsets.UTF_8))
                .isEqualTo(exit);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whatIsNotSaidHasADefault() {
        var settings = read(MINIMAL + "processes: {x: {unit: y}, z: {executable: /bin/z, restart: 'a; b'}}");

        assertThat(settings.interval()).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.calmInterval()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.unknownHost()).isEqualTo(OwnName.Unknown.REFUSE);
        assertThat(settings.takenOver()).isEmpty();
        assertThat(settings.host()).isEmpty();
        WatchedProcess unit = settings.processes().get(0);
        assertThat(unit.name()).isEqualTo("x");
        assertThat(unit.where()).isEqualTo(new Where.Unit("y.service"));
        assertThat(unit.start()).containsExactly("systemctl", "--no-block", "start", "y.service");
        assertThat(unit.restart()).containsExactly("systemctl", "--no-block", "restart", "y.service");
        WatchedProcess program = settings.processes().get(1);
        assertThat(program.start()).isEmpty();
        assertThat(program.restart()).containsExactly("/bin/sh", "-c", "a; b");
        assertThat(program.health()).isEmpty();
    }

    @Test
    void everyProblemIsNamedWithItsFileLineAndKeyAtOnce() {
        assertThatThrownBy(() -> read(MINIMAL + """
                        host: a b
                        processes:
                          both:
                            unit: a
                            pid-file: /b
                          neither:
                            tries: many
                          "a b":
                            executable: bin/x
                          option:
                            unit: -a
                            before: {a: b}
                            when-lost: cry
                            health:
                              failures: 0
                              pause: 3s
                        """))
                .hasMessageContaining("p.yaml:2: host: expected a host's name")
                .hasMessageContaining("p.yaml:5: processes.both.unit: give either unit, or pid-file")
                .hasMessageContaining("p.yaml:7: processes.neither.unit: give either unit, or pid-file")
                .hasMessageContaining("p.yaml:8: processes.neither.tries: expected a whole number from 0 to 100")
                .hasMessageContaining("p.yaml:3: processes: a name is 1 to 255 printable ASCII characters")
                .hasMessageContaining("p.yaml:10: processes.a b.executable: expected a path that starts with /")
                .hasMessageContaining("p.yaml:12: processes.option.unit: expected the name of one systemd service")
                .hasMessageContaining("p.yaml:14: processes.option.when-lost: expected notify or log")
                .hasMessageContaining("p.yaml:16: processes.option.health.failures: expected a whole number")
                .hasMessageContaining("p.yaml:17: processes.option.health.pause: unknown key")
                .hasMessageContaining("processes.option.health.command: missing");
        assertThatThrownBy(() -> read(MINIMAL)).hasMessageContaining("processes: missing: nothing would be watched");
    }

    @Test
    void theSampleIsCompleteAndItsDefaultsAreTheDefaults(@TempDir Path directory) throws IOException {
        String sample = Files.readString(SAMPLE);
        Set<String> known = new TreeSet<>(YamlFile.keysAskedBy(s -> ProcessMonitorSettings.read(s, Map.of())));
        known.addAll(YamlFile.keysAskedBy(s -> WatchedProcess.read("x", s)));
        assertThat(known)
                .hasSizeGreaterThan(40)
                .allMatch(key -> Pattern.compile(
                                "^ *#? *" + Pattern.quote(key.replaceFirst(".*\\.", "")) + ":", Pattern.MULTILINE)
                        .matcher(sample)
                        .find());

        String ours = sample.substring(sample.indexOf("#host:"), sample.indexOf("controller:\n"))
                + sample.substring(sample.indexOf("spool:"));
        Path file = directory.resolve("p.yaml");
        Files.writeString(
                file,
                MINIMAL
                        + ours.replaceAll("(?m)^( *)#(?=[a-z])", "$1")
                                .replaceAll(
                                        "(?m)^ *(host|file|ca-file|certificate-file|key-file|before|after|masakari.*):.*\\R",
                                        ""));
        assertThat(ProcessMonitorSettings.read(file, Map.of())).isEqualTo(read(MINIMAL + """
                        processes:
                          nova-compute: {unit: nova-compute}
                          libvirtd:
                            pid-file: /run/libvirtd.pid
                            executable: /usr/sbin/libvirtd
                            health: {command: [virsh, -c, "qemu:///system", version]}
                        """));
        assertThat(ours).contains("\n  nova-compute:").contains("\n    #tries:");
    }

    @Test
    void oneDryLookShowsWhatIsSeenAndWhatWouldBeDone(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("p.yaml");
        Path java = Path.of(ProcessHandle.current().info().command().orElseThrow());
        String processes = "processes:\n  java: {executable: " + java + "}\n"
                + "  lost: {executable: /bin/lost-and-gone, start: [touch, " + directory.resolve("started") + "]}\n"
                + "  told: {executable: /bin/lost-and-gone}\n";
        Files.writeString(file, MINIMAL + processes);
        assertThat(run(0, "--config", file.toString(), "--once", "--dry-run"))
                .containsPattern("java: Runs \\(it runs \\(pid [0-9]+\\)\\)\n  nothing would be done")
                .contains("lost: Gone (no process is /bin/lost-and-gone)\n  would be started: touch ")
                .contains("told: Gone (no process is /bin/lost-and-gone)\n  would be reported: STOPPED");
        assertThat(directory.resolve("started")).doesNotExist();

        Path unreadable = Files.writeString(directory.resolve("pid"), "x");
        Files.writeString(file, MINIMAL + "processes: {a: {pid-file: " + unreadable + "}}");
        assertThat(run(1, "--config", file.toString(), "--once", "--dry-run")).contains("a: CannotSee");
    }

    @Test
    void masakarisListIsReadBehindOursAndWhatWasMadeOfItIsShown(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("process_list.yaml"), """
                - {process_name: /usr/sbin/libvirtd, restart_command: systemctl restart libvirtd, run_as_root: true}
                - {process_name: /bin/lost-and-gone, restart_command: find-it, run_as_root: true}
                - {process_name: some text, restart_command: x, run_as_root: true}
                """);
        Path file = directory.resolve("p.yaml");
        String ours = MINIMAL + "masakari-process-list: process_list.yaml\n";
        Files.writeString(file, ours + "processes: {libvirtd: {executable: /bin/own}}\n");
        assertThat(run(0, "--config", file.toString(), "--once", "--dry-run"))
                .contains("process_list.yaml:1: /usr/sbin/libvirtd: NOT taken over: there is a libvirtd already")
                .contains("process_list.yaml:2: /bin/lost-and-gone: watched as lost-and-gone, the program /bin/lost")
                .contains("process_list.yaml:3: some text: NOT taken over: a part of a command line")
                .contains(
                        "lost-and-gone: Gone (no process is /bin/lost-and-gone)\n  would be started: /bin/sh -c find-it");
        Files.writeString(file, ours);
        assertThat(ProcessMonitorSettings.read(file, Map.of()).processes())
                .extracting(WatchedProcess::name)
                .containsExactly("libvirtd", "lost-and-gone");

        Files.writeString(directory.resolve("process_list.yaml"), "- [x]\n");
        assertThat(run(2, "--config", file.toString(), "--once", "--dry-run"))
                .contains("p.yaml:2: masakari-process-list: ")
                .contains("process_list.yaml:1: expected keys and values in each entry of the list");
    }

    @Test
    void wrongUseIsAnsweredByTheUsage(@TempDir Path directory) throws IOException {
        assertThat(run(0, "--help")).startsWith("Usage: migawari-process-monitor --config FILE");
        assertThat(run(2)).contains("Usage");
        assertThat(run(2, "--config", "x", "--dry-run")).contains("Usage");
        assertThat(run(2, "--confg", "x")).contains("Unknown argument: --confg");
        Path file = directory.resolve("p.yaml");
        Files.writeString(file, MINIMAL + "x: y\n");
        assertThat(run(2, "--config", file.toString())).contains("p.yaml:2: x: unknown key");
    }
}
