// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.config.ApiSettings;
import io.migawari.config.ApiSettings.Authentication;
import io.migawari.config.ApiSettings.Listen;
import io.migawari.config.ApiSettings.RateLimit;
import io.migawari.config.ApiSettings.Roles;
import io.migawari.controller.api.Router.Access;
import io.migawari.controller.cloud.Identity;
import io.migawari.controller.ops.Metrics;
import io.migawari.time.ManualTime;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the server itself holds against those who ask too much, too slowly, or in a strange way. */
class ApiServerTest {

    private static final Map<String, String> USERS =
            Map.of("operator", "admin", "monitor", "service", "looker", "reader");

    private final ManualTime time = new ManualTime(Instant.parse("2026-11-20T08:00:00Z"));
    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch isAsked = new CountDownLatch(1);
    private final CountDownLatch mayAnswer = new CountDownLatch(1);
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Socket> sockets = new ArrayList<>();
    private final ApiServer server = server(Optional.empty());

    private ApiServer server(Optional<Listen> health) {
        return new ApiServer(
                new ApiSettings(
                        "127.0.0.1",
                        0,
                        Authentication.KEYSTONE,
                        Roles.defaults(),
                        new RateLimit(2, 5),
                        Optional.empty(),
                        health,
                        Optional.empty()),
                List.of(router -> router.add("GET", "/", Access.OPEN, call -> Reply.noContent())
                        .add("GET", "/healthz", Access.HEALTH, call -> Reply.text("text/plain", "alive"))
                        .add("GET", "/look", Access.LOOK, call -> Reply.noContent())
                        .add("GET", "/long", Access.LOOK, call -> longAnswer())
                        .add(
                                "POST",
                                "/report",
                                Access.REPORT,
                                call -> Reply.text(
                                        "text/plain", "" + call.body().length()))),
                Set.of(),
                host -> Optional.empty(),
                new Keystone(),
                new SilentAudit(),
                new Metrics(MetricSnapshots::new, "1"),
                time);
    }

    private Reply longAnswer() throws InterruptedException {
        isAsked.countDown();
        mayAnswer.await();
        return Reply.noContent();
    }

    /** A token is a user's name. */
    private final class Keystone implements Identity {

        @Override
        public URI signInAddress() {
            return URI.create("http://keystone/v3");
        }

        @Override
        public Optional<Caller> callerOf(String token, Duration patience) {
            asked.incrementAndGet();
            return Optional.ofNullable(USERS.get(token))
                    .map(role -> new Caller(
                            token,
                            token + "-id",
                            new Scope.Project("p1", "service", true),
                            Set.of(role),
                            time.now().plus(Duration.ofHours(1))));
        }
    }

    @BeforeEach
    void start() throws Exception {
        server.start();
    }

    @AfterEach
    void close() throws Exception {
        for (Socket socket : sockets) {
            socket.close();
        }
        server.close();
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> look(String token) throws Exception {
        return send("GET", "/look", "", "X-Auth-Token", token);
    }

    private int report(String token) throws Exception {
        return send("POST", "/report", "{}", "X-Auth-Token", token).statusCode();
    }

    /** A connection on which something is said, and nothing more. */
    private Socket say(String words) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), server.url().getPort());
        socket.setSoTimeout(20_000);
        sockets.add(socket);
        socket.getOutputStream().write(words.getBytes(ISO_8859_1));
        return socket;
    }

    /** Lets time pass, a second at each look, until the server hangs up. */
    private Duration untilCutOff(Socket socket) throws IOException {
        Instant begin = time.now();
        socket.setSoTimeout(20);
        for (int i = 0; i < 500; i++) {
            time.advance(Duration.ofSeconds(1));
            server.cutOffTheSlow();
            try {
                if (socket.getInputStream().read() < 0) {
                    return Duration.between(begin, time.now());
                }
            } catch (SocketTimeoutException stillOpen) {
                // another second
            } catch (SocketException reset) {
                return Duration.between(begin, time.now());
            }
        }
        throw new AssertionError("it is still open");
    }

    /** All headers, and perhaps more. */
    private static String begin(Socket socket) throws IOException {
        var begin = new StringBuilder();
        while (begin.indexOf("\r\n\r\n") < 0) {
            begin.append(new String(socket.getInputStream().readNBytes(1), ISO_8859_1));
        }
        return begin.toString();
    }

    private static String status(Socket socket) throws IOException {
        return new String(socket.getInputStream().readNBytes(12), ISO_8859_1);
    }

    @Test
    void whoAsksTooOftenIsToldWhenToComeAgain() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertThat(look("looker").statusCode()).isEqualTo(204);
        }

        HttpResponse<String> refused = look("looker");

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).contains("\"overLimit\"", "asks too often");
        assertThat(refused.headers().firstValue("Retry-After")).contains("1");
        assertThat(look("operator").statusCode()).as("another user").isEqualTo(204);
        time.advance(Duration.ofSeconds(1));
        assertThat(look("looker").statusCode()).isEqualTo(204);
    }

    @Test
    void reportsHaveALimitOfTheirOwn() throws Exception {
        for (int i = 0; i < 50; i++) {
            assertThat(report("operator")).isEqualTo(200);
        }

        assertThat(report("operator")).isEqualTo(429);
        assertThat(look("operator").statusCode()).isEqualTo(204);
    }

    @Test
    void keystoneIsNotAskedForStrangersWithoutEndAndTheOthersGoOnWorking() throws Exception {
        assertThat(look("looker").statusCode()).isEqualTo(204);
        for (int i = 0; i < 20; i++) {
            assertThat(look("forged-" + i).statusCode()).isEqualTo(401);
        }
        int before = asked.get();

        assertThat(look("forged").statusCode()).isEqualTo(429);
        assertThat(send("GET", "/look", "").statusCode()).isEqualTo(429);
        assertThat(look("looker").statusCode()).isEqualTo(204);
        assertThat(asked).hasValue(before);
        time.advance(Duration.ofSeconds(1));
        assertThat(look("operator").statusCode()).isEqualTo(204);
    }

    @Test
    void headersThatAreTooLargeAreRefusedInTheFormOfEveryFault() throws Exception {
        HttpResponse<String> answer = send("GET", "/look", "", "X-Auth-Token", "a".repeat(9_000));

        assertThat(answer.statusCode()).isEqualTo(431);
        assertThat(answer.body())
                .isEqualTo("{\"masakariFault\":{\"code\":431,\"message\":\"The request's headers are too large.\"}}");
        assertThat(answer.headers().firstValue("Content-Type")).contains(Reply.FAULT);
        assertThat(answer.headers().firstValue("x-openstack-request-id"))
                .hasValueSatisfying(id -> assertThat(id).startsWith("req-"));
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedWhoeverSendsIt() throws Exception {
        String body = "x".repeat(256 * 1024 + 1);

        HttpResponse<String> first = send("POST", "/report", body, "X-Auth-Token", "monitor");
        HttpResponse<String> known = send("POST", "/report", body, "X-Auth-Token", "monitor");
        HttpResponse<String> largest = send("POST", "/report", "x".repeat(256 * 1024), "X-Auth-Token", "monitor");

        assertThat(first.statusCode()).isEqualTo(413);
        assertThat(known.statusCode()).isEqualTo(413);
        assertThat(known.body()).contains("\"overLimit\"", "Request is too large.");
        assertThat(largest.body()).isEqualTo("262144");
    }

    @Test
    void whoDoesNotFinishHisHeadersIsCutOff() throws Exception {
        assertThat(untilCutOff(say("GET / HTTP/1.1\r\nHost: a\r\nX-A: ")))
                .isGreaterThanOrEqualTo(SlowClients.FOR_HEADERS);
        assertThat(untilCutOff(say(""))).isGreaterThanOrEqualTo(SlowClients.FOR_HEADERS);
    }

    @Test
    void theTimeForHeadersBeginsAnewWithEachAnswer() throws Exception {
        Socket kept = say("");
        for (int i = 0; i < 10; i++) {
            kept.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1));
            assertThat(status(kept)).isEqualTo("HTTP/1.1 204");
            Awaitility.await().until(() -> kept.getInputStream().available() > 0);
            kept.getInputStream().readNBytes(kept.getInputStream().available());
            time.advance(Duration.ofSeconds(20));
            server.cutOffTheSlow();
        }
        kept.getOutputStream().write("GET ".getBytes(ISO_8859_1));

        assertThat(untilCutOff(kept)).isGreaterThanOrEqualTo(Duration.ofSeconds(10));
    }

    private Socket beginsToReport(String token) throws IOException {
        return beginsToReport(token, 10);
    }

    private Socket beginsToReport(String token, int bytes) throws IOException {
        return say("POST /report HTTP/1.1\r\nHost: a\r\nX-Auth-Token: " + token + "\r\nContent-Length: " + bytes
                + "\r\n\r\n{");
    }

    @Test
    void manyWhoSendTheirBodiesSlowlyTakeNoPlaceFromOthersAndAreCutOff() throws Exception {
        assertThat(report("monitor")).isEqualTo(200);
        for (int i = 0; i < 100; i++) { // more than there are threads
            beginsToReport("monitor");
        }

        assertThat(report("operator")).isEqualTo(200);
        for (Socket socket : sockets) {
            untilCutOff(socket);
        }
    }

    @Test
    void whoHasSaidEverythingMayWaitForItsAnswerAsLongAsThatTakes() throws Exception {
        Socket patient = say("GET /long HTTP/1.1\r\nHost: a\r\nX-Auth-Token: looker\r\n\r\n");
        isAsked.await();

        time.advance(Duration.ofHours(1));
        server.cutOffTheSlow();
        mayAnswer.countDown();

        assertThat(status(patient)).isEqualTo("HTTP/1.1 204");
    }

    @Test
    void strangersAreAnsweredBeforeTheyHaveSentMuch() throws Exception {
        Socket stranger = beginsToReport("forged", 5_000);
        Socket open = say("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n");

        assertThat(begin(stranger)).startsWith("HTTP/1.1 401").contains("Connection: close");
        assertThat(begin(open)).startsWith("HTTP/1.1 204").contains("Connection: close");
    }

    /** Whoever is refused while he still sends may lose the answer with the connection. */
    @Test
    void aStrangersSmallBodyIsWaitedForButNotForLong() throws Exception {
        Socket stranger = beginsToReport("forged");
        Socket silent = beginsToReport("forged");
        assertThat(send("POST", "/report", "{}").statusCode()).as("meanwhile").isEqualTo(401);
        stranger.getOutputStream().write("\"a\": \"b\"}".getBytes(ISO_8859_1));

        assertThat(begin(stranger)).startsWith("HTTP/1.1 401").doesNotContain("Connection: close");
        assertThat(untilCutOff(silent)).isGreaterThanOrEqualTo(SlowClients.FOR_BODY);
    }

    @Test
    void whoSignsInForTheFirstTimeWithMuchIsCutOffToo() throws Exception {
        assertThat(untilCutOff(beginsToReport("monitor", 5_000))).isGreaterThanOrEqualTo(SlowClients.FOR_BODY);

        assertThat(asked).hasValue(1);
        assertThat(report("operator")).isEqualTo(200);
    }

    @Test
    void aRequestThatTwoServersWouldReadDifferentlyIsRefused() throws Exception {
        for (String twofold : List.of(
                "POST /report HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /report HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd",
                "GET / HTTP/1.1\r\nHost: a\r\n X-Folded: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX-A : b\r\n\r\n",
                "GET /look/..%2flook HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /a/%2e%2e/look HTTP/1.1\r\nHost: a\r\n\r\n")) {
            Socket socket = say(twofold);
            assertThat(status(socket)).as(twofold).isEqualTo("HTTP/1.1 400");
        }
    }

    /** Jetty would leave the answers to most methods empty. */
    @Test
    void whatTheServerItselfRefusesHasTheFormOfEveryFaultWhateverTheMethod() throws Exception {
        for (String method : List.of("GET", "POST", "PUT", "DELETE", "EVIL")) {
            HttpResponse<String> answer = send(method, "/a%2fb", "");

            assertThat(answer.statusCode()).as(method).isEqualTo(400);
            assertThat(answer.body()).as(method).contains("\"badRequest\"", "\"code\":400");
            assertThat(answer.headers().firstValue("x-openstack-request-id"))
                    .as(method)
                    .isPresent();
        }
    }

    @Test
    void healthIsServedWithEverythingElseUnlessItHasAnAddressOfItsOwn() throws Exception {
        assertThat(send("GET", "/healthz", "").body()).isEqualTo("alive");
        assertThat(server.healthUrl()).isEqualTo(server.url());

        try (ApiServer apart = server(Optional.of(new Listen("127.0.0.1", 0)))) {
            apart.start();

            assertThat(apart.healthUrl().getHost()).isEqualTo("127.0.0.1");
            assertThat(status(apart.healthUrl(), "/healthz")).isEqualTo(200);
            assertThat(status(apart.url(), "/healthz")).isEqualTo(404);
            assertThat(status(apart.url(), "/")).isEqualTo(204);
            assertThat(status(apart.healthUrl(), "/")).isEqualTo(404);
            assertThat(status(apart.healthUrl(), "/look")).isEqualTo(404);
        }
    }

    private int status(URI url, String path) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(url + path)).build(), BodyHandlers.discarding())
                .statusCode();
    }

    /** A browser then lets no page of another origin read anything. */
    @Test
    void nothingIsSaidToBrowsersAboutOtherOrigins() throws Exception {
        var asks = send("GET", "/look", "", "X-Auth-Token", "looker", "Origin", "https://evil.example.org");
        var asksBefore = send(
                "OPTIONS",
                "/look",
                "",
                "Origin",
                "https://evil.example.org",
                "Access-Control-Request-Method",
                "GET",
                "Access-Control-Request-Headers",
                "x-auth-token");

        assertThat(asks.statusCode()).isEqualTo(204);
        assertThat(asksBefore.statusCode()).isEqualTo(405);
        assertThat(List.of(asks, asksBefore))
                .allSatisfy(answer -> assertThat(answer.headers().map().keySet())
                        .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control-")));
    }
}
