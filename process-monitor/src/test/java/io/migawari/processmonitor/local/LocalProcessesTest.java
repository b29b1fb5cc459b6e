// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.migawari.processmonitor.process.Identity;
import io.migawari.processmonitor.process.Sighting;
import io.migawari.processmonitor.process.WatchedProcess;
import io.migawari.processmonitor.process.WatchedProcess.WhenLost;
import io.migawari.processmonitor.process.Where;
import io.migawari.time.ManualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes and a scripted systemctl. */
class LocalProcessesTest {

    private static final Path PROC = Path.of("/proc");

    @TempDir
    private Path directory;

    private final LocalCommands commands = new LocalCommands();
    private final ManualTime time = new ManualTime(Instant.parse("2026-11-20T22:00:00Z"));
    private Optional<Process> child = Optional.empty();

    @AfterEach
    void stop() {
        child.ifPresent(Process::destroyForcibly);
    }

    private Path script(String name, String body) throws IOException {
        Path file = directory.resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Process run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).start();
        child = Optional.of(process);
        return process;
    }

    /** A program that nothing else on this machine runs. */
    private Path ownSleep() throws IOException {
        return Files.copy(Path.of("/bin/sleep"), directory.resolve("own-sleep"));
    }

    private static long pid(Sighting sighting) {
        assertThat(sighting).isInstanceOf(Sighting.Runs.class);
        return ((Sighting.Runs) sighting).identity().pid();
    }

    private static String unit(String name, String active, String result) {
        return "MainPID=42\nExecMainStartTimestampMonotonic=7\nNRestarts=1\nResult=" + result + "\nNames=" + name
                + " other.service\nLoadState=loaded\nActiveState=" + active + "\nSubState=sub\n";
    }

    private static Sighting read(String active, String result) {
        return Units.read(List.of("a.service"), unit("a.service", active, result))
                .get("a.service");
    }

    @Test
    void everyStateOfAUnitHasItsMeaning() {
        assertThat(read("active", "success")).isEqualTo(new Sighting.Runs(new Identity(42, "7")));
        assertThat(read("reloading", "success")).isInstanceOf(Sighting.Runs.class);
        assertThat(read("activating", "exit-code")).isInstanceOf(Sighting.Changing.class);
        assertThat(read("deactivating", "success")).isInstanceOf(Sighting.Changing.class);
        assertThat(read("failed", "signal"))
                .isEqualTo(new Sighting.Gone("systemd says failed (sub), result signal, restarts 1"));
        assertThat(read("inactive", "success")).isInstanceOf(Sighting.Stopped.class);
        assertThat(read("inactive", "exit-code")).isInstanceOf(Sighting.Gone.class);
        assertThat(read("odd", "success")).isInstanceOf(Sighting.CannotSee.class);
    }

    @Test
    void whatSystemctlDoesNotSayClearlyIsNotSeen() {
        List<String> two = List.of("a.service", "b.service");
        String a = unit("a.service", "failed", "signal");
        assertThat(Units.read(two, a).values()).hasSize(2).allMatch(Sighting.CannotSee.class::isInstance);
        assertThat(Units.read(two, a + "\n" + a).get("a.service")).isInstanceOf(Sighting.Gone.class);
        assertThat(Units.read(two, a + "\n" + a).get("b.service")).isInstanceOf(Sighting.CannotSee.class);
        assertThat(Units.read(List.of("a.service"), a.replace("loaded", "not-found"))
                        .get("a.service")
                        .why())
                .contains("no usable unit a.service (not-found)");
        assertThat(Units.read(
                        List.of("a.service"), a.replace("failed", "active").replace("42", "?")))
                .containsValue(new Sighting.CannotSee(
                        "systemd says active (sub), result signal, restarts 1, without a MainPID"));
        assertThat(Units.read(List.of("a.service"), "").values()).allMatch(Sighting.CannotSee.class::isInstance);
    }

    @Test
    void systemctlThatFailsOrHangsIsNotSeeing() throws Exception {
        for (String body : List.of("exit 1", "sleep 60", "echo; sleep 60 & exec sleep 60")) {
            Path systemctl = script("systemctl", body);
            var units = new Units(systemctl.toString(), commands, Duration.ofMillis(300));
            long before = System.nanoTime();
            assertThat(units.look(Set.of("a.service")).values())
                    .hasSize(1)
                    .allMatch(Sighting.CannotSee.class::isInstance);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
        }
        var none = new Units(directory.resolve("none").toString(), commands, Duration.ofSeconds(1));
        assertThat(none.look(Set.of("a.service")).get("a.service")).isInstanceOf(Sighting.CannotSee.class);
    }

    @Test
    void unitsAreAskedForAllAtOnce() throws Exception {
        Path systemctl = script(
                "systemctl",
                "echo \"$@\" >>" + directory.resolve("asked")
                        + "\nshift 4; for unit; do printf 'Names=%s\\nLoadState=loaded\\nActiveState=failed\\nResult=signal\\n\\n' $unit; done");
        var processes = new LocalProcesses(
                systemctl.toString(),
                commands,
                Duration.ofSeconds(20),
                UnitSignals.NONE,
                Duration.ZERO,
                Runnable::run,
                time);
        var seen = processes.look(List.of(
                process("x", new Where.Unit("a.service"), Optional.empty()),
                process("y", new Where.Unit("b.service"), Optional.empty()),
                process("z", new Where.Unit("a.service"), Optional.empty())));
        assertThat(seen.keySet()).containsExactly("x", "y", "z");
        assertThat(seen.values()).allMatch(Sighting.Gone.class::isInstance);
        assertThat(Files.readAllLines(directory.resolve("asked"))).hasSize(1);
    }

    @Test
    void aProgramIsKnownByItsExactPath() throws Exception {
        var table = new ProcessTable(PROC);
        Path program = ownSleep();
        assertThat(table.byExecutable(program)).isInstanceOf(Sighting.Gone.class);

        Process process = run(program.toString(), "60");
        Sighting seen = table.byExecutable(program);
        assertThat(pid(seen)).isEqualTo(process.pid());
        assertThat(table.byExecutable(program)).as("the same life").isEqualTo(seen);
        assertThat(table.byExecutable(directory.resolve("own")))
                .as("no substring")
                .isInstanceOf(Sighting.Gone.class);
        Process younger = new ProcessBuilder(program.toString(), "60").start();
        assertThat(table.byExecutable(program)).as("the oldest").isEqualTo(seen);
        process.destroyForcibly().waitFor();
        assertThat(pid(table.byExecutable(program))).as("the next").isEqualTo(younger.pid());
        younger.destroyForcibly().waitFor();
        process.destroyForcibly().waitFor();
        assertThat(table.byExecutable(program)).isInstanceOf(Sighting.Gone.class);
    }

    @Test
    void aProgramThatCallsItselfOtherwiseIsKnownByItsFileEvenAfterAnUpgrade() throws Exception {
        var table = new ProcessTable(PROC);
        Path program = ownSleep();
        Process process = run("/bin/bash", "-c", "exec -a other " + program + " 60");
        await().until(() -> table.byExecutable(program) instanceof Sighting.Runs);
        assertThat(pid(table.byExecutable(program))).isEqualTo(process.pid());
        Files.delete(program);
        assertThat(pid(table.byExecutable(program))).isEqualTo(process.pid());
    }

    @Test
    void aProgramThatIsATextIsKnownTooAndItsEditorIsNotIt() throws Exception {
        var table = new ProcessTable(PROC);
        Path text = script("service", "read line");
        run("/usr/bin/tail", "-f", text.toString());
        assertThat(table.byExecutable(text)).as("only read by another").isInstanceOf(Sighting.Gone.class);
        stop();
        Process process = run(text.toString());
        assertThat(pid(table.byExecutable(text))).isEqualTo(process.pid());
    }

    @Test
    void aPidFileIsReadStrictly() throws Exception {
        var table = new ProcessTable(PROC);
        Path file = directory.resolve("pid");
        Path program = ownSleep();
        assertThat(table.byPidFile(file, Optional.empty())).isInstanceOf(Sighting.Gone.class);
        for (String text : List.of("", "x", "-1", "0", "1 2", "12345678901")) {
            Files.writeString(file, text);
            assertThat(table.byPidFile(file, Optional.empty())).as(text).isInstanceOf(Sighting.CannotSee.class);
        }
        Process process = run(program.toString(), "60");
        Files.writeString(file, process.pid() + "\n");
        assertThat(pid(table.byPidFile(file, Optional.empty()))).isEqualTo(process.pid());
        assertThat(pid(table.byPidFile(file, Optional.of(program)))).isEqualTo(process.pid());
        assertThat(table.byPidFile(file, Optional.of(Path.of("/bin/other"))))
                .as("the number belongs to another now")
                .isInstanceOf(Sighting.Gone.class);
        process.destroyForcibly().waitFor();
        assertThat(table.byPidFile(file, Optional.empty())).isInstanceOf(Sighting.Gone.class);
    }

    @Test
    void aZombieIsGoneAndWhatIsHiddenIsNotSeen() throws Exception {
        Path proc = Files.createDirectories(directory.resolve("proc"));
        Path file = directory.resolve("pid");
        Files.writeString(file, "77");
        var table = new ProcessTable(proc);
        assertThat(table.byPidFile(file, Optional.empty())).isInstanceOf(Sighting.CannotSee.class);
        assertThat(table.byExecutable(Path.of("/bin/x"))).isInstanceOf(Sighting.CannotSee.class);

        Files.createDirectories(proc.resolve("1"));
        Files.writeString(proc.resolve("1/stat"), "1 (init) S 0");
        Files.writeString(proc.resolve("1/cmdline"), "/sbin/init\0");
        Files.createDirectories(proc.resolve("77"));
        Files.writeString(proc.resolve("77/cmdline"), "/bin/x\0-v\0");
        String rest = " 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 4711 0";
        Files.writeString(proc.resolve("77/stat"), "77 (a) b) S" + rest);
        assertThat(table.byPidFile(file, Optional.empty())).isEqualTo(new Sighting.Runs(new Identity(77, "4711")));
        assertThat(table.byExecutable(Path.of("/bin/x"))).isEqualTo(new Sighting.Runs(new Identity(77, "4711")));
        Files.writeString(proc.resolve("77/stat"), "77 (a) b) S" + rest.replace("4711", "4712"));
        assertThat(table.byExecutable(Path.of("/bin/x")))
                .as("another life under the same number")
                .isEqualTo(new Sighting.Runs(new Identity(77, "4712")));
        Files.writeString(proc.resolve("77/stat"), "77 (S) Z" + rest);
        assertThat(table.byPidFile(file, Optional.empty())).isInstanceOf(Sighting.Gone.class);
        assertThat(table.byExecutable(Path.of("/bin/x"))).isInstanceOf(Sighting.Gone.class);
        Files.writeString(proc.resolve("77/stat"), "77 (x) S 1");
        assertThat(table.byPidFile(file, Optional.empty())).isInstanceOf(Sighting.CannotSee.class);
    }

    private static WatchedProcess process(String name, Where where, Optional<WatchedProcess.Health> health) {
        var some = Duration.ofSeconds(1);
        return new WatchedProcess(
                name,
                where,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                some,
                1,
                some,
                some,
                some,
                health,
                WhenLost.NOTIFY);
    }

    @Test
    void aProcessThatFailsItsHealthChecksInARowIsUselessUntilItPassesOne() throws Exception {
        Path sick = directory.resolve("sick");
        Path check = script("check", "! test -e " + sick);
        var health =
                new WatchedProcess.Health(List.of(check.toString()), Duration.ofSeconds(20), Duration.ofSeconds(30), 2);
        var process = process("p", new Where.Unit("p.service"), Optional.of(health));
        var checks = new HealthChecks(commands, Runnable::run, time);
        var runs = new Sighting.Runs(new Identity(1, "1"));

        Files.createFile(sick);
        assertThat(checks.of(process, runs)).as("a new process has time").isEqualTo(runs);
        time.advance(Duration.ofSeconds(30));
        assertThat(checks.of(process, runs)).as("once").isEqualTo(runs);
        assertThat(checks.of(process, runs)).as("not asked yet").isEqualTo(runs);
        time.advance(Duration.ofSeconds(30));
        assertThat(checks.of(process, runs).why()).contains("failed 2 health checks in a row: exit code 1");
        assertThat(checks.of(process, runs)).isInstanceOf(Sighting.Useless.class);
        assertThat(checks.of(process, new Sighting.Runs(new Identity(2, "1"))))
                .as("another life")
                .isInstanceOf(Sighting.Runs.class);

        assertThat(checks.of(process, runs)).isEqualTo(runs);
        Files.delete(sick);
        time.advance(Duration.ofSeconds(30));
        assertThat(checks.of(process, runs)).isEqualTo(runs);
        Files.delete(check);
        time.advance(Duration.ofSeconds(30));
        assertThat(checks.of(process, runs)).as("no check, no word").isInstanceOf(Sighting.CannotSee.class);
    }

    @Test
    void aHealthCheckThatHangsKeepsNobodyWaitingAndCountsWhenItEnds() throws Exception {
        List<Runnable> elsewhere = new ArrayList<>();
        var health =
                new WatchedProcess.Health(List.of("/bin/false"), Duration.ofSeconds(20), Duration.ofSeconds(30), 1);
        var process = process("p", new Where.Unit("p.service"), Optional.of(health));
        var checks = new HealthChecks(commands, elsewhere::add, time);
        var runs = new Sighting.Runs(new Identity(1, "1"));

        checks.of(process, runs);
        time.advance(Duration.ofSeconds(30));
        assertThat(checks.of(process, runs)).isEqualTo(runs);
        time.advance(Duration.ofHours(1));
        assertThat(checks.of(process, runs)).as("not answered yet").isEqualTo(runs);
        assertThat(elsewhere).as("asked once").hasSize(1);
        elsewhere.get(0).run();
        assertThat(checks.of(process, runs)).isInstanceOf(Sighting.Useless.class);

        time.advance(Duration.ofSeconds(30));
        checks.of(process, runs);
        var other = new Sighting.Runs(new Identity(2, "1"));
        assertThat(checks.of(process, other)).isEqualTo(other);
        elsewhere.get(1).run();
        assertThat(checks.of(process, other))
                .as("the answer was about another life")
                .isEqualTo(other);
    }

    /** Systemd as it is told about, and asked. */
    private static final class Signals implements UnitSignals {
        private boolean heard = true;
        private boolean changed = true;

        @Override
        public boolean areHeardFor(Set<String> units) {
            return heard;
        }

        @Override
        public boolean takeChanged() {
            boolean was = changed;
            changed = false;
            return was;
        }
    }

    @Test
    void unitsAtRestAreAskedForRarelyWhileSystemdTellsOfChangesAndElseEachTime() throws Exception {
        Path asked = directory.resolve("asked");
        Path state = directory.resolve("state");
        Files.writeString(state, unit("a.service", "active", "success"));
        Path systemctl = script("systemctl", "echo x >>" + asked + "; cat " + state);
        var signals = new Signals();
        var units = new UnitsOnChange(
                new Units(systemctl.toString(), commands, Duration.ofSeconds(20)),
                signals,
                Duration.ofSeconds(30),
                time);
        var names = Set.of("a.service");

        for (int look = 0; look < 10; look++) {
            assertThat(units.look(names)).containsValue(new Sighting.Runs(new Identity(42, "7")));
        }
        assertThat(Files.readAllLines(asked)).hasSize(1);

        Files.writeString(state, unit("a.service", "failed", "signal"));
        signals.changed = true;
        assertThat(units.look(names).get("a.service")).isInstanceOf(Sighting.Gone.class);
        units.look(names);
        assertThat(Files.readAllLines(asked))
                .as("what is lost is looked at again")
                .hasSize(3);

        Files.writeString(state, unit("a.service", "active", "success"));
        units.look(names);
        Files.writeString(state, unit("a.service", "failed", "signal"));
        time.advance(Duration.ofSeconds(30));
        assertThat(units.look(names).get("a.service"))
                .as("a lost signal is made good for")
                .isInstanceOf(Sighting.Gone.class);

        Files.writeString(state, unit("a.service", "active", "success"));
        signals.heard = false;
        for (int look = 0; look < 3; look++) {
            units.look(names);
        }
        assertThat(Files.readAllLines(asked)).as("nobody tells").hasSize(8);
    }

    @Test
    void aUnitIsListenedToByItsPathOnTheBus() {
        assertThat(SystemdSignals.matchOf("9a-b_c@x.service"))
                .endsWith(",path='/org/freedesktop/systemd1/unit/_39a_2db_5fc_40x_2eservice'");
    }

    @Test
    void aCommandThatTakesTooLongIsKilled() throws Exception {
        Path command = script("slow", "echo $$ >" + directory.resolve("slow-pid") + "; exec sleep 60");
        assertThatThrownBy(() -> commands.run(List.of(command.toString()), Duration.ofSeconds(2)))
                .isInstanceOf(Commands.TooSlowException.class)
                .hasMessageContaining("has not ended within 2000 ms");
        long pid =
                Long.parseLong(Files.readString(directory.resolve("slow-pid")).strip());
        ProcessHandle.of(pid).ifPresent(handle -> assertThat(handle.onExit()).succeedsWithin(Duration.ofSeconds(20)));
        assertThat(commands.run(List.of("/bin/sh", "-c", "exit 3"), Duration.ofSeconds(20)))
                .isEqualTo(3);
        assertThat(commands.ask(List.of("/bin/echo", "x"), Duration.ofSeconds(20)))
                .isEqualTo(new Commands.Result(0, "x\n"));
    }
}
