// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code migawari controller status}. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = {
            "Which controllers share the database, since when, and which open incident is whose.",
            "Any of them can be asked; what each last said of itself is in the database."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all is as it should be",
            "1:no controller gives signs of life, or one has vanished without saying that it stops, or an open incident"
                    + " has had no owner for longer than a take-over takes",
            "3:the controller or its database cannot be reached, or did not let us in"
        },
        footer = {"", "Example: migawari controller status", "Example: migawari controller status -o json"})
final class ControllerStatusCommand implements Callable<Integer> {

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private Connection connection;

    @Mixin
    @SuppressWarnings("NullAway.Init") // the same
    private Output output;

    @Override
    public Integer call() throws ApiFailure, InterruptedException {
        JsonNode answer = connection.client().get("/migawari/v1/controllers");
        if (output.isWhole()) {
            output.show(answer);
        } else {
            output.list(
                    answer.path("controllers"),
                    "name",
                    "state",
                    "incidents",
                    "started_at",
                    "heard_at",
                    "stopped_at",
                    "version");
            showIncidents(answer.path("incidents"));
            for (JsonNode problem : answer.path("problems")) {
                output.say(Output.printable(problem.path("message").asText() + ". Next step: "
                        + problem.path("next_step").asText()));
            }
        }
        return answer.path("problems").isEmpty() ? Failures.DONE : Failures.NOT_AS_IT_SHOULD_BE;
    }

    private void showIncidents(JsonNode incidents) {
        if (!output.isForPeople()) {
            return;
        }
        if (incidents.isEmpty()) {
            output.say("No incident is open.");
            return;
        }
        output.alsoList(
                incidents,
                "uuid",
                "kind",
                "host",
                "segment",
                "phase",
                "controller",
                "epoch",
                "lease_until",
                "unowned_since");
    }
}
