// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.migawari.config.AlertSettings;
import io.migawari.config.ApiSettings;
import io.migawari.config.ControllerSettings;
import io.migawari.config.DatabaseSettings;
import io.migawari.config.FencingSettings;
import io.migawari.config.ForesightSettings;
import io.migawari.config.GateSettings;
import io.migawari.config.HistorySettings;
import io.migawari.config.LogSettings;
import io.migawari.config.OpenStackSettings;
import io.migawari.config.OpenStackSettings.Credentials;
import io.migawari.config.OperationSettings;
import io.migawari.config.RecoverySettings;
import io.migawari.config.ReturnSettings;
import io.migawari.config.Secret;
import io.migawari.controller.api.AsDescribed;
import io.migawari.controller.cloud.CloudException;
import io.migawari.controller.cloud.OpenStackCloud;
import io.migawari.simulator.SimulatorServer;
import io.migawari.simulator.cloud.CloudOptions;
import io.migawari.simulator.cloud.ServerReading;
import io.migawari.simulator.cloud.SimulatedCloud;
import io.migawari.simulator.nova.ServerSpec;
import io.migawari.simulator.nova.Timings;
import io.migawari.systemd.Systemd;
import io.migawari.time.SystemTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A whole installation for tests: a simulated cloud of compute1 to compute5, a real MariaDB, and a real controller that
 * talks to both; compute1 to compute4 are in the segment rack1. Spoken to over HTTP, as by anybody.
 */
public final class Trial implements AutoCloseable {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** What a client of today asks for. */
    private static final String[] NEWEST = {"OpenStack-API-Version", "instance-ha latest"};

    /** Quick, so that tests are; the stages are the real ones. */
    private static final Timings QUICK = Timings.DEFAULTS
            .withRpcTimeout(Duration.ofSeconds(3))
            .withGuestGone(Duration.ofSeconds(3))
            .withHypervisorBack(Duration.ofSeconds(1))
            .withEvacuation(new Timings.Evacuation(
                    Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofMillis(20), Duration.ofMillis(100)));

    public final SimulatedCloud cloud = new SimulatedCloud(new SystemTime(), CloudOptions.DEFAULTS.withTimings(QUICK));
    public final SimulatorServer simulator;
    public final ControllerSettings settings;
    private final HttpClient http = HttpClient.newHttpClient();
    private ControllerDaemon daemon;
    private URI url;

    public Trial(String method) {
        this(method, recovery());
    }

    public Trial(String method, RecoverySettings recovery) {
        this(method, recovery, FencingSettings.none(), AlertSettings.defaults(), open());
    }

    public Trial(String method, RecoverySettings recovery, FencingSettings fencing) {
        this(method, recovery, fencing, AlertSettings.defaults(), open());
    }

    public Trial(String method, AlertSettings alerts) {
        this(method, recovery(), FencingSettings.none(), alerts, open());
    }

    /** @param way to the database, other than the straight one */
    public Trial(String method, UnaryOperator<DatabaseSettings> way) {
        this(method, recovery(), FencingSettings.none(), AlertSettings.defaults(), open(), way);
    }

    private Trial(
            String method, RecoverySettings recovery, FencingSettings fencing, AlertSettings alerts, ApiSettings api) {
        this(method, recovery, fencing, alerts, api, UnaryOperator.identity());
    }

    private Trial(
            String method,
            RecoverySettings recovery,
            FencingSettings fencing,
            AlertSettings alerts,
            ApiSettings api,
            UnaryOperator<DatabaseSettings> way) {
        for (int i = 1; i <= 5; i++) {
            cloud.addHost("compute" + i);
        }
        try {
            simulator = SimulatorServer.start(cloud);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        settings = settings(
                simulator.identityAddress(), way.apply(TestDatabase.migrated()), recovery, fencing, alerts, api);
        startController();
        if (api.authentication() == ApiSettings.Authentication.KEYSTONE) {
            return; // whoever asks for that brings tokens along
        }
        String segment = post(
                        "/v1/segments",
                        "{'segment': {'name': 'rack1', 'recovery_method': '" + method
                                + "', 'service_type': 'compute'}}")
                .at("/segment/uuid")
                .asText();
        for (int i = 1; i <= 4; i++) {
            post(
                    "/v1/segments/" + segment + "/hosts",
                    "{'host': {'name': 'compute" + i + "', 'type': 'COMPUTE', 'control_attributes': 'none'}}");
        }
    }

    /** A controller without segments that wants to see tokens. */
    public static Trial withSignIn() {
        return withSignIn(new ApiSettings("127.0.0.1", 0, ApiSettings.Authentication.KEYSTONE));
    }

    public static Trial withSignIn(ApiSettings api) {
        return new Trial("auto", recovery(), FencingSettings.none(), AlertSettings.defaults(), api);
    }

    private static ApiSettings open() {
        return new ApiSettings("127.0.0.1", 0, ApiSettings.Authentication.NONE);
    }

    public static RecoverySettings recovery() {
        return recovery(GateSettings.open(), Duration.ofSeconds(5));
    }

    public static RecoverySettings recovery(GateSettings gates, Duration clockTolerance) {
        return recovery(gates, clockTolerance, RecoverySettings.defaults().returns());
    }

    public static RecoverySettings recovery(ReturnSettings returns) {
        return recovery(GateSettings.open(), Duration.ofSeconds(5), returns);
    }

    private static RecoverySettings recovery(GateSettings gates, Duration clockTolerance, ReturnSettings returns) {
        return new RecoverySettings(
                RecoverySettings.Proof.REQUIRED,
                Map.of(),
                true,
                Duration.ZERO,
                RecoverySettings.Instances.ALL,
                new RecoverySettings.Restarts(RecoverySettings.Instances.ALL, 3, Duration.ofMinutes(10), 100),
                60,
                30,
                3,
                Duration.ofHours(1),
                Duration.ofMinutes(5),
                false,
                clockTolerance,
                Duration.ZERO,
                gates,
                returns);
    }

    private static ControllerSettings settings(
            URI identity,
            DatabaseSettings database,
            RecoverySettings recovery,
            FencingSettings fencing,
            AlertSettings alerts,
            ApiSettings api) {
        return new ControllerSettings(
                "trial",
                api,
                database,
                new OpenStackSettings(
                        identity,
                        new Credentials.Password("admin", "Default", new Secret("admin-secret"), "admin", "Default"),
                        Optional.of("RegionOne"),
                        "public",
                        Optional.empty(),
                        Optional.empty(),
                        Duration.ofSeconds(5)),
                recovery,
                OperationSettings.defaults(),
                fencing,
                new ForesightSettings(Duration.ZERO),
                HistorySettings.defaults(),
                alerts,
                LogSettings.console(LogSettings.Level.INFO));
    }

    public void startController() {
        daemon = new ControllerDaemon(settings, new SystemTime());
        try {
            daemon.start(Systemd.of(Map.of(), new SystemTime()));
        } catch (IOException | UnsuitableSchemaException | InterruptedException e) {
            throw new AssertionError(e);
        }
        url = daemon.url();
    }

    public void stopController() {
        daemon.close();
    }

    /** An instance on compute1. */
    public String server(String name) {
        return cloud.addServer(ServerSpec.active(name, "compute1"));
    }

    public void reserve(String host) {
        String segment = get("/v1/segments").at("/segments/0/uuid").asText();
        post(
                "/migawari/v1/reserved-hosts",
                "{'reserved_host': {'segment': '" + segment + "', 'host': '" + host + "'}}");
    }

    /** The host dies, and its monitor's neighbours report it, its power read as off. */
    public void fail(String host) {
        cloud.killHost(host);
        report(host, "NORMAL");
    }

    public JsonNode report(String host, String hostStatus) {
        return post(
                "/v1/notifications",
                "{'notification': {'type': 'COMPUTE_HOST', 'hostname': '" + host + "', 'generated_time': '"
                        + new SystemTime().now() + "', 'payload': {'event': 'STOPPED', 'cluster_status': 'OFFLINE', "
                        + "'host_status': '" + hostStatus + "'}}}");
    }

    /** An instance monitor reports what it has seen of a guest: its QEMU process has died. */
    public JsonNode reportGuest(String host, String server) {
        return reportGuest(host, server, new SystemTime().now());
    }

    public JsonNode reportGuest(String host, String server, Instant at) {
        return post(
                "/v1/notifications",
                "{'notification': {'type': 'VM', 'hostname': '" + host + "', 'generated_time': '" + at
                        + "', 'payload': {'event': 'LIFECYCLE', 'vir_domain_event': 'STOPPED_FAILED', 'instance_uuid': '"
                        + server + "'}}}");
    }

    /** @param event STOPPED or STARTED */
    public JsonNode reportProcess(String host, String process, String event) {
        return ok(sendProcess(host, process, event));
    }

    public HttpResponse<String> sendProcess(String host, String process, String event) {
        String report = "{'notification': {'type': 'PROCESS', 'hostname': '" + host + "', 'generated_time': '"
                + new SystemTime().now() + "', 'payload': {'event': '" + event + "', 'process_name': '" + process
                + "'}}}";
        return send("POST", "/v1/notifications", report.replace('\'', '"'));
    }

    /** A notification as it is now. */
    public JsonNode notification(JsonNode reported) {
        String id = reported.at("/notification/notification_uuid").asText();
        return get("/v1/notifications/" + id).path("notification");
    }

    /** The incident that a report has led to. */
    public JsonNode incidentOf(JsonNode reported) {
        String id = reported.at("/notification/notification_uuid").asText();
        String incident = get("/migawari/v1/incidents?notification=" + id)
                .at("/incidents/0/uuid")
                .asText();
        return get("/migawari/v1/incidents/" + incident).path("incident");
    }

    public JsonNode untilPhase(JsonNode reported, String phase) {
        until(
                () -> incidentOf(reported),
                incident -> incident.path("phase").asText().equals(phase));
        return incidentOf(reported);
    }

    public void untilWaitingFor(JsonNode reported, String gate) {
        until(
                () -> incidentOf(reported),
                incident -> incident.at("/waiting/for").asText().equals(gate));
    }

    /** The newest incident about a failure of a host or on it. */
    public JsonNode incident(String host) {
        return incident(host, kind -> !kind.equals("return"));
    }

    /** The newest incident about a host's coming back. */
    public JsonNode comingBack(String host) {
        return incident(host, "return"::equals);
    }

    private JsonNode incident(String host, Predicate<String> kind) {
        for (JsonNode incident : get("/migawari/v1/incidents").path("incidents")) {
            if (incident.path("host").asText().equals(host)
                    && kind.test(incident.path("kind").asText())) {
                return get("/migawari/v1/incidents/" + incident.path("uuid").asText())
                        .path("incident");
            }
        }
        throw new AssertionError("no such incident about " + host);
    }

    public JsonNode untilBack(String host, String phase) {
        until(
                () -> comingBackAndSaidSo(host),
                incident -> incident.path("phase").asText().equals(phase));
        return comingBack(host);
    }

    public JsonNode untilReturnWaitsFor(String host, String gate) {
        until(
                () -> comingBackAndSaidSo(host),
                incident -> incident.at("/waiting/for").asText().equals(gate));
        return comingBack(host);
    }

    /** A monitor's word that a host runs makes the controller look at once, and not only after ten seconds. */
    private JsonNode comingBackAndSaidSo(String host) {
        post(
                "/v1/notifications",
                "{'notification': {'type': 'COMPUTE_HOST', 'hostname': '" + host + "', 'generated_time': '"
                        + new SystemTime().now() + "', 'payload': {'event': 'STARTED', 'cluster_status': 'ONLINE'}}}");
        return comingBack(host);
    }

    public JsonNode move(String host, String server) {
        for (JsonNode move : incident(host).path("moves")) {
            if (move.path("instance_name").asText().equals(server)) {
                return move;
            }
        }
        throw new AssertionError("no move of " + server);
    }

    public JsonNode untilPhase(String host, String phase) {
        until(host, incident -> incident.path("phase").asText().equals(phase));
        return incident(host);
    }

    public void untilWaitingFor(String host, String gate) {
        until(host, incident -> incident.at("/waiting/for").asText().equals(gate));
    }

    private void until(String host, Predicate<JsonNode> condition) {
        until(() -> incident(host), condition);
    }

    private static void until(Supplier<JsonNode> incident, Predicate<JsonNode> condition) {
        try {
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> condition.test(incident.get()));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("It stays at " + incident.get().toPrettyString(), e);
        }
    }

    /** Where an instance is and how, and that its guest runs there and nowhere else, or nowhere if it is off. */
    public void assertOn(String server, String host, String status) {
        ServerReading reading = cloud.server(server);
        assertThat(reading.host()).as(reading.name()).contains(host);
        assertThat(reading.status()).as(reading.name()).isEqualTo(status);
        assertThat(reading.taskState()).as(reading.name()).isEmpty();
        boolean runs = status.equals("ACTIVE");
        assertThat(cloud.ledger().runsOn(server))
                .as(reading.name())
                .isEqualTo(runs ? java.util.List.of(host) : java.util.List.of());
    }

    public void assertNoHarm() {
        assertThat(cloud.everRanTwice()).isEmpty();
        assertThat(cloud.secondEvacuations()).isZero();
    }

    public JsonNode get(String path) {
        return ok(send("GET", path, "", NEWEST));
    }

    /** @param json with single quotes */
    public JsonNode post(String path, String json) {
        return ok(send("POST", path, json.replace('\'', '"'), NEWEST));
    }

    /** What is answered to something that the API refuses. */
    public String refused(String path, String json) {
        HttpResponse<String> answer = send("POST", path, json.replace('\'', '"'), NEWEST);
        assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 499);
        return answer.body();
    }

    public JsonNode put(String path, String json) {
        return ok(send("PUT", path, json.replace('\'', '"'), NEWEST));
    }

    private static JsonNode ok(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isLessThan(300);
        try {
            return MAPPER.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Every answer is held against the description of the API.
     *
     * @param headers name, value, name, value …
     */
    public HttpResponse<String> send(String method, String path, String body, String... headers) {
        var request = HttpRequest.newBuilder(URI.create(url + path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
            AsDescribed.check(answer);
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A token of the simulated Keystone, for one of its users. */
    public String token(String user, String password, String project) throws CloudException, InterruptedException {
        OpenStackSettings ours = settings.openStack();
        var theirs = new OpenStackSettings(
                ours.authUrl(),
                new Credentials.Password(user, "Default", new Secret(password), project, "Default"),
                ours.region(),
                ours.endpointInterface(),
                Optional.empty(),
                Optional.empty(),
                ours.callTimeout());
        return new OpenStackCloud(theirs, new SystemTime()).token(Duration.ofSeconds(5));
    }

    public URI url() {
        return url;
    }

    @Override
    public void close() {
        daemon.close();
        simulator.close();
    }
}
