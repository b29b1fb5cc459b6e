// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.simulator.cloud.ServiceReading;
import io.migawari.simulator.http.CallCount;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ControlTest {

    private final World world = new World();
    private final String server = world.addServer("web", "compute1");

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void hostsAreKilledAndStartedFromOutside() {
        assertThat(world.control.post("/hosts/compute1/kill", "").status()).isEqualTo(204);
        assertThat(world.control.post("/hosts/compute2/kill-service", "").status())
                .isEqualTo(204);
        world.passSeconds(10);

        assertThat(world.cloud.services())
                .startsWith(
                        new ServiceReading("compute1", true, false, false, false, false),
                        new ServiceReading("compute2", true, false, false, false, true));
        assertThat(world.control.post("/hosts/compute1/start", "").status()).isEqualTo(204);
        JsonNode first = world.control.get("/hosts").json().path("hosts").path(0);
        assertThat(first.toString())
                .isEqualTo(
                        "{\"name\":\"compute1\",\"enabled\":true,\"up\":true,\"forced_down\":false,\"service_runs\":true,\"machine_runs\":true}");
        Reply missing = world.control.post("/hosts/nosuch/kill", "");
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.json().path("error").asText()).isEqualTo("host: there is none named nosuch");
    }

    @Test
    void theLedgerAndTheServersAreSeenFromOutside() {
        world.cloud.killService("compute1");
        world.change("compute1", "{\"forced_down\": true}");
        world.nova.evacuate(server, "compute2");
        world.passSeconds(2);

        assertThat(world.control.get("/ledger").text()).isEqualTo("""
                        {"guests":[{"server":"%1$s","host":"compute1","running":true},\
                        {"server":"%1$s","host":"compute2","running":true}],"doubles":["%1$s"],"ever_ran_twice":["%1$s"],\
                        "without_their_volume":[],"second_evacuations":0}""".formatted(server));
        assertThat(world.control.get("/servers").text()).isEqualTo("""
                        {"servers":[{"id":"%s","name":"web","host":"compute2","status":"ACTIVE","vm_state":"active",\
                        "task_state":null,"fault":null}]}""".formatted(server));
    }

    @Test
    void callsAreCountedByKind() {
        world.control.delete("/calls");

        world.nova.get("/os-services");
        world.nova.get("/os-services?host=compute1");
        world.nova.act(server, "{\"os-stop\": null}");
        world.nova.act(server, "{\"os-stop\": null}");
        world.nova.get("/flavors");

        assertThat(world.simulator.calls())
                .containsExactly(
                        new CallCount("GET", "(not simulated)", 501, 1),
                        new CallCount("GET", "/compute/v2.1/os-services", 200, 2),
                        new CallCount("POST", "/compute/v2.1/servers/{id}/action#os-stop", 202, 1),
                        new CallCount("POST", "/compute/v2.1/servers/{id}/action#os-stop", 409, 1));
        assertThat(world.control.get("/calls").json().path("calls").path(1).toString())
                .isEqualTo("{\"method\":\"GET\",\"path\":\"/compute/v2.1/os-services\",\"status\":200,\"times\":2}");
        world.simulator.resetCalls();
        assertThat(world.simulator.calls()).isEmpty();
    }

    @Test
    void allFaultsAreOneDocumentThatIsSetAsAWhole() {
        Reply set = world.control.put("/faults", """
                {"requests": [{"service": "compute", "method": "GET", "path": "os-aggregates", "times": 1,
                               "effect": "refuse", "status": 503, "retry_after": 2}],
                 "hosts": {"compute2": {"spawn_failures": -1, "spawn_delay_seconds": 1.5}},
                 "servers": {"%s": {"refusal": 409}},
                 "hide_new_migrations_seconds": 3}""".formatted(server));

        assertThat(set.status()).isEqualTo(200);
        assertThat(set.text()).isEqualTo("""
                        {"requests":[{"service":"compute","method":"GET","path":"os-aggregates","containing":null,"times":1,\
                        "effect":"refuse","seconds":0.0,"status":503,"retry_after":2}],"hosts":{"compute2":{"spawn_delay_seconds":1.5,\
                        "spawn_failures":-1,"flapping_seconds":0.0,"heartbeat_seconds":0.0}},\
                        "servers":{"%s":{"refusal":409,"failures":0,"start_failures":0,"move_failures":0,\
                        "copy_delay_seconds":0.0}},"hide_new_migrations_seconds":3.0,\
                        "refuse_sign_ins":false}""".formatted(server));
        assertThat(world.nova.get("/os-aggregates").status()).isEqualTo(503);
        world.loseHost("compute1");
        assertThat(world.nova.evacuate(server, "compute2").status()).isEqualTo(409);

        assertThat(world.control
                        .put("/faults", "{\"refuse_sign_ins\": true, \"revoke_tokens\": true}")
                        .status())
                .isEqualTo(200);
        assertThat(world.control.get("/faults").text())
                .isEqualTo(
                        "{\"requests\":[],\"hosts\":{},\"servers\":{},\"hide_new_migrations_seconds\":0.0,\"refuse_sign_ins\":true}");
        assertThat(world.nova.get("/os-services").status()).isEqualTo(401);
        assertThat(Client.signIn(world.simulator, "admin", "admin-secret", "admin")
                        .status())
                .isEqualTo(401);

        assertThat(world.control.delete("/faults").status()).isEqualTo(204);
        assertThat(Client.signIn(world.simulator, "admin", "admin-secret", "admin")
                        .status())
                .isEqualTo(201);
    }

    @Test
    void aWrongDocumentChangesNothingAndIsToldWhatIsWrong() {
        world.control.put("/faults", "{\"refuse_sign_ins\": true}");

        assertThat(refused("not JSON")).isEqualTo("body: not JSON");
        assertThat(refused("{\"hots\": {}}")).isEqualTo("document: unknown: hots");
        assertThat(refused("{\"hosts\": {\"nosuch\": {}}}")).isEqualTo("hosts: there is none named nosuch");
        assertThat(refused("{\"hosts\": {\"compute1\": {\"spawn_delay\": 1}}}"))
                .isEqualTo("hosts: unknown: spawn_delay");
        assertThat(refused("{\"servers\": {\"nosuch\": {}}}")).isEqualTo("servers: there is none with id nosuch");
        assertThat(refused("{\"requests\": [{\"path\": \"(\", \"effect\": \"drop\"}]}"))
                .startsWith("path: ");
        assertThat(refused("{\"requests\": [{\"effect\": \"explode\"}]}"))
                .startsWith("effect: explode, expected one of delay, refuse,");
        assertThat(refused("{\"requests\": [{\"effect\": \"refuse\", \"status\": 200}]}"))
                .isEqualTo("status: 200, expected 400 to 599");
        assertThat(refused("{\"requests\": [{\"effect\": \"drop\", \"times\": 0}]}"))
                .isEqualTo("times: 0, expected 1 or more");
        assertThat(refused("{\"servers\": {\"%s\": {\"refusal\": 200}}}".formatted(server)))
                .isEqualTo("refusal: 200, expected 400 to 599, or 0");

        assertThat(world.control.get("/faults").json().path("refuse_sign_ins").asBoolean())
                .isTrue();
    }

    @Test
    void noFaultHitsTheControlItself() {
        world.control.put("/faults", "{\"requests\": [{\"effect\": \"drop\"}]}");

        assertThat(world.control.delete("/faults").status()).isEqualTo(204);
        assertThat(world.nova.get("/os-services").status()).isEqualTo(200);
    }

    private String refused(String document) {
        Reply reply = world.control.put("/faults", document);
        assertThat(reply.status()).isEqualTo(400);
        return reply.json().path("error").asText();
    }
}
