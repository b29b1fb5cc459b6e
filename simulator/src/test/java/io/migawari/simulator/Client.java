// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;

/** Talks to one service of the simulator. Immutable. */
final class Client {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final URI address;
    private final String prefix;
    private final Map<String, String> headers;

    Client(URI address, String prefix, Map<String, String> headers) {
        this.address = address;
        this.prefix = prefix;
        this.headers = Map.copyOf(headers);
    }

    /** A password sign-in of a user of the project of the same name as given. */
    static Reply signIn(SimulatorServer simulator, String user, String password, String project) {
        return new Client(simulator.address(), "/identity/v3", Map.of())
                .post("/auth/tokens", """
                        {"auth": {"identity": {"methods": ["password"], "password": {"user":
                          {"name": "%s", "domain": {"id": "default"}, "password": "%s"}}},
                          "scope": {"project": {"name": "%s", "domain": {"name": "Default"}}}}}""".formatted(user, password, project));
    }

    Client with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Client(address, prefix, more);
    }

    /** The same client speaking another microversion of Nova. */
    Client at(String microversion) {
        return with("OpenStack-API-Version", "compute " + microversion);
    }

    Reply get(String path) {
        return send("GET", path, "");
    }

    Reply put(String path, String body) {
        return send("PUT", path, body);
    }

    Reply post(String path, String body) {
        return send("POST", path, body);
    }

    Reply delete(String path) {
        return send("DELETE", path, "");
    }

    Reply act(String server, String body) {
        return post("/servers/" + server + "/action", body);
    }

    Reply evacuate(String server, String destination) {
        return act(server, "{\"evacuate\": {\"host\": \"%s\"}}".formatted(destination));
    }

    Reply liveMigrate(String server, String destination) {
        return act(
                server,
                "{\"os-migrateLive\": {\"host\": \"%s\", \"block_migration\": \"auto\"}}".formatted(destination));
    }

    Reply migrate(String server, String destination) {
        return act(server, "{\"migrate\": {\"host\": \"%s\"}}".formatted(destination));
    }

    private Reply send(String method, String path, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + prefix + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        try {
            HttpResponse<String> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Reply(response.statusCode(), response.headers(), response.body(), parse(response.body()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static JsonNode parse(String body) {
        try {
            return body.isEmpty() ? MissingNode.getInstance() : JSON.readTree(body);
        } catch (JsonProcessingException notJson) {
            return MissingNode.getInstance();
        }
    }
}
