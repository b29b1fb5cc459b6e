// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code migawari incident …}. */
@Command(
        name = "incident",
        mixinStandardHelpOptions = true,
        description = "Failures of hosts, instances and processes, and what is done about them.")
final class IncidentCommand {

    static final String PATH = "/migawari/v1/incidents";
    private static final String ITS_NEWEST = "id, or a host, or an instance (name or id): its newest incident";
    private static final String OF_A_HOST = "id, or the name of a host";
    private static final Duration WATCH_EVERY = Duration.ofMillis(500);

    private static final String[] FIELDS = {
        "uuid",
        "kind",
        "host",
        "instance_name",
        "instance_uuid",
        "stopped_processes",
        "failure_uuid",
        "phase",
        "message",
        "waiting.message",
        "waiting.next_step",
        "opened_at",
        "closed_at",
        "owner"
    };

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private CommandSpec spec;

    @Command(description = "All incidents, newest first.", mixinStandardHelpOptions = true)
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
                        .path("incidents"),
                "uuid",
                "kind",
                "host",
                "instance_name",
                "phase",
                "message",
                "waiting.message",
                "opened_at",
                "closed_at");
    }

    @Command(
            description = "One incident: why, its instances, what was done, and its story.",
            mixinStandardHelpOptions = true)
    void show(
            @Mixin Connection connection,
            @Mixin Output output,
            @Parameters(paramLabel = "INCIDENT", description = ITS_NEWEST) String id)
            throws ApiFailure, InterruptedException {
        ApiClient client = connection.client();
        JsonNode incident =
                client.get(PATH + "/" + NamedIncident.find(client, id)).path("incident");
        output.show(incident, FIELDS);
        if (output.isForPeople()) {
            output.say("\nEvidence");
            boolean aboutHost = incident.path("kind").asText().equals("host");
            if (aboutHost) {
                output.list(incident.path("evidence"), "observed_at", "observed_by", "message", "proves_death");
                output.say("\nInstances");
                output.list(
                        incident.path("moves"),
                        "instance_name",
                        "former_state",
                        "state",
                        "destination",
                        "attempts",
                        "message");
            } else {
                output.list(incident.path("evidence"), "observed_at", "observed_by", "message");
                output.say("\nCalls of Nova");
                output.list(incident.path("journal"), "intended_at", "step", "outcome", "message", "request_id");
            }
            output.say("\nStory");
            tellStory(client, output, incident);
        }
    }

    static void tellStory(ApiClient client, Output output, JsonNode incident) throws ApiFailure, InterruptedException {
        JsonNode story = client.get(PATH + "/" + incident.path("uuid").asText() + "/story");
        story.path("story").forEach(line -> output.say(storyLine(line)));
    }

    /** The incident that a notification has opened or joined, if any. */
    static Optional<JsonNode> ofNotification(ApiClient client, String id) throws ApiFailure, InterruptedException {
        JsonNode found =
                client.get(PATH + "?notification=" + ApiClient.escape(id)).path("incidents");
        return found.isEmpty() ? Optional.empty() : Optional.of(found.get(0));
    }

    @Command(
            description = {
                "Follows an incident until it is over.",
                "One about processes is left when the host is kept out of use: the rest is repair."
            },
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:it is over, and nothing failed",
                "1:it is over, and something failed, or a person has to do the rest"
            })
    int watch(@Mixin Connection connection, @Parameters(paramLabel = "INCIDENT", description = ITS_NEWEST) String id)
            throws ApiFailure, InterruptedException {
        ApiClient client = connection.client();
        String path = PATH + "/" + NamedIncident.find(client, id) + "/story";
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        var outages = new Outages(client.time(), "The recovery goes on meanwhile.", words -> {
            err.println(words);
            err.flush();
        });
        long after = 0;
        while (true) {
            String since = path + "?after=" + after;
            JsonNode news = outages.survive(() -> client.get(since));
            for (JsonNode line : news.path("story")) {
                out.println(storyLine(line));
                after = line.path("number").asLong();
            }
            out.flush();
            String phase = news.path("phase").asText();
            if (!news.path("open").asBoolean() || phase.equals("kept_out")) {
                return List.of("partly_recovered", "failed", "kept_out").contains(phase)
                        ? Failures.NOT_AS_IT_SHOULD_BE
                        : Failures.DONE;
            }
            client.time().sleep(WATCH_EVERY);
        }
    }

    /** How a report is written. */
    enum ReportFormat {
        text,
        markdown,
        json
    }

    @Command(
            description = {
                "An incident for those who were not there: what happened, how long each stage took, what it waited for,",
                "who said what, what became of each instance, and what is left to do."
            },
            mixinStandardHelpOptions = true,
            footer = {"", "Example: migawari incident report compute1 --format markdown > compute1.md"})
    void report(
            @Mixin Connection connection,
            @Parameters(paramLabel = "INCIDENT", description = ITS_NEWEST) String id,
            @Option(
                            names = "--format",
                            paramLabel = "FORMAT",
                            defaultValue = "text",
                            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
                    ReportFormat format)
            throws ApiFailure, InterruptedException {
        ApiClient client = connection.client();
        JsonNode report = client.get(PATH + "/" + NamedIncident.find(client, id) + "/report");
        PrintWriter out = spec.commandLine().getOut();
        out.print(
                switch (format) {
                    case text -> ReportPage.of(report, Page.Form.TEXT);
                    case markdown -> ReportPage.of(report, Page.Form.MARKDOWN);
                    case json -> report.toPrettyString() + "\n";
                });
        out.flush();
    }

    @Command(
            name = "confirm-dead",
            description = {
                "Gives your word that the host is off, so that its instances may be started elsewhere.",
                "If it is not off, they run twice, and their disks are destroyed: switch it off first."
            },
            mixinStandardHelpOptions = true)
    void confirmDead(
            @Mixin Connection connection,
            @Mixin Output output,
            @Mixin Changes changes,
            @Parameters(paramLabel = "INCIDENT", description = OF_A_HOST) String id,
            @Option(
                            names = "--reason",
                            required = true,
                            paramLabel = "TEXT",
                            description = "how you know; it is recorded")
                    String reason)
            throws ApiFailure, InterruptedException {
        ApiClient client = connection.client();
        speak(client, NamedIncident.find(client, id), output, changes, "confirm-dead", reason);
    }

    @Command(
            description = {
                "Lets a recovery begin in spite of what it waits for: a storm, a pause, the first seconds of watching, "
                        + "doubts about our own view, a host that somebody had disabled, one that fails too often.",
                "It holds for this incident from now on, whatever else may shut. It is no proof of death: that is "
                        + "still waited for (confirm-dead), and a host that says that it lives is left alone."
            },
            mixinStandardHelpOptions = true)
    void approve(
            @Mixin Connection connection,
            @Mixin Output output,
            @Mixin Changes changes,
            @Parameters(paramLabel = "INCIDENT", description = OF_A_HOST) String id,
            @Mixin Reason reason)
            throws ApiFailure, InterruptedException {
        ApiClient client = connection.client();
        speak(client, NamedIncident.findWaiting(client, id), output, changes, "approve", reason.words());
    }

    @Command(
            description = {
                "Has what has failed tried once more: the failed moves of a host, or the restart of an instance.",
                "An incident that is over is opened again, unless its host has come back or failed again since."
            },
            mixinStandardHelpOptions = true)
    void retry(
            @Mixin Connection connection,
            @Mixin Output output,
            @Mixin Changes changes,
            @Parameters(paramLabel = "INCIDENT", description = ITS_NEWEST) String id,
            @Mixin Reason reason)
            throws ApiFailure, InterruptedException {
        ApiClient client = connection.client();
        speak(client, NamedIncident.find(client, id), output, changes, "retry", reason.words());
    }

    @Command(
            description = "Calls a recovery off: no more moves are begun, those under way are followed to their ends.",
            mixinStandardHelpOptions = true)
    void cancel(
            @Mixin Connection connection,
            @Mixin Output output,
            @Mixin Changes changes,
            @Parameters(paramLabel = "INCIDENT", description = OF_A_HOST) String id,
            @Mixin Reason reason)
            throws ApiFailure, InterruptedException {
        ApiClient client = connection.client();
        speak(client, NamedIncident.findOpen(client, id), output, changes, "cancel", reason.words());
    }

    private static void speak(
            ApiClient client, String incident, Output output, Changes changes, String what, String reason)
            throws ApiFailure, InterruptedException {
        String path = PATH + "/" + incident + "/" + what;
        Optional<JsonNode> answer = changes.send(
                output,
                client,
                "POST",
                path,
                JsonNodeFactory.instance.objectNode().put("reason", reason));
        answer.ifPresent(json -> output.show(json.path("incident"), FIELDS));
    }

    private static String storyLine(JsonNode line) {
        return line.path("at").asText() + "  "
                + Output.printable(line.path("message").asText());
    }
}
