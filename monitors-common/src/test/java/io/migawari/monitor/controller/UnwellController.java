// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.controller;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.migawari.monitor.notification.Notification;
import io.migawari.monitor.notification.NotificationJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A controller with a Keystone, over HTTP: it records each fact once, as ours does, and can be unwell in every way that a
 * monitor may meet. Safe for any thread.
 */
public final class UnwellController implements AutoCloseable {

    /** How it is unwell. */
    public enum Trouble {
        REFUSES_CONNECTIONS("cannot connect"),
        ANSWERS_503("answers 503"),
        /** To every token, new ones included. */
        ANSWERS_401("answers 401 (it does not accept a new token)"),
        KEYSTONE_ANSWERS_401("wrong user, password or project"),
        ANSWERS_429("answers 429"),
        /** As if it were stopped: connections are taken, and what was sent is only dealt with when it goes on. */
        HANGS("no answer in time"),
        /** 200 and a page in HTML, from something that stands where the controller should. */
        SHOWS_A_PAGE("answers 200"),
        HAS_NO_SUCH_PAGE("answers 404"),
        /** 400 and a page in HTML, as a proxy says it that is spoken to in the wrong way. */
        PROXY_REFUSES("answers 400"),
        HANGS_UP_AFTER_RECORDING("Unexpected end of file"),
        /** Java 17 gives out what has come of it; later ones say that there was to be more. */
        ENDS_IN_THE_MIDDLE_OF_AN_ANSWER("answers 202", "Premature EOF");

        private final String words;
        private final String orWords;

        Trouble(String words) {
            this(words, words);
        }

        Trouble(String words, String orWords) {
            this.words = words;
            this.orWords = orWords;
        }

        /** Whether this is what a monitor says of it. */
        public boolean isNamedIn(String warning) {
            return warning.contains(words) || warning.contains(orWords);
        }

        /** How long, after its end, a monitor may take for all that it has to say: what it does not do sooner. */
        public Duration mostUntilAllIsThere() {
            return switch (this) {
                // the attempt that is under way is still waited for
                case HANGS -> Settings.LONGEST_PAUSE.plus(Settings.CALL_TIMEOUT);
                case ANSWERS_429 -> Duration.ofMinutes(1); // it was asked for two, and does not grant more than this
                default -> Settings.LONGEST_PAUSE;
            };
        }
    }

    private static final String UNAUTHORIZED = "{\"error\": {\"code\": 401, \"title\": \"Unauthorized\"}}";
    private static final String PAGE = "<!DOCTYPE html><html><body>It works!</body></html>";

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Notification> recorded = new ArrayList<>();
    private final HttpServer keystone;
    private final int port;
    private HttpServer server;
    private Socket place = new Socket();
    private CountDownLatch goesOn = new CountDownLatch(0);
    private volatile Trouble trouble;
    private int repeated;
    private int tokens;

    public UnwellController() {
        keystone = open(0, this::signIn);
        server = open(0, this::answer);
        port = server.getAddress().getPort();
    }

    private HttpServer open(int at, com.sun.net.httpserver.HttpHandler handler) {
        try {
            var opened = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 100);
            opened.setExecutor(threads);
            opened.createContext("/", handler);
            opened.start();
            return opened;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public URI keystone() {
        return URI.create("http://127.0.0.1:" + keystone.getAddress().getPort() + "/v3");
    }

    public void becomes(Trouble how) throws IOException {
        if (how == Trouble.REFUSES_CONNECTIONS) {
            server.stop(0);
            place = new Socket();
            place.setReuseAddress(true);
            place.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)); // so that nobody else takes it
        } else if (how == Trouble.HANGS) {
            goesOn = new CountDownLatch(1);
        }
        trouble = how;
    }

    public void isWell() throws IOException {
        Trouble past = trouble;
        trouble = null;
        goesOn.countDown();
        if (past == Trouble.REFUSES_CONNECTIONS) {
            place.close();
            server = open(port, this::answer);
        }
    }

    public boolean hangs() {
        return trouble == Trouble.HANGS;
    }

    /** In the order of their coming, each fact once. */
    public synchronized List<Notification> recorded() {
        return List.copyOf(recorded);
    }

    /** How often something came that was there already. */
    public synchronized int repeated() {
        return repeated;
    }

    private void signIn(HttpExchange call) throws IOException {
        call.getRequestBody().readAllBytes();
        if (trouble == Trouble.KEYSTONE_ANSWERS_401) {
            say(call, 401, UNAUTHORIZED);
            return;
        }
        call.getResponseHeaders().set("X-Subject-Token", "token" + ++tokens);
        say(call, 201, "{\"token\": {\"expires_at\": \"2999-01-01T00:00:00.000000Z\", \"catalog\": []}}");
    }

    private void answer(HttpExchange call) throws IOException {
        String body = new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Trouble now = trouble;
        if (now == Trouble.HANGS) {
            try {
                goesOn.await();
            } catch (InterruptedException e) {
                return; // the test is over
            }
            now = null;
        }
        if (now == Trouble.KEYSTONE_ANSWERS_401) {
            say(call, 401, UNAUTHORIZED); // tokens do not outlive the password that they were given for
        } else if (now == Trouble.ANSWERS_503) {
            say(call, 503, PAGE);
        } else if (now == Trouble.ANSWERS_401) {
            say(call, 401, UNAUTHORIZED);
        } else if (now == Trouble.ANSWERS_429) {
            call.getResponseHeaders().set("Retry-After", "120");
            say(call, 429, "");
        } else if (now == Trouble.SHOWS_A_PAGE) {
            say(call, 200, PAGE);
        } else if (now == Trouble.HAS_NO_SUCH_PAGE) {
            say(call, 404, PAGE);
        } else if (now == Trouble.PROXY_REFUSES) {
            say(call, 400, PAGE);
        } else if (call.getRequestMethod().equals("GET")) {
            say(call, 200, "{\"notification_evidence\": true}");
        } else {
            int status = record(NotificationJson.read(body));
            if (now == Trouble.HANGS_UP_AFTER_RECORDING) {
                call.close();
                return;
            }
            if (now == Trouble.ENDS_IN_THE_MIDDLE_OF_AN_ANSWER) {
                call.sendResponseHeaders(202, 1000);
                call.getResponseBody().write('{');
                call.getResponseBody().flush(); // newer JDKs send nothing before
                call.close();
                return;
            }
            say(
                    call,
                    status,
                    status == 202 ? "{\"notification\": {\"status\": \"new\"}}" : "{\"conflictingRequest\": {}}");
        }
    }

    private synchronized int record(Notification notification) {
        if (recorded.stream().anyMatch(known -> known.id().equals(notification.id()))) {
            repeated++;
            return 409;
        }
        recorded.add(notification);
        return 202;
    }

    private static void say(HttpExchange call, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        call.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (var response = call.getResponseBody()) {
            response.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        threads.shutdownNow();
        server.stop(0);
        keystone.stop(0);
        place.close();
    }
}
