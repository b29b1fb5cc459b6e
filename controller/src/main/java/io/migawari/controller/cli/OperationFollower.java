// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.time.Time;
import java.io.PrintWriter;
import java.time.Duration;
import picocli.CommandLine;

/**
 * Shows an operation, or follows it to its end: its story line by line, and below that, where somebody looks on at a terminal, a bar
 * of how far it is.
 */
final class OperationFollower {

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final int BAR = 30;

    private static final String[] FIELDS = {
        "uuid", "command", "state", "message", "requested_by", "reason", "opened_at", "closed_at", "owner"
    };

    private static final String[] INSTANCES = {
        "instance_name", "how", "former_state", "state", "source", "destination", "attempts", "message"
    };

    private final ApiClient client;
    private final Output output;
    private final PrintWriter out;
    private final PrintWriter err;

    /** Told by the launcher, which can find out; Java alone can do so from 22 on. */
    private final boolean isTerminal = Boolean.getBoolean("migawari.terminal");

    private final Time time;

    OperationFollower(ApiClient client, Output output, CommandLine line) {
        this.client = client;
        this.output = output;
        this.out = line.getOut();
        this.err = line.getErr();
        this.time = client.time();
    }

    void show(JsonNode operation) {
        output.show(operation, FIELDS);
        output.alsoList(operation.path("instances"), INSTANCES);
    }

    /** @return the exit code: whether everything is where it should be */
    int follow(String id) throws ApiFailure, InterruptedException {
        String path = OperationCommand.PATH + "/" + ApiClient.escape(id);
        var outages = new Outages(time, "The operation goes on meanwhile.", this::say);
        long after = 0;
        while (true) {
            // first the operation, so that no line of the end is missed
            JsonNode operation = outages.survive(() -> client.get(path)).path("operation");
            String since = path + "/story?after=" + after;
            JsonNode news = outages.survive(() -> client.get(since));
            after = tell(news, after);
            bar(operation);
            if (!operation.path("open").asBoolean()) {
                clearBar();
                show(operation);
                return operation.path("state").asText().equals("done") ? Failures.DONE : Failures.NOT_AS_IT_SHOULD_BE;
            }
            time.sleep(LOOK_EVERY);
        }
    }

    private long tell(JsonNode news, long after) {
        long last = after;
        for (JsonNode line : news.path("story")) {
            clearBar();
            if (output.isForPeople()) {
                out.println(line.path("at").asText() + "  "
                        + Output.printable(line.path("message").asText()));
            }
            last = line.path("number").asLong();
        }
        out.flush();
        return last;
    }

    private void say(String words) {
        clearBar();
        err.println(words);
        err.flush();
    }

    private void bar(JsonNode operation) {
        if (isTerminal) {
            err.print("\r"
                    + bar(operation.path("instances"), operation.path("message").asText()) + "\u001b[K");
            err.flush();
        }
    }

    private void clearBar() {
        if (isTerminal) {
            err.print("\r\u001b[K");
            err.flush();
        }
    }

    /** What has ended counts whole, and what is under way by how much of it is copied. */
    static String bar(JsonNode instances, String words) {
        double done = 0;
        for (JsonNode instance : instances) {
            done += instance.path("ended_at").isNull()
                    ? instance.path("percent").asInt() / 100.0
                    : 1;
        }
        double part = instances.isEmpty() ? 0 : done / instances.size();
        int full = (int) Math.round(part * BAR);
        return "[" + "#".repeat(full) + ".".repeat(BAR - full) + "] " + Math.round(part * 100) + " %  "
                + Output.printable(words);
    }
}
