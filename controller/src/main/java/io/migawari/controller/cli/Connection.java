// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.time.SystemTime;
import io.migawari.time.Time;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Which controller a command talks to. A mixin. */
final class Connection implements Migawari.NeedsEnvironment {

    private static final String DEFAULT = "http://127.0.0.1:15868";

    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            description = "the controller's address (default: MIGAWARI_ENDPOINT, or " + DEFAULT + ")")
    private String endpoint = "";

    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private CommandSpec command;

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
        URI url = endpoint.isEmpty()
                ? url("MIGAWARI_ENDPOINT", environment.getOrDefault("MIGAWARI_ENDPOINT", DEFAULT), command)
                : url("--endpoint", endpoint, command);
        return new ApiClient(url, environment, time);
    }

    /**
     * An address that can be asked.
     *
     * @param name of the option or variable that has it
     * @throws ParameterException if it is none
     */
    static URI url(String name, String text, CommandSpec command) {
        try {
            var url = new URI(text.replaceFirst("/+$", ""));
            boolean web = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
            if (web && url.getHost() != null && url.getQuery() == null && url.getFragment() == null) {
                return url;
            }
        } catch (URISyntaxException e) {
            // what is said below says what was expected
        }
        throw new ParameterException(
                command.commandLine(), name + ": " + text + ": expected a URL such as " + DEFAULT + " or https://HOST");
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
