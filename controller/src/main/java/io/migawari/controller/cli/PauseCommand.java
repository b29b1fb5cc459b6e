// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code migawari pause}. */
@Command(
        name = "pause",
        mixinStandardHelpOptions = true,
        description = {
            "Lets no recovery begin for a while, of a host, a segment or everything. What has begun goes on.",
            "Pauses that cover the same thing add up: it is paused until the last of them is over."
        },
        footer = {
            "",
            "Examples:",
            "  migawari pause --segment rack1 --for 2h --mode freeze --reason \"switch is replaced, ticket 4711\"",
            "  migawari pause --host compute1 --until 2026-11-22T06:00Z --mode ignore --reason \"new memory\""
        })
final class PauseCommand implements Callable<Integer> {

    /** What becomes of reports meanwhile. */
    enum Mode {
        freeze,
        ignore
    }

    /** Its end. */
    private static final class End {
        @Option(names = "--for", paramLabel = "DURATION", description = "such as 30m, 2h or 7d; at most 30d")
        private @Nullable String duration;

        @Option(names = "--until", paramLabel = "TIME", description = "ISO 8601; UTC if it has no offset")
        private @Nullable String time;
    }

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private Connection connection;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private Output output;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private Changes changes;

    @ArgGroup(multiplicity = "1")
    private PauseScope scope = new PauseScope();

    @ArgGroup(multiplicity = "1")
    private End end = new End();

    @Option(
            names = "--mode",
            required = true,
            paramLabel = "freeze|ignore",
            description = "freeze: reports lead to incidents, which wait for the end of the pause. "
                    + "ignore: they are kept, and lead to nothing, not even afterwards")
    private Mode mode = Mode.freeze;

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "why; it is recorded and shown")
    private String reason = "";

    @Override
    public Integer call() throws ApiFailure, InterruptedException {
        ApiClient client = connection.client();
        ObjectNode pause = JsonNodeFactory.instance.objectNode();
        scope.addTo(pause, client);
        pause.put("mode", mode.name().toLowerCase(Locale.ROOT)).put("reason", reason);
        if (end.duration != null) {
            pause.put("for", end.duration);
        } else {
            pause.put("until", end.time);
        }
        changes.send(output, client, "POST", PausesCommand.PATH, Changes.wrapped("pause", pause))
                .ifPresent(json -> output.show(json.path("pause"), PausesCommand.FIELDS));
        return Failures.DONE;
    }
}
