// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.simulator.cloud.ServiceReading;
import io.migawari.simulator.nova.PowerState;
import io.migawari.simulator.nova.ServerFaults;
import io.migawari.simulator.nova.ServerSpec;
import io.migawari.simulator.nova.VmState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What people ask for, from the API down to Nova's simulator and back. */
class PlannedMovesTest {

    private static final ServerFaults SLOW_COPY = ServerFaults.copyingSlowly(Duration.ofMinutes(5));

    private Trial trial;

    @BeforeEach
    void begin() {
        trial = new Trial("auto");
    }

    @AfterEach
    void close() {
        trial.assertNoHarm();
        trial.close();
    }

    private JsonNode give(String order) {
        return trial.post("/migawari/v1/operations", "{'operation': {" + order + "}}")
                .path("operation");
    }

    private JsonNode operation(JsonNode begun) {
        return trial.get("/migawari/v1/operations/" + begun.path("uuid").asText())
                .path("operation");
    }

    private JsonNode untilOver(JsonNode begun) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> !operation(begun).path("open").asBoolean());
        return operation(begun);
    }

    private ServiceReading service(String host) {
        return trial.cloud.services().stream()
                .filter(service -> service.host().equals(host))
                .findFirst()
                .orElseThrow();
    }

    private String stopped(String name) {
        return trial.cloud.addServer(
                ServerSpec.active(name, "compute1").in(VmState.STOPPED).withPower(PowerState.SHUTDOWN));
    }

    private boolean isOnMaintenance(String host) {
        for (JsonNode segment : trial.get("/v1/segments").path("segments")) {
            for (JsonNode known : trial.get(
                            "/v1/segments/" + segment.path("uuid").asText() + "/hosts")
                    .path("hosts")) {
                if (known.path("name").asText().equals(host)) {
                    return known.path("on_maintenance").asBoolean();
                }
            }
        }
        throw new AssertionError("no host " + host);
    }

    @Test
    void anInstanceIsMigratedLiveToTheHostThatWasNamed() {
        String server = trial.server("web");

        JsonNode done = untilOver(give("'order': 'live-migrate', 'server': 'web', 'to': ['compute3']"));

        assertThat(done.path("state").asText()).as(done.toString()).isEqualTo("done");
        trial.assertOn(server, "compute3", "ACTIVE");
    }

    @Test
    void aStoppedInstanceIsMigratedColdAndStaysStopped() {
        String server = stopped("web");

        JsonNode done = untilOver(give("'order': 'migrate', 'server': '" + server + "', 'to': ['compute3']"));

        assertThat(done.path("state").asText()).as(done.toString()).isEqualTo("done");
        trial.assertOn(server, "compute3", "SHUTOFF");
    }

    @Test
    void aDrainedHostIsEmptyAndOnMaintenanceAndComesBackWithItsInstances() {
        List<String> servers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            servers.add(trial.server("vm" + i));
        }
        servers.add(stopped("vm5"));

        JsonNode drained = untilOver(give("'order': 'drain', 'host': 'compute1', 'reason': 'new memory'"));

        assertThat(drained.path("state").asText()).as(drained.toString()).isEqualTo("done");
        assertThat(drained.path("instances")).hasSize(6);
        assertThat(isOnMaintenance("compute1")).isTrue();
        assertThat(service("compute1").enabled()).isFalse();
        JsonNode back = untilOver(give("'order': 'undrain', 'host': 'compute1', 'return': true"));
        assertThat(back.path("state").asText()).as(back.toString()).isEqualTo("done");
        assertThat(isOnMaintenance("compute1")).isFalse();
        assertThat(service("compute1").enabled()).isTrue();
        for (String server : servers.subList(0, 5)) {
            trial.assertOn(server, "compute1", "ACTIVE");
        }
        trial.assertOn(servers.get(5), "compute1", "SHUTOFF");
    }

    @Test
    void whenItsHostDiesInTheMiddleOfADrainTheRecoveryTakesOver() {
        List<String> servers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            servers.add(trial.server("vm" + i));
            trial.cloud.setServerFaults(servers.get(i), SLOW_COPY);
        }
        JsonNode drain = give("'order': 'drain', 'host': 'compute1'");
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> operation(drain).path("instances").findValues("destination").stream()
                                .filter(JsonNode::isTextual)
                                .count()
                        == 4); // as many as may leave one host at once; Nova knows where to

        trial.fail("compute1");

        trial.untilPhase("compute1", "recovered");
        JsonNode over = untilOver(drain);
        // what the recovery had moved before the drain noticed counts as moved
        assertThat(over.path("state").asText()).as(over.toString()).isIn("failed", "partly_done");
        assertThat(over.path("message").asText()).contains("compute1 has failed");
        assertThat(isOnMaintenance("compute1")).isFalse();
        for (String server : servers) {
            assertThat(trial.cloud.server(server).host()).isNotEqualTo(Optional.of("compute1"));
            assertThat(trial.cloud.server(server).status()).isEqualTo("ACTIVE");
        }
    }

    @Test
    void anotherControllerGoesOnWithADrain() {
        for (int i = 0; i < 8; i++) {
            trial.server("vm" + i);
        }
        JsonNode drain = give("'order': 'drain', 'host': 'compute1'");
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> operation(drain).path("state").asText().equals("moving"));

        trial.stopController();
        trial.startController();

        JsonNode over = untilOver(drain);
        assertThat(over.path("state").asText()).as(over.toString()).isEqualTo("done");
        assertThat(over.path("epoch").asInt()).isGreaterThan(1);
        // what the first one had begun is found again: Nova is asked anew only for what it never got
        List<String> accepted = new ArrayList<>();
        for (JsonNode entry : over.path("journal")) {
            if (entry.path("step").asText().startsWith("live-migrate")
                    && entry.path("outcome").asText().equals("accepted")) {
                accepted.add(entry.path("step").asText());
            }
        }
        assertThat(accepted).doesNotHaveDuplicates();
    }

    @Test
    void aDrainThatIsCalledOffEndsSoonAndLeavesWhatHasNotMovedWhereItWas() {
        List<String> servers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            servers.add(trial.server("vm" + i));
            trial.cloud.setServerFaults(servers.get(i), SLOW_COPY);
        }
        JsonNode drain = give("'order': 'drain', 'host': 'compute1'");
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> operation(drain).path("instances").toString().contains("live migration to"));

        trial.post(
                "/migawari/v1/operations/" + drain.path("uuid").asText() + "/abort",
                "{'reason': 'not today', 'running': true}");

        JsonNode over = untilOver(drain);
        assertThat(over.path("state").asText()).as(over.toString()).isEqualTo("aborted");
        assertThat(over.path("instances_by_state").path("aborted").asInt()).isEqualTo(6);
        servers.forEach(server -> trial.assertOn(server, "compute1", "ACTIVE"));
        assertThat(isOnMaintenance("compute1")).isFalse();
    }

    @Test
    void aMigrationThatFailsIsTriedAgainAndAPersonCanHaveItTriedOnceMore() {
        String server = trial.server("web");
        trial.cloud.setServerFaults(server, ServerFaults.notMoving(2));
        JsonNode move = give("'order': 'live-migrate', 'server': 'web'");

        JsonNode failed = untilOver(move);
        assertThat(failed.path("state").asText()).as(failed.toString()).isEqualTo("failed");
        assertThat(failed.at("/instances/0/attempts").asInt()).isEqualTo(2);
        trial.assertOn(server, "compute1", "ACTIVE");
        trial.post("/migawari/v1/operations/" + move.path("uuid").asText() + "/retry", "{'reason': 'mended'}");

        assertThat(untilOver(move).path("state").asText()).isEqualTo("done");
    }

    @Test
    void whatCannotBeDoneIsRefusedBeforeAnythingIs() {
        String server = trial.server("web");
        trial.server("web");

        assertThat(refusal("'order': 'live-migrate', 'server': 'web'"))
                .contains("2 instances have the name web")
                .contains(server);
        assertThat(refusal("'order': 'live-migrate', 'server': 'nobody'")).contains("No instance has the name");
        assertThat(refusal("'order': 'live-migrate', 'server': '" + server + "', 'to': ['compute9']"))
                .contains("no nova-compute service on compute9");
        assertThat(refusal("'order': 'live-migrate', 'server': '" + server + "', 'to': ['compute1']"))
                .contains("on compute1 already");
        assertThat(refusal("'order': 'evacuate', 'server': '" + server + "'")).contains("would run twice");
        assertThat(trial.get("/migawari/v1/operations").path("operations")).isEmpty();
    }

    private String refusal(String order) {
        return trial.refused("/migawari/v1/operations", "{'operation': {" + order + "}}");
    }

    @Test
    void anInstanceOfADeadHostIsEvacuatedOnAPersonsWord() {
        String server = trial.server("web");
        trial.cloud.killHost("compute1");
        await().atMost(Duration.ofSeconds(90)).until(() -> !service("compute1").up());
        String order = "'order': 'evacuate', 'server': '" + server + "', 'to': ['compute2']";

        assertThat(refusal(order)).contains("--confirm-dead").contains("--accept-rebuild");
        JsonNode done = untilOver(give(order + ", 'confirm_dead': true, 'accept_rebuild': true"));

        assertThat(done.path("state").asText()).as(done.toString()).isEqualTo("done");
        trial.assertOn(server, "compute2", "ACTIVE");
    }

    @Test
    void allOfADeadHostIsEvacuatedOnAPersonsWord() {
        String web = trial.server("web");
        String batch = trial.server("batch");
        trial.cloud.killHost("compute1");
        await().atMost(Duration.ofSeconds(90)).until(() -> !service("compute1").up());
        String order = "'order': 'evacuate-host', 'host': 'compute1'";

        assertThat(refusal(order)).contains("--confirm-dead").contains("--accept-rebuild");
        JsonNode done = untilOver(give(order + ", 'confirm_dead': true, 'accept_rebuild': true"));

        assertThat(done.path("state").asText()).as(done.toString()).isEqualTo("done");
        assertThat(done.path("command").asText()).isEqualTo("evacuate-host compute1");
        assertThat(done.path("instances")).hasSize(2);
        for (String server : List.of(web, batch)) {
            assertThat(trial.cloud.server(server).host()).isNotEqualTo(Optional.of("compute1"));
        }
    }
}
