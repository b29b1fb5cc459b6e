// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.config.OpenStackSettings;
import io.migawari.config.OpenStackSettings.Credentials;
import io.migawari.config.Secret;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.ServerId;
import io.migawari.simulator.SimulatorServer;
import io.migawari.simulator.cloud.CloudOptions;
import io.migawari.simulator.cloud.SimulatedCloud;
import io.migawari.simulator.nova.ServerGroup;
import io.migawari.simulator.nova.ServerSpec;
import io.migawari.simulator.nova.Timings;
import io.migawari.simulator.nova.VmState;
import io.migawari.time.SystemTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The contract, held to the simulator. */
class SimulatedCloudTest extends CloudContract {

    private final SimulatedCloud simulated = new SimulatedCloud(
            new SystemTime(),
            CloudOptions.DEFAULTS.withTimings(Timings.DEFAULTS.withMoves(
                    new Timings.Live(
                            Duration.ofMillis(50),
                            Duration.ofMillis(50),
                            Duration.ofMillis(200),
                            Duration.ofMillis(50),
                            Duration.ofSeconds(27),
                            Duration.ofSeconds(30)),
                    new Timings.Cold(
                            Duration.ofMillis(50),
                            Duration.ofMillis(200),
                            Duration.ofMillis(200),
                            Duration.ofMillis(100)))));
    private final SimulatorServer simulator = start(simulated);

    private static SimulatorServer start(SimulatedCloud cloud) {
        for (int i = 1; i <= 4; i++) {
            cloud.addHost("compute" + i);
        }
        try {
            return SimulatorServer.start(cloud);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    @AfterAll
    void leaveNothing() throws Exception {
        super.leaveNothing();
        simulator.close();
    }

    /** Not every server in front of Nova tells the time; this one does, so that the reading of it is tested. */
    @Test
    void theTimeIsReadFromTheAnswer() throws Exception {
        var access = survey.access(PATIENCE);

        assertThat(access.clock())
                .hasValueSatisfying(at -> assertThat(at)
                        .isBetween(
                                access.askedAt().minusSeconds(2),
                                access.answeredAt().plusSeconds(2)));
    }

    @Override
    OpenStackSettings settings() {
        return new OpenStackSettings(
                simulator.identityAddress(),
                new Credentials.Password("admin", "Default", new Secret("admin-secret"), "admin", "Default"),
                Optional.of("RegionOne"),
                "public",
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(20));
    }

    @Override
    ServerId boot(String name, HostName host, boolean fromVolume, Map<String, String> metadata) {
        ServerSpec spec = ServerSpec.active(name, host.value()).withMetadata(metadata);
        return ServerId.parse(simulated.addServer(fromVolume ? spec.withKind(ServerSpec.Kind.VOLUME) : spec));
    }

    @Override
    ServerId bootPaused(String name, HostName host) {
        return ServerId.parse(
                simulated.addServer(ServerSpec.active(name, host.value()).in(VmState.PAUSED)));
    }

    @Override
    ServerId bootInGroup(String name, HostName host, String policy) {
        ServerId server = boot(name, host, false, Map.of());
        simulated.addServerGroup(
                name,
                ServerGroup.Policy.valueOf(policy.toUpperCase(Locale.ROOT).replace('-', '_')),
                List.of(server.toString()));
        return server;
    }

    @Override
    void delete(ServerId server) throws Exception {
        var cloud = new OpenStackCloud(settings(), new SystemTime());
        HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(cloud.novaUrl(Duration.ofSeconds(5)) + "/servers/" + server))
                                .header("X-Auth-Token", cloud.token(Duration.ofSeconds(5)))
                                .DELETE()
                                .build(),
                        BodyHandlers.discarding());
    }

    @Override
    void kill(HostName host) {
        simulated.killHost(host.value());
    }

    @Override
    long aggregate() {
        return simulated.addAggregate("contract", List.of());
    }
}
