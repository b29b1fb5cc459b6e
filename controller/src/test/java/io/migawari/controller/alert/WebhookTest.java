// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.config.AlertSettings;
import io.migawari.config.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WebhookTest {

    private final Receiver receiver = new Receiver();

    @AfterEach
    void close() {
        receiver.close();
    }

    private Webhook webhook(Duration timeout) {
        return new Webhook(receiver.webhook("oncall", timeout));
    }

    @Test
    void aBodyArrivesWithItsHeadersAndASignatureThatTheReceiverCanCheck() throws Exception {
        assertThat(webhook(Duration.ofSeconds(5)).send("{\"a\": \"ü\"}")).isEmpty();

        Receiver.Post post = receiver.posts.get(0);
        assertThat(post.body()).isEqualTo("{\"a\": \"ü\"}");
        assertThat(post.headers().get("Authorization")).isEqualTo(List.of("Bearer of-bad-news"));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("signing-key".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        assertThat(post.headers().get("X-migawari-signature"))
                .isEqualTo(List.of("sha256="
                        + HexFormat.of().formatHex(mac.doFinal("{\"a\": \"ü\"}".getBytes(StandardCharsets.UTF_8)))));
    }

    @Test
    void aRefusalIsToldWithoutAnythingThatIsSecret() throws Exception {
        receiver.answer(403);

        assertThat(webhook(Duration.ofSeconds(5)).send("{}"))
                .hasValueSatisfying(words -> assertThat(words).matches("http://127.0.0.1:\\d+ answered 403"));
    }

    @Test
    void aRedirectIsARefusal() throws Exception {
        receiver.answer(302);

        assertThat(webhook(Duration.ofSeconds(5)).send("{}"))
                .hasValueSatisfying(words -> assertThat(words).endsWith("answered 302"));
    }

    @Test
    void aReceiverThatNeverAnswersHoldsNobodyLongerThanTheTimeOut() throws Exception {
        receiver.fallSilent();

        assertThat(webhook(Duration.ofMillis(300)).send("{}"))
                .hasValueSatisfying(words -> assertThat(words).endsWith("gave no whole answer in 300 ms"));
    }

    @Test
    void nobodyThereIsToldWithoutTheRestOfTheUrl() throws Exception {
        var nobody = new AlertSettings.Webhook(
                "x",
                new Secret("https://user:pw@127.0.0.1:1/T0P-SECRET"),
                Map.of(),
                Optional.empty(),
                Duration.ofSeconds(2),
                Optional.empty(),
                AlertSettings.Severity.WARNING,
                Optional.empty());

        assertThat(new Webhook(nobody).send("{}")).contains("https://127.0.0.1:1: no connection");
    }
}
