// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.migawari.time.SystemTime;
import io.migawari.time.Time;
import java.io.PrintWriter;
import java.time.Duration;
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
        description = "Failures of hosts, and what is done about them.")
final class IncidentCommand {

    private static final String PATH = "/migawari/v1/incidents";
    private static final Duration WATCH_EVERY = Duration.ofMillis(500);

    private static final String[] FIELDS = {
        "uuid", "host", "phase", "message", "waiting.message", "waiting.next_step", "opened_at", "closed_at", "owner"
    };

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private CommandSpec spec;

    private final Time time = new SystemTime();

    @Command(description = "All incidents, newest first.", mixinStandardHelpOptions = true)
    void list(
            @Mixin Connection connection,
            @Mixin Output output,
            @Option(names = "--open", description = "only those that are not over") boolean open,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "100",
                            description = "(default: ${DEFAULT-VALUE})")
                    int limit)
            throws ApiFailure, InterruptedException {
        output.list(
                connection
                        .client()
                        .get(PATH + "?limit=" + limit + "&open=" + open)
                        .path("incidents"),
                "uuid",
                "host",
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
            @Parameters(paramLabel = "INCIDENT", description = "id, or the name of a host: its newest incident")
                    String id)
            throws ApiFailure, InterruptedException {
        ApiClient client = connection.client();
        JsonNode incident = client.get(PATH + "/" + find(client, id)).path("incident");
        output.show(incident, FIELDS);
        if (output.isForPeople()) {
            output.say("\nEvidence");
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
            output.say("\nStory");
            JsonNode story = client.get(PATH + "/" + incident.path("uuid").asText() + "/story");
            story.path("story").forEach(line -> output.say(storyLine(line)));
        }
    }

    @Command(
            description = "Follows an incident until it is over.",
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:it is over, and no instance failed to move", "1:it is over, and some failed"})
    int watch(
            @Mixin Connection connection,
            @Parameters(paramLabel = "INCIDENT", description = "id, or the name of a host: its newest incident")
                    String id)
            throws ApiFailure, InterruptedException {
        ApiClient client = connection.client();
        String path = PATH + "/" + find(client, id) + "/story";
        PrintWriter out = spec.commandLine().getOut();
        long after = 0;
        while (true) {
            JsonNode news = client.get(path + "?after=" + after);
            for (JsonNode line : news.path("story")) {
                out.println(storyLine(line));
                after = line.path("number").asLong();
            }
            out.flush();
            if (!news.path("open").asBoolean()) {
                return news.path("phase").asText().equals("partly_recovered")
                        ? Failures.NOT_AS_IT_SHOULD_BE
                        : Failures.DONE;
            }
            time.sleep(WATCH_EVERY);
        }
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
            @Parameters(paramLabel = "INCIDENT", description = "id, or the name of a host") String id,
            @Option(
                            names = "--reason",
                            required = true,
                            paramLabel = "TEXT",
                            description = "how you know; it is recorded")
                    String reason)
            throws ApiFailure, InterruptedException {
        speak(connection, output, changes, id, "confirm-dead", reason);
    }

    @Command(
            description = "Calls a recovery off: no more moves are begun, those under way are followed to their ends.",
            mixinStandardHelpOptions = true)
    void cancel(
            @Mixin Connection connection,
            @Mixin Output output,
            @Mixin Changes changes,
            @Parameters(paramLabel = "INCIDENT", description = "id, or the name of a host") String id,
            @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "why; it is recorded")
                    String reason)
            throws ApiFailure, InterruptedException {
        speak(connection, output, changes, id, "cancel", reason);
    }

    private static void speak(
            Connection connection, Output output, Changes changes, String id, String what, String reason)
            throws ApiFailure, InterruptedException {
        ApiClient client = connection.client();
        String path = PATH + "/" + find(client, id) + "/" + what;
        Optional<JsonNode> answer = changes.send(
                client, "POST", path, JsonNodeFactory.instance.objectNode().put("reason", reason));
        answer.ifPresent(json -> output.show(json.path("incident"), FIELDS));
    }

    private static String find(ApiClient client, String idOrHost) throws ApiFailure, InterruptedException {
        for (JsonNode incident : client.get(PATH).path("incidents")) {
            if (incident.path("uuid").asText().equals(idOrHost)
                    || incident.path("host").asText().equals(idOrHost)) {
                return incident.path("uuid").asText();
            }
        }
        throw new ApiFailure(Failures.REFUSED, "No incident with the id, or about the host, " + idOrHost + ".");
    }

    private static String storyLine(JsonNode line) {
        return line.path("at").asText() + "  "
                + Output.printable(line.path("message").asText());
    }
}
