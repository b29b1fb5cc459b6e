// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** More requests than can be served. Each but the first waits for the first. */
class RequestQueueTest {

    private final HttpClient client = HttpClient.newHttpClient();
    private final Server server = new Server();
    private final CountDownLatch first = new CountDownLatch(1);
    private final List<String> served = new CopyOnWriteArrayList<>();
    private final AtomicInteger turnedAway = new AtomicInteger();

    @AfterEach
    void stop() throws Exception {
        first.countDown();
        server.stop();
    }

    private RequestQueue start(int waiting, Duration patience) throws Exception {
        var queue = new RequestQueue(new RequestQueue.Bounds(1, waiting, patience), turnedAway::incrementAndGet);
        queue.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                served.add(request.getMethod() + " " + Request.getPathInContext(request));
                first.await();
                Reply.noContent().send(response, callback);
                return true;
            }
        });
        server.setHandler(queue);
        server.addConnector(new ServerConnector(server));
        server.start();
        return queue;
    }

    private CompletableFuture<HttpResponse<String>> send(String method, String path) {
        int port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
        return client.sendAsync(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .method(method, BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString(UTF_8));
    }

    @Test
    void reportsGoFirstAndQuestionsLast() throws Exception {
        RequestQueue queue = start(4, Duration.ofMinutes(1));
        var answers = new CopyOnWriteArrayList<CompletableFuture<HttpResponse<String>>>();
        answers.add(send("GET", "/first"));
        await().until(() -> served.size() == 1);
        int waiting = 0;
        for (String what :
                List.of("GET /v1/segments", "PUT /v1/segments/s1", "POST /v1/notifications", "GET /readyz")) {
            String[] parts = what.split(" ", 2);
            answers.add(send(parts[0], parts[1]));
            int soMany = ++waiting;
            await().until(() -> queue.getSuspendedRequestCount() == soMany);
        }

        first.countDown();

        for (var answer : answers) {
            assertThat(answer.get().statusCode()).isEqualTo(204);
        }
        assertThat(served)
                .containsExactly(
                        "GET /first",
                        "GET /readyz",
                        "POST /v1/notifications",
                        "PUT /v1/segments/s1",
                        "GET /v1/segments");
        assertThat(turnedAway).hasValue(0);
    }

    @Test
    void whoFindsTheQueueFullIsToldSo() throws Exception {
        RequestQueue queue = start(1, Duration.ofMinutes(1));
        var one = send("GET", "/first");
        await().until(() -> served.size() == 1);
        var two = send("GET", "/second");
        await().until(() -> queue.getSuspendedRequestCount() == 1);

        HttpResponse<String> three = send("POST", "/v1/notifications").get();

        assertThat(three.statusCode()).isEqualTo(503);
        assertThat(three.body())
                .isEqualTo("{\"serviceUnavailable\":{\"code\":503,"
                        + "\"message\":\"Too many requests are waiting; nothing was stored. Try again.\"}}");
        assertThat(three.headers().firstValue(Reply.REQUEST_ID))
                .hasValueSatisfying(id -> assertThat(id).startsWith("req-"));
        assertThat(turnedAway).hasValue(1);
        first.countDown();
        assertThat(one.get().statusCode()).isEqualTo(204);
        assertThat(two.get().statusCode()).isEqualTo(204);
    }

    @Test
    void whoWaitsTooLongIsToldSoAndNeverServed() throws Exception {
        start(1, Duration.ofMillis(20));
        var one = send("GET", "/first");
        await().until(() -> served.size() == 1);

        assertThat(send("GET", "/second").get().statusCode()).isEqualTo(503);

        first.countDown();
        assertThat(one.get().statusCode()).isEqualTo(204);
        assertThat(served).containsExactly("GET /first");
    }
}
