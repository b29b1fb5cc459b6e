// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.monitor.life.Vitals.Metric;
import io.migawari.systemd.Systemd;
import io.migawari.time.ManualTime;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LifeTest {

    private final List<String> told = new ArrayList<>();
    private final ManualTime time = new ManualTime(Instant.EPOCH);

    private static final Vitals.Source WELL =
            () -> new Vitals(List.of(), Map.of("waiting", "0"), List.of(new Metric("polls_total", "Polls.", 7)));
    private static final Vitals.Source BLIND =
            () -> new Vitals(List.of("cannot see \"it\""), Map.of(), List.of(new Metric("lag", "Lag.", 0.5)));

    private static String get(HealthEndpoint endpoint, String path) throws Exception {
        var request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + endpoint.address().getPort() + path))
                .timeout(Duration.ofSeconds(20))
                .build();
        var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }

    private static HealthEndpoint serve(Vitals.Source... sources) throws Exception {
        return HealthEndpoint.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), List.of(sources));
    }

    @Test
    void systemdIsToldThatAReloadHasBegunAndEndedEvenIfItFails() {
        time.advance(Duration.ofMillis(7));
        var systemd = new Systemd(told::add, Optional.empty(), time);
        Life.reload(systemd, () -> {
            throw new IllegalStateException("a wrong file");
        });
        assertThat(told).containsExactly("RELOADING=1\nMONOTONIC_USEC=7000", "READY=1");
    }

    @Test
    void whoDoesHisWorkIsReady() throws Exception {
        try (HealthEndpoint endpoint = serve(WELL)) {
            assertThat(get(endpoint, "/readyz")).isEqualTo("200 {\"ready\":true,\"troubles\":[],\"waiting\":\"0\"}\n");
            assertThat(get(endpoint, "/healthz")).isEqualTo("200 {\"status\":\"alive\"}\n");
        }
    }

    @Test
    void whoDoesNotSaysWhyAndIsAliveAllTheSame() throws Exception {
        try (HealthEndpoint endpoint = serve(WELL, BLIND)) {
            assertThat(get(endpoint, "/readyz"))
                    .startsWith("503 ")
                    .contains("\"troubles\":[\"cannot see \\\"it\\\"\"]");
            assertThat(get(endpoint, "/healthz")).startsWith("200 ");
        }
    }

    @Test
    void metricsAreInTheFormOfPrometheus() throws Exception {
        try (HealthEndpoint endpoint = serve(WELL, BLIND)) {
            assertThat(get(endpoint, "/metrics")).isEqualTo("""
                    200 # HELP migawari_polls_total Polls.
                    # TYPE migawari_polls_total counter
                    migawari_polls_total 7
                    # HELP migawari_lag Lag.
                    # TYPE migawari_lag gauge
                    migawari_lag 0.5
                    """);
        }
    }

    @Test
    void aCallerWhoNeverFinishesDoesNotKeepOthersOutForEver() throws Exception {
        try (HealthEndpoint endpoint = serve(WELL);
                var silent = new Socket(
                        endpoint.address().getAddress(), endpoint.address().getPort())) {
            silent.getOutputStream().write("GET /healthz HT".getBytes(StandardCharsets.UTF_8));
            silent.getOutputStream().flush();
            assertThat(get(endpoint, "/healthz")).startsWith("200 ");
        }
    }

    @Test
    void aStopThatHangsIsGivenUp() {
        var systemd = new Systemd(told::add, Optional.empty(), time);
        var never = new CountDownLatch(1);

        assertThat(Life.stop(
                        systemd,
                        () -> {
                            try {
                                never.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        Duration.ofMillis(50)))
                .isFalse();
        assertThat(Life.stop(systemd, () -> told.add("closed"), Duration.ofSeconds(20)))
                .isTrue();
        assertThat(told).containsExactly("STOPPING=1", "STOPPING=1", "closed");
    }
}
