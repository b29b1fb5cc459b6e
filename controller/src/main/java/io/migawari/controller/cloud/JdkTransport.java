// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cloud;

import io.migawari.controller.cloud.CloudException.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.openstack4j.core.transport.Config;
import org.openstack4j.core.transport.HttpExecutorService;
import org.openstack4j.core.transport.HttpRequest;
import org.openstack4j.core.transport.HttpResponse;
import org.openstack4j.core.transport.ObjectMapperSingleton;
import org.openstack4j.model.ModelEntity;

/**
 * How openstack4j speaks HTTP: over the JDK's client. Made because each of the library's own connectors lacks something
 * that we cannot do without (a private CA, a bound on every wait, pooled connections). Two rules make it safe: a call ends
 * when its caller's patience does, the body included; and every status from 400 on is thrown, because the library itself
 * would turn a 404 into an empty list. The patience is the read timeout of the request's {@link Config}. Found by the
 * library as a service; safe for any thread.
 */
public final class JdkTransport implements HttpExecutorService {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /** One client, and so one pool of connections, for each set of trusted certificates; null keys are not allowed. */
    private final Map<Optional<SSLContext>, HttpClient> clients = new ConcurrentHashMap<>();

    /** A failure on its way through the library, which knows unchecked exceptions only. */
    static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final int status;
        private final CloudException what;

        Failure(int status, CloudException what) {
            super(what);
            this.status = status;
            this.what = what;
        }

        /** 0 if there was no answer. */
        int status() {
            return status;
        }

        CloudException what() {
            return what;
        }
    }

    /** The thread was interrupted while it waited. */
    static final class Interrupted extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    @Override
    public <R> HttpResponse execute(HttpRequest<R> request) {
        Config config = request.getConfig();
        HttpClient client = clients.computeIfAbsent(Optional.ofNullable(config.getSslContext()), JdkTransport::client);
        var future = client.sendAsync(jdkRequest(request), BodyHandlers.ofByteArray());
        try {
            var response = future.get(config.getReadTimeout(), TimeUnit.MILLISECONDS);
            if (response.statusCode() >= 400) {
                throw refusal(response);
            }
            return new Answer(response);
        } catch (TimeoutException e) {
            future.cancel(true);
            throw new Failure(
                    0,
                    new CloudException(
                            Kind.TIMED_OUT, what(request) + ": no whole answer in " + config.getReadTimeout() + " ms"));
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new Interrupted();
        } catch (ExecutionException e) {
            throw new Failure(0, unanswered(request, e.getCause() == null ? e : e.getCause()));
        }
    }

    private static HttpClient client(Optional<SSLContext> tls) {
        var builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .followRedirects(HttpClient.Redirect.NEVER);
        tls.ifPresent(builder::sslContext);
        return builder.build();
    }

    private static java.net.http.HttpRequest jdkRequest(HttpRequest<?> request) {
        var builder = java.net.http.HttpRequest.newBuilder(URI.create(base(request) + query(request)));
        request.getHeaders().forEach((name, value) -> builder.header(name, String.valueOf(value)));
        BodyPublisher body = body(request);
        if (body.contentLength() != 0) {
            builder.header("Content-Type", "application/json");
        }
        return builder.header("Accept", "application/json")
                .header("User-Agent", "migawari")
                .method(request.getMethod().name(), body)
                .build();
    }

    /** The library's URL without its query, whose values it does not escape. */
    private static String base(HttpRequest<?> request) {
        return request.getUrl().replaceFirst("\\?.*", "");
    }

    private static String query(HttpRequest<?> request) {
        if (!request.hasQueryParams()) {
            return "";
        }
        return request.getQueryParams().entrySet().stream()
                .flatMap(entry -> entry.getValue().stream()
                        .map(value -> encode(entry.getKey()) + "=" + encode(String.valueOf(value))))
                .collect(Collectors.joining("&", "?", ""));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static BodyPublisher body(HttpRequest<?> request) {
        if (request.hasJson()) {
            return BodyPublishers.ofString(request.getJson());
        }
        if (request.getEntity() instanceof ModelEntity entity) {
            try {
                return BodyPublishers.ofString(
                        ObjectMapperSingleton.getContext(entity.getClass()).writeValueAsString(entity));
            } catch (IOException e) {
                throw new IllegalArgumentException("not writable as JSON: " + entity.getClass(), e);
            }
        }
        return BodyPublishers.noBody();
    }

    private static Failure refusal(java.net.http.HttpResponse<byte[]> response) {
        int status = response.statusCode();
        String words = Faults.message(response.body()) + " (" + status + ")";
        return new Failure(
                status,
                new CloudException(
                        Kind.of(status), words, requestId(response.headers().map()), retryAfter(response)));
    }

    private static CloudException unanswered(HttpRequest<?> request, Throwable cause) {
        boolean neverConnected = cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException;
        return new CloudException(
                neverConnected ? Kind.UNREACHABLE : Kind.UNAVAILABLE,
                what(request) + ": " + (neverConnected ? "no connection" : "the connection broke") + " ("
                        + cause.getClass().getSimpleName() + ")");
    }

    /** Method and URL without its query; neither holds a secret. */
    private static String what(HttpRequest<?> request) {
        return request.getMethod() + " " + base(request);
    }

    private static Optional<Duration> retryAfter(java.net.http.HttpResponse<byte[]> response) {
        return response.headers()
                .firstValue("Retry-After")
                .filter(text -> text.matches("\\d{1,6}")) // the form with a date is not used by OpenStack
                .map(text -> Duration.ofSeconds(Long.parseLong(text)));
    }

    static Optional<String> requestId(Map<String, List<String>> headers) {
        return headers.entrySet().stream()
                .filter(entry -> entry.getKey().equalsIgnoreCase("x-openstack-request-id"))
                .map(entry -> entry.getValue().get(0))
                .findFirst();
    }

    @Override
    public String getExecutorDisplayName() {
        return "JDK HTTP client";
    }
}
