// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.migawari.simulator.SimulatorServer;
import io.migawari.simulator.cloud.CloudOptions;
import io.migawari.simulator.cloud.SimulatedCloud;
import io.migawari.time.ManualTime;
import io.migawari.time.SystemTime;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Commands that follow something, and a controller that is not always there. */
class FollowingTest {

    private static final Instant START = Instant.parse("2026-11-20T22:00:00Z");

    /** What a question about the thing that is followed meets; the last one stays. */
    private enum Meets {
        STILL_OPEN,
        OVER,
        A_BROKEN_CONNECTION,
        A_STOPPING_CONTROLLER,
        A_PROXY_WITHOUT_CONTROLLER,
        AN_ENDED_TOKEN,
        A_REFUSAL
    }

    private final Queue<Meets> script = new ArrayDeque<>();
    private final Set<String> tokens = new LinkedHashSet<>();
    private final Set<String> ended = new LinkedHashSet<>();
    private final Map<String, String> environment = new HashMap<>();
    private final ManualTime time = new ManualTime(START);
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private HttpServer server;
    private int asked;
    private boolean wantsToken;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", this::answer);
        server.start();
        environment.put(
                "MIGAWARI_ENDPOINT", "http://127.0.0.1:" + server.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        String token = exchange.getRequestHeaders().getFirst("X-Auth-Token");
        if (wantsToken && (token == null || ended.contains(token))) {
            reply(exchange, 401, "{\"error\": {\"message\": \"Who are you?\"}}");
            return;
        }
        tokens.add(String.valueOf(token));
        String path = exchange.getRequestURI().getPath();
        if (path.equals("/migawari/v1/operations")) {
            reply(exchange, 200, "{\"operations\": [{\"uuid\": \"op1\", \"host\": \"compute1\"}]}");
        } else if (path.equals("/migawari/v1/incidents")) {
            reply(exchange, 200, "{\"incidents\": [{\"uuid\": \"in1\", \"host\": \"compute1\", \"kind\": \"host\"}]}");
        } else if (path.equals("/migawari/v1/operations/op1/story")) {
            reply(exchange, 200, "{\"story\": []}");
        } else {
            followed(exchange, token);
        }
    }

    private void followed(HttpExchange exchange, String token) throws IOException {
        asked++;
        switch (script.size() > 1 ? script.remove() : script.element()) {
            case STILL_OPEN -> reply(exchange, 200, state(true));
            case OVER -> reply(exchange, 200, state(false));
            case A_BROKEN_CONNECTION -> exchange.close();
            case A_STOPPING_CONTROLLER ->
                reply(exchange, 503, "{\"error\": {\"message\": \"The controller is stopping; try again.\"}}");
            case A_PROXY_WITHOUT_CONTROLLER -> reply(exchange, 503, "<html>no server is available</html>");
            case AN_ENDED_TOKEN -> {
                ended.add(token);
                reply(exchange, 401, "{\"error\": {\"message\": \"Who are you?\"}}");
            }
            case A_REFUSAL -> reply(exchange, 404, "{\"error\": {\"message\": \"No such thing.\"}}");
        }
    }

    /** As an operation and as an incident's story at once. */
    private static String state(boolean open) {
        return """
                {"operation": {"uuid": "op1", "open": %1$s, "state": "%2$s", "instances": []},
                 "open": %1$s, "phase": "%3$s", "story": []}
                """.formatted(open, open ? "running" : "done", open ? "evacuating" : "recovered");
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private int watch(String what, Meets... meetings) {
        script.addAll(List.of(meetings));
        return Migawari.run(
                new String[] {what, "watch", "compute1"},
                new Migawari.Surroundings(environment, time),
                new PrintWriter(out, true),
                new PrintWriter(err, true));
    }

    @Test
    void anOperationIsFollowedThroughAFailOver() {
        assertThat(watch(
                        "operation",
                        Meets.STILL_OPEN,
                        Meets.A_BROKEN_CONNECTION,
                        Meets.A_STOPPING_CONTROLLER,
                        Meets.A_PROXY_WITHOUT_CONTROLLER,
                        Meets.STILL_OPEN,
                        Meets.OVER))
                .as(err.toString())
                .isZero();
        assertThat(err.toString()).isEqualTo("""
                        The controller does not answer; it is asked again for up to 5 minutes. The operation goes on meanwhile.
                        The controller answers again.
                        """);
    }

    @Test
    void soIsAnIncidentAndEachOutageIsSaid() {
        assertThat(watch(
                        "incident",
                        Meets.A_STOPPING_CONTROLLER,
                        Meets.STILL_OPEN,
                        Meets.A_BROKEN_CONNECTION,
                        Meets.A_BROKEN_CONNECTION,
                        Meets.OVER))
                .as(err.toString())
                .isZero();
        assertThat(err.toString().lines())
                .hasSize(4)
                .contains(
                        "The controller does not answer; it is asked again for up to 5 minutes. The recovery goes on meanwhile.");
    }

    @Test
    void oneThatNeverComesBackEndsTheCommandAfterMinutes() {
        for (String what : List.of("operation", "incident")) {
            Instant began = time.now();
            script.clear();

            assertThat(watch(what, Meets.STILL_OPEN, Meets.A_PROXY_WITHOUT_CONTROLLER))
                    .isEqualTo(3);

            assertThat(Duration.between(began, time.now())).isBetween(Duration.ofMinutes(5), Duration.ofMinutes(6));
            assertThat(err.toString()).endsWith("The controller answered 503\n");
        }
    }

    @Test
    void whatAskingAgainWouldNotChangeEndsItAtOnce() {
        assertThat(watch("operation", Meets.STILL_OPEN, Meets.A_REFUSAL)).isEqualTo(4);
        assertThat(err.toString()).isEqualTo("No such thing.\n");
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void nobodyAtTheAddressIsAnOutage() {
        ApiFailure failure = catchThrowableOfType(
                ApiFailure.class, () -> new ApiClient(URI.create("http://127.0.0.1:1"), Map.of(), time).get("/"));

        assertThat(failure.mayPass()).isTrue();
        assertThat(failure.exitCode()).isEqualTo(3);
    }

    @Test
    void aCommandLivesLongerThanItsTokens() throws IOException {
        wantsToken = true;
        var cloud = new SimulatedCloud(new SystemTime(), CloudOptions.DEFAULTS);
        try (var keystone = SimulatorServer.start(cloud)) {
            environment.put("OS_AUTH_URL", keystone.identityAddress().toString());
            environment.put("OS_USERNAME", "admin");
            environment.put("OS_PASSWORD", "admin-secret");
            environment.put("OS_PROJECT_NAME", "admin");

            assertThat(watch(
                            "operation",
                            Meets.STILL_OPEN,
                            Meets.AN_ENDED_TOKEN,
                            Meets.STILL_OPEN,
                            Meets.AN_ENDED_TOKEN,
                            Meets.STILL_OPEN,
                            Meets.OVER))
                    .as(err.toString())
                    .isZero();
            assertThat(tokens).hasSize(3);
            assertThat(err.toString()).isEmpty();

            script.clear();
            assertThat(watch("operation", Meets.AN_ENDED_TOKEN))
                    .as("whom a fresh token does not let in")
                    .isEqualTo(3);
            assertThat(err.toString()).isEqualTo("Who are you?\n");
        }
    }
}
