// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.alert;

import io.migawari.config.AlertSettings;
import io.migawari.config.BodyTemplate;
import io.migawari.config.Secret;
import io.migawari.config.TrustedCertificates;
import io.migawari.controller.model.Alert;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLException;

/**
 * One receiver of alerts. Its URL and headers are secrets: what went wrong is told without them. Safe for any thread; no try
 * lasts longer than the webhook's time-out, whatever the receiver does.
 */
public final class Webhook {

    private static final String SIGNATURE = "X-Migawari-Signature";

    private final AlertSettings.Webhook settings;
    private final HttpClient http;

    public Webhook(AlertSettings.Webhook settings) {
        this.settings = settings;
        var builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(settings.timeout())
                .followRedirects(HttpClient.Redirect.NEVER); // headers and body are for this receiver alone
        settings.caFile().map(TrustedCertificates::in).ifPresent(builder::sslContext);
        this.http = builder.build();
    }

    public String name() {
        return settings.name();
    }

    Optional<BodyTemplate> template() {
        return settings.body();
    }

    /** What is less than this is not for it. */
    Alert.Severity fromSeverity() {
        return Alert.Severity.valueOf(settings.fromSeverity().name());
    }

    Duration timeout() {
        return settings.timeout();
    }

    /**
     * Sends a body.
     *
     * @return why it was not taken; nothing if it was
     */
    Optional<String> send(String body) throws InterruptedException {
        CompletableFuture<HttpResponse<Void>> answer = http.sendAsync(request(body), BodyHandlers.discarding());
        try {
            int status = answer.get(settings.timeout().toMillis(), TimeUnit.MILLISECONDS)
                    .statusCode();
            return status >= 200 && status < 300
                    ? Optional.empty()
                    : Optional.of(settings.place() + " answered " + status);
        } catch (TimeoutException e) {
            answer.cancel(true);
            return Optional.of(settings.place() + " gave no whole answer in "
                    + settings.timeout().toMillis() + " ms");
        } catch (InterruptedException e) {
            answer.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            return Optional.of(settings.place() + ": " + words(e.getCause() == null ? e : e.getCause()));
        }
    }

    private HttpRequest request(String body) {
        var request = HttpRequest.newBuilder(URI.create(settings.url().reveal()))
                .header(
                        "Content-Type",
                        settings.body().map(BodyTemplate::contentType).orElse("application/json"))
                .header("User-Agent", "migawari");
        settings.headers().forEach((name, value) -> request.setHeader(name, value.reveal()));
        settings.signingSecret().ifPresent(secret -> request.setHeader(SIGNATURE, "sha256=" + signature(secret, body)));
        return request.POST(BodyPublishers.ofString(body)).build();
    }

    private static String signature(Secret secret, String body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.reveal().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java has HmacSHA256", e);
        }
    }

    /** Not the exception's own words, which may quote the URL. */
    private static String words(Throwable cause) {
        if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
            return "no connection";
        }
        if (cause instanceof SSLException) {
            return "no trust in its certificate, or no TLS (" + cause.getClass().getSimpleName() + ")";
        }
        return "the connection broke (" + (cause instanceof IOException ? "" : "unexpectedly: ")
                + cause.getClass().getSimpleName() + ")";
    }
}
