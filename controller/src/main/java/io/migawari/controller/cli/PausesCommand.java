// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code migawari pauses}. */
@Command(
        name = "pauses",
        mixinStandardHelpOptions = true,
        description = {
            "The pauses that hold, newest first, with who, until when and why.",
            "Of one pause: also which reports were ignored because of it, and which incidents it holds."
        })
final class PausesCommand implements Callable<Integer> {

    static final String PATH = "/migawari/v1/pauses";
    static final String[] FIELDS = {
        "uuid", "scope", "mode", "holds", "by", "reason", "from", "until", "ended_by", "end_reason", "ended_at"
    };

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private Connection connection;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private Output output;

    @Option(names = "--over", description = "also those that are over")
    private boolean over;

    @Parameters(arity = "0..1", paramLabel = "PAUSE", description = "id")
    private @Nullable String id;

    @Override
    public Integer call() throws ApiFailure, InterruptedException {
        ApiClient client = connection.client();
        if (id != null) {
            show(client.get(PATH + "/" + ApiClient.escape(id)).path("pause"), output);
        } else {
            output.list(
                    client.get(PATH + "?over=" + over).path("pauses"),
                    "uuid",
                    "scope",
                    "mode",
                    "holds",
                    "by",
                    "reason",
                    "until",
                    "ended_at");
        }
        return Failures.DONE;
    }

    /** A pause and what came in meanwhile. */
    static void show(JsonNode pause, Output output) {
        output.show(pause, FIELDS);
        if (output.isForPeople()) {
            output.say("\nReports that were ignored: "
                    + pause.path("notifications_ignored").size());
            if (!pause.path("notifications_ignored").isEmpty()) {
                output.list(
                        pause.path("notifications_ignored"),
                        "notification_uuid",
                        "generated_time",
                        "type",
                        "source_host_uuid",
                        "payload");
            }
            output.say(
                    "\nIncidents that waited: " + pause.path("incidents_held").size());
            if (!pause.path("incidents_held").isEmpty()) {
                output.list(pause.path("incidents_held"), "uuid", "kind", "host", "instance_name", "opened_at");
            }
        }
    }
}
