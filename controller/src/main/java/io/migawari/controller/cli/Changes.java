// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
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

    /** @return the controller's answer; nothing in a dry run */
    Optional<JsonNode> send(ApiClient client, String method, String path, JsonNode body)
            throws ApiFailure, InterruptedException {
        if (dryRun) {
            var out = command.commandLine().getOut();
            out.println("Would send " + method + " " + client.urlOf(path) + (body.isMissingNode() ? "" : " " + body));
            out.flush();
            return Optional.empty();
        }
        return Optional.of(
                switch (method) {
                    case "POST" -> client.post(path, body);
                    case "PUT" -> client.put(path, body);
                    case "DELETE" -> client.delete(path);
                    default -> throw new AssertionError(method);
                });
    }

    Optional<JsonNode> send(ApiClient client, String method, String path) throws ApiFailure, InterruptedException {
        return send(client, method, path, MissingNode.getInstance());
    }

    static JsonNode wrapped(String key, JsonNode object) {
        return JsonNodeFactory.instance.objectNode().set(key, object);
    }
}
