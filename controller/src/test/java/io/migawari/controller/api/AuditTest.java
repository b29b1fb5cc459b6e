// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.controller.Trial;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is kept of what people ask. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuditTest {

    private final Trial trial = new Trial("auto");
    private final String segment =
            trial.get("/v1/segments").at("/segments/0/uuid").asText();

    @AfterAll
    void close() {
        trial.close();
    }

    private int send(String method, String path, String json, String... headers) {
        return trial.send(method, path, json.replace('\'', '"'), headers).statusCode();
    }

    private JsonNode newest() {
        return trial.get("/migawari/v1/audit?limit=1").at("/audit/0");
    }

    private List<String> kept() {
        List<String> kept = new ArrayList<>();
        trial.get("/migawari/v1/audit")
                .path("audit")
                .forEach(line -> kept.add(line.path("what").asText()));
        return kept;
    }

    @Test
    void aChangeIsKeptWithWhoWhatAndItsResult() {
        assertThat(send(
                        "PUT",
                        "/v1/segments/" + segment,
                        "{'segment': {'enabled': true, 'description': 'row 7'}}",
                        "OpenStack-API-Version",
                        "instance-ha 1.2"))
                .isEqualTo(200);

        JsonNode line = newest();
        assertThat(line.path("what").asText()).isEqualTo("change segment");
        assertThat(line.path("who").asText()).isEqualTo("127.0.0.1");
        assertThat(line.path("target").asText()).isEqualTo(segment);
        assertThat(line.path("target_name").asText()).isEqualTo("rack1");
        assertThat(line.path("details").asText()).isEqualTo("enabled: true, description: row 7");
        assertThat(line.path("result").asText()).isEqualTo("done");
        assertThat(line.path("status").asInt()).isEqualTo(200);
        assertThat(line.path("request_id").asText()).startsWith("req-");
    }

    @Test
    void aWordAboutAnIncidentIsKeptWithItsReasonAlsoWhenItIsRefused() {
        JsonNode reported = trial.report("compute4", "UNKNOWN");
        String incident = trial.incidentOf(reported).path("uuid").asText();
        String path = "/migawari/v1/incidents/" + incident;

        assertThat(send("POST", path + "/cancel", "{'reason': 'a false alarm'}"))
                .isEqualTo(202);
        JsonNode done = newest();
        assertThat(send("POST", path + "/cancel", "{'reason': 'twice'}")).isEqualTo(409);
        JsonNode refused = newest();

        assertThat(done.path("what").asText()).isEqualTo("cancel incident");
        assertThat(done.path("incident").asText()).isEqualTo(incident);
        assertThat(done.path("why").asText()).isEqualTo("a false alarm");
        assertThat(done.path("result").asText()).isEqualTo("done");
        assertThat(refused.path("why").asText()).isEqualTo("twice");
        assertThat(refused.path("result").asText()).isEqualTo("refused");
        assertThat(refused.path("status").asInt()).isEqualTo(409);
        assertThat(refused.path("message").asText()).contains(incident);
    }

    /** Who vouched for what is asked for after the guest's disk is gone. */
    @Test
    void whatWasOrderedIsKeptWithWhatItIsAboutAndWhatItsCallerVouchedFor() {
        send(
                "POST",
                "/migawari/v1/operations",
                "{'operation': {'order': 'evacuate', 'server': 'web-1', 'to': ['compute2', 'compute3'], 'confirm_dead': true, "
                        + "'accept_rebuild': true, 'dry_run': true, 'reason': 'burnt'}}");

        JsonNode line = newest();
        assertThat(line.path("what").asText()).isEqualTo("create operation");
        assertThat(line.path("target").asText()).isEqualTo("web-1");
        assertThat(line.path("target_name").asText()).isEqualTo("web-1");
        assertThat(line.path("why").asText()).isEqualTo("burnt");
        assertThat(line.path("details").asText())
                .isEqualTo("order: evacuate, server: web-1, to: compute2 compute3, confirm_dead: true, "
                        + "accept_rebuild: true, dry_run: true");

        send(
                "POST",
                "/migawari/v1/operations",
                "{'operation': {'order': 'drain', 'host': 'compute4', 'remainder': 'cold', 'dry_run': true}}");
        assertThat(newest().path("target").asText()).isEqualTo("compute4");
        assertThat(newest().path("details").asText())
                .isEqualTo("order: drain, host: compute4, remainder: cold, dry_run: true");
    }

    @Test
    void aPauseIsKeptWithItsScopeAndReason() {
        send(
                "POST",
                "/migawari/v1/pauses",
                "{'pause': {'all': false, 'host': 'compute99', 'mode': 'freeze', 'for': '2h', 'reason': 'a test'}}");

        assertThat(newest().path("details").asText()).isEqualTo("all: false, host: compute99, mode: freeze, for: 2h");
        assertThat(newest().path("target").asText()).isEqualTo("compute99");
        assertThat(newest().path("why").asText()).isEqualTo("a test");
    }

    @Test
    void noValueIsKeptThatMayBeASecret() {
        String host = trial.get("/v1/segments/" + segment + "/hosts")
                .at("/hosts/0/uuid")
                .asText();

        send(
                "PUT",
                "/v1/segments/" + segment + "/hosts/" + host,
                "{'host': {'control_attributes': 'ipmi:root:calvin', 'on_maintenance': false, 'pin': 'calvin'}}");
        send("PUT", "/v1/segments/" + segment + "/hosts/" + host, "{'control_attributes': 'calvin'}");
        send("PUT", "/v1/segments/" + segment + "/hosts/" + host, "{'to': [{'pin': 'calvin'}], 'pin': ['calvin']}");
        send("PUT", "/v1/segments/" + segment + "/hosts/" + host, "calvin");

        assertThat(trial.get("/migawari/v1/audit?limit=4").toString()).doesNotContain("calvin");
        assertThat(trial.get("/migawari/v1/audit?limit=4")
                        .at("/audit/3/details")
                        .asText())
                .isEqualTo("control_attributes: …, on_maintenance: false, pin: …");
    }

    @Test
    void lookingAroundAndWhatMonitorsSayAreNotAmongIt() {
        List<String> before = kept();

        trial.get("/v1/segments");
        trial.get("/migawari/v1/incidents");
        trial.report("compute2", "UNKNOWN");
        send("POST", "/v1/notifications", "{}");
        send("POST", "/v1/nowhere", "{}");

        assertThat(kept()).isEqualTo(before);
    }

    private HttpResponse<String> report(String host, String generated, String payload) {
        String body = "{'notification': {'type': 'COMPUTE_HOST', 'hostname': '" + host + "', 'generated_time': '"
                + generated + "', 'payload': " + payload + "}}";
        return trial.send("POST", "/v1/notifications", body.replace('\'', '"'));
    }

    private static String doubt(HttpResponse<String> answer) {
        return answer.headers().firstValue("Migawari-Doubt").orElse("");
    }

    @Test
    void aReportThatIsDoubtedIsKeptOnceAndItsSenderIsTold() {
        String runs = "{'event': 'STARTED'}";
        int before = kept().size();

        var unknown = report("compute99", "2026-11-21T10:00:00", runs);
        JsonNode line = newest();
        report("compute98", "2026-11-21T10:00:00", runs);
        assertThat(kept()).hasSize(before + 1);
        assertThat(unknown.statusCode()).isEqualTo(400);
        assertThat(unknown.body()).contains("Host with name compute99 could not be found.");
        assertThat(line.path("what").asText()).isEqualTo("create notification");
        assertThat(line.path("details").asText())
                .isEqualTo("type: COMPUTE_HOST, hostname: compute99, generated_time: 2026-11-21T10:00:00, payload: …");
        assertThat(line.path("status").asInt()).isEqualTo(400);
        assertThat(line.path("message").asText()).contains("compute99");

        var fromTheFuture = report("compute3", "2100-01-01T00:00:00", runs);
        assertThat(fromTheFuture.statusCode()).isEqualTo(202);
        assertThat(doubt(fromTheFuture)).contains("ahead of the clock here");
        assertThat(newest().path("status").asInt()).isEqualTo(202);
        assertThat(newest().path("message").asText()).isEqualTo(doubt(fromTheFuture));

        assertThat(doubt(report("compute3", "2001-01-01T00:00:00", runs))).contains("it proves no death");
        var again = report("compute3", "2001-01-01T00:00:00", runs);
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(again.body()).contains("is duplicate.\"");
        assertThat(doubt(again)).startsWith("It was generated ").endsWith("what it says was known before.");
        assertThat(newest().path("status").asInt()).isEqualTo(409);
        assertThat(kept()).hasSize(before + 4);
    }

    @Test
    void aHostThatIsSaidToBeDeadAndSaysThatItLivesIsKept() {
        assertThat(send(
                        "POST",
                        "/migawari/v1/hosts/compute1/sign-of-life",
                        "{'sign_of_life': {'monitor': 'process-monitor'}}"))
                .isEqualTo(204);
        String longAgo = Instant.now().minus(Duration.ofMinutes(2)).toString();

        var answer = report("compute1", longAgo, "{'event': 'STOPPED', 'host_status': 'UNKNOWN'}");
        assertThat(doubt(answer)).startsWith("The host compute1 has itself said at ");
        assertThat(newest().path("message").asText()).isEqualTo(doubt(answer));
    }

    @Test
    void itIsListedSinceATimeAndBadTimesAreRefused() {
        send("POST", "/migawari/v1/alert-tests", "{}");

        assertThat(trial.get("/migawari/v1/audit?since=2100-01-01T00:00:00").path("audit"))
                .isEmpty();
        assertThat(trial.get("/migawari/v1/audit?since=2020-01-01T00:00:00Z&limit=1")
                        .at("/audit/0/what")
                        .asText())
                .isNotEmpty();
        assertThat(send("GET", "/migawari/v1/audit?since=yesterday", "")).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /v1/segments, create segment",
        "DELETE, /v1/segments/{segment}/hosts/{host}, remove host",
        "PUT, /migawari/v1/reserved-hosts/{host}, change reserved host",
        "POST, /migawari/v1/incidents/{incident}/confirm-dead, confirm-dead incident",
        "POST, /v1/segments/{segment}/hosts, create host"
    })
    void whatIsAskedIsSaidInWords(String method, String template, String words) {
        assertThat(AuditTrail.what(method, template)).isEqualTo(words);
    }
}
