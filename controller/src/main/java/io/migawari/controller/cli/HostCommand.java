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

/** {@code migawari host …}. */
@Command(name = "host", mixinStandardHelpOptions = true, description = "The compute hosts of a segment.")
final class HostCommand {

    private static final String[] FIELDS = {
        "uuid",
        "name",
        "failover_segment_id",
        "type",
        "control_attributes",
        "reserved",
        "on_maintenance",
        "created_at",
        "updated_at"
    };

    @Command(description = "The hosts of a segment.", mixinStandardHelpOptions = true)
    void list(
            @Mixin Connection connection,
            @Mixin Output output,
            @Parameters(paramLabel = "SEGMENT", description = "name or id") String segment)
            throws ApiFailure, InterruptedException {
        ApiClient client = connection.client();
        String id = Connection.segmentId(client, segment);
        output.list(
                client.get("/v1/segments/" + id + "/hosts").path("hosts"),
                "uuid",
                "name",
                "type",
                "reserved",
                "on_maintenance",
                "control_attributes");
    }

    @Command(description = "One host.", mixinStandardHelpOptions = true)
    void show(
            @Mixin Connection connection,
            @Mixin Output output,
            @Parameters(paramLabel = "SEGMENT", description = "name or id") String segment,
            @Parameters(paramLabel = "HOST", description = "name or id") String host)
            throws ApiFailure, InterruptedException {
        ApiClient client = connection.client();
        output.show(client.get(Connection.hostPath(client, segment, host)).path("host"), FIELDS);
    }

    @Command(
            description = "Puts a host into a segment.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example: migawari host create rack1 compute1"})
    void create(
            @Mixin Connection connection,
            @Mixin Output output,
            @Mixin Changes changes,
            @Parameters(paramLabel = "SEGMENT", description = "name or id") String segment,
            @Parameters(paramLabel = "NAME", description = "as in: openstack compute service list") String name,
            @Option(
                            names = "--type",
                            paramLabel = "TYPE",
                            defaultValue = "COMPUTE",
                            description =
                                    "kept for Masakari's clients; nothing depends on it (default: ${DEFAULT-VALUE})")
                    String type,
            @Option(
                            names = "--control-attributes",
                            paramLabel = "TEXT",
                            defaultValue = "none",
                            description =
                                    "kept for Masakari's clients; fencing is configured in the controller (default: ${DEFAULT-VALUE})")
                    String controlAttributes,
            @Option(
                            names = "--reserved",
                            description =
                                    "as a reserved host; its nova-compute is left as it is (see: migawari reserved-host add)")
                    boolean reserved,
            @Option(names = "--on-maintenance") boolean onMaintenance)
            throws ApiFailure, InterruptedException {
        ApiClient client = connection.client();
        ObjectNode host = JsonNodeFactory.instance
                .objectNode()
                .put("name", name)
                .put("type", type)
                .put("control_attributes", controlAttributes)
                .put("reserved", reserved)
                .put("on_maintenance", onMaintenance);
        String path = "/v1/segments/" + Connection.segmentId(client, segment) + "/hosts";
        show(changes.send(output, client, "POST", path, Changes.wrapped("host", host)), output);
    }

    @Command(
            description = "Changes a host.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example: migawari host update rack1 compute1 --on-maintenance true"})
    void update(
            @Mixin Connection connection,
            @Mixin Output output,
            @Mixin Changes changes,
            @Parameters(paramLabel = "SEGMENT", description = "name or id") String segment,
            @Parameters(paramLabel = "HOST", description = "name or id") String host,
            @Option(names = "--name", paramLabel = "NAME") @Nullable String name,
            @Option(names = "--type", paramLabel = "TYPE") @Nullable String type,
            @Option(names = "--control-attributes", paramLabel = "TEXT") @Nullable String controlAttributes,
            @Option(names = "--reserved", paramLabel = "true|false", arity = "1") @Nullable Boolean reserved,
            @Option(names = "--on-maintenance", paramLabel = "true|false", arity = "1") @Nullable Boolean onMaintenance)
            throws ApiFailure, InterruptedException {
        ApiClient client = connection.client();
        ObjectNode change = JsonNodeFactory.instance.objectNode();
        SegmentCommand.putIfGiven(change, "name", name);
        SegmentCommand.putIfGiven(change, "type", type);
        SegmentCommand.putIfGiven(change, "control_attributes", controlAttributes);
        if (reserved != null) {
            change.put("reserved", reserved);
        }
        if (onMaintenance != null) {
            change.put("on_maintenance", onMaintenance);
        }
        String path = Connection.hostPath(client, segment, host);
        show(changes.send(output, client, "PUT", path, Changes.wrapped("host", change)), output);
    }

    @Command(description = "Takes a host out of its segment.", mixinStandardHelpOptions = true)
    void delete(
            @Mixin Connection connection,
            @Mixin Output output,
            @Mixin Changes changes,
            @Parameters(paramLabel = "SEGMENT", description = "name or id") String segment,
            @Parameters(paramLabel = "HOST", description = "name or id") String host)
            throws ApiFailure, InterruptedException {
        ApiClient client = connection.client();
        if (changes.send(output, client, "DELETE", Connection.hostPath(client, segment, host))
                .isPresent()) {
            output.say("Host " + host + " is removed from segment " + segment + ".");
        }
    }

    private static void show(Optional<JsonNode> answer, Output output) {
        answer.ifPresent(json -> output.show(json.path("host"), FIELDS));
    }
}
