// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.migawari.config.DatabaseSettings;
import io.migawari.simulator.SimulatorServer;
import io.migawari.simulator.cloud.CloudOptions;
import io.migawari.simulator.cloud.ServerReading;
import io.migawari.simulator.cloud.SimulatedCloud;
import io.migawari.simulator.nova.ServerSpec;
import io.migawari.simulator.nova.Timings;
import io.migawari.simulator.nova.VmState;
import io.migawari.time.SystemTime;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A controller as a process of its own that gets SIGKILL in the middle of recoveries, and its successor. The same against a
 * real Nova, ten times, is {@code acceptance/run crash}.
 */
class KilledControllerTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int RECOVERIES = 3;

    /** Longer than a dead controller's lease, so that its successor finds evacuations under way. */
    private static final Timings TIMINGS = Timings.DEFAULTS.withEvacuation(new Timings.Evacuation(
            Duration.ofMillis(300), Duration.ofSeconds(9), Duration.ofMillis(100), Duration.ofMillis(300)));

    @TempDir
    private Path directory;

    private final SimulatedCloud cloud =
            new SimulatedCloud(new SystemTime(), CloudOptions.DEFAULTS.withTimings(TIMINGS));
    private final HttpClient http = HttpClient.newHttpClient();
    private SimulatorServer simulator;
    private Path config;
    private URI url;
    private Process controller;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        for (int i = 1; i <= 2 * RECOVERIES; i++) {
            cloud.addHost("compute" + i);
        }
        simulator = SimulatorServer.start(cloud);
        int port = freePort();
        url = URI.create("http://127.0.0.1:" + port);
        config = Files.writeString(directory.resolve("controller.yaml"), settings(TestDatabase.migrated(), port));
        startController();
        String segment = call(
                        "POST",
                        "/v1/segments",
                        "{'segment': {'name': 'rack1', 'recovery_method': 'auto', 'service_type': 'compute'}}")
                .at("/segment/uuid")
                .asText();
        for (int i = 1; i <= 2 * RECOVERIES; i++) {
            call(
                    "POST",
                    "/v1/segments/" + segment + "/hosts",
                    "{'host': {'name': 'compute" + i + "', 'type': 'COMPUTE', 'control_attributes': 'none'}}");
        }
    }

    @AfterEach
    void stop() {
        controller.destroyForcibly();
        simulator.close();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private String settings(DatabaseSettings database, int port) {
        return """
                name: killed
                api: {listen: "127.0.0.1:%d", authentication: none}
                database: {url: "%s", user: "%s", password: "%s"}
                openstack:
                  auth-url: "%s"
                  username: admin
                  user-domain-name: Default
                  password: admin-secret
                  project-name: admin
                  project-domain-name: Default
                # nothing else is wrong here, and the controller is new
                recovery: {fence-after: 0s, gates: {watch-first: 0s, storm-percent-of-segment: 100, storm-percent-overall: 100, seen-percent: 0}}
                """.formatted(
                port, database.url(), database.user(), database.password().reveal(), simulator.identityAddress());
    }

    private void startController() throws IOException {
        controller = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Duser.timezone=UTC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.migawari.controller.cli.Migawari",
                        "controller",
                        "--config",
                        config.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(new File("target/killed-controller.log")))
                .start();
        await().atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> send("GET", "/readyz", "").statusCode() == 200);
    }

    private void kill() {
        controller.destroyForcibly().onExit().join();
    }

    @Test
    void whatItLeavesHalfDoneItsSuccessorFinishes() throws IOException, InterruptedException {
        long seed = Long.getLong("migawari.seed", 20261121);
        var random = new Random(seed);
        for (int round = 1; round <= RECOVERIES; round++) {
            String dead = "compute" + round;
            Map<String, String> expected = fill(dead);
            cloud.killHost(dead);
            call(
                    "POST",
                    "/v1/notifications",
                    "{'notification': {'type': 'COMPUTE_HOST', 'hostname': '" + dead + "', 'generated_time': '"
                            + new SystemTime().now()
                            + "', 'payload': {'event': 'STOPPED', 'cluster_status': 'OFFLINE', "
                            + "'host_status': 'NORMAL'}}}");

            // half of them while calls are being made, the others while Nova is at it
            long moment = random.nextBoolean() ? random.nextLong(300) : random.nextLong(1800);
            assertThat(controller.waitFor(moment, TimeUnit.MILLISECONDS)).isFalse();
            kill();
            startController();

            String words = "seed " + seed + ", round " + round + ", killed after " + moment + " ms";
            await(words)
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(phase(dead)).isEqualTo("recovered"));
            expected.forEach((server, status) -> assertThere(words, server, dead, status));
        }
        assertThat(cloud.everRanTwice()).isEmpty();
        assertThat(cloud.secondEvacuations()).isZero();
    }

    @Test
    void instancesRunAgainAndHostsGetInstancesAgainWhateverWasCutOff() throws IOException, InterruptedException {
        long seed = Long.getLong("migawari.seed", 20261122);
        var random = new Random(seed);
        String host = "compute1";
        for (int round = 1; round <= RECOVERIES; round++) {
            List<String> servers = new ArrayList<>();
            for (int i = 1; i <= 4; i++) {
                servers.add(cloud.addServer(ServerSpec.active("vm-" + round + "-" + i, host)));
            }
            for (String server : servers) {
                cloud.killGuest(server);
                report(
                        host,
                        "VM",
                        "'event': 'LIFECYCLE', 'vir_domain_event': 'STOPPED_FAILED', 'instance_uuid': '" + server
                                + "'");
            }
            report(host, "PROCESS", "'event': 'STOPPED', 'process_name': 'libvirtd'");
            long first = random.nextLong(1200);
            assertThat(controller.waitFor(first, TimeUnit.MILLISECONDS)).isFalse();
            kill();
            startController();
            String words = "seed " + seed + ", round " + round + ", killed after " + first + " ms";
            await(words)
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(phases().values()).isSubsetOf("recovered", "kept_out"));

            for (String server : servers) {
                assertThat(cloud.server(server).status()).as(words).isEqualTo("ACTIVE");
                assertThat(cloud.ledger().runsOn(server)).as(words).containsExactly(host);
                assertThat(starts(server)).as("%s: starts of %s", words, server).isBetween(1, 2);
            }
            assertThat(isEnabled(host)).as(words).isFalse();
            report(host, "PROCESS", "'event': 'STARTED', 'process_name': 'libvirtd'");
            long second = random.nextLong(1500);
            assertThat(controller.waitFor(second, TimeUnit.MILLISECONDS)).isFalse();
            kill();
            startController();
            await(words + " and " + second + " ms")
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(phases().values()).containsOnly("recovered"));
            assertThat(isEnabled(host)).as(words).isTrue();
        }
    }

    private void report(String host, String type, String payload) throws IOException, InterruptedException {
        call(
                "POST",
                "/v1/notifications",
                "{'notification': {'type': '" + type + "', 'hostname': '" + host + "', 'generated_time': '"
                        + new SystemTime().now() + "', 'payload': {" + payload + "}}}");
    }

    private int starts(String server) {
        return cloud.exclusively(nova -> (int) nova.server(server).actions().stream()
                .filter(action -> action.name().equals("start"))
                .count());
    }

    private boolean isEnabled(String host) {
        return cloud.services().stream().anyMatch(service -> service.host().equals(host) && service.enabled());
    }

    /** Incident to phase. */
    private Map<String, String> phases() throws IOException, InterruptedException {
        Map<String, String> phases = new LinkedHashMap<>();
        for (JsonNode incident : call("GET", "/migawari/v1/incidents", "").path("incidents")) {
            phases.put(incident.path("uuid").asText(), incident.path("phase").asText());
        }
        return phases;
    }

    /** Instances of several kinds, with the status in which each has to come back. */
    private Map<String, String> fill(String host) {
        Map<String, String> expected = new LinkedHashMap<>();
        for (int i = 1; i <= 4; i++) {
            expected.put(cloud.addServer(ServerSpec.active("active-" + host + "-" + i, host)), "ACTIVE");
        }
        expected.put(
                cloud.addServer(ServerSpec.active("volume-" + host, host).withKind(ServerSpec.Kind.VOLUME)), "ACTIVE");
        expected.put(cloud.addServer(ServerSpec.active("stopped-" + host, host).in(VmState.STOPPED)), "SHUTOFF");
        return expected;
    }

    private void assertThere(String words, String id, String dead, String status) {
        ServerReading server = cloud.server(id);
        assertThat(server.host()).as(words).isPresent().get().isNotEqualTo(dead);
        assertThat(server.status()).as("%s, %s", words, server.name()).isEqualTo(status);
        assertThat(cloud.ledger().runsOn(id))
                .as("%s, %s", words, server.name())
                .hasSize(status.equals("ACTIVE") ? 1 : 0);
    }

    private String phase(String host) throws IOException, InterruptedException {
        for (JsonNode incident : call("GET", "/migawari/v1/incidents", "").path("incidents")) {
            if (incident.path("host").asText().equals(host)
                    && !incident.path("kind").asText().equals("return")) {
                return incident.path("phase").asText();
            }
        }
        return "none";
    }

    private JsonNode call(String method, String path, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(method, path, body.replace('\'', '"'));
        assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
        return MAPPER.readTree(answer.body());
    }

    private HttpResponse<String> send(String method, String path, String body)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(url.resolve(path))
                        .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }
}
