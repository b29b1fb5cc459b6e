// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import io.migawari.config.ApiSettings;
import io.migawari.controller.cloud.Identity;
import io.migawari.controller.ops.Metrics;
import io.migawari.controller.store.Audit;
import io.migawari.db.DatabaseException;
import io.migawari.time.Time;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The API over HTTP: finds the route, asks who calls, and turns every failure into a fault that says what is wrong. */
public final class ApiServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ApiServer.class);

    /** No request of this API comes near; it is what a body is cut off at. */
    private static final int MOST_BODY_BYTES = 256 * 1024;

    private static final int MOST_THREADS = 60;
    /** Twelve threads are left for accepting, selecting, and turning away. */
    private static final RequestQueue.Bounds BOUNDS =
            new RequestQueue.Bounds(MOST_THREADS - 12, 2_000, Duration.ofSeconds(5));
    /** A cloud's monitors keep one open each; further ones wait in the kernel until others are closed. */
    private static final int MOST_CONNECTIONS = 5_000;

    private static final long IDLE_MILLIS = 30_000;
    /** Connections that are kept open but idle are closed after this when stopping. */
    private static final long STOP_IDLE_MILLIS = 200;

    private static final long STOP_MILLIS = 2_000;

    /** Others are counted as one: anybody may think of new ones. */
    private static final Set<String> KNOWN_METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    /** Masakari lets the project's id stand in the path; it makes no difference. */
    private static final Pattern PROJECT = Pattern.compile("^/v1/[0-9a-f]{8}-?[0-9a-f-]{23,27}(?=/)");

    private final Server server;
    private final ServerConnector connector;
    private final Router router = new Router();
    private final Authenticator authenticator;
    private final AuditTrail audit;
    private final Metrics metrics;

    public ApiServer(
            ApiSettings settings,
            List<Resource> resources,
            Identity identity,
            Audit audit,
            Metrics metrics,
            Time time) {
        resources.forEach(resource -> resource.addTo(router));
        this.authenticator = new Authenticator(settings.authentication(), identity, time);
        this.audit = new AuditTrail(audit, time);
        this.metrics = metrics;
        var threads = new QueuedThreadPool(MOST_THREADS);
        threads.setName("api");
        this.server = new Server(threads);
        var configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        this.connector = new ServerConnector(server, new HttpConnectionFactory(configuration));
        connector.setHost(settings.address());
        connector.setPort(settings.port());
        connector.setIdleTimeout(IDLE_MILLIS);
        connector.setShutdownIdleTimeout(STOP_IDLE_MILLIS);
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(MOST_CONNECTIONS, connector));
        var queue = new RequestQueue(BOUNDS, new TurnedAway(metrics, time));
        queue.setHandler(new Entry());
        server.setHandler(queue);
        server.setStopTimeout(STOP_MILLIS);
    }

    /** @throws IOException if the address cannot be listened on */
    public void start() throws IOException {
        try {
            server.start();
        } catch (IOException e) {
            throw new IOException(
                    "Cannot listen on " + connector.getHost() + ":" + connector.getPort() + ": " + e.getMessage(), e);
        } catch (Exception e) {
            throw new IOException("The API did not start", e);
        }
    }

    /** Where it is served. */
    public URI url() {
        String host = connector.getHost().contains(":") ? "[" + connector.getHost() + "]" : connector.getHost();
        return URI.create("http://" + host + ":" + connector.getLocalPort());
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            log.atWarn().log("The API did not stop cleanly: {}", e.toString());
        }
    }

    private interface Attempt {
        Reply make() throws ApiException, InterruptedException;
    }

    private final class Entry extends Handler.Abstract {

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            String requestId = "req-" + UUID.randomUUID();
            Reply reply = answer(request, requestId);
            response.getHeaders().put(Reply.REQUEST_ID, requestId);
            reply.send(response, callback);
            return true;
        }

        private Reply answer(Request request, String requestId) {
            String path = PROJECT.matcher(Request.getPathInContext(request)).replaceFirst("/v1");
            String what = request.getMethod() + " " + path;
            Router.Match match;
            try {
                match = router.find(request.getMethod(), path);
            } catch (ApiException e) {
                metrics.answered(
                        KNOWN_METHODS.contains(request.getMethod()) ? request.getMethod() : "?", "?", e.status());
                return Reply.fault(e.status(), e.words());
            }
            Reply reply = answered(what, requestId, () -> answer(request, requestId, match, what));
            metrics.answered(request.getMethod(), match.template(), reply.status());
            return reply;
        }

        private Reply answer(Request request, String requestId, Router.Match match, String what)
                throws ApiException, InterruptedException {
            String address = Request.getRemoteAddr(request);
            Optional<String> token = Optional.ofNullable(request.getHeaders().get("X-Auth-Token"));
            Authenticator.Who who = switch (match.access()) {
                case OPEN -> new Authenticator.Who(address, Optional.empty(), true);
                case MONITOR -> authenticator.identifyMonitor(token, address);
                case REPORT, ADMIN -> authenticator.identify(token, address);
            };
            Call call = call(request, match, who.name());
            Attempt attempt = () -> {
                who.requireAdmin();
                return match.action().answer(call);
            };
            boolean isAPersonsWord = match.access() == Router.Access.ADMIN
                    && !request.getMethod().equals("GET");
            return isAPersonsWord
                    ? audit.keeping(
                            new AuditTrail.Request(
                                    request.getMethod(), match.template(), call, who, address, requestId),
                            () -> answered(what, requestId, attempt))
                    : attempt.make();
        }

        private static Call call(Request request, Router.Match match, String caller) throws ApiException {
            return new Call(match.path(), query(request), body(request), caller, baseUrl(request));
        }

        /** Every failure is an answer that says what is wrong. */
        private static Reply answered(String what, String requestId, Attempt attempt) {
            try {
                return attempt.make();
            } catch (ApiException e) {
                return Reply.fault(e.status(), e.words());
            } catch (DatabaseException e) {
                log.atWarn().addKeyValue("request_id", requestId).log("{} not done: {}", what, e.getMessage());
                return e.kind() == DatabaseException.Kind.BROKEN
                        ? Reply.fault(500, "The database refuses the request; see the controller's log.")
                        : Reply.fault(503, "The database is not available; nothing was stored. Try again.");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Reply.fault(503, "The controller is stopping; try again.");
            } catch (RuntimeException e) {
                log.atError()
                        .setCause(e)
                        .addKeyValue("request_id", requestId)
                        .log("{} failed by a mistake of ours", what);
                return Reply.fault(
                        500, "Unexpected API Error. See the controller's log for request " + requestId + ".");
            }
        }

        private static Map<String, List<String>> query(Request request) throws ApiException {
            Map<String, List<String>> query = new HashMap<>();
            try {
                for (Fields.Field field : Request.extractQueryParameters(request)) {
                    query.put(field.getName(), List.copyOf(field.getValues()));
                }
            } catch (RuntimeException e) {
                throw ApiException.badRequest("Malformed query");
            }
            return query;
        }

        private static String body(Request request) throws ApiException {
            try (var in = Content.Source.asInputStream(request)) {
                byte[] body = in.readNBytes(MOST_BODY_BYTES + 1);
                if (body.length > MOST_BODY_BYTES) {
                    throw new ApiException(413, "Request is too large.");
                }
                return new String(body, StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw ApiException.badRequest("The request's body could not be read");
            }
        }

        private static String baseUrl(Request request) {
            return request.getHttpURI().getScheme() + "://"
                    + request.getHttpURI().getHost() + ":" + Request.getServerPort(request);
        }
    }
}
