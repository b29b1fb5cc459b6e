// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.life;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.migawari.monitor.notification.Json;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * {@code /healthz} (the process answers), {@code /readyz} (it does its work; if not, why not) and {@code /metrics}, for this
 * machine only. The JDK's server does: nobody but a local agent calls it, and what calls badly is cut off after seconds.
 */
public final class HealthEndpoint implements AutoCloseable {

    static {
        // Seconds; the server's own defaults are "for ever", and a few half-open connections would stop it.
        System.setProperty("sun.net.httpserver.maxReqTime", "5");
        System.setProperty("sun.net.httpserver.maxRspTime", "5");
    }

    /** One silent caller occupies a thread until he is cut off; by default the server has only one. */
    private static final int THREADS = 3;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, work -> {
        var thread = new Thread(work, "health");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Vitals.Source> sources;

    private HealthEndpoint(HttpServer server, List<Vitals.Source> sources) {
        this.server = server;
        this.sources = sources;
    }

    /** @throws IOException if the address cannot be listened on */
    public static HealthEndpoint start(InetSocketAddress listen, List<Vitals.Source> sources) throws IOException {
        HttpServer server;
        try {
            server = HttpServer.create(listen, 16);
        } catch (IOException e) {
            throw new IOException("Cannot listen on " + listen + ": " + e.getMessage(), e);
        }
        var endpoint = new HealthEndpoint(server, List.copyOf(sources));
        server.createContext("/healthz", call -> answer(call, 200, "application/json", "{\"status\":\"alive\"}\n"));
        server.createContext("/readyz", endpoint::ready);
        server.createContext("/metrics", endpoint::metrics);
        server.setExecutor(endpoint.threads);
        server.start();
        return endpoint;
    }

    public InetSocketAddress address() {
        return server.getAddress();
    }

    private void ready(HttpExchange call) throws IOException {
        List<String> troubles = new ArrayList<>();
        Map<String, String> facts = new TreeMap<>();
        for (Vitals.Source source : sources) {
            Vitals vitals = source.vitals();
            troubles.addAll(vitals.troubles());
            facts.putAll(vitals.facts());
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("ready", troubles.isEmpty());
        document.put("troubles", troubles);
        document.putAll(facts);
        answer(call, troubles.isEmpty() ? 200 : 503, "application/json", Json.write(document) + "\n");
    }

    private void metrics(HttpExchange call) throws IOException {
        var text = new StringBuilder();
        for (Vitals.Source source : sources) {
            for (Vitals.Metric metric : source.vitals().metrics()) {
                String name = "migawari_" + metric.name();
                text.append("# HELP ")
                        .append(name)
                        .append(' ')
                        .append(metric.help())
                        .append('\n');
                text.append("# TYPE ").append(name).append(metric.isCounter() ? " counter\n" : " gauge\n");
                text.append(name).append(' ').append(number(metric.value())).append('\n');
            }
        }
        answer(call, 200, "text/plain; version=0.0.4; charset=utf-8", text.toString());
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    /** Closes the body and not the exchange, which in JDK 17 closes the connection under an answer not yet sent. */
    private static void answer(HttpExchange call, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        call.getRequestBody().close();
        call.getResponseHeaders().set("Content-Type", type);
        call.getResponseHeaders().set("Connection", "close");
        boolean withBody = !call.getRequestMethod().equals("HEAD");
        call.sendResponseHeaders(status, withBody ? bytes.length : -1);
        try (var answer = call.getResponseBody()) {
            if (withBody) {
                answer.write(bytes);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
