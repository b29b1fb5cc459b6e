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
    /** What a command does to the machine. */
    private Runnable effect = () -> {};

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
            effect.run();
            if (command.toString().contains("start, b")) {
                throw new IOException("no such file");
            }
            return 1;
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
        watch = new ProcessWatch("compute1", watched, processes, commands, ToldFacts.beside(spool), reports::add, time);
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
    void whatNeedsNoStartAnyMoreWhenItsTurnComesIsNotStarted() throws InterruptedException {
        machine.put("a", GONE);
        machine.put("b", GONE);
        effect = () -> machine.put("b", runs(2));
        seconds(2);
        assertThat(started).containsExactly("[start, a]");
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
