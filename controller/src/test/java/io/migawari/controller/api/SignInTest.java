// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.config.ApiSettings;
import io.migawari.config.ControllerSettings;
import io.migawari.config.DatabaseSettings;
import io.migawari.config.OpenStackSettings;
import io.migawari.config.OpenStackSettings.Credentials;
import io.migawari.config.Secret;
import io.migawari.controller.ControllerDaemon;
import io.migawari.controller.Trial;
import io.migawari.controller.cloud.OpenStackCloud;
import io.migawari.simulator.http.RequestFault;
import io.migawari.simulator.http.RequestFault.Effect;
import io.migawari.simulator.identity.User;
import io.migawari.time.SystemTime;
import java.time.Duration;
import java.util.Optional;
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
        OpenStackSettings ours = trial.settings.openStack();
        var settings = new OpenStackSettings(
                ours.authUrl(),
                new Credentials.Password(user, "Default", new Secret(password), "admin", "Default"),
                ours.region(),
                ours.endpointInterface(),
                Optional.empty(),
                Optional.empty(),
                ours.callTimeout());
        return new OpenStackCloud(settings, new SystemTime()).token(Duration.ofSeconds(5));
    }

    private int status(String... headers) {
        return trial.send("GET", "/v1/segments", "", headers).statusCode();
    }

    @Test
    void onlyAnAdministratorsTokenOpensTheDoor() throws Exception {
        trial.simulator.identity().addUser(new User("reader", "reader-secret", "admin", Set.of("reader")));

        assertThat(status()).isEqualTo(401);
        assertThat(status("X-Auth-Token", "forged")).isEqualTo(401);
        assertThat(status("X-Auth-Token", token("reader", "reader-secret"))).isEqualTo(403);
        assertThat(status("X-Auth-Token", token("admin", "admin-secret"))).isEqualTo(200);
        assertThat(trial.send("GET", "/healthz", "").statusCode()).isEqualTo(200);
        assertThat(trial.send("GET", "/", "").statusCode()).isEqualTo(200);
        assertThat(trial.send("POST", "/v1/notifications", "{").statusCode()).isEqualTo(401);
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
                settings.fencing(),
                settings.foresight(),
                settings.alerts(),
                settings.log());
        var daemon = new ControllerDaemon(broken, new SystemTime());
        var start = new Thread(() -> {
            try {
                daemon.start();
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
