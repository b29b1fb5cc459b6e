// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code migawari doctor}. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Looks for everything that would make a recovery fail, before anything has failed. Changes nothing.",
            "Says nothing when it finds nothing."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:nothing was found, or only notes", "1:an error or a warning was found"},
        footer = {"", "Example: migawari doctor --verbose"})
final class DoctorCommand implements Callable<Integer> {

    /** Fencing devices may take their time, one host beside the other. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private Connection connection;

    @Mixin
    @SuppressWarnings("NullAway.Init") // the same
    private Output output;

    @Option(
            names = {"-v", "--verbose"},
            description = "show notes as well, and say so when nothing was found")
    private boolean verbose;

    @Spec
    @SuppressWarnings("NullAway.Init") // the same
    private CommandSpec spec;

    @Override
    public Integer call() throws ApiFailure, InterruptedException {
        if (verbose && output.isForPeople()) {
            progress("Looking at the controller, the cloud, its hosts and their fencing devices …");
        }
        JsonNode answer = connection.client().get("/migawari/v1/doctor", PATIENCE);
        ArrayNode findings = JsonNodeFactory.instance.arrayNode();
        int grave = 0;
        int notes = 0;
        for (JsonNode finding : answer.path("findings")) {
            boolean isNote = finding.path("severity").asText().equals("note");
            grave += isNote ? 0 : 1;
            notes += isNote ? 1 : 0;
            if (!isNote || verbose) {
                findings.add(finding);
            }
        }
        if (!output.isForPeople()) {
            output.list(
                    verbose ? answer.path("findings") : findings,
                    "severity",
                    "check",
                    "subject",
                    "what",
                    "why",
                    "next_step");
        } else {
            tell(findings);
            if (verbose) {
                output.say(answer.path("checks").asInt() + " checks: " + (grave == 0 ? "nothing" : grave) + " found"
                        + (notes == 0 ? "" : ", " + notes + (notes == 1 ? " note" : " notes")));
            }
        }
        return grave == 0 ? Failures.DONE : Failures.NOT_AS_IT_SHOULD_BE;
    }

    /** A finding is several sentences, for which a table's cells are too narrow. */
    private void tell(ArrayNode findings) {
        for (JsonNode finding : findings) {
            output.say(text(finding, "severity") + "  " + text(finding, "subject") + ": " + text(finding, "what"));
            output.say("    why:       " + text(finding, "why"));
            output.say("    next step: " + text(finding, "next_step") + "  [" + text(finding, "check") + "]");
        }
    }

    private static String text(JsonNode finding, String field) {
        return Output.printable(finding.path(field).asText());
    }

    private void progress(String words) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(words);
        err.flush();
    }

    /** For checks of this machine, in the same form. */
    static ObjectNode finding(String severity, String check, String subject, String what, String why, String next) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("severity", severity)
                .put("check", check)
                .put("subject", subject)
                .put("what", what)
                .put("why", why)
                .put("next_step", next);
    }
}
