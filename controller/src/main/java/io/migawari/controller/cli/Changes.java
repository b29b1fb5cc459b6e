// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Sends changes to the controller, or only tells what would be sent. A mixin. */
final class Changes {

    @Option(names = "--dry-run", description = "only show what would be asked of the controller")
    private boolean dryRun;

    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private CommandSpec command;

    /**
     * @param output programs get what would be sent as an object
     * @return the controller's answer; nothing in a dry run
     */
    Optional<JsonNode> send(Output output, ApiClient client, String method, String path, JsonNode body)
            throws ApiFailure, InterruptedException {
        if (!dryRun) {
            return Optional.of(asked(client, method, path, body));
        }
        JsonNode request = request(client, method, path, body);
        if (output.isWhole()) {
            output.show(request);
        } else {
            say(request);
        }
        return Optional.empty();
    }

    Optional<JsonNode> send(Output output, ApiClient client, String method, String path)
            throws ApiFailure, InterruptedException {
        return send(output, client, method, path, NullNode.getInstance());
    }

    /**
     * The same to several places.
     *
     * @param output programs get what would be sent as one list
     * @return the controller's answers; none in a dry run
     */
    List<JsonNode> sendEach(Output output, ApiClient client, String method, List<String> paths, JsonNode body)
            throws ApiFailure, InterruptedException {
        List<JsonNode> answers = new ArrayList<>();
        ArrayNode requests = JsonNodeFactory.instance.arrayNode();
        for (String path : paths) {
            if (dryRun) {
                requests.add(request(client, method, path, body));
            } else {
                answers.add(asked(client, method, path, body));
            }
        }
        if (dryRun && output.isWhole()) {
            output.list(requests);
        } else {
            requests.forEach(this::say);
        }
        return answers;
    }

    private static JsonNode asked(ApiClient client, String method, String path, JsonNode body)
            throws ApiFailure, InterruptedException {
        return switch (method) {
            case "POST" -> client.post(path, body);
            case "PUT" -> client.put(path, body);
            case "DELETE" -> client.delete(path);
            default -> throw new AssertionError(method);
        };
    }

    private static JsonNode request(ApiClient client, String method, String path, JsonNode body) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("method", method)
                .put("url", client.urlOf(path).toString())
                .set("body", body);
    }

    private void say(JsonNode request) {
        var out = command.commandLine().getOut();
        out.println("Would send " + request.path("method").asText() + " "
                + request.path("url").asText()
                + (request.path("body").isNull() ? "" : " " + request.path("body")));
        out.flush();
    }

    static JsonNode wrapped(String key, JsonNode object) {
        return JsonNodeFactory.instance.objectNode().set(key, object);
    }
}
