// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.migawari.config.ApiSettings;
import io.migawari.config.ApiSettings.Authentication;
import io.migawari.config.ApiSettings.ClientCertificates;
import io.migawari.config.ApiSettings.ClientCertificates.Naming;
import io.migawari.config.ApiSettings.RateLimit;
import io.migawari.config.ApiSettings.Roles;
import io.migawari.config.ApiSettings.Tls;
import io.migawari.config.ClientTls;
import io.migawari.config.LogSettings;
import io.migawari.config.OpenStackSettings;
import io.migawari.config.OwnCertificate;
import io.migawari.config.Secret;
import io.migawari.config.TrustedCertificates;
import io.migawari.controller.api.Router.Access;
import io.migawari.controller.cloud.Identity;
import io.migawari.controller.model.SegmentId;
import io.migawari.controller.ops.Metrics;
import io.migawari.monitor.controller.ControllerClient;
import io.migawari.monitor.controller.FakeController;
import io.migawari.monitor.controller.Heard;
import io.migawari.monitor.controller.Outcome;
import io.migawari.monitor.controller.StartWord;
import io.migawari.monitor.notification.Notification;
import io.migawari.monitor.settings.ControllerAccess;
import io.migawari.monitor.settings.HealthSettings;
import io.migawari.monitor.settings.MonitorSettings;
import io.migawari.monitor.settings.SpoolSettings;
import io.migawari.time.ManualTime;
import io.migawari.time.SystemTime;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509KeyManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The API under a certificate, and monitors that show theirs: our monitors' own client against our own server. */
class TlsTest {

    private static final Reply MAY_START = Reply.ok(JsonNodeFactory.instance
            .objectNode()
            .set(
                    "may_start",
                    JsonNodeFactory.instance.objectNode().put("answer", true).put("message", "none")));

    private static final SegmentId RACK1 = new SegmentId(UUID.randomUUID());
    private static final SegmentId RACK2 = new SegmentId(UUID.randomUUID());
    private static final Map<String, SegmentId> HOSTS = Map.of("compute1", RACK1, "compute2", RACK1, "compute3", RACK2);

    @TempDir
    static Path pki;

    @TempDir
    Path directory;

    private final ManualTime time = new ManualTime(Instant.parse("2026-11-20T08:00:00Z"));
    private final SilentAudit audit = new SilentAudit();
    private final FakeController keystone = new FakeController();
    private ApiServer server;

    @BeforeAll
    static void issue() {
        var made = new TestCertificates(pki);
        made.authority("ca");
        made.authority("other-ca");
        made.issued("ca", "api", "ip:127.0.0.1");
        made.issued("ca", "renewed", "ip:127.0.0.1");
        made.issued("ca", "compute1", "dns:compute1,dns:alias1");
        made.issued("ca", "compute2.example.org", "");
        made.issued("ca", "controller1", "dns:controller1");
        made.issued("ca", "compute3", "dns:alias3");
        made.issued("ca", "controller1.elsewhere.org", "");
        made.issued("other-ca", "forged", "dns:compute1");
    }

    @AfterEach
    void close() {
        keystone.close();
        if (server != null) {
            server.close();
        }
    }

    private Tls tls(Optional<ClientCertificates> clients) throws IOException {
        serve("api", "api");
        return new Tls(directory.resolve("api.pem"), directory.resolve("api.key"), clients);
    }

    private void serve(String certificate, String key) throws IOException {
        Files.copy(
                pki.resolve(certificate + ".pem"), directory.resolve("api.pem"), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(pki.resolve(key + ".key"), directory.resolve("api.key"), StandardCopyOption.REPLACE_EXISTING);
    }

    private static Optional<ClientCertificates> clients(boolean required, Naming naming) {
        return Optional.of(new ClientCertificates(pki.resolve("ca.pem"), required, naming, Set.of("controller1")));
    }

    /** Everybody is a monitor with the role that is given. */
    private void start(Tls tls, String role) throws Exception {
        server = new ApiServer(
                new ApiSettings(
                        "127.0.0.1",
                        0,
                        Authentication.KEYSTONE,
                        Roles.defaults(),
                        RateLimit.defaults(),
                        Optional.of(tls),
                        Optional.empty(),
                        Optional.empty()),
                List.of(router -> router.add("GET", "/", Access.OPEN, call -> Reply.noContent())
                        .add("POST", "/v1/notifications", Access.REPORT, call -> Reply.of(202, call.json()))
                        .add(
                                "POST",
                                "/migawari/v1/hosts/{host}/sign-of-life",
                                Access.MONITOR,
                                call -> Reply.noContent())
                        .add("GET", "/migawari/v1/hosts/{host}/may-start", Access.MONITOR, call -> MAY_START)),
                Set.of(),
                host -> Optional.ofNullable(HOSTS.get(host.value())),
                new Identity() {
                    @Override
                    public URI signInAddress() {
                        return URI.create("http://keystone/v3");
                    }

                    @Override
                    public Optional<Caller> callerOf(String token, Duration patience) {
                        return Optional.of(new Caller(
                                "migawari",
                                "u1",
                                new Scope.WholeSystem(),
                                Set.of(role),
                                time.now().plus(Duration.ofDays(1))));
                    }
                },
                audit,
                new Metrics(MetricSnapshots::new, "1"),
                time);
        server.start();
    }

    private ControllerClient monitor(String certificate) throws Exception {
        return monitor(new ClientTls(
                Optional.of(pki.resolve("ca.pem")),
                Optional.of(pki.resolve(certificate + ".pem")),
                Optional.of(pki.resolve(certificate + ".key"))));
    }

    private ControllerClient monitor(ClientTls tls) throws Exception {
        return new ControllerClient(
                new MonitorSettings(
                        new ControllerAccess(
                                List.of(server.url()),
                                ControllerAccess.Authentication.KEYSTONE,
                                ControllerAccess.Evidence.NEVER,
                                tls,
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(10)),
                        Optional.of(new OpenStackSettings(
                                URI.create(keystone.url() + "/v3"),
                                new OpenStackSettings.Credentials.Password("m", "d", new Secret("s"), "p", "d"),
                                Optional.empty(),
                                "public",
                                Optional.empty(),
                                Optional.empty(),
                                Duration.ofSeconds(10))),
                        new SpoolSettings(Path.of("unused"), 100, 100),
                        new HealthSettings(Optional.empty()),
                        LogSettings.console(LogSettings.Level.INFO)),
                new SystemTime());
    }

    private static Notification report(Notification.Type type, String host) {
        return new Notification(
                type, host, Instant.parse("2026-11-20T08:00:00Z"), Map.of("event", "STOPPED"), Map.of());
    }

    /** The status that a report about a host is answered with. */
    private static int answer(ControllerClient monitor, Notification.Type type, String host) {
        Outcome outcome = monitor.deliver(report(type, host));
        if (outcome instanceof Outcome.Delivered) {
            return 202;
        }
        String reason = ((Outcome.TryLater) outcome).reason();
        assertThat(reason).contains(" answers 403");
        return 403;
    }

    private SSLSocket connect(String... protocols) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, TrustedCertificates.managers(pki.resolve("ca.pem")), null);
        var socket = (SSLSocket) context.getSocketFactory()
                .createSocket("127.0.0.1", server.url().getPort());
        socket.setEnabledProtocols(protocols);
        socket.startHandshake();
        return socket;
    }

    private String served() throws Exception {
        try (SSLSocket socket = connect("TLSv1.3")) {
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
        }
    }

    @Test
    void onlyTls12And13AreSpoken() throws Exception {
        start(tls(Optional.empty()), "service");

        connect("TLSv1.2").close();
        connect("TLSv1.3").close();

        assertThat(server.url().getScheme()).isEqualTo("https");
        assertThatThrownBy(() -> connect("TLSv1.1")).isInstanceOf(SSLException.class);
        // Java refuses the older ones by itself, unless somebody has allowed them for the machine
        assertThat(new ServedCertificate(tls(Optional.empty())).factory().getIncludeProtocols())
                .containsExactlyInAnyOrder("TLSv1.2", "TLSv1.3");
    }

    @Test
    void aNewCertificateIsServedWhenItIsThereAndABrokenOneIsNot() throws Exception {
        start(tls(Optional.empty()), "service");
        assertThat(served()).startsWith("CN=api,");

        serve("renewed", "renewed");
        assertThat(served()).startsWith("CN=api,");
        server.lookForANewCertificate();
        assertThat(served()).startsWith("CN=renewed,");

        serve("api", "renewed");
        server.lookForANewCertificate();
        Files.writeString(directory.resolve("api.pem"), "half a file");
        server.lookForANewCertificate();
        assertThat(served()).startsWith("CN=renewed,");

        serve("api", "api");
        server.lookForANewCertificate();
        assertThat(served()).startsWith("CN=api,");
    }

    @Test
    void aHostMaySpeakOfItselfAndMembersOfASegmentOfEachOther() throws Exception {
        start(tls(clients(false, Naming.FULL)), "service");
        ControllerClient monitor = monitor("compute1");

        assertThat(answer(monitor, Notification.Type.VM, "compute1")).isEqualTo(202);
        assertThat(answer(monitor, Notification.Type.PROCESS, "alias1"))
                .as("its other name")
                .isEqualTo(202);
        assertThat(answer(monitor, Notification.Type.VM, "compute2")).isEqualTo(403);
        assertThat(answer(monitor, Notification.Type.PROCESS, "compute2")).isEqualTo(403);
        assertThat(answer(monitor, Notification.Type.COMPUTE_HOST, "compute2")).isEqualTo(202);
        assertThat(answer(monitor, Notification.Type.COMPUTE_HOST, "compute3")).isEqualTo(403);
        assertThat(answer(monitor, Notification.Type.COMPUTE_HOST, "unknown")).isEqualTo(403);
        assertThat(monitor.signOfLife("compute1", "host-monitor")).isEqualTo(new Heard.Taken());
        assertThat(monitor.signOfLife("compute2", "host-monitor"))
                .isInstanceOfSatisfying(
                        Heard.NotHeard.class, heard -> assertThat(heard.why()).contains("answers 403"));
    }

    @Test
    void aHostMayAskForItselfAlone() throws Exception {
        start(tls(clients(true, Naming.FULL)), "service");

        assertThat(monitor("compute1").mayStart("compute1")).isEqualTo(new StartWord.May(false, "none"));
        assertThat(monitor("compute1").mayStart("compute2"))
                .isInstanceOfSatisfying(
                        StartWord.NoAnswer.class, none -> assertThat(none.why()).contains("answers 403"));
    }

    @Test
    void whatWasForgedIsKeptInTheAuditOnceInTenMinutes() throws Exception {
        start(tls(clients(false, Naming.FULL)), "service");
        ControllerClient monitor = monitor("compute1");

        answer(monitor, Notification.Type.VM, "compute1");
        answer(monitor, Notification.Type.VM, "compute2");
        answer(monitor, Notification.Type.VM, "compute2");

        assertThat(audit.asked).singleElement().satisfies(asked -> {
            assertThat(asked.what()).isEqualTo("create notification");
            assertThat(asked.who()).isEqualTo("migawari");
            assertThat(asked.details()).contains("type: VM", "hostname: compute2");
        });
        assertThat(audit.answers).singleElement().satisfies(answer -> {
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.words().orElseThrow())
                    .contains("the client certificate is for [alias1, compute1], and that host is not compute2.");
        });
        time.advance(Duration.ofMinutes(11));
        answer(monitor, Notification.Type.VM, "compute2");
        assertThat(audit.asked).hasSize(2);
    }

    @Test
    void aNameWithADomainMayStandForTheHostBeforeItsFirstDot() throws Exception {
        start(tls(clients(false, Naming.FIRST_LABEL)), "service");
        ControllerClient monitor = monitor("compute2.example.org");

        assertThat(answer(monitor, Notification.Type.VM, "compute2")).isEqualTo(202);
        assertThat(answer(monitor, Notification.Type.VM, "compute2.example.org"))
                .isEqualTo(403);
        assertThat(answer(monitor, Notification.Type.COMPUTE_HOST, "compute1")).isEqualTo(202);
    }

    @Test
    void aNameStandsForNothingButItselfOtherwise() throws Exception {
        start(tls(clients(false, Naming.FULL)), "service");
        ControllerClient monitor = monitor("compute2.example.org");

        assertThat(answer(monitor, Notification.Type.VM, "compute2.example.org"))
                .isEqualTo(202);
        assertThat(answer(monitor, Notification.Type.VM, "compute2")).isEqualTo(403);
    }

    @Test
    void whatACertificateIsCalledDoesNotCountBesideItsNames() throws Exception {
        start(tls(clients(false, Naming.FULL)), "service");

        assertThat(answer(monitor("compute3"), Notification.Type.VM, "alias3")).isEqualTo(202);
        assertThat(answer(monitor("compute3"), Notification.Type.VM, "compute3"))
                .isEqualTo(403);
    }

    /** Only hosts are known by their first label. */
    @Test
    void whoIsCalledAlmostAsOneThatWatchesAClusterIsNotThatOne() throws Exception {
        start(tls(clients(false, Naming.FIRST_LABEL)), "service");

        assertThat(answer(monitor("controller1.elsewhere.org"), Notification.Type.VM, "compute1"))
                .isEqualTo(403);
        assertThat(answer(monitor("controller1"), Notification.Type.VM, "compute1"))
                .isEqualTo(202);
    }

    @Test
    void whoWatchesAClusterMayReportEveryHost() throws Exception {
        start(tls(clients(true, Naming.FULL)), "service");
        ControllerClient monitor = monitor("controller1");

        assertThat(answer(monitor, Notification.Type.COMPUTE_HOST, "compute1")).isEqualTo(202);
        assertThat(answer(monitor, Notification.Type.COMPUTE_HOST, "compute3")).isEqualTo(202);
    }

    @Test
    void withoutACertificateAMonitorIsLetInWhereItIsOptionalOnly() throws Exception {
        var none = new ClientTls(Optional.of(pki.resolve("ca.pem")), Optional.empty(), Optional.empty());
        start(tls(clients(false, Naming.FULL)), "service");
        assertThat(answer(monitor(none), Notification.Type.VM, "compute2")).isEqualTo(202);
        server.close();

        start(tls(clients(true, Naming.FULL)), "service");
        assertThat(answer(monitor(none), Notification.Type.VM, "compute2")).isEqualTo(403);
        assertThat(answer(monitor("compute2.example.org"), Notification.Type.VM, "compute2.example.org"))
                .isEqualTo(202);
        server.close();

        start(tls(clients(true, Naming.FULL)), "admin");
        assertThat(answer(monitor(none), Notification.Type.VM, "compute2"))
                .as("an operator, who may do everything")
                .isEqualTo(202);
        assertThat(answer(monitor("compute1"), Notification.Type.VM, "compute2"))
                .as("a monitor that was given too much")
                .isEqualTo(403);
    }

    @Test
    void aCertificateThatNobodyVouchesForIsNone() throws Exception {
        start(tls(clients(true, Naming.FULL)), "service");

        assertThat(answer(monitor("forged"), Notification.Type.VM, "compute1")).isEqualTo(403);
        assertThat(monitor(ClientTls.none()).deliver(report(Notification.Type.VM, "compute1")))
                .as("a monitor that does not trust us")
                .isInstanceOfSatisfying(
                        Outcome.TryLater.class,
                        later -> assertThat(later.reason()).contains("SSLHandshakeException"));
    }

    /** Clients that are well behaved do not even show one of an authority that we do not name. */
    @Test
    void aForgedCertificateThatIsShownAllTheSameEndsTheConnection() throws Exception {
        start(tls(clients(false, Naming.FULL)), "service");

        assertThat(statusOfAReport(showing("compute1"))).isEqualTo("HTTP/1.1 202");
        assertThatThrownBy(() -> statusOfAReport(showing("forged"))).isInstanceOf(IOException.class);
    }

    /** A connection on which this certificate is shown, whoever is asked for. */
    private SSLSocket showing(String certificate) throws Exception {
        var own = (X509KeyManager)
                OwnCertificate.managers(pki.resolve(certificate + ".pem"), pki.resolve(certificate + ".key"))[0];
        String alias = own.getClientAliases("RSA", null) == null
                ? own.getClientAliases("EC", null)[0]
                : own.getClientAliases("RSA", null)[0];
        var stubborn = new X509ExtendedKeyManager() {

            @Override
            public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
                return alias;
            }

            @Override
            public String[] getClientAliases(String type, Principal[] issuers) {
                return new String[] {alias};
            }

            @Override
            public X509Certificate[] getCertificateChain(String of) {
                return own.getCertificateChain(of);
            }

            @Override
            public PrivateKey getPrivateKey(String of) {
                return own.getPrivateKey(of);
            }

            @Override
            public String[] getServerAliases(String type, Principal[] issuers) {
                return new String[0];
            }

            @Override
            public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
                throw new AssertionError("this is a client");
            }
        };
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {stubborn}, TrustedCertificates.managers(pki.resolve("ca.pem")), null);
        var socket = (SSLSocket) context.getSocketFactory()
                .createSocket("127.0.0.1", server.url().getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static String statusOfAReport(SSLSocket socket) throws IOException {
        try (socket) {
            String body = "{\"notification\": {\"type\": \"VM\", \"hostname\": \"compute1\"}}";
            socket.getOutputStream()
                    .write(("POST /v1/notifications HTTP/1.1\r\nHost: a\r\nX-Auth-Token: t\r\nContent-Length: "
                                    + body.length() + "\r\n\r\n" + body)
                            .getBytes(ISO_8859_1));
            String status = new String(socket.getInputStream().readNBytes(12), ISO_8859_1);
            if (status.isEmpty()) {
                throw new IOException("it hung up");
            }
            return status;
        }
    }

    @Test
    void aNewAuthorityCountsWithoutAStart() throws Exception {
        Path authorities = directory.resolve("clients.pem");
        Files.copy(pki.resolve("ca.pem"), authorities);
        start(tls(Optional.of(new ClientCertificates(authorities, true, Naming.FULL, Set.of()))), "service");
        assertThat(answer(monitor("forged"), Notification.Type.VM, "compute1")).isEqualTo(403);

        Files.copy(pki.resolve("other-ca.pem"), authorities, StandardCopyOption.REPLACE_EXISTING);
        server.lookForANewCertificate();

        assertThat(answer(monitor("forged"), Notification.Type.VM, "compute1"))
                .as("of the new authority")
                .isEqualTo(202);
        assertThat(answer(monitor("compute1"), Notification.Type.VM, "compute1"))
                .as("of the former one")
                .isEqualTo(403);
    }

    @Test
    void aMonitorShowsItsNewCertificateWithoutBeingStartedAgain() throws Exception {
        start(tls(clients(true, Naming.FULL)), "service");
        Path certificate = directory.resolve("mine.pem");
        Path key = directory.resolve("mine.key");
        Files.copy(pki.resolve("compute1.pem"), certificate);
        Files.copy(pki.resolve("compute1.key"), key);
        ControllerClient monitor =
                monitor(new ClientTls(Optional.of(pki.resolve("ca.pem")), Optional.of(certificate), Optional.of(key)));
        assertThat(answer(monitor, Notification.Type.VM, "compute1")).isEqualTo(202);

        Files.copy(pki.resolve("compute2.example.org.pem"), certificate, StandardCopyOption.REPLACE_EXISTING);
        assertThat(answer(monitor, Notification.Type.VM, "compute1"))
                .as("half of it is new")
                .isEqualTo(202);
        Files.copy(pki.resolve("compute2.example.org.key"), key, StandardCopyOption.REPLACE_EXISTING);

        assertThat(answer(monitor, Notification.Type.VM, "compute1")).isEqualTo(403);
        assertThat(answer(monitor, Notification.Type.VM, "compute2.example.org"))
                .isEqualTo(202);
    }
}
