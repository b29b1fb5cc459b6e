// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.config.YamlFile;
import io.migawari.monitor.controller.UnwellController;
import io.migawari.monitor.controller.UnwellController.Trouble;
import io.migawari.monitor.spool.WayToController;
import io.migawari.processmonitor.local.Commands;
import io.migawari.processmonitor.process.Identity;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Processes die for good and return while the controller is unwell for ten minutes. */
class ControllerOutageTest {

    private static final Instant START = Instant.parse("2026-11-20T22:00:00Z");
    private static final List<WatchedProcess> WATCHED = YamlFile.readText("p.yaml", """
            processes:
              a: {executable: /bin/a, tries: 0}
              b: {executable: /bin/b, tries: 0}
              c: {executable: /bin/c, tries: 0}
            """, Map.of(), section -> {
        List<WatchedProcess> all = new ArrayList<>();
        section.named("processes").forEach((name, entry) -> all.add(WatchedProcess.read(name, entry)));
        return all;
    });

    private static final Commands NONE = new Commands() {
        @Override
        public Result ask(List<String> command, Duration most) {
            throw new AssertionError(command);
        }

        @Override
        public int run(List<String> command, Duration most) {
            throw new AssertionError(command);
        }
    };

    @TempDir
    private Path directory;

    private final ManualTime time = new ManualTime(START);
    private final UnwellController controller = new UnwellController();
    private final Map<String, Sighting> machine = new HashMap<>();
    private int lives;
    private WayToController way;
    private ProcessWatch watch;

    @BeforeEach
    void start() throws IOException {
        List.of("a", "b", "c").forEach(this::runs);
        way = new WayToController(directory, controller, time);
        watch = watch();
    }

    private ProcessWatch watch() {
        return new ProcessWatch(
                "compute1",
                WATCHED,
                asked -> Map.copyOf(machine),
                new Starts(NONE, Runnable::run),
                way.told(),
                way::report,
                time);
    }

    @AfterEach
    void stop() throws IOException {
        way.close();
        controller.close();
    }

    private void until(Duration sinceStart) throws InterruptedException {
        while (Duration.between(START, time.now()).compareTo(sinceStart) < 0) {
            watch.round();
            way.deliver();
            time.advance(Duration.ofSeconds(1));
        }
    }

    private void runs(String name) {
        machine.put(name, new Sighting.Runs(new Identity(++lives, "1")));
    }

    private void isGone(String name) {
        machine.put(name, new Sighting.Gone("gone"));
    }

    @ParameterizedTest
    @EnumSource
    void everyLossAndReturnIsRecordedOnceAndInItsOrder(Trouble trouble) throws Exception {
        until(Duration.ofSeconds(10));
        isGone("c");
        until(Duration.ofSeconds(30));
        controller.becomes(trouble);
        until(Duration.ofMinutes(2));
        isGone("a");
        until(Duration.ofMinutes(3));
        runs("a");
        until(Duration.ofMinutes(6));

        way.anotherProcess();
        isGone("a"); // while nobody looks
        time.advance(Duration.ofSeconds(20));
        watch = watch();
        until(Duration.ofMinutes(8));
        isGone("b");
        until(Duration.ofMinutes(9));
        runs("c");
        until(Duration.ofMinutes(10).plusSeconds(30));
        assertThat(way.warnings()).anyMatch(trouble::isNamedIn);

        controller.isWell();
        until(Duration.between(START, time.now()).plus(trouble.mostUntilAllIsThere()));
        assertThat(controller.recorded())
                .extracting(
                        n -> n.payload().get("process_name") + " " + n.payload().get("event"))
                .containsExactly("c STOPPED", "a STOPPED", "a STARTED", "a STOPPED", "b STOPPED", "c STARTED");
        assertThat(controller.recorded()).allMatch(n -> n.evidence().containsKey("seen"));

        until(Duration.between(START, time.now()).plusMinutes(5));
        assertThat(controller.recorded()).as("and no more").hasSize(6);
        assertThat(way.files()).isEmpty();
    }
}
