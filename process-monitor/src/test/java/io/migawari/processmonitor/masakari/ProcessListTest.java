// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor.masakari;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.migawari.config.ConfigException;
import io.migawari.processmonitor.process.WatchedProcess;
import io.migawari.processmonitor.process.Where;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessListTest {

    @TempDir
    private Path directory;

    private ProcessList read(String text) throws IOException {
        return read(text, Set.of());
    }

    private ProcessList read(String text, Set<String> listed) throws IOException {
        return ProcessList.read(Files.writeString(directory.resolve("list.yaml"), text), listed);
    }

    private static String entry(String name, String more) {
        return "- process_name: " + name + "\n" + more.indent(2) + "  run_as_root: True\n";
    }

    @Test
    void anEntryThatSystemctlStartsIsItsUnit() throws IOException {
        ProcessList list = read("""
                # as Masakari ships it
                -
                    process_name: /usr/sbin/libvirtd
                    start_command: systemctl start libvirtd
                    pre_start_command:
                    post_start_command:
                    restart_command: systemctl restart libvirtd
                    pre_restart_command:
                    post_restart_command:
                    run_as_root: True
                """);
        WatchedProcess process = list.processes().get(0);
        assertThat(process.name()).isEqualTo("libvirtd");
        assertThat(process.where()).isEqualTo(new Where.Unit("libvirtd.service"));
        assertThat(process.start()).containsExactly("systemctl", "--no-block", "start", "libvirtd.service");
        assertThat(process.restart()).containsExactly("systemctl", "--no-block", "restart", "libvirtd.service");
        assertThat(list.words())
                .containsExactly("list.yaml:3: /usr/sbin/libvirtd: watched as libvirtd, unit libvirtd.service, "
                        + "started by systemctl when it is missing");
        assertThat(read(entry("x", "restart_command: service ssh restart"))
                        .processes()
                        .get(0)
                        .where())
                .isEqualTo(new Where.Unit("ssh.service"));
    }

    @Test
    void anInterpretedProgramIsCalledByItsOwnName() throws IOException {
        ProcessList list = read(entry(
                "/usr/bin/python3 -E /usr/bin/masakari-hostmonitor",
                "restart_command: /etc/init.d/masakari-host-monitor restart"));
        assertThat(list.processes().get(0).name()).isEqualTo("masakari-hostmonitor");
        assertThat(list.processes().get(0).where())
                .isEqualTo(new Where.Executable(Path.of("/usr/bin/masakari-hostmonitor")));
    }

    @Test
    void aProgramIsStartedByWhatMasakariRunsWhenItIsMissing() throws IOException {
        ProcessList list = read(entry("/usr/sbin/x --daemon", """
                start_command: x-start
                pre_start_command: a
                restart_command: x-restart && true
                pre_restart_command: b
                post_restart_command: c
                """));
        WatchedProcess process = list.processes().get(0);
        assertThat(process.name()).isEqualTo("x");
        assertThat(process.start()).containsExactly("/bin/sh", "-c", "x-restart && true");
        assertThat(process.restart()).isEqualTo(process.start());
        assertThat(process.before()).containsExactly("/bin/sh", "-c", "b");
        assertThat(process.after()).containsExactly("/bin/sh", "-c", "c");
        assertThat(list.words())
                .containsExactly("list.yaml:1: /usr/sbin/x --daemon: watched as x, the program /usr/sbin/x, started by "
                        + "\"x-restart && true\" when it is missing, with its hooks before and after that; "
                        + "its hooks of start_command are left out, for nothing is started at our own start");

        WatchedProcess started = read(entry("/x", "start_command: s\npost_start_command: after"))
                .processes()
                .get(0);
        assertThat(started.start()).containsExactly("/bin/sh", "-c", "s");
        assertThat(started.after()).containsExactly("/bin/sh", "-c", "after");
    }

    @Test
    void whatCannotBeTakenOverIsSaidWithItsReason() throws IOException {
        ProcessList list = read(
                entry("nova-compute", "restart_command: /opt/restart.sh")
                        + entry("/bin/two", "start_command: systemctl start a\nrestart_command: systemctl restart b")
                        + entry("''", "restart_command: x")
                        + entry("/bin/listed", "restart_command: x")
                        + entry("/bin/ok", "restart_command: x")
                        + entry("/sbin/ok", "restart_command: x")
                        + entry("/sbin/übel", "restart_command: x"),
                Set.of("listed"));
        assertThat(list.processes()).extracting(WatchedProcess::name).containsExactly("ok");
        assertThat(list.words()).hasSize(7);
        assertThat(list.words().get(0)).contains("NOT taken over: a part of a command line is no certain sign");
        assertThat(list.words().get(1))
                .contains("NOT taken over: its commands name two units, a.service and b.service");
        assertThat(list.words().get(2)).contains("NOT taken over: it has no process_name");
        assertThat(list.words().get(3)).contains("NOT taken over: there is a listed already");
        assertThat(list.words().get(4)).contains("watched as ok");
        assertThat(list.words().get(5)).contains("NOT taken over: there is a ok already");
        assertThat(list.words().get(6)).contains("NOT taken over: \"übel\" cannot be the name");
    }

    @Test
    void commandsThatDidNotRunAsRootAreSaidToBecauseTheyWouldNow() throws IOException {
        assertThat(read("- {process_name: /bin/x, restart_command: y}").words().get(0))
                .endsWith("its commands ran as Masakari's user and would run as ours (run_as_root is not true)");
    }

    @Test
    void whatIsNoSuchListIsAnErrorWithItsLine() {
        for (String text :
                List.of("a: b", "- [a]", "- process_name: {a: b}", "- a: b\n  - c", "- run_as_root: maybe")) {
            assertThatThrownBy(() -> read(text))
                    .as(text)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("list.yaml:");
        }
        assertThatThrownBy(() -> ProcessList.read(directory.resolve("none"), Set.of()))
                .hasMessageContaining("none: cannot be read");
    }

    @Test
    void anEmptyListIsNothingToWatch() throws IOException {
        assertThat(read("# nothing")).isEqualTo(ProcessList.NONE);
    }
}
