// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code migawari segment …}. */
@Command(
        name = "segment",
        mixinStandardHelpOptions = true,
        description = "Failover segments: groups of hosts that back each other up.")
final class SegmentCommand {

    private static final String METHODS = "auto, reserved_host, auto_priority or rh_priority";

    private static final String[] FIELDS = {
        "uuid", "name", "description", "recovery_method", "service_type", "enabled", "created_at", "updated_at"
    };

    @Command(description = "All segments.", mixinStandardHelpOptions = true)
    void list(@Mixin Connection connection, @Mixin Output output) throws ApiFailure, InterruptedException {
        output.list(
                connection.client().get("/v1/segments").path("segments"),
                "uuid",
                "name",
                "recovery_method",
                "service_type",
                "enabled",
                "description");
    }

    @Command(description = "One segment.", mixinStandardHelpOptions = true)
    void show(
            @Mixin Connection connection,
            @Mixin Output output,
            @Parameters(paramLabel = "SEGMENT", description = "name or id") String segment)
            throws ApiFailure, InterruptedException {
        ApiClient client = connection.client();
        String id = Connection.segmentId(client, segment);
        output.show(client.get("/v1/segments/" + id).path("segment"), FIELDS);
    }

    @Command(
            description = "Creates a segment.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example: migawari segment create rack1 reserved_host"})
    void create(
            @Mixin Connection connection,
            @Mixin Output output,
            @Mixin Changes changes,
            @Parameters(paramLabel = "NAME") String name,
            @Parameters(paramLabel = "METHOD", description = METHODS) String method,
            @Option(
                            names = "--service-type",
                            paramLabel = "TYPE",
                            defaultValue = "compute",
                            description =
                                    "kept for Masakari's clients; nothing depends on it (default: ${DEFAULT-VALUE})")
                    String serviceType,
            @Option(names = "--description", paramLabel = "TEXT") @Nullable String description)
            throws ApiFailure, InterruptedException {
        ObjectNode segment = JsonNodeFactory.instance.objectNode();
        segment.put("name", name).put("recovery_method", method).put("service_type", serviceType);
        if (description != null) {
            segment.put("description", description);
        }
        show(
                changes.send(output, connection.client(), "POST", "/v1/segments", Changes.wrapped("segment", segment)),
                output);
    }

    @Command(
            description = "Changes a segment.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example: migawari segment update rack1 --enabled false"})
    void update(
            @Mixin Connection connection,
            @Mixin Output output,
            @Mixin Changes changes,
            @Parameters(paramLabel = "SEGMENT", description = "name or id") String segment,
            @Option(names = "--name", paramLabel = "NAME") @Nullable String name,
            @Option(names = "--method", paramLabel = "METHOD", description = METHODS) @Nullable String method,
            @Option(names = "--service-type", paramLabel = "TYPE", description = "see: migawari segment create --help")
                    @Nullable
                    String serviceType,
            @Option(names = "--enabled", paramLabel = "true|false", arity = "1") @Nullable Boolean enabled,
            @Option(names = "--description", paramLabel = "TEXT") @Nullable String description)
            throws ApiFailure, InterruptedException {
        ObjectNode change = JsonNodeFactory.instance.objectNode();
        putIfGiven(change, "name", name);
        putIfGiven(change, "recovery_method", method);
        putIfGiven(change, "service_type", serviceType);
        putIfGiven(change, "description", description);
        if (enabled != null) {
            change.put("enabled", enabled);
        }
        ApiClient client = connection.client();
        String path = "/v1/segments/" + Connection.segmentId(client, segment);
        show(changes.send(output, client, "PUT", path, Changes.wrapped("segment", change)), output);
    }

    @Command(description = "Removes a segment and its hosts.", mixinStandardHelpOptions = true)
    void delete(
            @Mixin Connection connection,
            @Mixin Output output,
            @Mixin Changes changes,
            @Parameters(paramLabel = "SEGMENT", description = "name or id") String segment)
            throws ApiFailure, InterruptedException {
        ApiClient client = connection.client();
        if (changes.send(output, client, "DELETE", "/v1/segments/" + Connection.segmentId(client, segment))
                .isPresent()) {
            output.say("Segment " + segment + " is removed.");
        }
    }

    private static void show(Optional<JsonNode> answer, Output output) {
        answer.ifPresent(json -> output.show(json.path("segment"), FIELDS));
    }

    static void putIfGiven(ObjectNode object, String field, @Nullable String value) {
        if (value != null) {
            object.put(field, value);
        }
    }
}
