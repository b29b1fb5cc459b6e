// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.migawari.config.ApiSettings;
import io.migawari.config.ApiSettings.Authentication;
import io.migawari.config.ApiSettings.Roles;
import io.migawari.controller.api.Router.Access;
import io.migawari.controller.cloud.CloudException;
import io.migawari.controller.cloud.Identity;
import io.migawari.controller.cloud.Identity.Scope;
import io.migawari.time.ManualTime;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whom a token belongs to, for how long that is believed, and which roles it gives. */
class AuthenticatorTest {

    private static final Scope OURS = new Scope.Project("p1", "service", true);
    private static final Scope THEIRS = new Scope.Project("p2", "tenant", false);

    private final ManualTime time = new ManualTime(Instant.parse("2026-11-20T08:00:00Z"));
    private final Map<String, Identity.Caller> good = new HashMap<>();
    private final Keystone keystone = new Keystone();

    /** Knows the tokens above, and counts the questions. */
    private final class Keystone implements Identity {

        private int asked;
        private boolean isAway;
        private Duration takes = Duration.ZERO;

        @Override
        public URI signInAddress() {
            return URI.create("https://keystone:5000/v3");
        }

        @Override
        public Optional<Caller> callerOf(String token, Duration patience) throws CloudException {
            asked++;
            if (isAway) {
                throw new CloudException(CloudException.Kind.UNREACHABLE, "no answer");
            }
            var found = Optional.ofNullable(good.get(token));
            time.advance(takes);
            return found;
        }
    }

    private void give(String token, Scope scope, Duration life, String... roles) {
        good.put(
                token,
                new Identity.Caller(
                        "joe", "u1", scope, Set.of(roles), time.now().plus(life)));
    }

    private Authenticator authenticator(Roles roles) {
        return new Authenticator(
                new ApiSettings(
                        "127.0.0.1",
                        0,
                        Authentication.KEYSTONE,
                        roles,
                        ApiSettings.RateLimit.defaults(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                keystone,
                time);
    }

    private final Authenticator authenticator = authenticator(Roles.defaults());

    private int status(String token) throws InterruptedException {
        try {
            authenticator.identify(Optional.of(token), "10.0.0.1");
            return 200;
        } catch (ApiException e) {
            return e.status();
        }
    }

    private Set<Role> roles(Scope scope, String... roles) throws Exception {
        return roles(Roles.defaults(), scope, roles);
    }

    private Set<Role> roles(Roles settings, Scope scope, String... roles) throws Exception {
        give("t", scope, Duration.ofHours(1), roles);
        return authenticator(settings).identify(Optional.of("t"), "10.0.0.1").roles();
    }

    @Test
    void aTokenIsAskedAboutOnceAMinute() throws Exception {
        give("t", OURS, Duration.ofHours(1), "admin");

        assertThat(status("t")).isEqualTo(200);
        time.advance(Duration.ofSeconds(59));
        assertThat(status("t")).isEqualTo(200);
        assertThat(keystone.asked).isEqualTo(1);
        time.advance(Duration.ofSeconds(1));
        assertThat(status("t")).isEqualTo(200);

        assertThat(keystone.asked).isEqualTo(2);
    }

    @Test
    void aTokenThatWasWithdrawnIsRefusedAMinuteAfterKeystoneWasLastAskedAtTheLatest() throws Exception {
        give("t", OURS, Duration.ofHours(1), "admin");
        keystone.takes = Duration.ofSeconds(9);
        assertThat(status("t")).isEqualTo(200);
        good.clear();

        time.advance(Duration.ofSeconds(50));
        assertThat(status("t")).isEqualTo(200);
        time.advance(Duration.ofSeconds(1));

        assertThat(status("t")).as("the nine seconds of the answer count").isEqualTo(401);
    }

    @Test
    void aTokenIsNeverGoodBeyondItsEnd() throws Exception {
        give("t", OURS, Duration.ofSeconds(10), "admin");
        assertThat(status("t")).isEqualTo(200);

        time.advance(Duration.ofSeconds(10));

        assertThat(status("t"))
                .as("Keystone with a late clock still calls it good")
                .isEqualTo(401);
    }

    @Test
    void withoutATokenAndWithAWrongOneNobodyIsLetIn() throws Exception {
        assertThat(status("forged")).isEqualTo(401);
        assertThatThrownBy(() -> authenticator.identify(Optional.empty(), "10.0.0.1"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(401));
        assertThat(authenticator.challenge()).isEqualTo("Keystone uri=\"https://keystone:5000/v3\"");
    }

    @Test
    void whatIsKnownOfATokenOutlastsAnOutageOfKeystoneAndNoMoreThanThat() throws Exception {
        give("t", OURS, Duration.ofHours(1), "admin");
        assertThat(status("t")).isEqualTo(200);
        keystone.isAway = true;

        assertThat(status("t")).isEqualTo(200);
        assertThat(status("other")).isEqualTo(503);
        time.advance(Duration.ofMinutes(1));
        assertThat(status("t")).isEqualTo(503);
    }

    /** In Keystone as it comes, each member of each project has the role reader. */
    @Test
    void readersAndMonitorsCountInOurOwnProjectOnly() throws Exception {
        assertThat(roles(OURS, "reader", "service")).containsExactlyInAnyOrder(Role.READER, Role.SERVICE);
        assertThat(roles(THEIRS, "reader", "service", "member")).isEmpty();
        assertThat(roles(THEIRS, "admin", "reader")).containsExactly(Role.ADMIN);
        assertThat(roles(new Scope.WholeSystem(), "reader")).containsExactly(Role.READER);
        assertThat(roles(new Scope.Other(), "admin", "reader")).isEmpty();
    }

    @Test
    void whatRolesAreCalledAndWhereTheyCountIsSaidInTheSettings() throws Exception {
        var settings = new Roles(
                Set.of("cloud_admin", "ha_admin"), Set.of("monitor"), Set.of("auditor"), Set.of("p2"), Set.of("own"));

        assertThat(roles(settings, OURS, "ha_admin")).containsExactly(Role.ADMIN);
        assertThat(roles(settings, THEIRS, "ha_admin")).isEmpty();
        assertThat(roles(settings, THEIRS, "monitor", "auditor")).containsExactlyInAnyOrder(Role.SERVICE, Role.READER);
        assertThat(roles(settings, OURS, "monitor", "admin", "reader")).isEmpty();
    }

    @Test
    void whoLacksARoleIsToldWhichAndWhetherItIsTheProjectThatIsWrong() throws Exception {
        give("t", THEIRS, Duration.ofHours(1), "reader");
        var who = authenticator.identify(Optional.of("t"), "10.0.0.1");

        assertThatThrownBy(() -> who.require(Access.ADMIN))
                .hasMessage("Policy doesn't allow this to be performed: it needs the role admin.");
        assertThatThrownBy(() -> who.require(Access.LOOK))
                .hasMessageStartingWith("Policy doesn't allow this to be performed: it needs the role admin or reader, "
                        + "and the token is for a project in which that does not count")
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(403));
    }
}
