// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.migawari.config.YamlFile;
import io.migawari.hostmonitor.membership.Sighting;
import io.migawari.hostmonitor.pacemaker.Sample;
import io.migawari.monitor.controller.ControllerClient;
import io.migawari.time.ManualTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The check of names against a cluster of compute1 to compute3, and a controller that knows the hosts it is told to know. */
class NameCheckTest {

    private final ManualTime time = new ManualTime(Instant.EPOCH);
    private Sighting now = Sample.seen("01-all-online", "compute1");
    private volatile List<String> registered = List.of("compute1", "compute2", "compute3");
    private volatile boolean away;
    private CountDownLatch goesOn = new CountDownLatch(0);
    private HttpServer controller;

    @BeforeEach
    void start() throws IOException {
        controller = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        controller.createContext("/", exchange -> {
            try {
                goesOn.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            String hosts = String.join(
                    ",",
                    registered.stream()
                            .map(name -> "{\"name\":\"" + name + "\"}")
                            .toList());
            String body = exchange.getRequestURI().getPath().endsWith("/hosts")
                    ? "{\"hosts\":[" + hosts + "]}"
                    : "{\"segments\":[{\"uuid\":\"s\"}]}";
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(away ? 503 : 200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        controller.start();
    }

    @AfterEach
    void stop() {
        controller.stop(0);
    }

    private NameCheck check(String hosts) {
        return check(hosts, Duration.ofSeconds(20));
    }

    private NameCheck check(String hosts, Duration mostAtStart) {
        String text = "controller: {authentication: none, endpoints: 'http://127.0.0.1:"
                + controller.getAddress().getPort() + "'}\nhosts: " + hosts + "\n";
        var settings = YamlFile.readText("h.yaml", text, Map.of(), s -> HostMonitorSettings.read(s, Map.of()));
        return new NameCheck(settings, () -> now, new ControllerClient(settings.shared(), time), mostAtStart, time);
    }

    @Test
    void namesThatFitAreNoProblem() throws InterruptedException {
        NameCheck check = check("{}");

        assertThat(check.atStart()).isEmpty();
        assertThat(check.vitals().facts()).containsEntry("names_checked", "true");
    }

    @Test
    void aHostThatTheControllerDoesNotKnowKeepsTheMonitorFromStartingOrIsOnlyWarnedOf() throws InterruptedException {
        registered = List.of("compute1", "compute2");

        assertThat(check("{}").atStart())
                .containsExactly("the node compute3 would be reported as compute3, which the controller does not know");
        assertThat(check("{unknown-to-controller: warn}").atStart()).isEmpty();
        assertThat(check("{ignore: [compute3]}").atStart()).isEmpty();
        assertThat(check("{map: {compute3: compute2}}").atStart())
                .containsExactly("the nodes compute2 and compute3 would both be compute2 to Nova");
    }

    @Test
    void aControllerThatIsAwayIsAskedAgainAndThenItIsAnAlarm() throws InterruptedException {
        away = true;
        registered = List.of("compute1");
        NameCheck check = check("{}");
        assertThat(check.atStart()).as("its absence keeps nobody from watching").isEmpty();
        assertThat(check.vitals().facts()).containsEntry("names_checked", "false");

        away = false;
        check.again();
        assertThat(check.vitals().troubles()).as("a minute has not passed").isEmpty();
        time.advance(Duration.ofMinutes(2));
        check.again();
        await().until(() -> check.vitals().troubles().size() == 2);
        assertThat(check.vitals().facts()).containsEntry("names_checked", "true");
    }

    @Test
    void aControllerThatHangsHoldsUpAStartBrieflyAndItsAnswerCountsWhenItComes() throws InterruptedException {
        goesOn = new CountDownLatch(1);
        registered = List.of("compute1", "compute2");
        var brief = Duration.ofMillis(50);
        NameCheck check = check("{}", brief);
        assertThat(check.atStart()).isEmpty();
        assertThat(check("{map: {gone: x}}", brief).atStart())
                .as("what is known without it counts")
                .hasSize(1);

        goesOn.countDown();
        await().untilAsserted(() -> assertThat(check.vitals().troubles())
                .containsExactly(
                        "the node compute3 would be reported as compute3, which the controller does not know"));
    }

    @Test
    void aClusterThatCannotBeSeenIsCheckedWhenItCan() throws InterruptedException {
        registered = List.of("compute1", "compute2");
        now = new Sighting.CannotSee("it does not run yet");
        NameCheck check = check("{}");
        assertThat(check.atStart()).isEmpty();

        now = Sample.seen("01-all-online", "compute1");
        time.advance(Duration.ofMinutes(2));
        check.again();
        await().until(() -> check.vitals().troubles().size() == 1);
        now = new Sighting.CannotSee("no more look is needed");
        time.advance(Duration.ofMinutes(2));
        check.again();
        assertThat(check.vitals().troubles()).hasSize(1);
    }

    @Test
    void anEtcdMayBeToldOfHostsThatStillHaveToCome() throws InterruptedException {
        String etcd = "{map: {compute9: nine}}\nmembership: {driver: etcd}\netcd: {endpoints: ['http://127.0.0.1:1']}";

        assertThat(check("{map: {compute9: nine}}").atStart())
                .containsExactly(
                        "hosts names the node compute9, and the cluster has only [compute1, compute2, compute3]");
        assertThat(check(etcd).atStart()).isEmpty();
    }
}
