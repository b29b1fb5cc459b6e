// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code migawari plan}. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description = {
            "What would happen if a host died now: which instance goes where, which fit nowhere, which are left.",
            "Decided by the same code as in earnest, with what Nova and Placement say now; nothing is changed.",
            "Without HOST: of every host, as it was last looked at."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:every instance that is to be moved would come back", "1:some would not"},
        footer = {"", "Example: migawari plan compute1"})
final class PlanCommand implements Callable<Integer> {

    /** The controller asks Nova half a dozen times for it. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private Connection connection;

    @Mixin
    @SuppressWarnings("NullAway.Init") // the same
    private Output output;

    @Parameters(paramLabel = "HOST", arity = "0..1", description = "a host of a segment")
    private String host = "";

    @Override
    public Integer call() throws ApiFailure, InterruptedException {
        return host.isEmpty() ? all(connection.client()) : one(connection.client());
    }

    private int all(ApiClient client) throws ApiFailure, InterruptedException {
        JsonNode foresight = client.get("/migawari/v1/foresight");
        output.list(foresight.path("hosts"), "host", "segment", "instances", "survives", "message");
        boolean looked = foresight.path("looked_at").isTextual();
        output.say(looked ? "Looked at " + foresight.path("looked_at").asText() : "Not looked yet.");
        if (foresight.path("trouble").isTextual()) {
            output.say("The look after that failed: "
                    + Output.printable(foresight.path("trouble").asText()));
        }
        for (JsonNode each : foresight.path("hosts")) {
            if (!each.path("survives").asBoolean()) {
                return Failures.NOT_AS_IT_SHOULD_BE;
            }
        }
        return looked ? Failures.DONE : Failures.NOT_AS_IT_SHOULD_BE;
    }

    private int one(ApiClient client) throws ApiFailure, InterruptedException {
        JsonNode plan = client.get("/migawari/v1/hosts/" + ApiClient.escape(host) + "/plan", PATIENCE)
                .path("plan");
        if (!output.isForPeople()) {
            output.show(plan, "host", "segment", "survives");
            return exitCode(plan);
        }
        output.list(plan.path("instances"), "order", "instance_name", "state", "end", "destination", "message");
        JsonNode waits = plan.path("waits_first");
        if (waits.isObject()) {
            output.say("First it would wait: "
                    + Output.printable(waits.path("message").asText()) + ". Next step: "
                    + Output.printable(waits.path("next_step").asText()));
        }
        plan.path("caveats").forEach(caveat -> output.say("Note: " + Output.printable(caveat.asText())));
        output.say(summary(plan));
        return exitCode(plan);
    }

    private static int exitCode(JsonNode plan) {
        return plan.path("survives").asBoolean() ? Failures.DONE : Failures.NOT_AS_IT_SHOULD_BE;
    }

    private static String summary(JsonNode plan) {
        int[] counts = new int[4];
        for (JsonNode instance : plan.path("instances")) {
            switch (instance.path("end").asText().toLowerCase(Locale.ROOT)) {
                case "moves" -> counts[0]++;
                case "fits_nowhere" -> counts[1]++;
                case "cannot_be_moved" -> counts[2]++;
                default -> counts[3]++;
            }
        }
        int all = plan.path("instances").size();
        if (all == 0) {
            return "No instance is on " + plan.path("host").asText() + ".";
        }
        return counts[0] + " of " + all + (all == 1 ? " instance" : " instances") + " would come back elsewhere"
                + part(counts[1], " would find no room")
                + part(counts[2], " cannot be moved in the present state")
                + part(counts[3], " not to be moved") + ".";
    }

    private static String part(int count, String words) {
        return count == 0 ? "" : "; " + count + words;
    }
}
