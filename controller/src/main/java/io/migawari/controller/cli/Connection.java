// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.time.SystemTime;
import io.migawari.time.Time;
import java.net.URI;
import java.util.Map;
import picocli.CommandLine.Option;

/** Which controller a command talks to. A mixin. */
final class Connection implements Migawari.NeedsEnvironment {

    private static final String DEFAULT = "http://127.0.0.1:15868";

    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            description = "the controller's address (default: MIGAWARI_ENDPOINT, or " + DEFAULT + ")")
    private String endpoint = "";

    private Map<String, String> environment = Map.of();
    private Time time = new SystemTime();

    @Override
    public void environment(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public void time(Time time) {
        this.time = time;
    }

    ApiClient client() {
        String url = endpoint.isEmpty() ? environment.getOrDefault("MIGAWARI_ENDPOINT", DEFAULT) : endpoint;
        return new ApiClient(URI.create(url.replaceFirst("/+$", "")), environment, time);
    }

    /** The id of a segment that is given by its name or its id. */
    static String segmentId(ApiClient client, String nameOrId) throws ApiFailure, InterruptedException {
        for (JsonNode segment : client.get("/v1/segments").path("segments")) {
            if (segment.path("name").asText().equals(nameOrId)
                    || segment.path("uuid").asText().equals(nameOrId)) {
                return segment.path("uuid").asText();
            }
        }
        throw new ApiFailure(Failures.REFUSED, "No segment with the name or id " + nameOrId + ".");
    }

    /** The path of a host that is given by its name or its id. */
    static String hostPath(ApiClient client, String segment, String nameOrId) throws ApiFailure, InterruptedException {
        String hosts = "/v1/segments/" + segmentId(client, segment) + "/hosts";
        for (JsonNode host : client.get(hosts).path("hosts")) {
            if (host.path("name").asText().equals(nameOrId)
                    || host.path("uuid").asText().equals(nameOrId)) {
                return hosts + "/" + host.path("uuid").asText();
            }
        }
        throw new ApiFailure(
                Failures.REFUSED, "The segment " + segment + " has no host with the name or id " + nameOrId + ".");
    }
}
