// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.config.YamlFile;
import io.migawari.monitor.notification.Notification;
import io.migawari.monitor.settings.SpoolSettings;
import io.migawari.monitor.spool.Spool;
import io.migawari.monitor.spool.ToldFacts;
import io.migawari.processmonitor.local.Commands;
import io.migawari.processmonitor.process.Identity;
import io.migawari.processmonitor.process.Processes;
import io.migawari.processmonitor.process.Sighting;
import io.migawari.processmonitor.process.WatchedProcess;
import io.migawari.time.ManualTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The watch against scripted processes: what is started and reported, when, and what never is. */
class ProcessWatchTest {

    private static final Instant START = Instant.parse("2026-11-20T22:00:00Z");
    private static final Sighting GONE = new Sighting.Gone("gone");

    @TempDir
    private Path directory;

    private final ManualTime time = new ManualTime(START);
    private final Map<String, Sighting> machine = new HashMap<>();
    private final List<Notification> reports = new ArrayList<>();
    private final List<String> started = new ArrayList<>();
    private List<WatchedProcess> watched = entries("""
            a: {executable: /bin/a, start: [start, a], tries: 1}
            b: {executable: /bin/b, start: [start, b], tries: 2}
            """);
    /** Where commands are run: at once, or when a test says so. */
    private Executor elsewhere = Runnable::run;

    private Spool spool;
    private ProcessWatch watch;

    private final Commands commands = new Commands() {
        @Override
        public Result ask(List<String> command, Duration most) {
            throw new AssertionError(command);
        }

        @Override
        public int run(List<String> command, Duration most) throws IOException {
            started.add(command.toString());
            if (command.toString().contains("start, b")) {
                throw new IOException("no such file");
            }
            return command.toString().contains("fail") || command.toString().contains("start, a") ? 1 : 0;
        }
    };

    private static List<WatchedProcess> entries(String yaml) {
        return YamlFile.readText("p.yaml", "processes:\n" + yaml.indent(2), Map.of(), section -> {
            List<WatchedProcess> all = new ArrayList<>();
            section.named("processes").forEach((name, entry) -> all.add(WatchedProcess.read(name, entry)));
            return all;
        });
    }

    @BeforeEach
    void start() throws IOException {
        spool = Spool.open(new SpoolSettings(directory, 100, 100));
        Processes processes = asked -> {
            Map<String, Sighting> seen = new HashMap<>();
            asked.forEach(process -> seen.put(process.name(), machine.getOrDefault(process.name(), runs(1))));
            return seen;
        };
        var starts = new Starts(commands, work -> elsewhere.execute(work));
        watch = new ProcessWatch("compute1", watched, processes, starts, ToldFacts.beside(spool), reports::add, time);
    }

    @AfterEach
    void stop() {
        spool.close();
    }

    private void restart() throws IOException {
        stop();
        start();
    }

    private static Sighting runs(long pid) {
        return new Sighting.Runs(new Identity(pid, "1"));
    }

    private void seconds(int seconds) throws InterruptedException {
        for (int i = 0; i < seconds; i++) {
            time.advance(Duration.ofSeconds(1));
            watch.round();
        }
    }

    private List<String> reported() {
        List<String> told = reports.stream()
                .map(n -> n.payload().get("process_name") + " " + n.payload().get("event") + " "
                        + Duration.between(START, n.generatedTime()).toSeconds())
                .toList();
        reports.clear();
        return told;
    }

    @Test
    void whatCannotBeBroughtBackIsReportedOnceAsMasakariTakesIt() throws InterruptedException {
        seconds(5);
        machine.put("a", GONE);
        seconds(60);

        assertThat(started).containsExactly("[start, a]");
        Notification stopped = reports.get(0);
        assertThat(stopped.type()).isEqualTo(Notification.Type.PROCESS);
        assertThat(stopped.host()).isEqualTo("compute1");
        assertThat(stopped.payload()).isEqualTo(Map.of("event", "STOPPED", "process_name", "a"));
        assertThat(stopped.evidence()).containsEntry("seen", "gone");
        assertThat(reported()).containsExactly("a STOPPED 6");

        machine.put("a", runs(2));
        seconds(60);
        assertThat(reported()).containsExactly("a STARTED 66");
    }

    @Test
    void aStartThatFailsOrCannotBeRunIsATryLikeAnyOther() throws InterruptedException {
        machine.put("b", GONE);
        seconds(60);
        assertThat(started).containsExactly("[start, b]", "[start, b]");
        assertThat(reported()).containsExactly("b STOPPED 1");
    }

    @Test
    void theNextMonitorTellsTheSameAgainAndOnlyOnce() throws Exception {
        machine.put("a", GONE);
        seconds(60);
        String before = reports.get(0).id();
        reports.clear();

        restart();
        seconds(60);
        assertThat(reports).hasSize(1).allMatch(again -> again.id().equals(before));
        assertThat(started).as("tried by the first one only").hasSize(1);

        machine.put("a", runs(2));
        seconds(60);
        restart();
        seconds(60);
        assertThat(reported()).containsExactly("a STOPPED 1", "a STARTED 121", "a STARTED 121");
    }

    @Test
    void aStartThatHangsKeepsNothingElseWaitingAndIsNotBegunTwice() throws InterruptedException {
        List<Runnable> hanging = new ArrayList<>();
        elsewhere = hanging::add;
        machine.put("a", GONE);
        seconds(100);
        assertThat(hanging).hasSize(1);
        assertThat(reported()).isEmpty();

        elsewhere = Runnable::run;
        machine.put("b", GONE);
        seconds(50);
        assertThat(reported()).containsExactly("b STOPPED 101");
        assertThat(watch.vitals().facts().get("processes")).contains("a=it is being started");

        hanging.get(0).run();
        seconds(9);
        assertThat(reported()).as("its effect is waited for from its end").isEmpty();
        seconds(10);
        assertThat(reported()).containsExactly("a STOPPED 1");
    }

    @Test
    void hooksAreRunBeforeAndAfterAStart() throws Exception {
        watched = entries("a: {executable: /bin/a, start: [go, a], before: [ready, a], after: [done, a], tries: 1}");
        restart();
        machine.put("a", GONE);
        seconds(5);
        assertThat(started).containsExactly("[ready, a]", "[go, a]", "[done, a]");
    }

    @Test
    void aHookBeforeThatFailsIsAFailedTryAndOneAfterFollowsSuccessOnly() throws Exception {
        watched = entries("""
                a: {executable: /bin/a, start: [go, a], before: [fail, a], after: [done, a], tries: 2}
                b: {executable: /bin/b, start: [fail, b], after: [done, b], tries: 1}
                """);
        restart();
        machine.put("a", GONE);
        machine.put("b", GONE);
        seconds(60);
        assertThat(started).containsExactly("[fail, a]", "[fail, b]", "[fail, a]");
        assertThat(reported()).containsExactly("b STOPPED 1", "a STOPPED 1");
    }

    @Test
    void whatNeedsNoStartAnyMoreWhenItsTurnComesIsNotStarted() throws Exception {
        for (Sighting meanwhile : List.of(runs(2), new Sighting.Stopped("by a person"))) {
            List<Runnable> waiting = new ArrayList<>();
            elsewhere = waiting::add;
            restart();
            machine.put("a", GONE);
            seconds(2);
            machine.put("a", meanwhile);
            seconds(1);
            waiting.forEach(Runnable::run);
            assertThat(started).as(meanwhile.toString()).isEmpty();
        }
    }

    @Test
    void whatWasReportedAndIsNotListedAnyMoreIsAwaitedWithoutBeingStarted() throws Exception {
        for (boolean byRestart : List.of(false, true)) {
            machine.put("a", GONE);
            seconds(60);
            assertThat(reported()).hasSize(1);
            started.clear();

            List<WatchedProcess> shorter = entries("b: {executable: /bin/b}");
            if (byRestart) {
                watched = shorter;
                restart();
            } else {
                watch.change(shorter);
            }
            seconds(60);
            assertThat(watch.vitals().metrics()).anyMatch(m -> m.name().equals("processes_awaited") && m.value() == 1);
            machine.put("a", new Sighting.CannotSee("its unit was removed"));
            seconds(10);
            assertThat(watch.vitals().troubles()).isEmpty();
            assertThat(reported()).allMatch(report -> report.startsWith("a STOPPED"));
            machine.put("a", runs(2));
            seconds(60);
            assertThat(started).isEmpty();
            assertThat(reported()).singleElement().asString().startsWith("a STARTED");

            machine.put("a", GONE);
            seconds(60);
            assertThat(reported()).as("told once, and forgotten").isEmpty();
            assertThat(watch.vitals().metrics()).anyMatch(m -> m.name().equals("processes_awaited") && m.value() == 0);

            watched = entries("a: {executable: /bin/a, start: [start, a], tries: 1}");
            machine.put("a", runs(3));
            restart();
            seconds(60);
            reported();
        }
    }

    @Test
    void whatWasReportedIsReportedAsBackEvenIfItWouldOnlyBeLoggedByNow() throws Exception {
        machine.put("a", GONE);
        seconds(60);
        watch.change(entries("a: {executable: /bin/a, when-lost: log}"));
        machine.put("a", runs(2));
        seconds(60);
        assertThat(reported()).containsExactly("a STOPPED 1", "a STARTED 61");
        machine.put("a", GONE);
        seconds(60);
        assertThat(reported()).isEmpty();
    }

    @Test
    void blindnessStartsAndReportsNothingAndIsATrouble() throws InterruptedException {
        machine.put("a", new Sighting.CannotSee("no answer"));
        seconds(100);
        assertThat(started).isEmpty();
        assertThat(reported()).isEmpty();
        assertThat(watch.vitals().troubles()).containsExactly("a cannot be seen: no answer");
        machine.put("a", runs(1));
        seconds(1);
        assertThat(watch.vitals().troubles()).isEmpty();
    }

    @Test
    void whereTheEntrySaysLogNothingIsReported() throws Exception {
        watched = entries("a: {executable: /bin/a, tries: 0, when-lost: log}");
        restart();
        machine.put("a", GONE);
        seconds(10);
        assertThat(reported()).isEmpty();
    }

    @Test
    void aListThatIsReadAgainCountsFromTheNextRoundAndForgetsNothingThatWasTold() throws InterruptedException {
        machine.put("a", GONE);
        machine.put("c", GONE);
        seconds(60);
        assertThat(reported()).containsExactly("a STOPPED 1");

        watch.change(entries("""
                a: {executable: /bin/a, start: [other, a], tries: 9}
                c: {executable: /bin/c, tries: 0}
                """));
        seconds(10);
        assertThat(reported()).containsExactly("a STOPPED 1", "c STOPPED 61");
        assertThat(started).as("a is left to people").containsExactly("[start, a]");
    }
}
