// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.controller;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A Keystone and a controller that answer as they are told to, and remember what they were asked. */
public final class FakeController implements AutoCloseable {

    /** One request as it came. */
    public record Asked(String method, String path, String token, String body) {}

    private record Told(int status, String body, String header, String value) {}

    private static final String TAKEN = "{\"notification\": {\"status\": \"new\"}}";

    public final List<Asked> asked = Collections.synchronizedList(new ArrayList<>());
    public final CountDownLatch closed = new CountDownLatch(1);
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Deque<Told> answers = new ArrayDeque<>();
    private Told otherwise = new Told(202, TAKEN, "X-Nothing", "");
    private String additions = "";
    private int aboutItself = 200;
    private String expires = "2999-01-01T00:00:00.000000Z";
    private String catalogue = "[]";
    private int tokens;
    private boolean trickle;

    public FakeController() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** The next notification is answered so; without any of these, by 202. */
    public synchronized FakeController then(int status, String body) {
        return then(status, body, "X-Nothing", "");
    }

    public synchronized FakeController then(int status, String body, String header, String value) {
        answers.add(new Told(status, body, header, value));
        return this;
    }

    public synchronized FakeController always(int status) {
        otherwise = new Told(status, status < 300 ? TAKEN : "{\"error\": {}}", "X-Nothing", "");
        return this;
    }

    public synchronized FakeController saysAboutItself(String json) {
        additions = json;
        return this;
    }

    public synchronized FakeController failsToSpeakAboutItself(int status) {
        aboutItself = status;
        return this;
    }

    public synchronized FakeController tokensExpireAt(String time) {
        expires = time;
        return this;
    }

    public synchronized FakeController catalogue(String json) {
        catalogue = json.replace('\'', '"');
        return this;
    }

    /** Answers a byte now and then, and never the whole. */
    public synchronized FakeController trickles() {
        trickle = true;
        return this;
    }

    public List<Asked> notifications() {
        synchronized (asked) {
            return asked.stream()
                    .filter(a -> a.path().endsWith("/notifications"))
                    .toList();
        }
    }

    public long asks(String path) {
        synchronized (asked) {
            return asked.stream().filter(a -> a.path().equals(path)).count();
        }
    }

    private void answer(HttpExchange call) throws IOException {
        String path = call.getRequestURI().toString();
        String body = new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String token = String.valueOf(call.getRequestHeaders().getFirst("X-Auth-Token"));
        asked.add(new Asked(call.getRequestMethod(), path, token, body));
        Told told = told(path);
        if (told.status() == 0) {
            trickle(call);
            return;
        }
        byte[] bytes = told.body().getBytes(StandardCharsets.UTF_8);
        call.getResponseHeaders().set(told.header(), told.value());
        call.sendResponseHeaders(told.status(), bytes.length == 0 ? -1 : bytes.length);
        try (var response = call.getResponseBody()) {
            response.write(bytes);
        }
    }

    private synchronized Told told(String path) {
        if (path.endsWith("/auth/tokens")) {
            tokens++;
            return new Told(
                    201,
                    "{\"token\": {\"expires_at\": \"" + expires + "\", \"catalog\": " + catalogue + "}}",
                    "X-Subject-Token",
                    "token" + tokens);
        }
        if (path.endsWith("/migawari/v1")) {
            return new Told(additions.isEmpty() ? 404 : aboutItself, additions, "X-Nothing", "");
        }
        if (trickle) {
            return new Told(0, "", "", "");
        }
        return answers.isEmpty() ? otherwise : answers.remove();
    }

    private void trickle(HttpExchange call) throws IOException {
        call.sendResponseHeaders(202, 0);
        try (var body = call.getResponseBody()) {
            while (!closed.await(50, java.util.concurrent.TimeUnit.MILLISECONDS)) {
                body.write(' ');
                body.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
