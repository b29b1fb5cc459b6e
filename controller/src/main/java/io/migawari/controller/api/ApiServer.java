// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import io.migawari.config.ApiSettings;
import io.migawari.db.DatabaseException;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
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
    private static final long IDLE_MILLIS = 30_000;
    /** Connections that are kept open but idle are closed after this when stopping. */
    private static final long STOP_IDLE_MILLIS = 200;

    private static final long STOP_MILLIS = 2_000;

    /** Masakari lets the project's id stand in the path; it makes no difference. */
    private static final Pattern PROJECT = Pattern.compile("^/v1/[0-9a-f]{8}-?[0-9a-f-]{23,27}(?=/)");

    private final Server server;
    private final ServerConnector connector;
    private final Router router;
    private final Authenticator authenticator;

    ApiServer(ApiSettings settings, Router router, Authenticator authenticator) {
        this.router = router;
        this.authenticator = authenticator;
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
        server.setHandler(new Entry());
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

    private final class Entry extends Handler.Abstract {

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            String requestId = "req-" + UUID.randomUUID();
            Reply reply = answer(request, requestId);
            response.setStatus(reply.status());
            response.getHeaders().put("x-openstack-request-id", requestId);
            if (reply.body().isEmpty()) {
                callback.succeeded();
                return true;
            }
            byte[] bytes = reply.body().get().toString().getBytes(StandardCharsets.UTF_8);
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
            response.write(true, ByteBuffer.wrap(bytes), callback);
            return true;
        }

        private Reply answer(Request request, String requestId) {
            String path = PROJECT.matcher(Request.getPathInContext(request)).replaceFirst("/v1");
            try {
                Router.Match match = router.find(request.getMethod(), path);
                String address = Request.getRemoteAddr(request);
                Optional<String> token =
                        Optional.ofNullable(request.getHeaders().get("X-Auth-Token"));
                String caller = switch (match.access()) {
                    case OPEN -> address;
                    case MONITOR -> authenticator.requireMonitor(token, address);
                    case ADMIN -> authenticator.requireAdmin(token, address);
                };
                var call = new Call(match.path(), query(request), body(request), caller, baseUrl(request));
                return match.action().answer(call);
            } catch (ApiException e) {
                return Reply.fault(e.status(), e.words());
            } catch (DatabaseException e) {
                log.atWarn()
                        .addKeyValue("request_id", requestId)
                        .log("{} {} not done: {}", request.getMethod(), path, e.getMessage());
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
                        .log("{} {} failed by a mistake of ours", request.getMethod(), path);
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
