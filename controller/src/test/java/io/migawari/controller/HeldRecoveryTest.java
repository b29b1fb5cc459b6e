// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.migawari.config.GateSettings;
import io.migawari.config.GateSettings.DisabledHosts;
import io.migawari.config.RecoverySettings;
import io.migawari.simulator.http.RequestFault;
import io.migawari.simulator.http.RequestFault.Effect;
import io.migawari.simulator.nova.ServerFaults;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Recoveries that are held by a gate, and what people say about them: a real controller, database and API. */
class HeldRecoveryTest {

    private static final String PAUSES = "/migawari/v1/pauses";

    private final List<Trial> trials = new ArrayList<>();

    @AfterEach
    void close() {
        trials.forEach(Trial::assertNoHarm);
        trials.forEach(Trial::close);
    }

    private Trial trial() {
        return trial(Trial.recovery());
    }

    private Trial trial(RecoverySettings recovery) {
        var trial = new Trial("auto", recovery);
        trials.add(trial);
        return trial;
    }

    private static Trial restarted(Trial trial) {
        trial.stopController();
        trial.startController();
        return trial;
    }

    private static String pause(Trial trial, String scope, String lasting, String mode) {
        return trial.post(
                        PAUSES,
                        "{'pause': {" + scope + ", 'for': '" + lasting + "', 'mode': '" + mode
                                + "', 'reason': 'switch is replaced'}}")
                .at("/pause/uuid")
                .asText();
    }

    private static JsonNode resume(Trial trial, String pause) {
        return trial.post(PAUSES + "/" + pause + "/end", "{'reason': 'done'}").path("pause");
    }

    private static HttpResponse<String> say(Trial trial, String host, String word) {
        return trial.send(
                "POST",
                "/migawari/v1/incidents/" + trial.incident(host).path("uuid").asText() + "/" + word,
                "{\"reason\": \"I have looked\"}");
    }

    private static void assertRefused(HttpResponse<String> response, String why) throws IOException {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(409);
        assertThat(new ObjectMapper()
                        .readTree(response.body())
                        .at("/conflictingRequest/message")
                        .asText())
                .contains(why);
    }

    private static List<String> story(Trial trial, String host) {
        List<String> story = new ArrayList<>();
        trial.get("/migawari/v1/incidents/" + trial.incident(host).path("uuid").asText() + "/story")
                .path("story")
                .forEach(line -> story.add(line.path("message").asText()));
        return story;
    }

    @Test
    void aPauseHoldsARecoveryAlsoOverARestartUntilSomebodyEndsIt() {
        Trial trial = trial();
        String server = trial.server("vm");
        String pause = pause(trial, "'segment': '" + segment(trial) + "'", "2h", "freeze");

        trial.fail("compute1");
        trial.untilWaitingFor("compute1", "paused");
        restarted(trial).untilWaitingFor("compute1", "paused");

        assertThat(trial.incident("compute1").at("/waiting/message").asText()).contains("switch is replaced");
        assertThat(trial.incident("compute1").path("journal")).isEmpty();
        JsonNode ended = resume(trial, pause);
        assertThat(ended.at("/incidents_held/0/host").asText()).isEqualTo("compute1");
        assertThat(ended.path("holds").asBoolean()).isFalse();
        trial.untilPhase("compute1", "recovered");
        assertThat(trial.cloud.server(server).status()).isEqualTo("ACTIVE");
    }

    private static String segment(Trial trial) {
        return trial.get("/v1/segments").at("/segments/0/uuid").asText();
    }

    @Test
    void aPauseIsOverByItself() {
        Trial trial = trial();
        trial.server("vm");
        pause(trial, "'all': true", "3s", "freeze");

        trial.fail("compute1");
        trial.untilWaitingFor("compute1", "paused");

        trial.untilPhase("compute1", "recovered");
        assertThat(trial.get(PAUSES).path("pauses")).isEmpty();
        assertThat(trial.get(PAUSES + "?over=true").path("pauses")).hasSize(1);
    }

    @Test
    void aPauseOfOneHostLeavesTheOthersAlone() {
        Trial trial = trial();
        trial.server("vm");
        pause(trial, "'host': 'compute2'", "2h", "freeze");

        trial.fail("compute1");

        trial.untilPhase("compute1", "recovered");
    }

    @Test
    void aPauseDoesNotStopWhatHasBegun() {
        Trial trial = trial();
        String slow = trial.server("slow");
        trial.cloud.setServerFaults(slow, ServerFaults.failing(1));
        trial.fail("compute1");
        trial.untilPhase("compute1", "moving");

        pause(trial, "'all': true", "2h", "freeze");

        trial.untilPhase("compute1", "recovered");
    }

    @Test
    void whatWasIgnoredIsShownWhenThePauseEnds() {
        Trial trial = trial();
        String pause = pause(trial, "'host': 'compute1'", "2h", "ignore");

        JsonNode reported = trial.report("compute1", "UNKNOWN");

        assertThat(trial.notification(reported).path("status").asText()).isEqualTo("ignored");
        assertThat(trial.notification(reported).path("message").asText()).contains("switch is replaced");
        JsonNode ended = resume(trial, pause);
        assertThat(ended.at("/notifications_ignored/0/notification_uuid").asText())
                .isEqualTo(reported.at("/notification/notification_uuid").asText());
        assertThat(trial.get("/migawari/v1/incidents").path("incidents")).isEmpty();
    }

    @Test
    void anApprovalLetsItBeginInSpiteOfThePause() throws IOException {
        Trial trial = trial();
        trial.server("vm");
        pause(trial, "'all': true", "2h", "freeze");
        trial.fail("compute1");
        trial.untilWaitingFor("compute1", "paused");

        assertThat(say(trial, "compute1", "approve").statusCode()).isEqualTo(202);

        trial.untilPhase("compute1", "recovered");
        assertThat(story(trial, "compute1"))
                .anySatisfy(line -> assertThat(line).contains("lets it begin in spite of", "I have looked"));
        assertRefused(say(trial, "compute1", "approve"), "is over");
    }

    @Test
    void noApprovalTakesThePlaceOfAProof() throws IOException {
        Trial trial = trial();
        trial.report("compute1", "UNKNOWN");
        trial.untilWaitingFor("compute1", "no_proof");

        assertRefused(say(trial, "compute1", "approve"), "no approval takes the place of");

        trial.untilWaitingFor("compute1", "no_proof");
    }

    @Test
    void tooManyHostsHoldEachOtherAlsoOverARestartUntilOneIsApproved() {
        Trial trial = trial(Trial.recovery(
                new GateSettings(25, 25, Duration.ZERO, Duration.ZERO, 0, DisabledHosts.RECOVER),
                Duration.ofSeconds(5)));
        trial.server("vm");
        trial.report("compute2", "UNKNOWN");
        trial.untilWaitingFor("compute2", "no_proof");

        trial.fail("compute1");
        trial.untilWaitingFor("compute1", "storm");
        restarted(trial).untilWaitingFor("compute1", "storm");
        trial.untilWaitingFor("compute2", "storm");

        assertThat(say(trial, "compute1", "approve").statusCode()).isEqualTo(202);
        trial.untilPhase("compute1", "recovered");
        trial.untilWaitingFor("compute2", "storm");
    }

    @Test
    void aControllerThatHasOnlyJustBegunToWatchWaits() {
        var gates = new GateSettings(100, 100, Duration.ZERO, Duration.ofSeconds(4), 0, DisabledHosts.RECOVER);
        Trial trial = trial(Trial.recovery(gates, Duration.ofSeconds(5)));
        trial.server("vm");

        trial.fail("compute1");
        trial.untilWaitingFor("compute1", "watching_first");
        trial.untilPhase("compute1", "recovered");

        // and one that is back soon need not watch again
        restarted(trial).fail("compute2");
        trial.untilPhase("compute2", "recovered");
        assertThat(story(trial, "compute2")).noneMatch(line -> line.contains("No controller was watching"));
    }

    @Test
    void aHostThatSaysThatItIsWellIsLeftAloneUntilAPersonKnowsBetter() throws IOException {
        Trial trial = trial(Trial.recovery(GateSettings.open(), Duration.ZERO));
        trial.server("vm");
        String pause = pause(trial, "'all': true", "2h", "freeze");
        trial.fail("compute1");
        trial.untilWaitingFor("compute1", "paused");

        assertThat(sign(trial, "compute1").statusCode()).isEqualTo(204);
        resume(trial, pause);

        trial.untilWaitingFor("compute1", "host_alive");
        assertThat(trial.incident("compute1").at("/waiting/message").asText()).contains("host-monitor");
        assertRefused(say(trial, "compute1", "approve"), "no approval takes the place of");
        assertThat(say(trial, "compute1", "confirm-dead").statusCode()).isEqualTo(202);
        trial.untilPhase("compute1", "recovered");
    }

    /** It starts its nova-compute upon that; see docs/decisions/0028-nova-compute-waits.md. */
    @Test
    void aHostThatSaysThatItIsWellWhileNovaIsAskedIsHeard() throws IOException {
        Trial trial = trial(Trial.recovery(GateSettings.open(), Duration.ZERO));
        String pause = pause(trial, "'all': true", "2h", "freeze");
        trial.fail("compute1");
        trial.untilWaitingFor("compute1", "paused");
        RequestFault slow = RequestFault.on("compute", "/os-services", Effect.delay(Duration.ofSeconds(4)))
                .times(1_000);
        trial.simulator.requestFaults().add(slow);

        resume(trial, pause);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> !trial.simulator.requestFaults().all().contains(slow));
        assertThat(sign(trial, "compute1").statusCode()).isEqualTo(204);

        trial.untilWaitingFor("compute1", "host_alive");
    }

    @Test
    void aHostThatIsNotRegisteredIsNotListenedTo() {
        assertThat(sign(trial(), "compute99").statusCode()).isEqualTo(400);
    }

    private static HttpResponse<String> sign(Trial trial, String host) {
        return trial.send(
                "POST",
                "/migawari/v1/hosts/" + host + "/sign-of-life",
                "{\"sign_of_life\": {\"monitor\": \"host-monitor\"}}");
    }

    @Test
    void whatHasFailedIsTriedAgainWhenSomebodyWantsIt() throws IOException {
        Trial trial = trial();
        String unlucky = trial.server("unlucky");
        trial.server("lucky");
        trial.cloud.setServerFaults(unlucky, ServerFaults.failing(3));
        trial.fail("compute1");
        trial.untilPhase("compute1", "partly_recovered");

        assertThat(say(trial, "compute1", "retry").statusCode()).isEqualTo(202);

        trial.untilPhase("compute1", "recovered");
        assertThat(trial.cloud.server(unlucky).status()).isEqualTo("ACTIVE");
        assertThat(story(trial, "compute1"))
                .anySatisfy(line -> assertThat(line).contains("tried again: I have looked"));
        assertRefused(say(trial, "compute1", "retry"), "Nothing of incident");
    }

    @Test
    void aPauseHasToEnd() throws IOException {
        Trial trial = trial();
        for (String wrong : List.of(
                "'all': true, 'for': '31d'",
                "'all': true, 'for': '0s'",
                "'all': true, 'for': 'long'",
                "'all': true, 'until': '2020-01-01T00:00:00'",
                "'all': true",
                "'for': '2h'",
                "'all': true, 'host': 'compute1', 'for': '2h'")) {
            var response = trial.send(
                    "POST", PAUSES, ("{'pause': {" + wrong + ", 'mode': 'freeze', 'reason': 'x'}}").replace('\'', '"'));
            assertThat(response.statusCode()).as(wrong + ": " + response.body()).isEqualTo(400);
        }
        String over = pause(trial, "'all': true", "1s", "freeze");
        await().until(() -> !trial.get(PAUSES + "/" + over).at("/pause/holds").asBoolean());
        assertRefused(trial.send("POST", PAUSES + "/" + over + "/end", "{}"), "is over already");
    }
}
