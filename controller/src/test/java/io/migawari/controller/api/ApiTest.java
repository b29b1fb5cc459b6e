// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.migawari.controller.Trial;
import io.migawari.simulator.http.RequestFault;
import io.migawari.simulator.http.RequestFault.Effect;
import io.migawari.simulator.nova.ServerSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Masakari's v1 API in its exact shapes, as a client sees it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final String[] AT_1_2 = {"OpenStack-API-Version", "instance-ha 1.2"};

    private final Trial trial = new Trial("auto");
    private final String segment =
            trial.get("/v1/segments").at("/segments/0/uuid").asText();

    @AfterAll
    void close() {
        trial.close();
    }

    private HttpResponse<String> send(String method, String path, String json, String... headers) {
        return trial.send(method, path, json.replace('\'', '"'), headers);
    }

    private static JsonNode json(HttpResponse<String> response) {
        try {
            return MAPPER.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> keys(JsonNode object) {
        List<String> keys = new ArrayList<>();
        object.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    private static void assertFault(HttpResponse<String> response, int status, String name, String message) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(keys(json(response))).containsExactly(name);
        assertThat(json(response).path(name).path("code").asInt()).isEqualTo(status);
        assertThat(json(response).path(name).path("message").asText()).contains(message);
        assertThat(response.headers().firstValue("x-openstack-request-id"))
                .hasValueSatisfying(id -> assertThat(id).startsWith("req-"));
    }

    @Test
    void aSegmentIsCreatedShownChangedAndRemoved() {
        var created = send(
                "POST",
                "/v1/segments",
                "{'segment': {'name': 's1', 'recovery_method': 'rh_priority', 'service_type': 'COMPUTE'}}");

        assertThat(created.statusCode()).isEqualTo(201);
        JsonNode body = json(created).path("segment");
        assertThat(keys(body))
                .containsExactly(
                        "id",
                        "uuid",
                        "name",
                        "service_type",
                        "enabled",
                        "description",
                        "recovery_method",
                        "created_at",
                        "updated_at",
                        "deleted_at",
                        "deleted");
        assertThat(body.path("id").isInt()).isTrue();
        assertThat(body.path("enabled").asBoolean()).isTrue();
        assertThat(body.path("description").isNull()).isTrue();
        assertThat(body.path("created_at").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}");
        String path = "/v1/segments/" + body.path("uuid").asText();
        assertThat(json(send("GET", path, ""))).isEqualTo(json(created));
        // openstacksdk puts the integer id into URLs
        assertThat(json(send("GET", "/v1/segments/" + body.path("id").asInt(), "")))
                .isEqualTo(json(created));
        var changed = send("PUT", path, "{'segment': {'description': 'text', 'enabled': false}}", AT_1_2);
        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(json(changed).at("/segment/description").asText()).isEqualTo("text");
        assertThat(json(changed).at("/segment/enabled").asBoolean()).isFalse();
        assertThat(json(changed).at("/segment/name").asText()).isEqualTo("s1");
        var removed = send("DELETE", path, "");
        assertThat(removed.statusCode()).isEqualTo(204);
        assertThat(removed.body()).isEmpty();
        assertFault(send("GET", path, ""), 404, "itemNotFound", "No failover segment with id ");
        assertFault(send("DELETE", path, ""), 404, "itemNotFound", "No failover segment with id ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | 'segment' is a required property",
                "{'segment': []} | is not of type 'object'",
                "{'segment': {'name': 'x', 'recovery_method': 'auto'}} | 'service_type' is a required property",
                "{'segment': {'name': 'x', 'recovery_method': 'magic', 'service_type': 'c'}} | field/attribute recovery_method. Value: magic. 'magic' is not one of ['auto', 'reserved_host', 'auto_priority', 'rh_priority']",
                "{'segment': {'name': ' x', 'recovery_method': 'auto', 'service_type': 'c'}} | An invalid 'name' value was provided. The name must be: printable characters. Can not start or end with whitespace.",
                "{'segment': {'name': '', 'recovery_method': 'auto', 'service_type': 'c'}} | field/attribute name. Value: . '' is too short",
                "{'segment': {'name': 7, 'recovery_method': 'auto', 'service_type': 'c'}} | field/attribute name. Value: 7. 7 is not of type 'string'",
                "{'segment': {'name': 'x', 'recovery_method': 'auto', 'service_type': 'c', 'colour': 1}} | Additional properties are not allowed ('colour' was unexpected)",
                "{'segment': {'name': 'x', 'recovery_method': 'auto', 'service_type': 'c', 'enabled': 'maybe'}} | field/attribute enabled. Value: maybe. 'maybe' is not one of [True, 'True', 'TRUE', 'true', '1', 'ON', 'On', 'on', 'YES', 'Yes', 'yes', False, 'False', 'FALSE', 'false', '0', 'OFF', 'Off', 'off', 'NO', 'No', 'no']",
                "{'segment': {'name': 'x', 'name': 'y', 'recovery_method': 'auto', 'service_type': 'c'}} | Malformed request body",
                "{'segment': {'name': 'x', 'recovery_method': 'auto', 'service_type': 'c', 'enabled': 't'}} | field/attribute enabled. Value: t. 't' is not one of",
                "{'segment': {'name': 'x', 'recovery_method': 'auto', 'service_type': 'c', 'enabled': 1}} | field/attribute enabled. Value: 1. 1 is not of type 'boolean', 'string'",
                "{'segment': {'name': 'x', 'recovery_method': 'auto', 'service_type': 'c', 'description': 'a\\tb'}} | field/attribute description",
                "{'segment': {'name': 'a\\u200bb', 'recovery_method': 'auto', 'service_type': 'c'}} | An invalid 'name' value",
                "{'segment': {'name': 'a\\ud83d\\ude00', 'recovery_method': 'auto', 'service_type': 'c'}} | An invalid 'name' value",
                "{'segment': {'name': 'x', 'recovery_method': 'auto', 'service_type': 'c', 'id': 1, 'a': 2}} | Additional properties are not allowed ('a', 'id' were unexpected)",
                "{'segment': {'name': 'x', 'recovery_method': 'auto', 'service_type': 'c'}, 'more': 1} | Additional properties are not allowed ('more' was unexpected)",
                "{'segment' | Malformed request body",
                "'' | None is not of type 'object'",
            })
    void aSegmentThatIsNotOneIsRefusedWithTheField(String body, String message) {
        assertFault(send("POST", "/v1/segments", body, AT_1_2), 400, "badRequest", message);
    }

    @Test
    void aTextIsNoLongerThanTheDatabaseTakes() {
        String path = "/v1/segments/" + segment;
        assertThat(send("PUT", path, "{'segment': {'description': '" + "x".repeat(65_535) + "'}}")
                        .statusCode())
                .isEqualTo(200);
        assertFault(
                send("PUT", path, "{'segment': {'description': '" + "日".repeat(21_846) + "'}}"),
                400,
                "badRequest",
                " is too long");
        send("PUT", path, "{'segment': {'description': null}}");
    }

    @Test
    void aChangeThatChangesNothingLeavesNoTrace() {
        var before = send("GET", "/v1/segments/" + segment, "");

        assertThat(json(send("PUT", "/v1/segments/" + segment, "{'segment': {'name': 'rack1'}}")))
                .isEqualTo(json(before));
        String host = trial.get("/v1/segments/" + segment + "/hosts")
                .at("/hosts/0/uuid")
                .asText();
        String path = "/v1/segments/" + segment + "/hosts/" + host;
        assertThat(json(send("PUT", path, "{'host': {'reserved': 'False'}}"))).isEqualTo(json(send("GET", path, "")));
        assertThat(json(send("GET", path, "")).at("/host/updated_at").isNull()).isTrue();
    }

    @Test
    void aNameThatIsTakenIsAConflict() {
        assertFault(
                send(
                        "POST",
                        "/v1/segments",
                        "{'segment': {'name': 'rack1', 'recovery_method': 'auto', 'service_type': 'c'}}"),
                409,
                "conflictingRequest",
                "Failover segment with name rack1 already exists.");
    }

    @Test
    void aHostIsCreatedShownChangedAndRemoved() {
        String hosts = "/v1/segments/" + segment + "/hosts";
        var created = send(
                "POST",
                hosts,
                "{'host': {'name': 'compute5', 'type': 'COMPUTE', 'control_attributes': 'SSH', 'reserved': 'True'}}");

        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        JsonNode body = json(created).path("host");
        assertThat(keys(body))
                .containsExactly(
                        "id",
                        "uuid",
                        "name",
                        "failover_segment_id",
                        "failover_segment",
                        "type",
                        "reserved",
                        "control_attributes",
                        "on_maintenance",
                        "created_at",
                        "updated_at",
                        "deleted_at",
                        "deleted");
        assertThat(body.path("reserved").isBoolean() && body.path("reserved").asBoolean())
                .isTrue();
        assertThat(body.path("failover_segment").path("uuid").asText()).isEqualTo(segment);
        String path = hosts + "/" + body.path("uuid").asText();
        assertThat(json(send("GET", path, ""))).isEqualTo(json(created));
        var changed = send("PUT", path, "{'host': {'on_maintenance': 'yes', 'reserved': false}}");
        assertThat(json(changed).at("/host/on_maintenance").asBoolean()).isTrue();
        assertThat(json(changed).at("/host/reserved").asBoolean()).isFalse();
        assertThat(json(send("GET", hosts + "?on_maintenance=True", "")).path("hosts"))
                .hasSize(1);
        assertThat(send("DELETE", path, "").statusCode()).isEqualTo(204);
    }

    @Test
    void aHostMustBeOneThatNovaKnows() {
        String hosts = "/v1/segments/" + segment + "/hosts";

        assertFault(
                send("POST", hosts, "{'host': {'name': 'nowhere', 'type': 'COMPUTE', 'control_attributes': 'x'}}"),
                400,
                "badRequest",
                "Compute service with name nowhere could not be found.");
        assertFault(
                send("POST", hosts, "{'host': {'name': 'a b', 'type': 'COMPUTE', 'control_attributes': 'x'}}"),
                400,
                "badRequest",
                "Compute service with name a b could not be found.");
        assertFault(
                send(
                        "POST",
                        hosts,
                        "{'host': {'name': 'compute1', 'type': 'COMPUTE_HOST', 'control_attributes': 'x'}}"),
                400,
                "badRequest",
                "does not match");
        assertFault(
                send("POST", hosts, "{'host': {'name': 'compute1', 'type': 'COMPUTE', 'control_attributes': 'x'}}"),
                409,
                "conflictingRequest",
                "Host with name compute1 already exists.");
    }

    @Test
    void whenNovaCannotBeAskedNothingIsCreated() {
        trial.simulator
                .requestFaults()
                .add(RequestFault.on("compute", "/os-services", Effect.refuse(503, 0))
                        .times(1));

        assertFault(
                send(
                        "POST",
                        "/v1/segments/" + segment + "/hosts",
                        "{'host': {'name': 'compute5', 'type': 'COMPUTE', 'control_attributes': 'x'}}"),
                503,
                "serviceUnavailable",
                "Nova cannot be asked");
        assertThat(trial.get("/v1/segments/" + segment + "/hosts").path("hosts"))
                .hasSize(4);
    }

    private static String notification(String host, String payload, String time) {
        return "{'notification': {'type': 'COMPUTE_HOST', 'hostname': '" + host + "', 'generated_time': '" + time
                + "', 'payload': " + payload + "}}";
    }

    @Test
    void aNotificationIsStoredAndShown() {
        var answer = send(
                "POST",
                "/v1/notifications",
                notification(
                        "compute2", "{'event': 'STARTED', 'cluster_status': 'ONLINE'}", "2026-11-20 10:00:00+02:00"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        JsonNode body = json(answer).path("notification");
        assertThat(keys(body))
                .containsExactly(
                        "id",
                        "notification_uuid",
                        "generated_time",
                        "source_host_uuid",
                        "type",
                        "payload",
                        "status",
                        "failover_segment_uuid",
                        "message",
                        "created_at",
                        "updated_at",
                        "deleted_at",
                        "deleted");
        assertThat(body.path("generated_time").asText()).isEqualTo("2026-11-20T08:00:00.000000");
        assertThat(body.path("failover_segment_uuid").asText()).isEqualTo(segment);
        String path = "/v1/notifications/" + body.path("notification_uuid").asText();
        assertThat(json(send("GET", path, ""))).isEqualTo(json(answer));
        assertThat(json(send("GET", path + "/vmoves", "")).path("vmoves")).isEmpty();
        assertFault(send("GET", path + "/vmoves/nothing", ""), 404, "itemNotFound", "No vm move with id nothing.");
        assertFault(send("DELETE", path, ""), 405, "badMethod", "The request method: 'DELETE'");
        // the same once more
        assertFault(
                send(
                        "POST",
                        "/v1/notifications",
                        notification(
                                "compute2", "{'cluster_status': 'ONLINE', 'event': 'STARTED'}", "2026-11-20T08:00:00")),
                409,
                "conflictingRequest",
                "Notification received from host compute2 of type COMPUTE_HOST is duplicate.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nowhere | {'event': 'STOPPED'} | 2026-11-20T08:00:00 | Host with name nowhere could not be found.",
                "compute 1 | {'event': 'STOPPED'} | 2026-11-20T08:00:00 | field/attribute hostname. Value: compute 1.",
                "compute1 | {'event': 'EXPLODED'} | 2026-11-20T08:00:00 | field/attribute event. Value: EXPLODED. 'EXPLODED' is not one of ('STARTED', 'STOPPED')",
                "compute1 | {'event': 'STOPPED', 'host_status': 'FINE'} | 2026-11-20T08:00:00 | field/attribute host_status",
                "compute1 | {'event': 'STOPPED', 'mood': 'bad'} | 2026-11-20T08:00:00 | ('mood' was unexpected)",
                "compute1 | {'event': 7} | 2026-11-20T08:00:00 | field/attribute event. Value: 7. 7 is not of type 'string'",
                "compute1 | {} | 2026-11-20T08:00:00 | 'event' is a required property",
                "compute1 | {'event': 'STOPPED'} | yesterday | field/attribute generated_time. Value: yesterday. 'yesterday' is not a 'date-time'",
            })
    void aNotificationThatIsNotOneIsRefusedWithTheFieldAndNothingIsStored(
            String host, String payload, String time, String message) {
        int before = trial.get("/v1/notifications").path("notifications").size();

        assertFault(send("POST", "/v1/notifications", notification(host, payload, time)), 400, "badRequest", message);

        assertThat(trial.get("/v1/notifications").path("notifications")).hasSize(before);
    }

    @Test
    void ordinaryStopsOfGuestsAreKeptAndMarkedAsIgnored() {
        var vm = send(
                "POST",
                "/v1/notifications",
                "{'notification': {'type': 'VM', 'hostname': 'compute2', 'generated_time': '2026-11-20T08:00:01', 'payload': "
                        + "{'event': 'LIFECYCLE', 'vir_domain_event': 'STOPPED_DESTROYED', "
                        + "'instance_uuid': '3f8d7a2e-1111-4222-8333-444455556666'}}}");

        assertThat(vm.statusCode()).as(vm.body()).isEqualTo(202);
        assertThat(json(vm).at("/notification/status").asText()).isEqualTo("ignored");
        assertThat(json(vm).at("/notification/message").asText())
                .isEqualTo("LIFECYCLE STOPPED_DESTROYED is no failure that a restart is for");
        String id = json(vm).at("/notification/notification_uuid").asText();
        assertFault(
                send("GET", "/v1/notifications/" + id + "/vmoves", ""),
                400,
                "badRequest",
                "This notification " + id + " without vm moves.");
    }

    @Test
    void whatIsNotThereIsAFaultAndNeverAServerError() {
        assertFault(send("GET", "/v1/nothing", ""), 404, "itemNotFound", "could not be found");
        assertFault(send("GET", "/v1/notifications/x", ""), 404, "itemNotFound", "No notification with id x.");
        assertFault(send("GET", "/v1/notifications/x/vmoves", ""), 404, "itemNotFound", "No notification with id x.");
        assertFault(send("GET", "/v1/notifications/x/vmoves/y", ""), 404, "itemNotFound", "No notification with id x.");
        assertFault(send("GET", "/v1/segments?marker=x", ""), 400, "badRequest", "Marker x could not be found.");
        assertFault(send("GET", "/v1/segments?limit=-1", ""), 400, "badRequest", "limit must be >= 0");
        assertFault(send("GET", "/v1/segments?limit=x", ""), 400, "badRequest", "limit must be an integer");
        assertFault(
                send("GET", "/v1/segments?sort_dir=up", ""),
                400,
                "badRequest",
                "Unknown sort direction, must be 'asc' or 'desc'");
        assertFault(
                send("GET", "/v1/segments?sort_key=id&sort_dir=asc&sort_dir=asc", ""),
                400,
                "badRequest",
                "Sort direction size exceeds sort key size");
        assertThat(send("GET", "/v1/segments?limit=99999999999999999999", "").statusCode())
                .isEqualTo(200);
        assertFault(send("GET", "/v1/segments?sort_key=x", ""), 400, "badRequest", "Sort key supplied is invalid: x");
        assertFault(send("GET", "/v1/segments?enabled=x", ""), 400, "badRequest", "Unrecognized value 'x'");
        assertThat(send("GET", "/v1/segments?marker=", "").statusCode()).isEqualTo(200);
        assertThat(send("GET", "/v1/segments/", "").statusCode()).isEqualTo(200);
        assertFault(send("GET", "/migawari/v1/incidents/x", ""), 404, "itemNotFound", "No incident with id x.");
    }

    /** Ids and names of hosts are ASCII in the database, which would not compare anything else with them. */
    @Test
    void whatIsLookedForInAnotherScriptIsNotThere() {
        assertFault(
                send("GET", "/v1/notifications?marker=%C3%A9", ""), 400, "badRequest", "Marker é could not be found.");
        assertThat(json(send("GET", "/v1/notifications?source_host_uuid=%C3%A9", ""))
                        .path("notifications"))
                .isEmpty();
        assertThat(json(send("GET", "/v1/segments/" + segment + "/hosts?name=%C3%A9", ""))
                        .path("hosts"))
                .isEmpty();
    }

    @Test
    void aBodyThatIsNestedDeeplyIsRefused() {
        String deep = "{'a': ".repeat(900) + "1" + "}".repeat(900);

        assertFault(
                send("POST", "/migawari/v1/hosts/compute1/sign-of-life", "{'sign_of_life': " + deep + "}"),
                400,
                "badRequest",
                "Malformed request body");
    }

    @ParameterizedTest
    @CsvSource({"\\u001b[2J", "a\\u0000b", "a\\rb", "\\u202eb"})
    void aReasonHoldsNothingThatSteersATerminal(String reason) {
        assertFault(
                send(
                        "POST",
                        "/migawari/v1/pauses",
                        "{'pause': {'all': true, 'mode': 'freeze', 'for': '1h', 'reason': '" + reason + "'}}"),
                400,
                "badRequest",
                "expected printable characters and line feeds");
    }

    @Test
    void theProjectsIdMayStandInThePath() {
        assertThat(json(send("GET", "/v1/63b04ccb75b9446da16155645a1005d1/segments", "")))
                .isEqualTo(trial.get("/v1/segments"));
    }

    @Test
    void aBodyThatIsTooLargeIsRefused() {
        assertFault(
                send("POST", "/v1/segments", "{'segment': '" + "x".repeat(300_000) + "'}"),
                413,
                "overLimit",
                "too large");
    }

    @Test
    void theVersionsAreToldToAnybody() {
        JsonNode version = trial.get("/").at("/versions/0");

        assertThat(version.path("status").asText()).isEqualTo("CURRENT");
        assertThat(version.path("id").asText()).startsWith("v1");
        assertThat(version.path("version").asText()).isEqualTo("1.3");
        assertThat(version.at("/links/0/href").asText()).isEqualTo(trial.url() + "/v1/");
        assertThat(trial.get("/v1").at("/version/min_version").asText()).isEqualTo("1.0");
    }

    @Test
    void healthAndReadinessTellThemselvesApart() {
        assertThat(trial.get("/healthz").path("status").asText()).isEqualTo("alive");
        JsonNode ready = trial.get("/readyz");
        assertThat(ready.path("ready").asBoolean()).isTrue();
        assertThat(ready.path("database").asText()).matches("reachable, schema [0-9]+");
        assertThat(ready.at("/cloud/status").isTextual()).isTrue();
    }

    @Test
    void aReservedHostIsPreparedAndGivenUp() {
        JsonNode added = trial.post(
                "/migawari/v1/reserved-hosts", "{'reserved_host': {'segment': '" + segment + "', 'host': 'compute3'}}");

        assertThat(added.at("/reserved_host/host").asText()).isEqualTo("compute3");
        assertThat(trial.cloud.services())
                .filteredOn(service -> service.host().equals("compute3"))
                .allMatch(service -> !service.enabled());
        assertThat(trial.get("/migawari/v1/reserved-hosts").path("reserved_hosts"))
                .hasSize(1);
        assertThat(send("DELETE", "/migawari/v1/reserved-hosts/compute3?enable=true", "")
                        .statusCode())
                .isEqualTo(200);
        assertThat(trial.cloud.services()).allMatch(service -> service.enabled());
        assertThat(trial.get("/migawari/v1/reserved-hosts").path("reserved_hosts"))
                .isEmpty();
    }

    @Test
    void aHostWithInstancesCannotBeReserved() {
        trial.cloud.addServer(ServerSpec.active("tenant", "compute4"));

        assertFault(
                send(
                        "POST",
                        "/migawari/v1/reserved-hosts",
                        "{'reserved_host': {'segment': '" + segment + "', 'host': 'compute4'}}"),
                409,
                "conflictingRequest",
                "Host compute4 has 1 instances; a reserved host has to be empty.");
        assertThat(trial.cloud.services())
                .filteredOn(service -> service.host().equals("compute4"))
                .allMatch(service -> service.enabled());
    }
}
