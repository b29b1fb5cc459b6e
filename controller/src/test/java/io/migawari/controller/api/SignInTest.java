// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.config.ApiSettings;
import io.migawari.config.ControllerSettings;
import io.migawari.config.DatabaseSettings;
import io.migawari.config.Secret;
import io.migawari.controller.ControllerDaemon;
import io.migawari.controller.Trial;
import io.migawari.simulator.http.RequestFault;
import io.migawari.simulator.http.RequestFault.Effect;
import io.migawari.simulator.identity.User;
import io.migawari.systemd.Systemd;
import io.migawari.time.SystemTime;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who may call the API. */
class SignInTest {

    private final Trial trial = Trial.withSignIn();

    @AfterEach
    void close() {
        trial.close();
    }

    private String token(String user, String password) throws Exception {
        return trial.token(user, password, "admin");
    }

    private String systemToken(String user, String password) throws Exception {
        String proof = "{'auth': {'identity': {'methods': ['password'], 'password': {'user': {'name': '" + user
                + "', 'password': '" + password
                + "', 'domain': {'id': 'default'}}}}, 'scope': {'system': {'all': true}}}}";
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(trial.simulator.identityAddress() + "/auth/tokens"))
                                .POST(BodyPublishers.ofString(proof.replace('\'', '"')))
                                .build(),
                        BodyHandlers.discarding())
                .headers()
                .firstValue("X-Subject-Token")
                .orElseThrow();
    }

    private int status(String... headers) {
        return trial.send("GET", "/v1/segments", "", headers).statusCode();
    }

    @Test
    void withoutAGoodTokenTheDoorStaysClosedAndSaysWhereToGetOne() throws Exception {
        HttpResponse<String> answer = trial.send("GET", "/v1/segments", "");

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("\"unauthorized\"", "\"code\":401");
        assertThat(answer.headers().firstValue("WWW-Authenticate"))
                .contains("Keystone uri=\"" + trial.simulator.identityAddress() + "\"");
        assertThat(status("X-Auth-Token", "forged")).isEqualTo(401);
        assertThat(status("X-Auth-Token", token("admin", "admin-secret"))).isEqualTo(200);
        assertThat(trial.send("GET", "/healthz", "").statusCode()).isEqualTo(200);
        assertThat(trial.send("GET", "/", "").statusCode()).isEqualTo(200);
        assertThat(trial.send("POST", "/v1/notifications", "{").statusCode()).isEqualTo(401);
    }

    @Test
    void whoLacksARoleIsToldWhich() throws Exception {
        trial.simulator.identity().addUser(new User("looker", "secret", "admin", Set.of("reader")));

        HttpResponse<String> answer =
                trial.send("DELETE", "/v1/segments/x", "", "X-Auth-Token", token("looker", "secret"));

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("\"forbidden\"", "it needs the role admin.");
    }

    @Test
    void anExpiredTokenIsRefused() throws Exception {
        trial.simulator.identity().setTokenLifetime(Duration.ofNanos(1));

        String token = token("admin", "admin-secret");

        trial.simulator.identity().setTokenLifetime(Duration.ofHours(1));
        assertThat(status("X-Auth-Token", token)).isEqualTo(401);
    }

    @Test
    void aTokenForTheWholeSystemNeedsNoProject() throws Exception {
        trial.simulator
                .identity()
                .addUser(new User("auditor", "secret", "elsewhere", Set.of()).withSystemRoles(Set.of("reader")));

        assertThat(status("X-Auth-Token", systemToken("auditor", "secret"))).isEqualTo(200);
        assertThat(status("X-Auth-Token", trial.token("auditor", "secret", "elsewhere")))
                .isEqualTo(403);
    }

    /** What may hold the sign-in to a host's BMC is shown to administrators only. */
    @Test
    void aReaderSeesHostsWithoutTheirControlAttributes() throws Exception {
        trial.simulator.identity().addUser(new User("looker", "secret", "admin", Set.of("reader")));
        String[] admin = {"X-Auth-Token", token("admin", "admin-secret")};
        String[] reader = {"X-Auth-Token", token("looker", "secret")};
        String created = trial.send(
                        "POST",
                        "/v1/segments",
                        "{\"segment\": {\"name\": \"r\", \"recovery_method\": \"auto\", \"service_type\": \"x\"}}",
                        admin)
                .body();
        String hosts = "/v1/segments/" + created.replaceAll("(?s).*\"uuid\":\"([^\"]+)\".*", "$1") + "/hosts";
        trial.send(
                "POST",
                hosts,
                "{\"host\": {\"name\": \"compute1\", \"type\": \"x\", \"control_attributes\": \"root:calvin\"}}",
                admin);

        assertThat(trial.send("GET", hosts, "", admin).body()).contains("\"compute1\"", "calvin");
        assertThat(trial.send("GET", hosts, "", reader).body())
                .contains("\"compute1\"")
                .doesNotContain("calvin", "control_attributes");
    }

    @Test
    void whenKeystoneCannotBeAskedThatIsSaidAndNobodyIsLetIn() throws Exception {
        String token = token("admin", "admin-secret");
        trial.simulator
                .requestFaults()
                .add(RequestFault.on("identity", "/auth/tokens", Effect.refuse(503, 0))
                        .method("GET"));

        assertThat(status("X-Auth-Token", token)).isEqualTo(503);
    }

    @Test
    void withoutTheDatabaseRequestsAreAnswered503AndReadinessSaysWhy() throws Exception {
        var settings = trial.settings;
        var nowhere = new DatabaseSettings(
                "jdbc:mariadb://127.0.0.1:1/x", "u", new Secret("p"), 2, Duration.ofMillis(300), Duration.ofSeconds(1));
        var broken = new ControllerSettings(
                "broken",
                new ApiSettings("127.0.0.1", 0, ApiSettings.Authentication.NONE),
                nowhere,
                settings.openStack(),
                settings.recovery(),
                settings.operations(),
                settings.fencing(),
                settings.foresight(),
                settings.history(),
                settings.alerts(),
                settings.log());
        var daemon = new ControllerDaemon(broken, new SystemTime());
        var start = new Thread(() -> {
            try {
                daemon.start(Systemd.of(Map.of(), new SystemTime()));
            } catch (Exception e) {
                Thread.currentThread().interrupt(); // closed while it waited for its database
            }
        });
        start.start();
        try {
            Http.untilServed(daemon);
            assertThat(Http.status(daemon, "GET", "/healthz")).isEqualTo(200);
            assertThat(Http.status(daemon, "GET", "/readyz")).isEqualTo(503);
            assertThat(Http.status(daemon, "GET", "/v1/segments")).isEqualTo(503);
            assertThat(
                            Http.post(
                                    daemon,
                                    "/v1/notifications",
                                    "{\"notification\": {\"type\": \"COMPUTE_HOST\", \"hostname\": \"compute1\", "
                                            + "\"generated_time\": \"2026-11-20T08:00:00\", \"payload\": {\"event\": \"STOPPED\"}}}"))
                    .isEqualTo(503);
        } finally {
            start.interrupt();
            start.join();
            daemon.close();
        }
    }
}
