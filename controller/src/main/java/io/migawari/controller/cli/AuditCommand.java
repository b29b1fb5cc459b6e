// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.config.Durations;
import io.migawari.time.SystemTime;
import io.migawari.time.Time;
import java.time.Duration;
import java.util.Optional;
import java.util.StringJoiner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code migawari audit …}. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description = "What people have asked of the controller, and why it has decided as it has.")
final class AuditCommand {

    private final Time time = new SystemTime();

    @Command(
            description = {
                "What people have asked for, newest first: who, what, why, and what was answered, refusals among it.",
                "Reports of monitors are not among it; those are notifications."
            },
            mixinStandardHelpOptions = true,
            footer = {"", "Example: migawari audit list --since 2h"})
    void list(
            @Mixin Connection connection,
            @Mixin Output output,
            @Option(
                            names = "--since",
                            paramLabel = "TIME",
                            defaultValue = "",
                            description = "a time in UTC (2026-11-21T03:00:00), or how long ago (2h, 7d)")
                    String since,
            @Mixin Limit limit)
            throws ApiFailure, InterruptedException {
        Optional<Duration> ago = Durations.parse(since);
        String from = ago.map(duration -> time.now().minus(duration).toString()).orElse(since);
        String query = "?" + limit.parameter() + (from.isEmpty() ? "" : "&since=" + ApiClient.escape(from));
        output.list(
                connection.client().get("/migawari/v1/audit" + query).path("audit"),
                "at",
                "who",
                "what",
                "target_name",
                "why",
                "details",
                "result",
                "message");
    }

    @Command(
            description = "The decisions about an incident, oldest first, each with what it was made from.",
            mixinStandardHelpOptions = true)
    void decisions(
            @Mixin Connection connection,
            @Mixin Output output,
            @Parameters(paramLabel = "INCIDENT", description = "id, or a host, or an instance (name or id)") String id)
            throws ApiFailure, InterruptedException {
        ApiClient client = connection.client();
        JsonNode decisions = client.get(IncidentCommand.PATH + "/" + NamedIncident.find(client, id) + "/decisions")
                .path("decisions");
        output.list(
                output.isForPeople() ? readable(decisions) : decisions,
                "at",
                "from",
                "to",
                "gate",
                "message",
                "steps",
                "inputs");
    }

    private static ArrayNode readable(JsonNode decisions) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (JsonNode decision : decisions) {
            var words = new StringJoiner("; ");
            decision.path("inputs")
                    .properties()
                    .forEach(input ->
                            words.add(input.getKey() + ": " + input.getValue().asText()));
            all.add(((ObjectNode) decision.deepCopy()).put("inputs", words.toString()));
        }
        return all;
    }
}
