// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.migawari.controller.Trial;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What depends on the version that a client asks for, and what every answer is labelled with. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiVersionsTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Trial trial = new Trial("auto");
    private final String segment =
            trial.get("/v1/segments").at("/segments/0/uuid").asText();

    @AfterAll
    void close() {
        trial.close();
    }

    private HttpResponse<String> at(String version, String method, String path, String json) {
        return trial.send(method, path, json.replace('\'', '"'), "OpenStack-API-Version", "instance-ha " + version);
    }

    private static JsonNode json(HttpResponse<String> response) {
        try {
            return MAPPER.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertLabelled(HttpResponse<String> response, String version) {
        assertThat(response.headers().firstValue("OpenStack-API-Version")).contains("instance-ha " + version);
        assertThat(response.headers().firstValue("Vary")).contains("OpenStack-API-Version");
        assertThat(response.headers().firstValue("X-Openstack-Request-Id")).isPresent();
    }

    @Test
    void everyAnswerOfMasakarisApiSaysItsVersion() {
        assertLabelled(trial.send("GET", "/v1/segments", ""), "1.0");
        assertLabelled(at("1.2", "GET", "/v1/segments", ""), "1.2");
        assertLabelled(at("latest", "GET", "/v1/segments/x", ""), "1.3");
        assertLabelled(at("1.1", "GET", "/v1/nothing", ""), "1.1");
        assertLabelled(at("1.1", "PATCH", "/v1/segments", ""), "1.1");
        assertLabelled(at("1.2", "GET", "/v1", ""), "1.2");
        assertThat(at("1.2", "GET", "/migawari/v1/incidents", "").headers().firstValue("OpenStack-API-Version"))
                .isEmpty();
    }

    @Test
    void aVersionThatWeDoNotSpeakIsRefusedWhereItMatters() {
        var unknown = at("1.4", "GET", "/v1/segments", "");

        assertThat(unknown.statusCode()).isEqualTo(406);
        assertThat(json(unknown).at("/masakariFault/code").asInt()).isEqualTo(406);
        assertThat(json(unknown).at("/masakariFault/message").asText())
                .isEqualTo("Version 1.4 is not supported by the API. Minimum is 1.0 and maximum is 1.3.");
        assertLabelled(unknown, "1.0");
        assertThat(at("abc", "GET", "/v1/", "").statusCode()).isEqualTo(400);
        // where versions are discovered, and where they mean nothing
        assertThat(at("9.9", "GET", "/", "").statusCode()).isEqualTo(200);
        assertThat(at("9.9", "GET", "/healthz", "").statusCode()).isEqualTo(200);
        assertThat(at("9.9", "GET", "/migawari/v1/incidents", "").statusCode()).isEqualTo(200);
    }

    @Test
    void aVersionThatIsRefusedChangesNothing() {
        String body = "{'segment': {'name': 'never', 'recovery_method': 'auto', 'service_type': 'c'}}";

        assertThat(at("1.4", "POST", "/v1/segments", body).statusCode()).isEqualTo(406);

        assertThat(trial.get("/v1/segments?name=never").path("segments")).isEmpty();
    }

    @Test
    void segmentsCanBeDisabledFrom12On() {
        String path = "/v1/segments/" + segment;
        for (String version : new String[] {"1.0", "1.1"}) {
            var refused = at(version, "PUT", path, "{'segment': {'enabled': false}}");
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(json(refused).at("/badRequest/message").asText())
                    .endsWith("Additional properties are not allowed ('enabled' was unexpected)");
        }
        for (String version : new String[] {"1.2", "1.3", "latest"}) {
            assertThat(json(at(version, "PUT", path, "{'segment': {'enabled': 'no'}}"))
                            .at("/segment/enabled")
                            .asBoolean())
                    .isFalse();
            assertThat(json(at(version, "PUT", path, "{'segment': {'enabled': true}}"))
                            .at("/segment/enabled")
                            .asBoolean())
                    .isTrue();
        }
        assertThat(json(at("1.0", "GET", path, "")).at("/segment").has("enabled"))
                .isTrue();
        // what an old client does not know of, it leaves alone
        at("1.2", "PUT", path, "{'segment': {'enabled': false}}");
        at("1.0", "PUT", path, "{'segment': {'description': 'by an old client'}}");
        assertThat(json(at("1.0", "GET", path, "")).at("/segment/enabled").asBoolean())
                .isFalse();
        at("1.2", "PUT", path, "{'segment': {'enabled': true}}");
    }

    @Test
    void notificationsTellTheirWorkflowFrom11On() {
        String id = trial.report("compute4", "UNKNOWN")
                .at("/notification/notification_uuid")
                .asText();
        String started = trial.post(
                        "/v1/notifications",
                        "{'notification': {'type': 'COMPUTE_HOST', 'hostname': 'compute3', 'generated_time': "
                                + "'2026-11-20T08:00:00', 'payload': {'event': 'STARTED'}}}")
                .at("/notification/notification_uuid")
                .asText();

        assertThat(details("1.0", id).isMissingNode()).isTrue();
        assertThat(details("1.1", id).at("/0/name").asText()).isEqualTo("ConfirmHostDownTask");
        assertThat(details("1.1", id).at("/0/state").asText()).isEqualTo("RUNNING");
        assertThat(details("1.3", id)).isNotEmpty();
        assertThat(details("1.1", started).isArray()).isTrue();
        assertThat(details("1.1", started)).isEmpty();
        assertThat(json(at("1.3", "GET", "/v1/notifications", ""))
                        .at("/notifications/0")
                        .has("recovery_workflow_details"))
                .isFalse();
    }

    private JsonNode details(String version, String notification) {
        return json(at(version, "GET", "/v1/notifications/" + notification, ""))
                .at("/notification/recovery_workflow_details");
    }

    @Test
    void whatIsInNoVersionIsAnsweredWithTheOneThereIs() {
        var other = trial.send("GET", "/v2/segments", "");

        assertThat(other.statusCode()).isEqualTo(300);
        assertThat(json(other).at("/choices/0/id").asText()).isEqualTo("v1.0");
        assertThat(json(other).at("/choices/0/links/0/href").asText()).isEqualTo(trial.url() + "/v1/segments");
        assertThat(json(trial.send("GET", "/v2", ""))
                        .at("/choices/0/links/0/href")
                        .asText())
                .isEqualTo(trial.url() + "/v1");
        assertThat(trial.send("GET", "/v1/nothing", "").statusCode()).isEqualTo(404);
        assertThat(trial.send("GET", "/migawari/v2", "").statusCode()).isEqualTo(404);
    }

    @Test
    void bodiesAreJson() {
        String body = "{\"segment\": {\"name\": \"typed\", \"recovery_method\": \"auto\", \"service_type\": \"c\"}}";
        for (String type : new String[] {"application/xml", "application/x-www-form-urlencoded", "nonsense"}) {
            var refused = trial.send("POST", "/v1/segments", body, "Content-Type", type);
            assertThat(refused.statusCode()).isEqualTo(415);
            assertThat(json(refused).at("/badMediaType/message").asText()).isEqualTo("Unsupported Content-Type");
        }
        assertThat(trial.send("POST", "/v1/segments", body, "Content-Type", "application/json; charset=utf-8")
                        .statusCode())
                .isEqualTo(201);
        assertThat(trial.send("POST", "/v1/segments", body, "Content-Type", "text/plain")
                        .statusCode())
                .isEqualTo(409);
    }

    @Test
    void headIsGetWithoutABodyAndKeptNowhere() {
        var head = trial.send("HEAD", "/v1/segments", "");

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertLabelled(head, "1.0");
        assertThat(trial.send("HEAD", "/v1/segments/x", "").statusCode()).isEqualTo(404);
        assertThat(trial.send("HEAD", "/", "").statusCode()).isEqualTo(200);
        trial.get("/migawari/v1/audit")
                .path("audit")
                .forEach(line -> assertThat(line.path("what").asText()).isNotEqualTo("segments"));
        assertThat(trial.get("/migawari/v1/audit").toString()).doesNotContain("HEAD");
    }

    @Test
    void theExtensionsAreListedAndShown() {
        JsonNode all = trial.get("/v1/extensions").path("extensions");

        assertThat(all)
                .extracting(extension -> extension.path("alias").asText())
                .containsExactly("extensions", "notifications", "os-hosts", "segments", "versions", "vmoves");
        assertThat(trial.get("/v1/extensions/os-hosts").path("extension")).isEqualTo(all.get(2));
        assertThat(all.get(2).toString())
                .isEqualTo("{\"name\":\"Hosts\",\"alias\":\"os-hosts\",\"description\":\"Hosts controller\","
                        + "\"namespace\":\"\",\"updated\":\"\",\"links\":[]}");
        assertThat(trial.send("GET", "/v1/extensions/x", "").statusCode()).isEqualTo(404);
    }

    @Test
    void aNotificationIsFoundByItsIntegerId() {
        JsonNode reported = trial.post(
                "/v1/notifications",
                "{'notification': {'type': 'COMPUTE_HOST', 'hostname': 'compute3', 'generated_time': "
                        + "'2026-11-20T09:00:00', 'payload': {'event': 'STARTED'}}}");
        int number = reported.at("/notification/id").asInt();

        assertThat(trial.get("/v1/notifications/" + number).at("/notification/notification_uuid"))
                .isEqualTo(reported.at("/notification/notification_uuid"));
        assertThat(trial.send("GET", "/v1/notifications/999999999", "").statusCode())
                .isEqualTo(404);
    }
}
