// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.migawari.config.ClientTls;
import io.migawari.config.LogSettings;
import io.migawari.config.OpenStackSettings;
import io.migawari.config.OpenStackSettings.Credentials;
import io.migawari.config.Secret;
import io.migawari.monitor.controller.Outcome.AlreadyKnown;
import io.migawari.monitor.controller.Outcome.Delivered;
import io.migawari.monitor.controller.Outcome.Refused;
import io.migawari.monitor.controller.Outcome.TryLater;
import io.migawari.monitor.notification.Json;
import io.migawari.monitor.notification.Notification;
import io.migawari.monitor.settings.ControllerAccess;
import io.migawari.monitor.settings.ControllerAccess.Authentication;
import io.migawari.monitor.settings.ControllerAccess.Evidence;
import io.migawari.monitor.settings.HealthSettings;
import io.migawari.monitor.settings.MonitorSettings;
import io.migawari.monitor.settings.SpoolSettings;
import io.migawari.time.ManualTime;
import io.migawari.time.SystemTime;
import io.migawari.time.Time;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControllerClientTest {

    private static final Notification STOPPED = new Notification(
            Notification.Type.COMPUTE_HOST,
            "compute2",
            Instant.parse("2026-11-20T22:06:20Z"),
            Map.of("event", "STOPPED", "cluster_status", "OFFLINE", "host_status", "NORMAL"),
            Map.of("fenced_at", "2026-11-20T22:06:20Z", "seen_by", "compute1"));

    private static final String NO_SUCH_HOST =
            "{\"badRequest\": {\"message\": \"Host with name compute2 could not be found.\"}}";

    private final FakeController controller = new FakeController();
    private final FakeController second = new FakeController();

    @AfterEach
    void close() {
        controller.close();
        second.close();
    }

    static MonitorSettings settings(Authentication authentication, URI keystone, List<URI> endpoints) {
        var openStack = new OpenStackSettings(
                URI.create(keystone + "/v3"),
                new Credentials.Password("monitor", "Default", new Secret("pa\"ss"), "service", "Projects"),
                Optional.of("RegionOne"),
                "internal",
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(5));
        return new MonitorSettings(
                new ControllerAccess(
                        endpoints,
                        authentication,
                        Evidence.AUTO,
                        ClientTls.none(),
                        Duration.ofSeconds(3), // a busy machine may need one for the first call
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(10)),
                authentication == Authentication.NONE ? Optional.empty() : Optional.of(openStack),
                new SpoolSettings(Path.of("unused"), 100, 100),
                new HealthSettings(Optional.empty()),
                LogSettings.console(LogSettings.Level.INFO));
    }

    private static ControllerClient open(URI... endpoints) {
        return new ControllerClient(
                settings(Authentication.NONE, URI.create("http://unused"), List.of(endpoints)), new SystemTime());
    }

    private ControllerClient signedIn(Time time, URI... endpoints) {
        return new ControllerClient(settings(Authentication.KEYSTONE, controller.url(), List.of(endpoints)), time);
    }

    @Test
    void aSignOfLifeIsSaidOfTheHostByTheMonitor() {
        assertThat(signedIn(new SystemTime(), controller.url()).signOfLife("compute2", "host-monitor"))
                .isEqualTo(new Heard.Taken());

        var sent = controller.asked.get(controller.asked.size() - 1);
        assertThat(sent.path()).isEqualTo("/migawari/v1/hosts/compute2/sign-of-life");
        assertThat(sent.token()).isEqualTo("token1");
        assertThat(sent.body()).isEqualTo("{\"sign_of_life\":{\"monitor\":\"host-monitor\"}}");
    }

    @Test
    void aMasakariHasNoPlaceForASignOfLife() {
        controller.always(404);

        assertThat(open(controller.url()).signOfLife("compute2", "host-monitor"))
                .isEqualTo(new Heard.NotUnderstood());
    }

    @Test
    void whetherAHostMayStartIsAskedWithATokenAndTakenAtTheControllersWord() {
        controller.then(200, "{\"may_start\": {\"answer\": true, \"incident_uuid\": null, \"message\": \"none\"}}");
        assertThat(signedIn(new SystemTime(), controller.url()).mayStart("compute2"))
                .isEqualTo(new StartWord.May(false, "none"));
        var sent = controller.asked.get(controller.asked.size() - 1);
        assertThat(sent.method() + " " + sent.path()).isEqualTo("GET /migawari/v1/hosts/compute2/may-start");
        assertThat(sent.token()).isEqualTo("token1");

        controller.then(200, "{\"may_start\": {\"answer\": true, \"incident_uuid\": \"i\", \"message\": \"m\"}}");
        assertThat(open(controller.url()).mayStart("compute2")).isEqualTo(new StartWord.May(true, "m"));
        controller.then(200, "{\"may_start\": {\"answer\": false, \"incident_uuid\": \"i\", \"message\": \"m\"}}");
        assertThat(open(controller.url()).mayStart("compute2")).isEqualTo(new StartWord.MustWait("m"));
        controller.then(400, NO_SUCH_HOST);
        assertThat(open(controller.url()).mayStart("compute2")).isEqualTo(new StartWord.Stranger(NO_SUCH_HOST));
    }

    /** A proxy's page, a Masakari, a refusal: none of them says that nothing is under way. */
    @ParameterizedTest
    @CsvSource({"200, {}", "200, {\"may_start\": {}}", "200, <html>", "400, <html>", "404, {}", "403, {}", "503, {}"})
    void whateverElseIsAnsweredToAHostThatWantsToStartIsNoAnswer(int status, String body) {
        controller.then(status, body);
        assertThat(open(controller.url()).mayStart("compute2")).isInstanceOf(StartWord.NoAnswer.class);
    }

    @Test
    void whoeverAnswersIsAskedWhetherAHostMayStart() {
        controller.then(503, "");
        second.then(200, "{\"may_start\": {\"answer\": false, \"incident_uuid\": \"i\", \"message\": \"m\"}}");
        assertThat(open(URI.create("http://127.0.0.1:1"), controller.url(), second.url())
                        .mayStart("compute2"))
                .isEqualTo(new StartWord.MustWait("m"));
    }

    @Test
    void aSignOfLifeIsSaidOnceAndNotKept() {
        controller.then(503, "");
        assertThat(open(controller.url()).signOfLife("compute2", "host-monitor"))
                .isInstanceOf(Heard.NotHeard.class);
        assertThat(controller.asked).hasSize(1);

        controller.then(400, NO_SUCH_HOST);
        assertThat(open(URI.create("http://127.0.0.1:1"), controller.url()).signOfLife("compute2", "host-monitor"))
                .isEqualTo(new Heard.Refused("400 " + NO_SUCH_HOST));
    }

    @Test
    void aTokenThatIsNotGoodAnyMoreIsReplacedForASignOfLifeToo() {
        controller.then(401, "");

        assertThat(signedIn(new SystemTime(), controller.url()).signOfLife("compute2", "host-monitor"))
                .isEqualTo(new Heard.Taken());

        assertThat(controller.asked.get(controller.asked.size() - 1).token()).isEqualTo("token2");
    }

    @Test
    void aNotificationIsSentAsMasakariTakesIt() {
        assertThat(open(URI.create(controller.url() + "/v1")).deliver(STOPPED)).isEqualTo(new Delivered());

        var sent = controller.notifications().get(0);
        assertThat(sent.method()).isEqualTo("POST");
        assertThat(sent.path()).isEqualTo("/v1/notifications");
        assertThat(sent.body())
                .isEqualTo("{\"notification\":{\"type\":\"COMPUTE_HOST\",\"hostname\":\"compute2\","
                        + "\"generated_time\":\"2026-11-20T22:06:20.000000\",\"payload\":"
                        + "{\"cluster_status\":\"OFFLINE\",\"event\":\"STOPPED\",\"host_status\":\"NORMAL\"}}}");
    }

    @ParameterizedTest
    @CsvSource({
        "'', /v1/notifications, /migawari/v1",
        "/, /v1/notifications, /migawari/v1",
        "/v1, /v1/notifications, /migawari/v1",
        "/v1/, /v1/notifications, /migawari/v1",
        "/instance-ha/v1, /instance-ha/v1/notifications, /instance-ha/migawari/v1",
        "/instance-ha, /instance-ha/v1/notifications, /instance-ha/migawari/v1",
        "/v1/36a2306b8f0b4c3e9d1d2f3a4b5c6d7e, /v1/36a2306b8f0b4c3e9d1d2f3a4b5c6d7e/notifications, /migawari/v1",
    })
    void anAddressMayBeWrittenInAllTheWaysOfCatalogues(String path, String notifications, String additions) {
        Address address = Address.of(URI.create("http://c:15868" + path));

        assertThat(address.notifications()).hasToString("http://c:15868" + notifications);
        assertThat(address.additions()).hasToString("http://c:15868" + additions);
    }

    @Test
    void evidenceGoesOnlyToAControllerThatSaysThatItTakesIt() throws IOException {
        open(controller.url()).deliver(STOPPED);
        assertThat(controller.notifications().get(0).body()).doesNotContain("evidence");

        second.saysAboutItself("{\"notification_evidence\": true}");
        var client = open(second.url());
        client.deliver(STOPPED);
        client.deliver(STOPPED);

        Json evidence = Json.parse(second.notifications().get(0).body())
                .at("notification")
                .at("evidence");
        assertThat(evidence.at("seen_by").text()).isEqualTo("compute1");
        assertThat(second.asks("/migawari/v1")).as("asked once").isEqualTo(1);
    }

    @Test
    void whoSaysSomethingElseAboutHimselfIsSentNoEvidence() {
        for (String other : List.of("<html>", "{\"notification_evidence\": \"no\"}", "[true]", "{}")) {
            controller.saysAboutItself(other);
            open(controller.url()).deliver(STOPPED);
        }

        assertThat(controller.notifications())
                .hasSize(4)
                .noneMatch(sent -> sent.body().contains("evidence"));
    }

    @Test
    void aNewControllerBehindAnOldAddressIsFoundOutAfterAWhile() {
        var time = new ManualTime(Instant.EPOCH);
        var client = new ControllerClient(
                settings(Authentication.NONE, URI.create("http://unused"), List.of(controller.url())), time);
        client.deliver(STOPPED);
        controller.saysAboutItself("{\"notification_evidence\": true}");
        client.deliver(STOPPED);
        time.advance(Duration.ofMinutes(2));
        client.deliver(STOPPED);

        assertThat(controller.notifications())
                .extracting(sent -> sent.body().contains("evidence"))
                .containsExactly(false, false, true);
    }

    @Test
    void everyAnswerHasItsMeaning() {
        for (int status : List.of(400, 413, 414, 415, 422)) {
            controller.then(status, "{\"badRequest\": {\"message\": \"why\"}}");
            assertThat(open(controller.url()).deliver(STOPPED))
                    .isEqualTo(new Refused(status, "{\"badRequest\": {\"message\": \"why\"}}"));
        }
        controller.then(409, "{\"conflictingRequest\": {}}");
        assertThat(open(controller.url()).deliver(STOPPED)).isEqualTo(new AlreadyKnown("{\"conflictingRequest\": {}}"));
        for (int status : List.of(301, 401, 403, 404, 405, 408, 429, 502, 503, 504)) {
            controller.then(status, "");
            assertThat(open(controller.url()).deliver(STOPPED))
                    .as("%s", status)
                    .isInstanceOfSatisfying(TryLater.class, later -> {
                        assertThat(later.controllerAway()).isTrue();
                        assertThat(later.reason()).contains(" answers " + status);
                    });
        }
        controller.then(500, "trouble with this one");
        assertThat(open(controller.url()).deliver(STOPPED))
                .isInstanceOfSatisfying(
                        TryLater.class,
                        later -> assertThat(later.controllerAway()).isFalse());
        assertThat(controller.notifications()).as("one attempt each").hasSize(17);
    }

    @Test
    void onlyAControllersOwnWordsSettleANotification() {
        for (int status : List.of(200, 202, 400, 409, 413, 415)) {
            for (String words : List.of("<html>It works!</html>", "", "[]", "{}", "{\"notification\": ")) {
                controller.then(status, words);
                assertThat(open(controller.url()).deliver(STOPPED))
                        .as("%s %s", status, words)
                        .isInstanceOfSatisfying(TryLater.class, later -> {
                            assertThat(later.reason()).contains(status + " in other words than a controller's");
                            assertThat(later.controllerAway())
                                    .as("if it is a proxy that dislikes this one, the others need not wait")
                                    .isEqualTo(status < 300);
                        });
            }
        }
        controller.then(400, "<html>");
        assertThat(open(controller.url()).signOfLife("compute2", "host-monitor"))
                .isInstanceOf(Heard.NotHeard.class);
    }

    @Test
    void whoDoesNotTakeANotificationIsNotBelievedThatHeKnowsNoEvidence() {
        var client = open(controller.url());
        for (int status : List.of(401, 404, 503)) {
            controller.then(status, "");
            client.deliver(STOPPED); // and its additions are not there either
        }
        controller.saysAboutItself("{\"notification_evidence\": true}");
        client.deliver(STOPPED);

        assertThat(controller.notifications().get(3).body()).contains("evidence");
    }

    @Test
    void whoOnlyFailsToSpeakAboutItselfIsAskedAgain() {
        controller.saysAboutItself("{\"notification_evidence\": true}").failsToSpeakAboutItself(503);
        var client = open(controller.url());
        client.deliver(STOPPED);
        controller.failsToSpeakAboutItself(200);
        client.deliver(STOPPED);

        assertThat(controller.notifications())
                .extracting(sent -> sent.body().contains("evidence"))
                .containsExactly(false, true);
    }

    @Test
    void whoHasUnderstoodEvidenceAndFailsToSaySoIsAway() {
        var time = new ManualTime(Instant.EPOCH);
        controller.saysAboutItself("{\"notification_evidence\": true}");
        var client = new ControllerClient(
                settings(Authentication.NONE, URI.create("http://unused"), List.of(controller.url())), time);
        client.deliver(STOPPED);
        time.advance(Duration.ofMinutes(11));
        controller.failsToSpeakAboutItself(503);

        assertThat(client.deliver(STOPPED))
                .isInstanceOfSatisfying(
                        TryLater.class, later -> assertThat(later.reason()).contains("503"));
        assertThat(controller.notifications()).as("none without its proof").hasSize(1);
    }

    @Test
    void whoWantsToKnowWhoWeAreIsSaidToWantThat() {
        controller.then(401, "");
        assertThat(open(controller.url()).deliver(STOPPED))
                .isInstanceOfSatisfying(
                        TryLater.class,
                        later -> assertThat(later.reason()).contains("controller.authentication is none"));
    }

    @Test
    void anAnswerWithoutHostsIsNotAnEmptyListOfHosts() {
        controller.then(200, "{}");
        assertThatThrownBy(() -> open(controller.url()).hosts())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("without segments");
    }

    @Test
    void theControllersWishToBeLeftAloneIsHeard() {
        controller.then(503, "", "Retry-After", "17").then(503, "", "Retry-After", "Fri, 31 Dec 1999 23:59:59 GMT");

        assertThat(open(controller.url()).deliver(STOPPED))
                .isInstanceOfSatisfying(
                        TryLater.class, later -> assertThat(later.retryAfter()).contains(Duration.ofSeconds(17)));
        assertThat(open(controller.url()).deliver(STOPPED))
                .isInstanceOfSatisfying(
                        TryLater.class, later -> assertThat(later.retryAfter()).isEmpty());
    }

    @Test
    void whoAsksTooOftenWaitsAsLongAsHeIsTold() {
        controller.then(429, "{\"overLimit\": {\"code\": 429}}", "Retry-After", "7");

        assertThat(open(controller.url()).deliver(STOPPED)).isInstanceOfSatisfying(TryLater.class, later -> {
            assertThat(later.retryAfter()).contains(Duration.ofSeconds(7));
            assertThat(later.controllerAway())
                    .as("other reports would fare the same")
                    .isTrue();
            assertThat(later.reason()).contains("answers 429 (we ask too often)");
        });
    }

    @Test
    void whenAllAddressesAskForAPauseTheShortestIsKept() {
        controller.then(429, "", "Retry-After", "9");
        second.then(429, "", "Retry-After", "4");
        assertThat(open(controller.url(), second.url()).deliver(STOPPED))
                .isInstanceOfSatisfying(
                        TryLater.class, later -> assertThat(later.retryAfter()).contains(Duration.ofSeconds(4)));

        controller.then(429, "", "Retry-After", "9");
        second.then(503, "");
        assertThat(open(controller.url(), second.url()).deliver(STOPPED))
                .isInstanceOfSatisfying(
                        TryLater.class, later -> assertThat(later.retryAfter()).isEmpty());
    }

    /** A certificate may be good for one host and not for another. */
    @Test
    void whatIsForbiddenForOneHostHoldsUpNoOther() {
        controller.then(403, "{\"forbidden\": {\"code\": 403}}");

        assertThat(open(controller.url()).deliver(STOPPED))
                .isInstanceOfSatisfying(
                        TryLater.class,
                        later -> assertThat(later.controllerAway()).isFalse());
    }

    @Test
    void ofSeveralAddressesTheNextOneIsTriedAndTheOneThatAnsweredIsTriedFirstFromThenOn() throws IOException {
        URI nobody;
        try (var socket = new ServerSocket(0)) {
            nobody = URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }
        controller.always(503);
        var client = open(nobody, controller.url(), second.url());

        assertThat(client.deliver(STOPPED)).isEqualTo(new Delivered());
        assertThat(client.deliver(STOPPED)).isEqualTo(new Delivered());

        assertThat(controller.notifications()).hasSize(1);
        assertThat(second.notifications()).hasSize(2);
        second.always(503);
        assertThat(client.deliver(STOPPED)).isInstanceOfSatisfying(TryLater.class, later -> {
            assertThat(later.controllerAway()).isTrue();
            assertThat(later.reason()).contains("answers 503", "cannot connect");
        });
    }

    @Test
    void aVerdictOfOneAddressIsNotTakenToTheNext() {
        controller.then(400, NO_SUCH_HOST);

        assertThat(open(controller.url(), second.url()).deliver(STOPPED)).isInstanceOf(Refused.class);
        assertThat(second.notifications()).isEmpty();
    }

    @Test
    void anAnswerThatNeverEndsIsGivenUp() {
        controller.trickles();
        long start = System.nanoTime();

        assertThat(open(controller.url()).deliver(STOPPED)).isInstanceOf(TryLater.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void itSignsInAsKeystoneAsksAndUsesTheTokenAgain() throws IOException {
        var client = signedIn(new SystemTime(), controller.url());
        client.deliver(STOPPED);
        client.deliver(STOPPED);

        assertThat(controller.notifications())
                .extracting(FakeController.Asked::token)
                .containsExactly("token1", "token1");
        Json auth = Json.parse(controller.asked.stream()
                        .filter(asked -> asked.path().equals("/v3/auth/tokens"))
                        .findFirst()
                        .orElseThrow()
                        .body())
                .at("auth");
        Json user = auth.at("identity").at("password").at("user");
        assertThat(auth.at("identity").at("methods").items())
                .extracting(Json::text)
                .containsExactly("password");
        assertThat(user.at("name").text()).isEqualTo("monitor");
        assertThat(user.at("password").text()).isEqualTo("pa\"ss");
        assertThat(user.at("domain").at("name").text()).isEqualTo("Default");
        assertThat(auth.at("scope").at("project").at("name").text()).isEqualTo("service");
        assertThat(auth.at("scope").at("project").at("domain").at("name").text())
                .isEqualTo("Projects");
    }

    @Test
    void aTokenIsRenewedBeforeItsEnd() {
        var time = new ManualTime(Instant.parse("2026-01-01T00:00:00Z"));
        controller.tokensExpireAt("2026-01-01T01:00:00.000000Z");
        var client = signedIn(time, controller.url());

        client.deliver(STOPPED);
        time.advance(Duration.ofMinutes(47));
        client.deliver(STOPPED);
        time.advance(Duration.ofMinutes(2));
        client.deliver(STOPPED);

        assertThat(controller.notifications())
                .extracting(FakeController.Asked::token)
                .containsExactly("token1", "token1", "token2");
    }

    @Test
    void aTokenThatIsRefusedIsRenewedOnceAndThenItIsTriedLater() {
        var client = signedIn(new SystemTime(), controller.url());
        controller.then(401, "");
        assertThat(client.deliver(STOPPED)).isEqualTo(new Delivered());
        controller.then(401, "").then(401, "");
        assertThat(client.deliver(STOPPED))
                .isInstanceOfSatisfying(
                        TryLater.class,
                        later -> assertThat(later.reason()).contains("401 (it does not accept a new token)"));

        assertThat(controller.notifications())
                .extracting(FakeController.Asked::token)
                .containsExactly("token1", "token2", "token2", "token3");
    }

    @Test
    void withoutAnAddressTheCatalogueIsAsked() {
        String endpoint = "{'interface': '%s', 'region_id': '%s', 'url': '%s'}";
        controller.catalogue("[{'type': 'compute', 'endpoints': []}, {'type': 'instance-ha', 'endpoints': ["
                + String.format(endpoint, "public", "RegionOne", "http://127.0.0.1:1/v1") + ","
                + String.format(endpoint, "internal", "RegionTwo", "http://127.0.0.1:1/v1") + ","
                + String.format(endpoint, "internal", "RegionOne", second.url() + "/v1/") + "]}]");

        assertThat(signedIn(new SystemTime()).deliver(STOPPED)).isEqualTo(new Delivered());
        assertThat(second.notifications()).hasSize(1);
    }

    @Test
    void whatIsWrongWithTheSignInIsSaidWithoutSecrets() {
        controller.catalogue("[]");
        assertThat(signedIn(new SystemTime()).deliver(STOPPED)).isInstanceOfSatisfying(TryLater.class, later -> {
            assertThat(later.controllerAway()).isTrue();
            assertThat(later.reason())
                    .contains(
                            "catalogue has no instance-ha endpoint for the interface internal in the region RegionOne")
                    .doesNotContain("pa\"ss");
        });
        var nobody = new ControllerClient(
                settings(Authentication.KEYSTONE, URI.create("http://127.0.0.1:1"), List.of(second.url())),
                new SystemTime());
        assertThat(nobody.deliver(STOPPED))
                .isInstanceOfSatisfying(
                        TryLater.class,
                        later -> assertThat(later.reason())
                                .contains("Keystone at http://127.0.0.1:1/v3: cannot connect"));
    }

    @Test
    void theControllersHostsCanBeAskedFor() throws IOException {
        controller
                .then(200, "{\"segments\": [{\"uuid\": \"s1\"}, {\"uuid\": \"s2\"}]}")
                .then(200, "{\"hosts\": [{\"name\": \"b\"}, {\"name\": \"a\"}]}")
                .then(200, "{\"hosts\": [{\"name\": \"c\"}]}");

        assertThat(open(controller.url()).hosts()).containsExactly("a", "b", "c");
        assertThat(controller.asks("/v1/segments/s2/hosts")).isEqualTo(1);
        controller.then(503, "");
        assertThatThrownBy(() -> open(controller.url()).hosts())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("answered by 503");
    }
}
