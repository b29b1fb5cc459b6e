// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.config.AlertSettings;
import io.migawari.controller.Trial;
import io.migawari.simulator.nova.ServerFaults;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** From the failure of a host to the telephone of a person. */
class AlertsOnTheWayTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private static Trial trial(Duration settle, AlertSettings.Webhook... webhooks) {
        return new Trial(
                "reserved_host",
                new AlertSettings(
                        Duration.ofMinutes(15), Duration.ofMinutes(10), settle, Duration.ofDays(1), List.of(webhooks)));
    }

    private static JsonNode first(Receiver receiver, String event, String kind) {
        return await().atMost(SOON)
                .until(
                        () -> receiver.posts.stream()
                                .map(Receiver.Post::json)
                                .filter(json -> json.path("event").asText().equals(event)
                                        && json.path("kind").asText().equals(kind))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    @Test
    void aHostWithoutAProofIsToldAtOnceAndThatItGoesOnAsWell() {
        try (var receiver = new Receiver();
                var trial = trial(Duration.ZERO, receiver.webhook("oncall", Duration.ofSeconds(5)))) {
            trial.server("web");
            trial.cloud.killHost("compute1");
            JsonNode reported = trial.report("compute1", "UNKNOWN");

            JsonNode raised = first(receiver, "raised", "waiting");
            String incident = trial.incidentOf(reported).path("uuid").asText();
            trial.reserve("compute5");
            trial.post("/migawari/v1/incidents/" + incident + "/confirm-dead", "{'reason': 'its plug is in my hand'}");
            JsonNode resolved = first(receiver, "resolved", "waiting");

            assertThat(raised.path("gate").asText()).isEqualTo("no_proof");
            assertThat(raised.path("severity").asText()).isEqualTo("critical");
            assertThat(raised.path("incident").asText()).isEqualTo(incident);
            assertThat(raised.path("host").asText()).isEqualTo("compute1");
            assertThat(raised.path("segment").asText()).isEqualTo("rack1");
            assertThat(raised.path("next_step").asText()).contains("migawari incident confirm-dead " + incident);
            assertThat(raised.path("text").asText()).startsWith("Migawari, critical: compute1 is reported as stopped");
            assertThat(resolved.path("alert")).isEqualTo(raised.path("alert"));
            assertThat(resolved.path("id")).isNotEqualTo(raised.path("id"));
            trial.untilPhase("compute1", "recovered");
            // its spare is used up now
            assertThat(first(receiver, "raised", "no_reserved_host")
                            .path("message")
                            .asText())
                    .isEqualTo("The segment rack1 has no reserved host left");
        }
    }

    @Test
    void aReceiverThatHangsKeepsNoOtherWaiting() {
        try (var hangs = new Receiver();
                var works = new Receiver();
                var trial = trial(
                        Duration.ZERO,
                        hangs.webhook("hangs", Duration.ofSeconds(30)),
                        works.webhook("works", Duration.ofSeconds(5)))) {
            hangs.fallSilent();
            trial.report("compute1", "UNKNOWN");

            first(works, "raised", "waiting");
            await().atMost(SOON).until(() -> !hangs.posts.isEmpty());
            assertThat(trial.get("/migawari/v1/alerts?open=true")
                            .at("/alerts/0/told")
                            .asText())
                    .isEqualTo("pending");
        }
    }

    @Test
    void whatWasNotTakenIsTriedAgainWithTheSameIdAlsoByAnotherController() {
        try (var receiver = new Receiver();
                var trial = trial(Duration.ZERO, receiver.webhook("oncall", Duration.ofSeconds(5)))) {
            receiver.answer(500);
            trial.report("compute1", "UNKNOWN");
            await().atMost(SOON).until(() -> receiver.posts.size() >= 2);

            trial.stopController();
            receiver.answer(204);
            trial.startController();

            await().atMost(SOON)
                    .until(
                            () -> trial.get("/migawari/v1/alerts")
                                    .at("/alerts/0/told")
                                    .asText(),
                            "delivered"::equals);
            Set<String> ids = new TreeSet<>();
            receiver.posts.forEach(post -> ids.add(post.json().path("id").asText()));
            assertThat(ids).hasSize(1);
            assertThat(new TreeSet<>(
                            receiver.posts.stream().map(Receiver.Post::body).toList()))
                    .hasSize(1);
        }
    }

    @Test
    void theTestMessageGoesToEveryWebhookAndSaysWhatBecameOfIt() {
        try (var good = new Receiver();
                var bad = new Receiver();
                var trial = trial(
                        Duration.ZERO,
                        good.webhook("good", Duration.ofSeconds(5)),
                        bad.webhook("bad", Duration.ofSeconds(5)))) {
            bad.answer(404);

            JsonNode answer = trial.post("/migawari/v1/alert-tests", "{}");

            assertThat(answer.at("/webhooks/0/delivered").asBoolean()).isTrue();
            assertThat(answer.at("/webhooks/1/delivered").asBoolean()).isFalse();
            assertThat(answer.at("/webhooks/1/message").asText()).endsWith("answered 404");
            assertThat(answer.toString()).doesNotContain("SECRET", "pass");
            assertThat(good.posts.get(0).json().path("kind").asText()).isEqualTo("test");
        }
    }

    @Test
    void aBadEndNamesWhatCouldNotBeMoved() {
        try (var receiver = new Receiver();
                var trial = trial(Duration.ofSeconds(1), receiver.webhook("oncall", Duration.ofSeconds(5)))) {
            trial.reserve("compute5");
            trial.cloud.setServerFaults(trial.server("cursed"), ServerFaults.failing(100));
            trial.fail("compute1");

            assertThat(first(receiver, "raised", "ended_badly").path("message").asText())
                    .contains("cursed");
        }
    }
}
