// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the commands that order a move have in common: they show it first, give the order, and follow it. A mixin. */
final class Ordering {

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private Connection connection;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private Output output;

    @Option(names = "--dry-run", description = "only show what would be done, and why")
    private boolean dryRun;

    @Option(
            names = "--wait",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "follow it until it is over (default), or only begin it")
    private boolean wait = true;

    @Option(names = "--reason", paramLabel = "TEXT", description = "why; it is recorded and shown")
    private @Nullable String reason;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private CommandSpec command;

    /** An order of this kind, to be filled in. */
    static ObjectNode order(String verb) {
        return JsonNodeFactory.instance.objectNode().put("order", verb);
    }

    static void to(ObjectNode order, List<String> hosts) {
        if (!hosts.isEmpty()) {
            hosts.forEach(order.putArray("to")::add);
        }
    }

    /** @return the exit code of the command */
    int give(ObjectNode order) throws ApiFailure, InterruptedException {
        ApiClient client = connection.client();
        Optional.ofNullable(reason).ifPresent(words -> order.put("reason", words));
        JsonNode plan = plan(client, order);
        if (dryRun) {
            return show(plan);
        }
        if (plan.path("refusals").isEmpty()) { // otherwise the order is refused by the same words
            plan.path("remarks").forEach(remark -> say(remark.asText()));
        }
        JsonNode operation = client.post(OperationCommand.PATH, Changes.wrapped("operation", order))
                .path("operation");
        var follower = new OperationFollower(client, output, command.commandLine());
        if (!wait) {
            follower.show(operation);
            return Failures.DONE;
        }
        String id = operation.path("uuid").asText();
        say("Operation " + id + " has begun. It goes on without this command: migawari operation watch " + id);
        return follower.follow(id);
    }

    private JsonNode plan(ApiClient client, ObjectNode order) throws ApiFailure, InterruptedException {
        ObjectNode question = order.deepCopy().put("dry_run", true);
        return Patience.during(
                () -> client.post(OperationCommand.PATH, Changes.wrapped("operation", question))
                        .path("plan"),
                "Looking at the cloud",
                command.commandLine().getErr());
    }

    private int show(JsonNode plan) {
        if (output.isWhole()) {
            output.show(plan);
        } else {
            output.list(
                    plan.path("instances"),
                    "instance_name",
                    "instance_uuid",
                    "former_state",
                    "how",
                    "source",
                    "wanted_destinations",
                    "state",
                    "message");
            plan.path("remarks").forEach(remark -> output.say(Output.printable(remark.asText())));
            plan.path("refusals").forEach(why -> output.say("Refused: " + Output.printable(why.asText())));
            if (plan.path("refusals").isEmpty()) {
                output.say("Nothing was begun.");
            }
        }
        return plan.path("refusals").isEmpty() ? Failures.DONE : Failures.REFUSED;
    }

    private void say(String words) {
        command.commandLine().getErr().println(Output.printable(words));
    }
}
