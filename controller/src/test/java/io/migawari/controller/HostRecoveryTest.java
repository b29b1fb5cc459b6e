// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.simulator.http.CallCount;
import io.migawari.simulator.http.RequestFault;
import io.migawari.simulator.http.RequestFault.Effect;
import io.migawari.simulator.http.RequestFault.Kind;
import io.migawari.simulator.nova.HostFaults;
import io.migawari.simulator.nova.PowerState;
import io.migawari.simulator.nova.ServerFaults;
import io.migawari.simulator.nova.ServerSpec;
import io.migawari.simulator.nova.VmState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whole recoveries: a real controller on a real MariaDB, and the simulated cloud behind real HTTP. */
class HostRecoveryTest {

    private final List<Trial> trials = new ArrayList<>();

    @AfterEach
    void close() {
        trials.forEach(Trial::assertNoHarm);
        trials.forEach(Trial::close);
    }

    private Trial trial(String method) {
        var trial = new Trial(method);
        trials.add(trial);
        return trial;
    }

    private Trial withReservedHost() {
        Trial trial = trial("reserved_host");
        trial.reserve("compute3");
        return trial;
    }

    private static List<String> story(Trial trial, String host) {
        String id = trial.incident(host).path("uuid").asText();
        return StreamSupport.stream(
                        trial.get("/migawari/v1/incidents/" + id + "/story")
                                .path("story")
                                .spliterator(),
                        false)
                .map(line -> line.path("message").asText())
                .toList();
    }

    @Test
    void instancesOfEveryKindEndWhereTheyShould() {
        Trial trial = withReservedHost();
        String active = trial.server("active");
        String volume =
                trial.cloud.addServer(ServerSpec.active("volume", "compute1").withKind(ServerSpec.Kind.VOLUME));
        String stopped =
                trial.cloud.addServer(ServerSpec.active("stopped", "compute1").in(VmState.STOPPED));
        String error = trial.cloud.addServer(
                ServerSpec.active("error", "compute1").in(VmState.ERROR).withPower(PowerState.SHUTDOWN));
        String errorRunning = trial.cloud.addServer(
                ServerSpec.active("error-running", "compute1").in(VmState.ERROR).withPower(PowerState.RUNNING));
        String rebooting =
                trial.cloud.addServer(ServerSpec.active("rebooting", "compute1").withTask("rebooting"));
        String locked =
                trial.cloud.addServer(ServerSpec.active("locked", "compute1").withLock());
        String optedOut = trial.cloud.addServer(
                ServerSpec.active("opted-out", "compute1").withMetadata(Map.of("HA_Enabled", "False")));
        String paused =
                trial.cloud.addServer(ServerSpec.active("paused", "compute1").in(VmState.PAUSED));
        String resized =
                trial.cloud.addServer(ServerSpec.active("resized", "compute1").in(VmState.RESIZED));
        String deleting =
                trial.cloud.addServer(ServerSpec.active("deleting", "compute1").withTask("deleting"));

        trial.fail("compute1");
        JsonNode incident = trial.untilPhase("compute1", "recovered");

        trial.assertOn(active, "compute3", "ACTIVE");
        trial.assertOn(volume, "compute3", "ACTIVE");
        trial.assertOn(stopped, "compute3", "SHUTOFF");
        trial.assertOn(rebooting, "compute3", "ACTIVE");
        trial.assertOn(locked, "compute3", "ACTIVE");
        assertThat(trial.cloud.server(error).status()).isEqualTo("ERROR");
        assertThat(trial.cloud.ledger().runsOn(error)).isEmpty();
        assertThat(trial.cloud.server(errorRunning).status()).isEqualTo("ERROR");
        assertThat(trial.cloud.ledger().runsOn(errorRunning)).containsExactly("compute3");
        for (String left : List.of(optedOut, paused, resized, deleting)) {
            assertThat(trial.cloud.server(left).host()).contains("compute1");
        }
        assertThat(incident.path("message").asText())
                .startsWith("7 of 11 instances moved (compute3: 7) in ")
                .endsWith("; 4 left");
        assertThat(trial.cloud.services())
                .filteredOn(service -> service.host().equals("compute1"))
                .singleElement()
                .satisfies(service ->
                        assertThat(service.forcedDown() && !service.enabled()).isTrue());
    }

    @Test
    void theNotificationAndItsMovesTellTheSameStory() {
        Trial trial = withReservedHost();
        trial.server("active");
        trial.cloud.addServer(ServerSpec.active("paused", "compute1").in(VmState.PAUSED));

        trial.fail("compute1");
        trial.untilPhase("compute1", "recovered");

        JsonNode notification = trial.get("/v1/notifications").at("/notifications/0");
        assertThat(notification.path("status").asText()).isEqualTo("finished");
        JsonNode moves = trial.get("/v1/notifications/"
                        + notification.path("notification_uuid").asText()
                        + "/vmoves?sort_key=instance_name&sort_dir=asc")
                .path("vmoves");
        assertThat(moves).hasSize(2);
        assertThat(moves.at("/0/status").asText()).isEqualTo("succeeded");
        assertThat(moves.at("/0/source_host").asText()).isEqualTo("compute1");
        assertThat(moves.at("/0/dest_host").asText()).isEqualTo("compute3");
        assertThat(moves.at("/0/end_time").asText()).isNotEmpty();
        assertThat(moves.at("/1/status").asText()).isEqualTo("ignored");
        assertThat(moves.at("/1/message").asText()).startsWith("Nova evacuates no paused instance");
        assertThat(story(trial, "compute1"))
                .contains("compute3 takes the place of the failed host", "active: on compute3 as before (active)");
    }

    @Test
    void withoutAProofNothingMovesUntilAnOperatorGivesHisWord() {
        Trial trial = withReservedHost();
        String server = trial.server("vm");
        trial.cloud.killHost("compute1");
        trial.report("compute1", "UNKNOWN");

        trial.untilWaitingFor("compute1", "no_proof");
        assertThat(trial.cloud.server(server).host()).contains("compute1");
        assertThat(trial.get("/v1/notifications").at("/notifications/0/status").asText())
                .isEqualTo("error");
        String id = trial.incident("compute1").path("uuid").asText();
        trial.post("/migawari/v1/incidents/" + id + "/confirm-dead", "{'reason': 'I pulled its plug'}");

        trial.untilPhase("compute1", "recovered");
        trial.assertOn(server, "compute3", "ACTIVE");
    }

    @Test
    void aHostThatLivesIsNeverEvacuatedWhateverIsReported() {
        Trial trial = withReservedHost();
        String server = trial.server("vm");
        trial.post(
                "/v1/notifications",
                "{'notification': {'type': 'COMPUTE_HOST', 'hostname': 'compute1', "
                        + "'generated_time': '2020-01-01T00:00:00', 'payload': {'event': 'STOPPED', 'host_status': 'NORMAL'}}}");

        trial.untilWaitingFor("compute1", "host_alive");

        trial.assertOn(server, "compute1", "ACTIVE");
        String id = trial.incident("compute1").path("uuid").asText();
        trial.post("/migawari/v1/incidents/" + id + "/cancel", "{'reason': 'an old report'}");
        trial.untilPhase("compute1", "dismissed");
        assertThat(trial.cloud.services()).allMatch(service -> service.host().equals("compute3") || service.enabled());
    }

    @Test
    void theSchedulerPlacesThemWhereTheMethodIsAuto() {
        Trial trial = trial("auto");
        List<String> servers = List.of(trial.server("a"), trial.server("b"), trial.server("c"));

        trial.fail("compute1");
        trial.untilPhase("compute1", "recovered");

        for (String server : servers) {
            assertThat(trial.cloud.server(server).host().orElseThrow()).isNotEqualTo("compute1");
            trial.assertOn(server, trial.cloud.server(server).host().orElseThrow(), "ACTIVE");
        }
    }

    @Test
    void withoutAReservedHostTheIncidentWaitsAndGoesOnWhenOneIsAdded() {
        Trial trial = trial("reserved_host");
        String server = trial.server("vm");

        trial.fail("compute1");
        trial.untilWaitingFor("compute1", "no_destination");
        assertThat(trial.incident("compute1").at("/waiting/next_step").asText()).contains("reserved-host add");
        trial.reserve("compute4");

        trial.untilPhase("compute1", "recovered");
        trial.assertOn(server, "compute4", "ACTIVE");
    }

    @Test
    void aFullReservedHostTakesWhatFitsAndTheNextOneTakesTheRest() {
        Trial trial = trial("reserved_host");
        trial.cloud.addHost("compute6", "nova", 2);
        String segment = trial.get("/v1/segments").at("/segments/0/uuid").asText();
        trial.post(
                "/v1/segments/" + segment + "/hosts",
                "{'host': {'name': 'compute6', 'type': 'COMPUTE', 'control_attributes': 'x'}}");
        trial.reserve("compute6");
        trial.reserve("compute4");
        // the older one is taken first
        trial.put("/migawari/v1/reserved-hosts/compute4", "{'reserved_host': {'on_maintenance': true}}");
        List<String> servers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            servers.add(trial.server("vm" + i));
        }

        trial.fail("compute1");
        trial.untilWaitingFor("compute1", "no_destination");
        trial.put("/migawari/v1/reserved-hosts/compute4", "{'reserved_host': {'on_maintenance': false}}");
        trial.untilPhase("compute1", "recovered");

        assertThat(servers.stream().filter(s -> trial.cloud.server(s).host().equals(java.util.Optional.of("compute6"))))
                .hasSize(2);
        servers.forEach(s -> trial.assertOn(s, trial.cloud.server(s).host().orElseThrow(), "ACTIVE"));
    }

    @Test
    void anInstanceThatNovaCannotRebuildIsTriedAgain() {
        Trial trial = withReservedHost();
        String unlucky = trial.server("unlucky");
        String lucky = trial.server("lucky");
        trial.cloud.setServerFaults(unlucky, ServerFaults.failing(2));

        trial.fail("compute1");
        trial.untilPhase("compute1", "recovered");

        trial.assertOn(lucky, "compute3", "ACTIVE");
        trial.assertOn(unlucky, "compute3", "ACTIVE");
        assertThat(trial.move("compute1", "unlucky").path("attempts").asInt()).isEqualTo(3);
    }

    @Test
    void anInstanceThatNovaNeverRebuildsIsANamedFailureAndTheOthersAreSaved() {
        Trial trial = withReservedHost();
        String doomed = trial.server("doomed");
        String saved = trial.server("saved");
        trial.cloud.setServerFaults(doomed, ServerFaults.failing(100));

        trial.fail("compute1");
        trial.untilPhase("compute1", "partly_recovered");

        trial.assertOn(saved, "compute3", "ACTIVE");
        assertThat(trial.move("compute1", "doomed").path("state").asText()).isEqualTo("failed");
        assertThat(trial.move("compute1", "doomed").path("message").asText()).contains("tried 3 times");
        assertThat(trial.get("/v1/notifications").at("/notifications/0/status").asText())
                .isEqualTo("failed");
    }

    @Test
    void whenTheReservedHostDiesDuringTheRecoveryAnotherOneTakesOver() {
        Trial trial = withReservedHost();
        trial.reserve("compute4");
        List<String> servers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            servers.add(trial.server("vm" + i));
        }
        trial.cloud.setFaults("compute3", HostFaults.NONE.withSpawnDelay(Duration.ofSeconds(60)));

        trial.fail("compute1");
        await().until(() ->
                servers.stream().allMatch(s -> trial.cloud.server(s).status().equals("REBUILD")));
        trial.fail("compute3");
        trial.untilPhase("compute1", "recovered");
        trial.untilPhase("compute3", "recovered");

        servers.forEach(server -> trial.assertOn(server, "compute4", "ACTIVE"));
    }

    @Test
    void twoHostsThatDieTogetherShareTheOnlyReservedHost() {
        Trial trial = withReservedHost();
        String first = trial.server("first");
        String second = trial.cloud.addServer(ServerSpec.active("second", "compute2"));

        trial.cloud.killHost("compute1");
        trial.fail("compute2");
        trial.report("compute1", "NORMAL");
        trial.untilPhase("compute1", "recovered");
        trial.untilPhase("compute2", "recovered");

        trial.assertOn(first, "compute3", "ACTIVE");
        trial.assertOn(second, "compute3", "ACTIVE");
    }

    @Test
    void aDeadReservedHostIsPassedOver() {
        Trial trial = withReservedHost();
        trial.reserve("compute4");
        String server = trial.server("vm");
        trial.cloud.killHost("compute3");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> trial.cloud.services().stream()
                        .anyMatch(service -> service.host().equals("compute3") && !service.up()));

        trial.fail("compute1");
        trial.untilPhase("compute1", "recovered");

        trial.assertOn(server, "compute4", "ACTIVE");
    }

    @Test
    void anAnswerThatIsLostDoesNotLeadToASecondEvacuation() {
        Trial trial = withReservedHost();
        List<String> servers = List.of(trial.server("a"), trial.server("b"), trial.server("c"));
        trial.simulator
                .requestFaults()
                .add(RequestFault.on(
                                "compute",
                                "/servers/[^/]+/action",
                                new Effect(Kind.DROP_AFTERWARDS, Duration.ZERO, 0, 0))
                        .method("POST")
                        .times(2));
        trial.simulator
                .requestFaults()
                .add(RequestFault.on(
                                "compute",
                                "/servers/[^/]+/action",
                                new Effect(Kind.FAIL_AFTERWARDS, Duration.ZERO, 500, 0))
                        .method("POST")
                        .times(1));

        trial.fail("compute1");
        trial.untilPhase("compute1", "recovered");

        servers.forEach(server -> trial.assertOn(server, "compute3", "ACTIVE"));
        assertThat(evacuations(trial)).isEqualTo(3);
    }

    @Test
    void aNovaThatFailsForAWhileIsWaitedOut() {
        Trial trial = withReservedHost();
        String server = trial.server("vm");
        trial.simulator
                .requestFaults()
                .add(RequestFault.on("compute", "/", new Effect(Kind.REFUSE, Duration.ZERO, 503, 0))
                        .times(12));

        trial.fail("compute1");
        trial.untilPhase("compute1", "recovered");

        trial.assertOn(server, "compute3", "ACTIVE");
        assertThat(story(trial, "compute1")).anyMatch(line -> line.contains("cannot be read"));
    }

    @Test
    void anEmptyListFromABrokenNovaIsNotTakenForAHostWithoutInstances() {
        Trial trial = withReservedHost();
        String server = trial.server("vm");
        trial.simulator
                .requestFaults()
                .add(RequestFault.on("compute", "/servers/detail", new Effect(Kind.TRUNCATE, Duration.ZERO, 0, 0))
                        .times(3));

        trial.fail("compute1");
        trial.untilPhase("compute1", "recovered");

        trial.assertOn(server, "compute3", "ACTIVE");
    }

    @Test
    void aWithdrawnTokenIsReplaced() {
        Trial trial = withReservedHost();
        String server = trial.server("vm");
        trial.simulator.identity().revokeAllTokens();
        long before = trial.simulator.identity().signIns();

        trial.fail("compute1");
        trial.untilPhase("compute1", "recovered");

        trial.assertOn(server, "compute3", "ACTIVE");
        assertThat(trial.simulator.identity().signIns() - before).isEqualTo(1);
    }

    @Test
    void aRestartedControllerFinishesWhatTheLastOneBegan() {
        Trial trial = withReservedHost();
        List<String> servers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            servers.add(trial.server("vm" + i));
        }
        trial.cloud.setFaults("compute3", HostFaults.NONE.withSpawnDelay(Duration.ofSeconds(2)));

        trial.fail("compute1");
        await().until(() ->
                servers.stream().anyMatch(s -> trial.cloud.server(s).status().equals("REBUILD")));
        trial.stopController();
        trial.startController();
        trial.untilPhase("compute1", "recovered");

        servers.forEach(server -> trial.assertOn(server, "compute3", "ACTIVE"));
        assertThat(evacuations(trial)).isEqualTo(6);
        assertThat(trial.incident("compute1").path("epoch").asInt()).isEqualTo(2);
    }

    @Test
    void theNumberOfListCallsDoesNotGrowWithTheNumberOfInstances() {
        long few = listCallsFor(10);
        long many = listCallsFor(200);

        // The recovery of 200 takes longer, so there are more passes; what matters is that they are far fewer than
        // instances.
        assertThat(many).isLessThan(200).isLessThan(few * 10);
    }

    private long listCallsFor(int instances) {
        Trial trial = withReservedHost();
        for (int i = 0; i < instances; i++) {
            trial.server("vm" + i);
        }
        trial.simulator.resetCalls();
        trial.fail("compute1");
        trial.untilPhase("compute1", "recovered");

        List<CallCount> calls = trial.simulator.calls();
        assertThat(evacuations(trial)).isEqualTo(instances);
        assertThat(calls).noneMatch(call -> call.path().endsWith("/servers/{id}"));
        return calls.stream()
                .filter(call -> call.method().equals("GET"))
                .mapToLong(CallCount::times)
                .sum();
    }

    private static long evacuations(Trial trial) {
        return trial.simulator.calls().stream()
                .filter(call -> call.path().endsWith("action#evacuate"))
                .mapToLong(CallCount::times)
                .sum();
    }
}
