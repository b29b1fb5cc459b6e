// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code migawari reserved-host …}. */
@Command(
        name = "reserved-host",
        mixinStandardHelpOptions = true,
        description = "Spares: hosts whose nova-compute stays disabled until they take a failed host's place.")
final class ReservedHostCommand {

    private static final String PATH = "/migawari/v1/reserved-hosts";
    private static final String[] COLUMNS = {"host", "segment", "reserved", "on_maintenance", "created_at", "updated_at"
    };

    @Command(
            description = "Registers a host as a spare of a segment, and disables its nova-compute.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example: migawari reserved-host add rack1 compute3"})
    void add(
            @Mixin Connection connection,
            @Mixin Output output,
            @Mixin Changes changes,
            @Parameters(paramLabel = "SEGMENT", description = "name or id") String segment,
            @Parameters(paramLabel = "HOST", description = "name of an empty compute host") String host)
            throws ApiFailure, InterruptedException {
        ApiClient client = connection.client();
        ObjectNode reserved = JsonNodeFactory.instance
                .objectNode()
                .put("segment", Connection.segmentId(client, segment))
                .put("host", host);
        show(changes.send(output, client, "POST", PATH, Changes.wrapped("reserved_host", reserved)), output);
    }

    @Command(description = "The spares of all segments.", mixinStandardHelpOptions = true)
    void list(@Mixin Connection connection, @Mixin Output output) throws ApiFailure, InterruptedException {
        output.list(connection.client().get(PATH).path("reserved_hosts"), COLUMNS);
    }

    @Command(
            description = "Takes a spare out of service for a while, or back.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example: migawari reserved-host update compute3 --on-maintenance true"})
    void update(
            @Mixin Connection connection,
            @Mixin Output output,
            @Mixin Changes changes,
            @Parameters(paramLabel = "HOST") String host,
            @Option(names = "--on-maintenance", paramLabel = "true|false", arity = "1", required = true)
                    boolean onMaintenance)
            throws ApiFailure, InterruptedException {
        ObjectNode change = JsonNodeFactory.instance.objectNode().put("on_maintenance", onMaintenance);
        show(
                changes.send(
                        output,
                        connection.client(),
                        "PUT",
                        PATH + "/" + ApiClient.escape(host),
                        Changes.wrapped("reserved_host", change)),
                output);
    }

    @Command(
            description = "Makes a spare a host like others.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example: migawari reserved-host remove compute3 --enable"})
    void remove(
            @Mixin Connection connection,
            @Mixin Output output,
            @Mixin Changes changes,
            @Parameters(paramLabel = "HOST") String host,
            @Option(names = "--enable", description = "enable its nova-compute, so that Nova uses it from now on")
                    boolean enable)
            throws ApiFailure, InterruptedException {
        String path = PATH + "/" + ApiClient.escape(host) + (enable ? "?enable=true" : "");
        show(changes.send(output, connection.client(), "DELETE", path), output);
    }

    private static void show(Optional<JsonNode> answer, Output output) {
        answer.ifPresent(json -> output.show(json.path("reserved_host"), COLUMNS));
    }
}
