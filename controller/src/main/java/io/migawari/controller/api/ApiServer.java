// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import io.migawari.config.ApiSettings;
import io.migawari.config.ApiSettings.Tls;
import io.migawari.controller.cloud.Identity;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.SegmentId;
import io.migawari.controller.ops.Metrics;
import io.migawari.controller.store.Audit;
import io.migawari.db.DatabaseException;
import io.migawari.time.Time;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.EagerContentHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The API over HTTP: finds the route, asks who calls, and turns every failure into a fault that says what is wrong. */
public final class ApiServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ApiServer.class);

    /** No request of this API comes near; it is what a body is cut off at. */
    private static final int MOST_BODY_BYTES = 256 * 1024;

    /** A report has some hundred bytes. So much of each connection's is held for strangers, too. */
    private static final int SMALL_BODY_BYTES = 4 * 1024;

    /** Path, query and headers; a token of Keystone has some hundred bytes. */
    private static final int MOST_HEADER_BYTES = 8 * 1024;

    private static final int MOST_THREADS = 60;
    /** Twelve threads are left for accepting, selecting, and turning away. */
    private static final RequestQueue.Bounds BOUNDS =
            new RequestQueue.Bounds(MOST_THREADS - 12, 2_000, Duration.ofSeconds(5));
    /** A cloud's monitors keep one open each; further ones wait in the kernel until others are closed. */
    private static final int MOST_CONNECTIONS = 5_000;

    /** They are quick; what is kept apart is to stay apart. */
    private static final RequestQueue.Bounds HEALTH_BOUNDS = new RequestQueue.Bounds(4, 100, Duration.ofSeconds(5));

    private static final int MOST_HEALTH_CONNECTIONS = 100;

    /** They stay for a minute, without a thread; one more than these is to come again. */
    private static final RequestQueue.Bounds WATCHER_BOUNDS = new RequestQueue.Bounds(200, 1, Duration.ofSeconds(1));

    private static final long LOOK_SECONDS = 10;

    private static final long IDLE_MILLIS = 30_000;
    /** Connections that are kept open but idle are closed after this when stopping. */
    private static final long STOP_IDLE_MILLIS = 200;

    private static final long STOP_MILLIS = 2_000;

    /** Others are counted as one: anybody may think of new ones. */
    private static final Set<String> KNOWN_METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private static final Set<String> LOOKS = Set.of("GET", "HEAD");

    /** Masakari lets the project's id stand in the path; it makes no difference. */
    private static final Pattern PROJECT = Pattern.compile("^/v1/[0-9a-f]{8}-?[0-9a-f-]{23,27}(?=/)");

    private final Server server;
    private final ServerConnector connector;
    private final Optional<ServerConnector> health;
    private final Optional<ServedCertificate> certificate;
    private final Optional<HostBinding> binding;
    private final Router router = new Router();
    private final Admission admission;
    private final SlowClients slowClients;
    private final Secrecy secrecy;
    private final AuditTrail audit;
    private final Metrics metrics;
    private final ToldOnce oddities;
    private volatile Scheduler.Task nextLook = () -> true;

    /**
     * @param secrets words that only administrators are shown
     * @param segments where hosts are, for what their monitors may say of each other
     */
    public ApiServer(
            ApiSettings settings,
            List<Resource> resources,
            Set<String> secrets,
            Function<HostName, Optional<SegmentId>> segments,
            Identity identity,
            Audit audit,
            Metrics metrics,
            Time time) {
        resources.forEach(resource -> resource.addTo(router));
        new OpenApiResource(resources).addTo(router);
        this.admission = new Admission(settings, identity, time);
        this.secrecy = new Secrecy(secrets);
        this.audit = new AuditTrail(audit, time);
        this.metrics = metrics;
        this.oddities = new ToldOnce(time);
        var threads = new QueuedThreadPool(MOST_THREADS);
        threads.setName("api");
        this.server = new Server(threads);
        var configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setRequestHeaderSize(MOST_HEADER_BYTES);
        this.certificate = settings.tls().map(ServedCertificate::new);
        this.binding = settings.tls().flatMap(Tls::clients).map(clients -> new HostBinding(clients, segments));
        this.connector = certificate
                .map(served -> secured(server, served, configuration))
                .orElseGet(() -> new ServerConnector(server, new HttpConnectionFactory(configuration)));
        connector.setHost(settings.address());
        connector.setPort(settings.port());
        connector.setIdleTimeout(IDLE_MILLIS);
        connector.setShutdownIdleTimeout(STOP_IDLE_MILLIS);
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(MOST_CONNECTIONS, connector));
        var queue = new RequestQueue(BOUNDS, new TurnedAway(metrics, time));
        this.slowClients = new SlowClients(time);
        connector.addEventListener(slowClients);
        this.health = settings.health().map(listen -> healthConnector(server, listen, slowClients));
        boolean isApart = health.isPresent();
        queue.setHandler(new Entry(access -> !isApart || access != Router.Access.HEALTH));
        var healthQueue = new RequestQueue(HEALTH_BOUNDS, new TurnedAway(metrics, time));
        healthQueue.setHandler(new Entry(access -> access == Router.Access.HEALTH));
        var watchers = new RequestQueue(WATCHER_BOUNDS, new TurnedAway(metrics, time));
        watchers.setHandler(new Entry(access -> access == Router.Access.LOOK));
        slowClients.setHandler(
                new WholeBodies(new Handler.Sequence(new ForHealth(healthQueue), new ForWatchers(watchers), queue)));
        server.setHandler(slowClients);
        server.setErrorHandler(new Faults());
        server.setStopTimeout(STOP_MILLIS);
    }

    /** In the clear: who asks there is on this machine or on a network for this. */
    private static ServerConnector healthConnector(Server server, ApiSettings.Listen listen, SlowClients slowClients) {
        var configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setRequestHeaderSize(MOST_HEADER_BYTES);
        var connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(configuration));
        connector.setHost(listen.address());
        connector.setPort(listen.port());
        connector.setIdleTimeout(IDLE_MILLIS);
        connector.setShutdownIdleTimeout(STOP_IDLE_MILLIS);
        connector.addEventListener(slowClients);
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(MOST_HEALTH_CONNECTIONS, connector));
        return connector;
    }

    /** One certificate is served, whatever name a client calls us by; whether that is its name, the client looks. */
    private static ServerConnector secured(Server server, ServedCertificate served, HttpConfiguration configuration) {
        var customizer = new SecureRequestCustomizer();
        customizer.setSniHostCheck(false);
        configuration.addCustomizer(customizer);
        return new ServerConnector(
                server,
                new SslConnectionFactory(served.factory(), "http/1.1"),
                new HttpConnectionFactory(configuration));
    }

    /** Reads the certificate again if it has changed; by itself it does so every ten seconds. */
    void lookForANewCertificate() {
        certificate.ifPresent(ServedCertificate::look);
    }

    private void keepLooking() {
        lookForANewCertificate();
        nextLook = server.getScheduler().schedule(this::keepLooking, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    /** @throws IOException if the address cannot be listened on */
    public void start() throws IOException {
        try {
            server.start();
            keepLooking();
        } catch (IOException e) {
            throw new IOException(
                    "Cannot listen on " + connector.getHost() + ":" + connector.getPort()
                            + health.map(apart -> " and " + apart.getHost() + ":" + apart.getPort())
                                    .orElse("")
                            + ": " + e.getMessage(),
                    e);
        } catch (Exception e) {
            throw new IOException("The API did not start", e);
        }
    }

    /** Where it is served. */
    public URI url() {
        return url(certificate.isPresent() ? "https" : "http", connector);
    }

    /** Where metrics and health are served. */
    public URI healthUrl() {
        return health.map(apart -> url("http", apart)).orElseGet(this::url);
    }

    private static URI url(String scheme, ServerConnector connector) {
        String host = connector.getHost().contains(":") ? "[" + connector.getHost() + "]" : connector.getHost();
        return URI.create(scheme + "://" + host + ":" + connector.getLocalPort());
    }

    @Override
    public void close() {
        nextLook.cancel();
        try {
            server.stop();
        } catch (Exception e) {
            log.atInfo().log("The API did not stop cleanly: {}", e.toString());
        }
    }

    /** Cuts off whoever is too slow; by itself it does so every second. */
    void cutOffTheSlow() {
        slowClients.sweep();
    }

    private static Optional<String> token(Request request) {
        return Optional.ofNullable(request.getHeaders().get("X-Auth-Token"));
    }

    /**
     * Waits for the bodies of those who are known, without a thread, before they are counted as being served: who sends slowly
     * takes no place from others. Of strangers only a small one is waited for: who is refused while he still sends may lose the
     * answer with the connection, and with it the word that he has to sign in again. A large one is read when they have
     * signed in, while their thread waits.
     */
    private final class WholeBodies extends EagerContentHandler {

        WholeBodies(Handler then) {
            // Jetty counts more than the bytes; what is more than our own limit, but not twice that, is refused where
            // it is read
            super(new Arrived(then), new RetainedContentLoaderFactory(2 * MOST_BODY_BYTES, 0, true));
            include(request -> isSmall(request) || admission.isKnown(token(request)));
        }

        private static boolean isSmall(Request request) {
            return request.getLength() >= 0 && request.getLength() <= SMALL_BODY_BYTES;
        }

        @Override
        protected boolean onConditionsMet(Request request, Response response, Callback callback) throws Exception {
            slowClients.await(request, SlowClients.FOR_BODY);
            return super.onConditionsMet(request, response, callback);
        }
    }

    /** Takes what comes in where health is served, so that it waits for none of the rest. */
    private final class ForHealth extends Handler.Wrapper {

        ForHealth(Handler then) {
            super(then);
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            var from = request.getConnectionMetaData().getConnector();
            return health.isPresent() && health.get() == from && super.handle(request, response, callback);
        }
    }

    /** Takes those who watch, so that they take no place from whoever wants an answer and goes. */
    private static final class ForWatchers extends Handler.Wrapper {

        ForWatchers(Handler then) {
            super(then);
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            return Request.getPathInContext(request).equals(EventsResource.PATH)
                    && super.handle(request, response, callback);
        }
    }

    private final class Arrived extends Handler.Wrapper {

        Arrived(Handler then) {
            super(then);
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            slowClients.arrived(request);
            return super.handle(request, response, callback);
        }
    }

    private interface Attempt {
        Reply make() throws ApiException, InterruptedException;
    }

    private final class Entry extends Handler.Abstract {

        private final Predicate<Router.Access> isHere;

        /** @param isHere whether routes are served to those who come in here; for all others there are none */
        Entry(Predicate<Router.Access> isHere) {
            this.isHere = isHere;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            String requestId = Reply.newRequestId();
            String path = PROJECT.matcher(Request.getPathInContext(request)).replaceFirst("/v1");
            Reply reply = answer(request, path, requestId);
            response.getHeaders().put(Reply.REQUEST_ID, requestId);
            if (Microversion.appliesTo(path)) {
                response.getHeaders().put(Microversion.HEADER, Microversion.label(versions(request)));
                response.getHeaders().put(HttpHeader.VARY, Microversion.HEADER);
            }
            boolean goesOn = reply.stream().isPresent() && !request.getMethod().equals("HEAD");
            if (goesOn) {
                slowClients.arrived(request); // the feed itself sees to it that it gets on
            } else {
                slowClients.await(request, SlowClients.FOR_ANSWER);
            }
            (goesOn ? reply : reply.withoutStream()).send(response, callback);
            return true;
        }

        private Reply answer(Request request, String path, String requestId) {
            String what = request.getMethod() + " " + path;
            Router.Match match;
            try {
                match = router.find(request.getMethod(), path);
                if (!isHere.test(match.access())) {
                    throw Router.notFound();
                }
            } catch (ApiException e) {
                metrics.answered(
                        KNOWN_METHODS.contains(request.getMethod()) ? request.getMethod() : "?", "?", e.status());
                return Reply.fault(e.status(), e.words());
            }
            Reply answer = answered(what, requestId, () -> answer(request, requestId, match, what));
            Reply reply = answer.status() == 401 ? answer.with("WWW-Authenticate", admission.challenge()) : answer;
            metrics.answered(request.getMethod(), match.template(), reply.status());
            return reply;
        }

        private Reply answer(Request request, String requestId, Router.Match match, String what)
                throws ApiException, InterruptedException {
            String address = Request.getRemoteAddr(request);
            Optional<String> token = token(request);
            Authenticator.Who who = admission.admit(match.access(), token, address);
            Call call = call(request, match, who);
            Optional<String> refusal =
                    binding.flatMap(bound -> bound.refusal(match.access(), who, certificate(request), call));
            Attempt attempt = () -> {
                who.require(match.access());
                if (refusal.isPresent()) {
                    throw new ApiException(403, refusal.get());
                }
                Reply reply = match.action().answer(call);
                return who.isAdmin() ? reply : reply.without(secrecy);
            };
            boolean isAPersonsWord = match.access() == Router.Access.ADMIN && !LOOKS.contains(request.getMethod());
            boolean isForged = refusal.isPresent() && oddities.isNews("forged " + who.name() + " from " + address);
            if (isForged) {
                log.atWarn()
                        .addKeyValue("user", who.name())
                        .addKeyValue("address", address)
                        .addKeyValue("request_id", requestId)
                        .log("{} refused: {}", what, refusal.get());
            }
            var asked = new AuditTrail.Request(request.getMethod(), match.template(), call, who, address, requestId);
            return isAPersonsWord || isForged
                    ? audit.keeping(asked, () -> answered(what, requestId, attempt))
                    : keptIfDoubted(asked, attempt.make());
        }

        /** Once in a while from one client for one reason: monitors repeat themselves. */
        private Reply keptIfDoubted(AuditTrail.Request asked, Reply reply) {
            reply.doubt()
                    .filter(doubt ->
                            oddities.isNews(doubt.kind() + " " + asked.who().name() + " from " + asked.address()))
                    .ifPresent(doubt -> {
                        log.atWarn()
                                .addKeyValue("user", asked.who().name())
                                .addKeyValue("address", asked.address())
                                .addKeyValue("request_id", asked.requestId())
                                .log("A report is doubted: {}", doubt.words());
                        audit.keep(asked, reply);
                    });
            return reply;
        }

        private static Optional<X509Certificate> certificate(Request request) {
            return request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE) instanceof EndPoint.SslSessionData session
                            && session.peerCertificates() != null
                            && session.peerCertificates().length > 0
                    ? Optional.of(session.peerCertificates()[0])
                    : Optional.empty();
        }

        /** Who may do nothing has no body read: it might take its time. */
        private Call call(Request request, Router.Match match, Authenticator.Who who) throws ApiException {
            String body = who.roles().isEmpty() ? "" : body(request);
            return new Call(
                    match.path(),
                    query(request),
                    Microversion.appliesTo(match.template()) ? Microversion.of(versions(request)) : Microversion.OLDEST,
                    Optional.ofNullable(request.getHeaders().get(HttpHeader.CONTENT_TYPE))
                            .orElse(""),
                    Optional.ofNullable(request.getHeaders().get("Last-Event-ID")),
                    body,
                    who.name(),
                    baseUrl(request));
        }

        private static List<String> versions(Request request) {
            return request.getHeaders().getValuesList(Microversion.HEADER);
        }

        /** Every failure is an answer that says what is wrong. */
        private static Reply answered(String what, String requestId, Attempt attempt) {
            try {
                return attempt.make();
            } catch (ApiException e) {
                return e.reply();
            } catch (DatabaseException e) {
                log.atWarn().addKeyValue("request_id", requestId).log("{} not done: {}", what, e.getMessage());
                return e.kind() == DatabaseException.Kind.BROKEN
                        ? Reply.fault(500, "The database refuses the request; see the controller's log.")
                        : Reply.fault(503, "The database is not available; nothing was stored. Try again.");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Reply.fault(503, "The controller is stopping; try again.");
            } catch (RuntimeException | Error e) {
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

        private String body(Request request) throws ApiException {
            slowClients.await(request, SlowClients.FOR_BODY);
            try {
                // left open: closed before its end, it would take the answer with it
                byte[] body = Content.Source.asInputStream(request).readNBytes(MOST_BODY_BYTES + 1);
                if (body.length > MOST_BODY_BYTES) {
                    throw new ApiException(413, "Request is too large.");
                }
                return new String(body, StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw ApiException.badRequest("The request's body could not be read");
            } finally {
                slowClients.arrived(request);
            }
        }

        private static String baseUrl(Request request) {
            return request.getHttpURI().getScheme() + "://"
                    + request.getHttpURI().getHost() + ":" + Request.getServerPort(request);
        }
    }
}
