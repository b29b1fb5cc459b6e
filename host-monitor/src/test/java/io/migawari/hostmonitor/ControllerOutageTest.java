// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.hostmonitor.judgement.Judge;
import io.migawari.hostmonitor.membership.Fencing;
import io.migawari.hostmonitor.membership.SeenHost;
import io.migawari.hostmonitor.membership.Sighting;
import io.migawari.hostmonitor.membership.Standing;
import io.migawari.monitor.controller.UnwellController;
import io.migawari.monitor.controller.UnwellController.Trouble;
import io.migawari.monitor.spool.WayToController;
import io.migawari.time.ManualTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Hosts die and return while the controller is unwell for ten minutes. */
class ControllerOutageTest {

    private static final Instant START = Instant.parse("2026-11-20T22:00:00Z");

    @TempDir
    private Path directory;

    private final ManualTime time = new ManualTime(START);
    private final UnwellController controller = new UnwellController();
    private final Map<String, SeenHost> hosts = new TreeMap<>();
    private final List<String> happened = new ArrayList<>();
    private WayToController way;
    private HostWatch watch;

    @BeforeEach
    void start() throws IOException {
        List.of("compute1", "compute2", "compute3")
                .forEach(host -> hosts.put(host, new SeenHost(Standing.ONLINE, Optional.empty(), "online")));
        way = new WayToController(directory, controller, time);
        watch = watch();
    }

    private HostWatch watch() {
        return new HostWatch(
                () -> new Sighting.Partition("compute1", true, true, false, hosts),
                new HostWatch.Rules(new Judge(false, 3), new HostNames(HostNames.Rule.SAME, "", Map.of(), Set.of())),
                way.told(),
                way::report,
                "boot-1",
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

    private void isFenced(String host) {
        happened.add(host + " STOPPED " + time.now());
        hosts.put(
                host, new SeenHost(Standing.FENCED, Optional.of(new Fencing("off", time.now(), "compute1")), "fenced"));
    }

    private void isBack(String host) {
        happened.add(host + " STARTED " + time.now());
        hosts.put(host, new SeenHost(Standing.ONLINE, hosts.get(host).lastFencing(), "online"));
    }

    private List<String> recorded() {
        return controller.recorded().stream()
                .map(n -> n.host() + " " + n.payload().get("event") + " " + n.generatedTime())
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void everyDeathAndReturnIsRecordedOnceInTheOrderOfItsHostWithItsProof(Trouble trouble) throws Exception {
        until(Duration.ofSeconds(10));
        isFenced("compute3");
        until(Duration.ofSeconds(20));
        controller.becomes(trouble);
        until(Duration.ofMinutes(2));
        isFenced("compute2");
        until(Duration.ofMinutes(4));
        isBack("compute2");
        until(Duration.ofMinutes(6));

        way.anotherProcess();
        time.advance(Duration.ofSeconds(20));
        isFenced("compute2"); // while nobody watches
        time.advance(Duration.ofSeconds(20));
        watch = watch();
        until(Duration.ofMinutes(8));
        isBack("compute3");
        until(Duration.ofMinutes(10).plusSeconds(20));
        assertThat(way.warnings()).anyMatch(trouble::isNamedIn);

        controller.isWell();
        until(Duration.between(START, time.now()).plus(trouble.mostUntilAllIsThere()));
        assertThat(recorded()).containsExactlyInAnyOrderElementsOf(happened);
        for (String host : hosts.keySet()) {
            assertThat(recorded())
                    .filteredOn(fact -> fact.startsWith(host))
                    .containsExactlyElementsOf(happened.stream()
                            .filter(fact -> fact.startsWith(host))
                            .toList());
        }
        assertThat(controller.recorded())
                .filteredOn(n -> n.payload().containsValue("STOPPED"))
                .allMatch(n ->
                        n.evidence().get("fenced_at").equals(n.generatedTime().toString()));

        until(Duration.between(START, time.now()).plusMinutes(5));
        assertThat(recorded()).as("and no more").hasSameSizeAs(happened);
        assertThat(way.files()).isEmpty();
    }
}
