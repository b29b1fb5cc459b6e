// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.alert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.migawari.config.AlertSettings;
import io.migawari.config.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/** Somebody who takes alerts, and does not always behave. */
public final class Receiver implements AutoCloseable {

    /** What came in. */
    public record Post(Map<String, List<String>> headers, String body) {

        public JsonNode json() {
            try {
                return new ObjectMapper().readTree(body);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    public final List<Post> posts = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile int status = 200;
    private volatile boolean silent;

    public Receiver() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", this::take);
        server.start();
    }

    private void take(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        posts.add(new Post(Map.copyOf(exchange.getRequestHeaders()), body));
        if (silent) {
            try {
                closed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    public void answer(int with) {
        status = with;
    }

    /** Takes everything and never answers. */
    public void fallSilent() {
        silent = true;
    }

    public AlertSettings.Webhook webhook(String name, Duration timeout) {
        return new AlertSettings.Webhook(
                name,
                new Secret("http://user:pass@127.0.0.1:" + server.getAddress().getPort() + "/hook/T0P-SECRET"),
                Map.of("Authorization", new Secret("Bearer of-bad-news")),
                Optional.of(new Secret("signing-key")),
                timeout,
                Optional.empty(),
                AlertSettings.Severity.WARNING,
                Optional.empty());
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }
}
