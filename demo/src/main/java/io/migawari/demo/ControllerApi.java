// SPDX-License-Identifier: Apache-2.0
package io.migawari.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;

/** The controller's public API, as a demonstration uses it: what anybody could do with curl. */
final class ControllerApi {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI url;

    ControllerApi(URI url) {
        this.url = url;
    }

    void createSegment(String name) throws IOException, InterruptedException {
        ObjectNode body = MAPPER.createObjectNode();
        body.putObject("segment")
                .put("name", name)
                .put("recovery_method", "reserved_host")
                .put("service_type", "compute");
        post("/v1/segments", body);
    }

    void addHost(String host) throws IOException, InterruptedException {
        ObjectNode body = MAPPER.createObjectNode();
        body.putObject("host").put("name", host).put("type", "COMPUTE").put("control_attributes", "none");
        post("/v1/segments/" + segment() + "/hosts", body);
    }

    void addReservedHost(String host) throws IOException, InterruptedException {
        ObjectNode body = MAPPER.createObjectNode();
        body.putObject("reserved_host").put("segment", segment()).put("host", host);
        post("/migawari/v1/reserved-hosts", body);
    }

    private String segment() throws IOException, InterruptedException {
        return get("/v1/segments").at("/segments/0/uuid").asText();
    }

    /** What our monitors on the other hosts say once the host was fenced. */
    void report(String host, Instant at) throws IOException, InterruptedException {
        ObjectNode body = MAPPER.createObjectNode();
        ObjectNode notification = body.putObject("notification");
        notification.put("type", "COMPUTE_HOST").put("hostname", host).put("generated_time", at.toString());
        notification
                .putObject("payload")
                .put("event", "STOPPED")
                .put("cluster_status", "OFFLINE")
                .put("host_status", "NORMAL");
        notification.putObject("evidence").put("fenced_at", at.toString());
        post("/v1/notifications", body);
    }

    JsonNode incidents() throws IOException, InterruptedException {
        return get("/migawari/v1/incidents").path("incidents");
    }

    JsonNode incident(String id) throws IOException, InterruptedException {
        return get("/migawari/v1/incidents/" + id).path("incident");
    }

    JsonNode story(String id, long after) throws IOException, InterruptedException {
        return get("/migawari/v1/incidents/" + id + "/story?after=" + after);
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url + path)).GET().build());
    }

    private void post(String path, JsonNode body) throws IOException, InterruptedException {
        send(HttpRequest.newBuilder(URI.create(url + path))
                .POST(BodyPublishers.ofString(body.toString()))
                .build());
    }

    private JsonNode send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        if (response.statusCode() >= 300) {
            throw new IOException(request.method() + " " + request.uri() + ": " + response.body());
        }
        return MAPPER.readTree(response.body());
    }
}
