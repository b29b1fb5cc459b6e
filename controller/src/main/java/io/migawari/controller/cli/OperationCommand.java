// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code migawari operation …}. */
@Command(
        name = "operation",
        mixinStandardHelpOptions = true,
        description =
                "Moves that people have asked for, as drain or live-migrate: how they are getting on, and how to end or repeat them.")
final class OperationCommand {

    static final String PATH = "/migawari/v1/operations";
    private static final String ID = "id, or a host: its newest operation";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private CommandSpec spec;

    @Command(description = "All operations, newest first.", mixinStandardHelpOptions = true)
    void list(
            @Mixin Connection connection,
            @Mixin Output output,
            @Option(names = "--open", description = "only those that are not over") boolean open,
            @Mixin Limit limit)
            throws ApiFailure, InterruptedException {
        output.list(
                connection
                        .client()
                        .get(PATH + "?" + limit.parameter() + "&open=" + open)
                        .path("operations"),
                "uuid",
                "command",
                "state",
                "message",
                "requested_by",
                "opened_at",
                "closed_at");
    }

    @Command(
            description = "One operation: its instances, what was done, and its story.",
            mixinStandardHelpOptions = true)
    void show(
            @Mixin Connection connection,
            @Mixin Output output,
            @Parameters(paramLabel = "OPERATION", description = ID) String name)
            throws ApiFailure, InterruptedException {
        ApiClient client = connection.client();
        String id = find(client, name);
        new OperationFollower(client, output, spec.commandLine())
                .show(client.get(PATH + "/" + id).path("operation"));
        if (output.isForPeople()) {
            output.say("\nStory");
            client.get(PATH + "/" + id + "/story")
                    .path("story")
                    .forEach(line -> output.say(line.path("at").asText() + "  "
                            + Output.printable(line.path("message").asText())));
        }
    }

    @Command(
            description = "Follows an operation until it is over.",
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:everything is where it should be", "1:it is over, and something is not"})
    int watch(
            @Mixin Connection connection,
            @Mixin Output output,
            @Parameters(paramLabel = "OPERATION", description = ID) String name)
            throws ApiFailure, InterruptedException {
        ApiClient client = connection.client();
        return new OperationFollower(client, output, spec.commandLine()).follow(find(client, name));
    }

    @Command(
            description = {
                "Calls an operation off: no more instances move. What is under way is finished.",
                "What has moved stays where it is."
            },
            mixinStandardHelpOptions = true)
    void abort(
            @Mixin Connection connection,
            @Mixin Output output,
            @Mixin Changes changes,
            @Parameters(paramLabel = "OPERATION", description = ID) String name,
            @Option(
                            names = "--running",
                            description = "call off what is under way as well: live migrations are aborted, cold "
                                    + "ones put back")
                    boolean running,
            @Mixin Reason reason)
            throws ApiFailure, InterruptedException {
        speak(connection.client(), name, output, changes, "abort", words(reason).put("running", running));
    }

    @Command(
            description = {
                "Has what is not where it should be tried again, in an operation that is over.",
                "What somebody else has moved, or deleted, is left alone."
            },
            mixinStandardHelpOptions = true)
    void retry(
            @Mixin Connection connection,
            @Mixin Output output,
            @Mixin Changes changes,
            @Parameters(paramLabel = "OPERATION", description = ID) String name,
            @Mixin Reason reason)
            throws ApiFailure, InterruptedException {
        speak(connection.client(), name, output, changes, "retry", words(reason));
    }

    @Command(
            name = "force-complete",
            description = {
                "Completes the live migrations that are under way at once: their guests are paused for the rest of the copy.",
                "For guests that write faster than is copied."
            },
            mixinStandardHelpOptions = true)
    void forceComplete(
            @Mixin Connection connection,
            @Mixin Output output,
            @Mixin Changes changes,
            @Parameters(paramLabel = "OPERATION", description = ID) String name)
            throws ApiFailure, InterruptedException {
        speak(connection.client(), name, output, changes, "force-complete", JsonNodeFactory.instance.objectNode());
    }

    private static ObjectNode words(Reason reason) {
        return JsonNodeFactory.instance.objectNode().put("reason", reason.words());
    }

    private void speak(ApiClient client, String name, Output output, Changes changes, String what, ObjectNode body)
            throws ApiFailure, InterruptedException {
        String path = PATH + "/" + find(client, name) + "/" + what;
        Optional<JsonNode> answer = changes.send(output, client, "POST", path, body);
        answer.ifPresent(
                json -> new OperationFollower(client, output, spec.commandLine()).show(json.path("operation")));
    }

    /** The id of the operation that a person means: its own, or the newest that is about a host or an instance. */
    private static String find(ApiClient client, String name) throws ApiFailure, InterruptedException {
        for (JsonNode operation : client.get(PATH).path("operations")) {
            if (operation.path("uuid").asText().equals(name)
                    || operation.path("host").asText().equals(name)
                    || operation.path("instance_uuid").asText().equals(name)) {
                return operation.path("uuid").asText();
            }
        }
        return ApiClient.escape(name); // an old one is not in the list; of none, the controller says so
    }
}
