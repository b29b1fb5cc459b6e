// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.config.YamlFile;
import io.migawari.instancemonitor.InstanceMonitorSettings.Watched;
import io.migawari.instancemonitor.InstanceMonitorSettings.Whose;
import io.migawari.instancemonitor.domain.Sign;
import io.migawari.instancemonitor.judgement.Judge;
import io.migawari.instancemonitor.judgement.ReportTable;
import io.migawari.monitor.controller.UnwellController;
import io.migawari.monitor.controller.UnwellController.Trouble;
import io.migawari.monitor.spool.WayToController;
import io.migawari.time.ManualTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Instances die while the controller is unwell for ten minutes. */
class ControllerOutageTest {

    private static final Instant START = Instant.parse("2026-11-20T22:00:00Z");

    @TempDir
    private Path directory;

    private final ManualTime time = new ManualTime(START);
    private final UnwellController controller = new UnwellController();
    private final ScriptedHypervisor libvirt = new ScriptedHypervisor(time);
    private WayToController way;
    private InstanceWatch watch;

    @BeforeEach
    void start() throws IOException {
        for (int number = 1; number <= 5; number++) {
            libvirt.is(number, Sign.RUNS);
        }
        way = new WayToController(directory, controller, time);
        watch = watch();
    }

    private InstanceWatch watch() {
        return new InstanceWatch(
                "compute1",
                "boot-1",
                libvirt,
                new InstanceWatch.Rules(
                        new Judge(YamlFile.readText("t.yaml", "", Map.of(), ReportTable::read), Duration.ofMinutes(1)),
                        new Whose(Watched.NOVA, "instance-[0-9a-f]{8}"),
                        Duration.ofMinutes(1)),
                Optional.empty(),
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
            watch.turn(Duration.ofSeconds(1));
            way.deliver();
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyDeathIsRecordedOnceAndInItsOrder(Trouble trouble) throws Exception {
        until(Duration.ofSeconds(10));
        libvirt.becomes(1, Sign.STOPPED_FAILED);
        until(Duration.ofSeconds(20));
        controller.becomes(trouble);
        until(Duration.ofMinutes(2));
        libvirt.becomes(2, Sign.STOPPED_FAILED);
        until(Duration.ofMinutes(3));
        libvirt.becomes(1, Sign.RUNS);
        until(Duration.ofMinutes(4));
        libvirt.becomes(1, Sign.STOPPED_FAILED);
        until(Duration.ofMinutes(6));

        way.anotherProcess();
        libvirt.goesAway(); // for who has ended
        libvirt.is(3, Sign.STOPPED_FAILED); // while nobody listens
        time.advance(Duration.ofSeconds(20));
        libvirt.comesBack();
        watch = watch();
        until(Duration.ofMinutes(8));
        libvirt.becomes(4, Sign.STOPPED_FAILED);
        libvirt.becomes(5, Sign.STOPPED_FAILED);
        until(Duration.ofMinutes(10).plusSeconds(20));
        assertThat(way.warnings()).anyMatch(trouble::isNamedIn);

        controller.isWell();
        until(Duration.between(START, time.now()).plus(trouble.mostUntilAllIsThere()));
        assertThat(controller.recorded())
                .extracting(
                        n -> Integer.parseInt(n.payload().get("instance_uuid").substring(24)) + " "
                                + n.payload().get("vir_domain_event"))
                .containsExactly(
                        "1 STOPPED_FAILED",
                        "2 STOPPED_FAILED",
                        "1 STOPPED_FAILED",
                        "3 STOPPED_FAILED",
                        "4 STOPPED_FAILED",
                        "5 STOPPED_FAILED");
        assertThat(controller.recorded()).allMatch(n -> n.evidence().containsKey("found_by"));

        until(Duration.between(START, time.now()).plusMinutes(5));
        assertThat(controller.recorded()).as("and no more").hasSize(6);
        assertThat(way.files()).isEmpty();
    }
}
