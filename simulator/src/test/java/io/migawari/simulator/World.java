// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.simulator.cloud.CloudOptions;
import io.migawari.simulator.cloud.SimulatedCloud;
import io.migawari.simulator.nova.ServerSpec;
import io.migawari.time.ManualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A simulated cloud of compute1 to compute4, the last in the zone "nova2", an administrator's clients, and a clock. */
final class World implements AutoCloseable {

    static final Instant START = Instant.parse("2026-11-21T00:00:00Z");

    final ManualTime time = new ManualTime(START);
    final SimulatedCloud cloud;
    final SimulatorServer simulator;
    final Client nova;
    final Client control;

    World() {
        this(CloudOptions.DEFAULTS);
    }

    World(CloudOptions options) {
        cloud = new SimulatedCloud(time, options);
        for (int i = 1; i <= 3; i++) {
            cloud.addHost("compute" + i);
        }
        cloud.addHost("compute4", "nova2", SimulatedCloud.UNLIMITED);
        try {
            simulator = SimulatorServer.start(cloud);
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
        nova = novaFor(token());
        control = new Client(simulator.address(), "/simulator", Map.of());
    }

    String token() {
        return Client.signIn(simulator, "admin", "admin-secret", "admin").header("X-Subject-Token");
    }

    Client novaFor(String token) {
        return new Client(simulator.address(), "/compute/v2.1", Map.of("X-Auth-Token", token)).at("2.59");
    }

    String addServer(String name, String host) {
        return cloud.addServer(ServerSpec.active(name, host));
    }

    void pass(Duration duration) {
        time.advance(duration);
    }

    void passMillis(long millis) {
        pass(Duration.ofMillis(millis));
    }

    void passSeconds(long seconds) {
        pass(Duration.ofSeconds(seconds));
    }

    /** Kills a host in the way that Nova may know of at once. */
    void loseHost(String host) {
        cloud.killHost(host);
        change(host, "{\"forced_down\": true}");
    }

    Reply change(String host, String body) {
        return nova.put("/os-services/" + service(host).path("id").asText(), body);
    }

    JsonNode service(String host) {
        return nova.get("/os-services?binary=nova-compute&host=" + host)
                .json()
                .path("services")
                .path(0);
    }

    JsonNode server(String id) {
        return nova.get("/servers/" + id).json().path("server");
    }

    /** The number of a server's newest move. */
    String move(String server) {
        return migrations(server).get(0).path("id").asText();
    }

    /** Each different state of a server in the next so many seconds, with the time at which it began. */
    List<String> story(String id, int seconds) {
        List<String> story = new ArrayList<>();
        String last = "";
        for (int millis = 0; millis <= 1000 * seconds; millis += 50) {
            String state = state(id);
            if (!state.equals(last)) {
                story.add(millis + " ms: " + state);
            }
            last = state;
            passMillis(50);
        }
        return story;
    }

    /** Of all moves of a server, the newest first. */
    List<JsonNode> migrations(String server) {
        List<JsonNode> all = new ArrayList<>();
        nova.get("/os-migrations?instance_uuid=" + server)
                .json()
                .path("migrations")
                .forEach(all::add);
        return all;
    }

    /** Status, task and host of a server and the status of its newest migration record, as one line. */
    String state(String id) {
        JsonNode server = server(id);
        String task = server.path("OS-EXT-STS:task_state").asText("none");
        String host = server.path("OS-EXT-SRV-ATTR:host").asText("none");
        List<JsonNode> migrations = migrations(id);
        String record = migrations.isEmpty()
                ? "no record"
                : migrations.get(0).path("status").asText();
        return server.path("status").asText() + "/" + task + " on " + host + ", " + record;
    }

    @Override
    public void close() {
        simulator.close();
    }
}
