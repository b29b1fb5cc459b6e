// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.migawari.config.ConfigException;
import io.migawari.config.OpenStackSettings;
import io.migawari.config.TrustedCertificates;
import io.migawari.controller.cloud.CloudException;
import io.migawari.controller.cloud.OpenStackCloud;
import io.migawari.time.Time;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** The controller's API, as the commands use it. Signs in to Keystone when the controller asks for that. */
final class ApiClient {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Longer than the controller itself waits for Nova. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final URI endpoint;
    private final Map<String, String> environment;
    private final Time time;
    private final Duration patience;
    private final HttpClient http;
    private Optional<String> token = Optional.empty();

    /** @throws ConfigException if the certificates that {@code OS_CACERT} names cannot be used */
    ApiClient(URI endpoint, Map<String, String> environment, Time time) {
        this(endpoint, environment, time, PATIENCE);
    }

    private ApiClient(URI endpoint, Map<String, String> environment, Time time, Duration patience) {
        this.endpoint = endpoint;
        this.environment = environment;
        this.time = time;
        this.patience = patience;
        var builder = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5));
        Optional.ofNullable(environment.get("OS_CACERT"))
                .filter(file -> !file.isEmpty())
                .map(ApiClient::trusting)
                .ifPresent(builder::sslContext);
        this.http = builder.build();
    }

    private static SSLContext trusting(String file) {
        try {
            return TrustedCertificates.in(Path.of(file));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(List.of("OS_CACERT: " + e.getMessage()));
        }
    }

    JsonNode get(String path) throws ApiFailure, InterruptedException {
        return call("GET", path, Optional.empty());
    }

    /** For what makes the controller itself ask many others. */
    JsonNode get(String path, Duration patience) throws ApiFailure, InterruptedException {
        var patient = new ApiClient(endpoint, environment, time, patience);
        return patient.get(path);
    }

    JsonNode post(String path, JsonNode body) throws ApiFailure, InterruptedException {
        return call("POST", path, Optional.of(body));
    }

    JsonNode put(String path, JsonNode body) throws ApiFailure, InterruptedException {
        return call("PUT", path, Optional.of(body));
    }

    JsonNode delete(String path) throws ApiFailure, InterruptedException {
        return call("DELETE", path, Optional.empty());
    }

    /**
     * How far the controller's clock is ahead of ours, by the whole seconds that its answers have; zero as long as the answer may
     * have been written at a moment between the question and its arrival.
     */
    Optional<Duration> clockAhead() throws ApiFailure, InterruptedException {
        Instant asked = time.now();
        HttpResponse<String> response = once("GET", "/", Optional.empty());
        Instant answered = time.now();
        return response.headers()
                .firstValue("Date")
                .map(text -> Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text)))
                .map(clock -> {
                    if (clock.plusSeconds(1).isBefore(asked)) {
                        return Duration.between(asked, clock.plusSeconds(1));
                    }
                    return clock.isAfter(answered) ? Duration.between(answered, clock) : Duration.ZERO;
                });
    }

    /** What those go by who ask again and again. */
    Time time() {
        return time;
    }

    URI urlOf(String path) {
        return URI.create(endpoint + path);
    }

    /** A text as a part of a path or query. */
    static String escape(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private JsonNode call(String method, String path, Optional<JsonNode> body) throws ApiFailure, InterruptedException {
        HttpResponse<String> response = once(method, path, body);
        if (response.statusCode() == 401) {
            // also of a token that was good before: a command that follows lives longer than one
            token = Optional.of(signIn());
            response = once(method, path, body);
        }
        if (mayPass(response.statusCode())) {
            throw ApiFailure.unavailable(words(response));
        }
        JsonNode answer = parse(response.body());
        if (response.statusCode() >= 400) {
            throw refusal(response.statusCode(), answer);
        }
        return answer;
    }

    private HttpResponse<String> once(String method, String path, Optional<JsonNode> body)
            throws ApiFailure, InterruptedException {
        var request = HttpRequest.newBuilder(urlOf(path))
                .timeout(patience)
                .method(
                        method,
                        body.map(json -> BodyPublishers.ofString(json.toString()))
                                .orElse(BodyPublishers.noBody()));
        // the newest that it has: a Masakari that is read may be older than any version that could be named here
        request.header("OpenStack-API-Version", "instance-ha latest");
        body.ifPresent(json -> request.header("Content-Type", "application/json"));
        token.ifPresent(value -> request.header("X-Auth-Token", value));
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (ConnectException e) {
            throw ApiFailure.unavailable("No controller answers at " + endpoint
                    + ". Is it running? Another address is given by --endpoint or MIGAWARI_ENDPOINT.");
        } catch (IOException e) {
            throw ApiFailure.unavailable("The controller at " + endpoint + " does not answer: " + e);
        }
    }

    private String signIn() throws ApiFailure, InterruptedException {
        OpenStackSettings settings;
        try {
            settings = OpenStackSettings.fromEnvironment(environment);
        } catch (ConfigException e) {
            throw new ApiFailure(
                    Failures.UNREACHABLE,
                    "The controller wants a sign-in. Set OS_CLOUD, or OS_AUTH_URL and its companions.\n"
                            + e.getMessage());
        }
        try {
            return new OpenStackCloud(settings, time).token(PATIENCE);
        } catch (CloudException e) {
            String words = "Keystone gives no token: " + e.words();
            throw switch (e.kind()) {
                case UNREACHABLE, TIMED_OUT, UNAVAILABLE, THROTTLED -> ApiFailure.unavailable(words);
                case UNAUTHORIZED, FORBIDDEN, NOT_FOUND, CONFLICT, REJECTED, GARBLED, UNSUITABLE ->
                    new ApiFailure(Failures.UNREACHABLE, words);
            };
        }
    }

    /** Of a controller that cannot answer now, or of a proxy before one that is gone. */
    private static boolean mayPass(int status) {
        return status == 502 || status == 503 || status == 504;
    }

    /** A proxy's are a page for browsers. */
    private static String words(HttpResponse<String> response) {
        try {
            return words(response.statusCode(), parse(response.body()));
        } catch (ApiFailure notJson) {
            return words(response.statusCode(), MissingNode.getInstance());
        }
    }

    private static JsonNode parse(String body) throws ApiFailure {
        try {
            return body.isEmpty() ? MissingNode.getInstance() : MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            throw new ApiFailure(Failures.UNREACHABLE, "What answers there is not a Migawari controller.");
        }
    }

    private static ApiFailure refusal(int status, JsonNode answer) {
        boolean notLetIn = status == 401 || status == 403 || status >= 500;
        return new ApiFailure(notLetIn ? Failures.UNREACHABLE : Failures.REFUSED, words(status, answer));
    }

    private static String words(int status, JsonNode answer) {
        String message = "The controller answered " + status;
        for (JsonNode fault : answer) {
            message = fault.path("message").asText(message);
        }
        return message;
    }
}
