// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.controller.doctor.check.Finding;
import io.migawari.controller.doctor.check.Severity;
import io.migawari.controller.node.LocalTools;
import io.migawari.controller.node.Node;
import io.migawari.controller.node.NodeCheck;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
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
        footer = {"", "Example: migawari doctor --verbose", "Example: migawari doctor --local, on a compute node"})
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

    @Option(
            names = "--local",
            description = "look at this compute node instead: names, nova.conf, Corosync's times, the clock")
    private boolean local;

    @Spec
    @SuppressWarnings("NullAway.Init") // the same
    private CommandSpec spec;

    @Override
    public Integer call() throws ApiFailure, IOException, InterruptedException {
        if (verbose && output.isForPeople()) {
            progress(
                    local
                            ? "Looking at this machine …"
                            : "Looking at the controller, the cloud, its hosts and their fencing devices …");
        }
        JsonNode answer = local
                ? JsonNodeFactory.instance
                        .objectNode()
                        .put("checks", NodeCheck.values().length)
                        .set("findings", local())
                : connection.client().get("/migawari/v1/doctor", PATIENCE);
        return tell(answer);
    }

    private int tell(JsonNode answer) {
        ArrayNode findings = JsonNodeFactory.instance.arrayNode();
        int grave = 0;
        for (JsonNode finding : answer.path("findings")) {
            boolean isNote = finding.path("severity").asText().equals("note");
            grave += isNote ? 0 : 1;
            if (!isNote || verbose) {
                findings.add(finding);
            }
        }
        if (!output.isForPeople()) {
            output.list(findings, "severity", "check", "subject", "what", "why", "next_step");
        } else {
            explain(findings);
            int notes = answer.path("findings").size() - grave;
            if (verbose) {
                output.say(answer.path("checks").asInt() + " checks: " + (grave == 0 ? "nothing" : grave) + " found"
                        + (notes == 0 ? "" : ", " + notes + (notes == 1 ? " note" : " notes")));
            }
        }
        return grave == 0 ? Failures.DONE : Failures.NOT_AS_IT_SHOULD_BE;
    }

    /** A finding is several sentences, for which a table's cells are too narrow. */
    private void explain(ArrayNode findings) {
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

    /** What this machine says, held against what the controller knows, if that answers. */
    private ArrayNode local() throws ApiFailure, IOException, InterruptedException {
        ApiClient client = connection.client();
        ArrayNode findings = JsonNodeFactory.instance.arrayNode();
        Optional<Set<String>> known = Optional.empty();
        Optional<Duration> ahead = Optional.empty();
        try {
            known = Optional.of(knownHosts(client));
            ahead = client.clockAhead();
        } catch (ApiFailure e) {
            if (e.exitCode() != Failures.UNREACHABLE) {
                throw e;
            }
            findings.add(json(new Finding(
                    "controller",
                    Severity.WARNING,
                    "the controller",
                    e.words(),
                    "what this host's monitors report would wait on its disk; its name and clock were not compared",
                    "give the controller's address with --endpoint or MIGAWARI_ENDPOINT")));
        }
        var node = new Node(Path.of("/"), new LocalTools());
        NodeCheck.all(node.facts(known, ahead)).forEach(finding -> findings.add(json(finding)));
        return findings;
    }

    private static Set<String> knownHosts(ApiClient client) throws ApiFailure, InterruptedException {
        Set<String> hosts = new HashSet<>();
        for (JsonNode segment : client.get("/v1/segments").path("segments")) {
            client.get("/v1/segments/" + segment.path("uuid").asText() + "/hosts")
                    .path("hosts")
                    .forEach(host -> hosts.add(host.path("name").asText()));
        }
        return hosts;
    }

    private static ObjectNode json(Finding finding) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("severity", finding.severity().name().toLowerCase(Locale.ROOT))
                .put("check", finding.check())
                .put("subject", finding.subject())
                .put("what", finding.what())
                .put("why", finding.why())
                .put("next_step", finding.nextStep());
    }
}
