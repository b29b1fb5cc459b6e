// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.migawari.config.OpenStackSettings;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.cloud.VmState;
import io.migawari.time.SystemTime;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * The contract, held to a real Nova: run by {@code acceptance/run contract}, which sets {@code OS_*} as for the OpenStack
 * client, {@code MIGAWARI_CONTRACT_IMAGE} (the id of a small image) and {@code MIGAWARI_CONTRACT_KILL} (a command that
 * kills the host whose name is appended).
 */
@EnabledIfEnvironmentVariable(named = "MIGAWARI_CONTRACT_KILL", matches = ".+")
class RealNovaTest extends CloudContract {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final OpenStackCloud cloud = new OpenStackCloud(settings(), new SystemTime());

    @Override
    OpenStackSettings settings() {
        return OpenStackSettings.fromEnvironment(System.getenv());
    }

    @Override
    ServerId boot(String name, HostName host, boolean fromVolume, Map<String, String> metadata) throws Exception {
        return boot(name, host, fromVolume, metadata, Optional.empty());
    }

    private ServerId boot(
            String name, HostName host, boolean fromVolume, Map<String, String> metadata, Optional<String> group)
            throws Exception {
        String image = System.getenv("MIGAWARI_CONTRACT_IMAGE");
        var body = MAPPER.createObjectNode();
        var server = body.putObject("server");
        server.put("name", name).put("flavorRef", "1").put("networks", "none").put("host", host.value());
        metadata.forEach(server.putObject("metadata")::put);
        if (fromVolume) {
            server.putArray("block_device_mapping_v2")
                    .addObject()
                    .put("source_type", "image")
                    .put("uuid", image)
                    .put("boot_index", 0)
                    .put("destination_type", "volume")
                    .put("volume_size", 1)
                    .put("delete_on_termination", true);
        } else {
            server.put("imageRef", image);
        }
        group.ifPresent(id -> body.putObject("os:scheduler_hints").put("group", id));
        ServerId id =
                ServerId.parse(nova("POST", "/servers", body).at("/server/id").asText());
        await().atMost(Duration.ofSeconds(90))
                .until(() -> cloud.server(id, PATIENCE).vmState() == VmState.ACTIVE);
        return id;
    }

    @Override
    ServerId bootInGroup(String name, HostName host, String policy) throws Exception {
        var body = MAPPER.createObjectNode();
        body.putObject("server_group").put("name", name).put("policy", policy);
        String group =
                nova("POST", "/os-server-groups", body).at("/server_group/id").asText();
        return boot(name, host, false, Map.of(), Optional.of(group));
    }

    @Override
    ServerId bootPaused(String name, HostName host) throws Exception {
        ServerId server = boot(name, host, false, Map.of());
        nova("POST", "/servers/" + server + "/action", MAPPER.createObjectNode().putNull("pause"));
        return server;
    }

    @Override
    void delete(ServerId server) throws Exception {
        nova("DELETE", "/servers/" + server, MAPPER.createObjectNode());
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            try {
                return cloud.server(server, PATIENCE).deleted();
            } catch (CloudException e) {
                return e.kind() == CloudException.Kind.NOT_FOUND;
            }
        });
    }

    @Override
    void kill(HostName host) throws Exception {
        var process = new ProcessBuilder("sh", "-c", System.getenv("MIGAWARI_CONTRACT_KILL") + " " + host)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor()).isZero();
    }

    @Override
    long aggregate() throws Exception {
        var body = MAPPER.createObjectNode();
        body.putObject("aggregate").put("name", "contract-" + System.nanoTime());
        return nova("POST", "/os-aggregates", body).at("/aggregate/id").asLong();
    }

    /** What the product itself never asks of Nova. */
    private JsonNode nova(String method, String path, JsonNode body) throws Exception {
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(URI.create(cloud.novaUrl(PATIENCE) + path))
                        .header("X-Auth-Token", cloud.token(PATIENCE))
                        .header("OpenStack-API-Version", "compute 2.90")
                        .header("Content-Type", "application/json")
                        .method(method, BodyPublishers.ofString(body.toString()))
                        .build(),
                BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isLessThan(300);
        return MAPPER.readTree(response.body().isEmpty() ? "{}" : response.body());
    }
}
