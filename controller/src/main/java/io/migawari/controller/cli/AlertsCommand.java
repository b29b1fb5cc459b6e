// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code migawari alerts …}. */
@Command(
        name = "alerts",
        mixinStandardHelpOptions = true,
        description = "What people are told without having asked, and whether it has arrived.")
final class AlertsCommand {

    @Command(description = "Alerts, newest first.", mixinStandardHelpOptions = true)
    void list(
            @Mixin Connection connection,
            @Mixin Output output,
            @Option(names = "--open", description = "only those that are not resolved") boolean open,
            @Option(
                            names = "--from-severity",
                            paramLabel = "SEVERITY",
                            defaultValue = "warning",
                            description = "info, warning or critical: what is less is not shown (${DEFAULT-VALUE})")
                    String severity,
            @Mixin Limit limit)
            throws ApiFailure, InterruptedException {
        output.list(
                connection
                        .client()
                        .get("/migawari/v1/alerts?" + limit.parameter() + "&open=" + open + "&from_severity="
                                + ApiClient.escape(severity))
                        .path("alerts"),
                "raised_at",
                "severity",
                "kind",
                "state",
                "told",
                "host",
                "segment",
                "message",
                "next_step",
                "resolved_at",
                "incident");
    }

    @Command(
            description = {
                "Sends a test message to every webhook of the controller that answers, once, and shows what became of it.",
                "Nothing is stored. Another controller's webhooks are tested by --endpoint."
            },
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:every webhook has taken it", "1:one has not, or there is none"})
    int test(@Mixin Connection connection, @Mixin Output output, @Mixin Changes changes)
            throws ApiFailure, InterruptedException {
        Optional<JsonNode> answer = changes.send(
                output, connection.client(), "POST", "/migawari/v1/alert-tests", JsonNodeFactory.instance.objectNode());
        if (answer.isEmpty()) {
            return Failures.DONE;
        }
        JsonNode webhooks = answer.get().path("webhooks");
        output.list(webhooks, "webhook", "delivered", "message");
        if (webhooks.isEmpty()) {
            output.say("The controller has no webhooks; see alerts in its configuration.");
        }
        for (JsonNode webhook : webhooks) {
            if (!webhook.path("delivered").asBoolean()) {
                return Failures.NOT_AS_IT_SHOULD_BE;
            }
        }
        return webhooks.isEmpty() ? Failures.NOT_AS_IT_SHOULD_BE : Failures.DONE;
    }
}
