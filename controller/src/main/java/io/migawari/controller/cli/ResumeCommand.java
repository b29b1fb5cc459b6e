// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code migawari resume}. */
@Command(
        name = "resume",
        mixinStandardHelpOptions = true,
        description = {
            "Ends the pauses of a host, a segment or everything before their time, and shows what came in meanwhile.",
            "Those that cover more or less than what is named stay: see migawari pauses."
        },
        footer = {"", "Example: migawari resume --segment rack1 --reason \"switch is back\""})
final class ResumeCommand implements Callable<Integer> {

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private Connection connection;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private Output output;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private Changes changes;

    @ArgGroup(multiplicity = "1")
    private PauseScope scope = new PauseScope();

    @Option(names = "--reason", paramLabel = "TEXT", description = "it is recorded")
    private @Nullable String reason;

    @Override
    public Integer call() throws ApiFailure, InterruptedException {
        ApiClient client = connection.client();
        List<JsonNode> those = new ArrayList<>();
        client.get(PausesCommand.PATH).path("pauses").forEach(pause -> {
            if (scope.isThatOf(pause)) {
                those.add(pause);
            }
        });
        if (those.isEmpty()) {
            throw new ApiFailure(Failures.REFUSED, "No pause covers just " + scope.words() + "; see: migawari pauses");
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        if (reason != null) {
            body.put("reason", reason);
        }
        List<String> paths = those.stream()
                .map(pause -> PausesCommand.PATH + "/" + pause.path("uuid").asText() + "/end")
                .toList();
        ArrayNode ended = JsonNodeFactory.instance.arrayNode();
        changes.sendEach(output, client, "POST", paths, body).forEach(json -> ended.add(json.path("pause")));
        if (!ended.isEmpty() && output.isForPeople()) {
            ended.forEach(pause -> PausesCommand.show(pause, output));
        } else if (!ended.isEmpty()) {
            output.list(ended, PausesCommand.FIELDS);
        }
        return Failures.DONE;
    }
}
