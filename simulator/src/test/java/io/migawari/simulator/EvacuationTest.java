// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.simulator.cloud.CloudOptions;
import io.migawari.simulator.nova.HostFaults;
import io.migawari.simulator.nova.ServerFaults;
import io.migawari.simulator.nova.ServerSpec;
import io.migawari.simulator.nova.ServerSpec.Kind;
import io.migawari.simulator.nova.Timings;
import io.migawari.simulator.nova.VmState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EvacuationTest {

    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void anEvacuationGoesThroughNovasStages() {
        String id = world.addServer("web", "compute1");
        world.loseHost("compute1");

        Reply accepted = world.nova.evacuate(id, "compute2");

        assertThat(accepted.status()).isEqualTo(200);
        assertThat(accepted.text()).isEmpty();
        assertThat(world.story(id, 3))
                .containsExactly(
                        "0 ms: REBUILD/rebuilding on compute1, accepted",
                        "300 ms: REBUILD/rebuilding on compute1, pre-migrating",
                        "700 ms: REBUILD/rebuild_block_device_mapping on compute1, pre-migrating",
                        "900 ms: REBUILD/rebuild_spawning on compute1, pre-migrating",
                        "1100 ms: ACTIVE/none on compute1, pre-migrating",
                        "1300 ms: ACTIVE/none on compute2, done");
        assertThat(world.cloud.ledger().runsOn(id)).containsExactly("compute2");
        assertThat(world.cloud.everRanTwice()).isEmpty();
    }

    @Test
    void aGuestHasNoPowerStateWhileItIsRebuilt() {
        String id = world.addServer("web", "compute1");
        world.loseHost("compute1");

        world.nova.evacuate(id, "compute2");
        assertThat(powerState(id)).isEqualTo(1);
        world.passMillis(600);
        assertThat(powerState(id)).isZero();
        world.passMillis(600);
        assertThat(powerState(id)).isEqualTo(1);
    }

    @Test
    void aStoppedServerRunsForAMomentAndEndsStopped() {
        String id = world.cloud.addServer(ServerSpec.active("web", "compute1").in(VmState.STOPPED));
        world.loseHost("compute1");

        world.nova.evacuate(id, "compute2");

        assertThat(world.story(id, 3))
                .containsExactly(
                        "0 ms: REBUILD/rebuilding on compute1, accepted",
                        "300 ms: REBUILD/rebuilding on compute1, pre-migrating",
                        "700 ms: REBUILD/rebuild_block_device_mapping on compute1, pre-migrating",
                        "900 ms: REBUILD/rebuild_spawning on compute1, pre-migrating",
                        "1100 ms: ACTIVE/powering-off on compute1, pre-migrating",
                        "1400 ms: SHUTOFF/none on compute1, pre-migrating",
                        "1600 ms: SHUTOFF/none on compute2, done");
        assertThat(world.cloud.ledger().runsOn(id)).isEmpty();
    }

    @Test
    void aServerInErrorComesBackActive() {
        String id = world.cloud.addServer(ServerSpec.active("web", "compute1").in(VmState.ERROR));
        world.loseHost("compute1");

        world.nova.evacuate(id, "compute2");
        world.passSeconds(2);

        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute2, done");
    }

    @Test
    void from295OnAnEvacuatedServerIsStoppedUnlessItWasInError() {
        String active = world.addServer("active", "compute1");
        String inError =
                world.cloud.addServer(ServerSpec.active("error", "compute1").in(VmState.ERROR));
        world.loseHost("compute1");

        world.nova.at("2.95").evacuate(active, "compute2");
        world.nova.at("2.95").evacuate(inError, "compute2");
        world.passSeconds(2);

        assertThat(world.state(active)).isEqualTo("SHUTOFF/none on compute2, done");
        assertThat(world.state(inError)).isEqualTo("ACTIVE/none on compute2, done");
    }

    @Test
    void aHostThatIsUpIsNotEvacuated() {
        String id = world.addServer("web", "compute1");
        world.cloud.killHost("compute1");

        Reply refused = world.nova.evacuate(id, "compute2");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.words()).isEqualTo("Compute service of compute1 is still in use.");

        world.passSeconds(7);
        assertThat(world.nova.evacuate(id, "compute2").status()).isEqualTo(200);
    }

    @Test
    void onlyActiveStoppedAndErrorServersAreEvacuated() {
        world.loseHost("compute1");

        for (VmState state : VmState.values()) {
            String id =
                    world.cloud.addServer(ServerSpec.active("web", "compute1").in(state));
            Reply reply = world.nova.evacuate(id, "compute2");
            switch (state) {
                case ACTIVE, STOPPED, ERROR -> assertThat(reply.status()).isEqualTo(200);
                case DELETED -> assertThat(reply.status()).isEqualTo(404);
                default -> {
                    assertThat(reply.status()).isEqualTo(409);
                    assertThat(reply.words())
                            .isEqualTo("Cannot 'evacuate' instance " + id + " while it is in vm_state "
                                    + state.novaName());
                }
            }
        }
    }

    @Test
    void aServerThatNeverRanIsNotEvacuated() {
        String id = world.cloud.addServer(
                ServerSpec.active("web", "compute1").in(VmState.ERROR).neverLaunched());
        String nowhere = world.cloud.addServer(
                ServerSpec.active("web", null).in(VmState.ERROR).neverLaunched());
        world.loseHost("compute1");

        Reply refused = world.nova.evacuate(id, "compute2");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.words()).isEqualTo("Instance " + id + " is in an invalid state for 'evacuate'");
        assertThat(world.nova.act(nowhere, "{\"evacuate\": {}}").words())
                .isEqualTo("The target host can't be the same one.");
    }

    @Test
    void theTaskIsNotChecked() {
        String id = world.cloud.addServer(ServerSpec.active("web", "compute1").withTask("powering-off"));
        world.loseHost("compute1");

        world.nova.evacuate(id, "compute2");
        world.passSeconds(2);

        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute2, done");
    }

    @Test
    void anImpossibleDestinationIsRefused() {
        String id = world.addServer("web", "compute1");
        world.loseHost("compute1");

        Reply unknown = world.nova.evacuate(id, "nosuch");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.words()).isEqualTo("Compute host nosuch not found.");
        Reply same = world.nova.evacuate(id, "compute1");
        assertThat(same.status()).isEqualTo(400);
        assertThat(same.words()).isEqualTo("The target host can't be the same one.");
        Reply noServer = world.nova.evacuate("nosuch", "compute2");
        assertThat(noServer.status()).isEqualTo(404);
        assertThat(world.nova.evacuate(id, "").words())
                .isEqualTo("Invalid input for field/attribute host. Value: . '' is too short");
    }

    @Test
    void eachMicroversionHasItsParameters() {
        String id = world.addServer("web", "compute1");
        world.loseHost("compute1");
        String shared = "{\"evacuate\": {\"host\": \"compute2\", \"onSharedStorage\": true}}";
        String force = "{\"evacuate\": {\"host\": \"compute2\", \"force\": true}}";

        assertThat(world.nova.at("2.13").evacuate(id, "compute2").words())
                .isEqualTo(
                        "Invalid input for field/attribute evacuate. Value: {'host': 'compute2'}. 'onSharedStorage' is a required property");
        assertThat(world.nova.at("2.14").act(id, shared).words())
                .isEqualTo(
                        "Invalid input for field/attribute evacuate. Value: {'host': 'compute2', 'onSharedStorage': True}. Additional properties are not allowed ('onSharedStorage' was unexpected)");
        assertThat(world.nova.at("2.28").act(id, force).status()).isEqualTo(400);
        assertThat(world.nova.at("2.68").act(id, force).status()).isEqualTo(400);
        assertThat(world.nova
                        .at("2.29")
                        .act(id, "{\"evacuate\": {\"force\": true}}")
                        .words())
                .isEqualTo("Can't force to a non-provided destination");
        assertThat(world.nova
                        .at("2.67")
                        .act(id, "{\"evacuate\": {\"force\": \"x\"}}")
                        .words())
                .startsWith("Invalid input for field/attribute force. Value: x. 'x' is not one of [True, 'True',");
        assertThat(world.state(id)).endsWith("no record");

        assertThat(world.nova.at("2.67").act(id, force).status()).isEqualTo(200);
    }

    @Test
    void before214TheAnswerHasAPasswordUnlessTheDiskIsShared() {
        String id = world.addServer("web", "compute1");
        String local =
                world.cloud.addServer(ServerSpec.active("local", "compute1").withKind(Kind.IMAGE_LOCAL_DISK));
        world.loseHost("compute1");

        Reply shared =
                world.nova.at("2.13").act(id, "{\"evacuate\": {\"host\": \"compute2\", \"onSharedStorage\": true}}");
        assertThat(shared.text()).isEqualTo("{\"adminPass\":null}");
        Reply notShared = world.nova
                .at("2.13")
                .act(local, "{\"evacuate\": {\"host\": \"compute2\", \"onSharedStorage\": false}}");
        assertThat(notShared.json().path("adminPass").asText()).isNotEmpty();
        world.passSeconds(2);
        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute2, done");
        assertThat(world.state(local)).isEqualTo("ACTIVE/none on compute2, done");
    }

    @Test
    void sayingTheWrongThingOfTheDiskFailsAfterwards() {
        String id = world.addServer("web", "compute1");
        world.loseHost("compute1");

        Reply accepted = world.nova
                .at("2.13")
                .act(id, "{\"evacuate\": {\"host\": \"compute2\", \"onSharedStorage\": \"False\"}}");

        assertThat(accepted.status()).isEqualTo(200);
        world.passSeconds(2);
        assertThat(world.state(id)).isEqualTo("ERROR/none on compute1, failed");
        assertThat(fault(id)).isEqualTo("Invalid state of instance files on shared storage");
    }

    @Test
    void theSchedulerSpreadsOverTheHostsThatCanTakeIt() {
        world.addServer("resident", "compute2");
        world.cloud.disableService("compute4", "reserved");
        List<String> evacuated = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            evacuated.add(world.addServer("web" + i, "compute1"));
        }
        world.loseHost("compute1");

        evacuated.forEach(id -> world.nova.act(id, "{\"evacuate\": {}}"));
        world.passSeconds(3);

        assertThat(evacuated.stream()
                        .map(id -> world.server(id).path("OS-EXT-SRV-ATTR:host").asText()))
                .containsExactly("compute3", "compute2", "compute3", "compute2", "compute3");
    }

    @Test
    void aDestinationThatIsDisabledOrFullIsNotValid() {
        world.cloud.addHost("small", "nova", 1);
        world.addServer("resident", "small");
        String id = world.addServer("web", "compute1");
        world.cloud.disableService("compute3", "reserved");
        world.loseHost("compute1");

        for (String destination : List.of("compute3", "small")) {
            assertThat(world.nova.evacuate(id, destination).status()).isEqualTo(200);
            assertThat(world.state(id)).startsWith("REBUILD/rebuilding on compute1, accepted");
            world.passSeconds(1);
            assertThat(world.state(id)).isEqualTo("ERROR/none on compute1, error");
            assertThat(fault(id)).isEqualTo("No valid host was found. ");
        }
        JsonNode record = world.migrations(id).get(0);
        assertThat(record.path("dest_compute").asText()).isEqualTo("small");
        assertThat(record.path("dest_node").isNull()).isTrue();
    }

    @Test
    void aDestinationThatIsDownIsNotValidInOtherWords() {
        String id = world.addServer("web", "compute1");
        world.loseHost("compute1");
        world.loseHost("compute2");

        world.nova.evacuate(id, "compute2");
        world.passSeconds(1);

        assertThat(world.state(id)).isEqualTo("ERROR/none on compute1, error");
        assertThat(fault(id)).isEqualTo("No valid host was found. There are not enough hosts available.");
        assertThat(world.server(id).path("fault").path("code").asInt()).isEqualTo(500);
    }

    @Test
    void aDestinationDisabledWhileItLookedDownIsNotValidEither() {
        String id = world.addServer("web", "compute1");
        world.change("compute2", "{\"forced_down\": true}");
        world.change("compute2", "{\"status\": \"disabled\"}");
        world.change("compute2", "{\"forced_down\": false}");
        world.loseHost("compute1");

        world.nova.evacuate(id, "compute2");
        world.passSeconds(1);

        assertThat(fault(id)).isEqualTo("No valid host was found. There are not enough hosts available.");
    }

    @Test
    void aDeadHostThatIsEnabledStaysOutOfSchedulingUntilItReturns() {
        String id = world.addServer("web", "compute1");
        world.cloud.disableService("compute2", "reserved");
        world.loseHost("compute2");
        world.change("compute2", "{\"status\": \"enabled\"}");
        world.passSeconds(120);
        world.loseHost("compute1");

        world.nova.evacuate(id, "compute2");
        world.passSeconds(1);

        assertThat(fault(id)).isEqualTo("No valid host was found. ");
    }

    @Test
    void withoutAnyHostLeftThereIsNoValidHost() {
        String id = world.addServer("web", "compute1");
        for (int i = 1; i <= 4; i++) {
            world.loseHost("compute" + i);
        }

        world.nova.act(id, "{\"evacuate\": {}}");
        world.passSeconds(1);

        assertThat(world.state(id)).isEqualTo("ERROR/none on compute1, error");
        assertThat(world.migrations(id).get(0).path("dest_compute").isNull()).isTrue();
    }

    @Test
    void aForcedDestinationIsNotAskedAbout() {
        String id = world.addServer("web", "compute1");
        world.cloud.disableService("compute3", "reserved");
        world.loseHost("compute1");

        world.nova.at("2.67").act(id, "{\"evacuate\": {\"host\": \"compute3\", \"force\": true}}");
        world.passSeconds(2);

        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute3, done");
    }

    @Test
    void before229EachDestinationIsForced() {
        String id = world.addServer("web", "compute1");
        world.cloud.disableService("compute3", "reserved");
        world.loseHost("compute1");

        world.nova.at("2.28").evacuate(id, "compute3");
        world.passSeconds(2);

        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute3, done");
    }

    @Test
    void aSpawnThatFailsLeavesTheServerInErrorAndTheNextTrySucceeds() {
        String id = world.addServer("web", "compute1");
        world.cloud.setFaults("compute2", HostFaults.NONE.withSpawnFailures(1));
        world.loseHost("compute1");

        world.nova.evacuate(id, "compute2");
        assertThat(world.story(id, 3))
                .endsWith(
                        "1100 ms: REBUILD/rebuild_spawning on compute1, failed",
                        "1300 ms: ERROR/none on compute1, failed");
        assertThat(fault(id)).startsWith("Failed to deploy instance:");
        assertThat(world.cloud.ledger().runsOn(id)).isEmpty();

        world.nova.evacuate(id, "compute2");
        world.passSeconds(2);
        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute2, done");
        assertThat(world.server(id).has("fault")).isFalse();
    }

    @Test
    void aHostCanFailEachSpawnAndBeHealed() {
        String id = world.addServer("web", "compute1");
        world.cloud.setFaults("compute2", HostFaults.NONE.withSpawnFailures(HostFaults.ALWAYS));
        world.loseHost("compute1");
        for (int i = 0; i < 3; i++) {
            world.nova.evacuate(id, "compute2");
            world.passSeconds(2);
            assertThat(world.state(id)).isEqualTo("ERROR/none on compute1, failed");
        }

        world.cloud.setFaults("compute2", HostFaults.NONE);
        world.nova.evacuate(id, "compute2");
        world.passSeconds(2);
        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute2, done");
    }

    @Test
    void aSlowHostTakesItsTime() {
        String id = world.addServer("web", "compute1");
        world.cloud.setFaults("compute2", HostFaults.NONE.withSpawnDelay(Duration.ofSeconds(5)));
        world.loseHost("compute1");

        world.nova.evacuate(id, "compute2");
        world.passMillis(6000);
        assertThat(world.state(id)).isEqualTo("REBUILD/rebuild_spawning on compute1, pre-migrating");
        world.passMillis(300);
        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute2, done");
    }

    @Test
    void manyAtOnceToOneHostTakeLongerThanToSeveral() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            ids.add(world.addServer("web" + i, "compute1"));
        }
        world.loseHost("compute1");

        ids.forEach(id -> world.nova.evacuate(id, "compute2"));
        world.passMillis(1300);
        assertThat(world.state(ids.get(0))).isEqualTo("ACTIVE/none on compute2, done");
        assertThat(world.state(ids.get(9))).isEqualTo("REBUILD/rebuilding on compute1, pre-migrating");
        world.passMillis(900);
        assertThat(world.state(ids.get(9))).isEqualTo("ACTIVE/none on compute2, done");
    }

    @Test
    void theStagesTakeAsLongAsTheSettingsSay() {
        Timings.Evacuation slow = new Timings.Evacuation(
                Duration.ofSeconds(1), Duration.ofSeconds(8), Duration.ZERO, Duration.ofSeconds(2));
        try (World other = new World(CloudOptions.DEFAULTS.withTimings(Timings.DEFAULTS.withEvacuation(slow)))) {
            String id = other.addServer("web", "compute1");
            other.loseHost("compute1");

            other.nova.evacuate(id, "compute2");
            other.passMillis(9000);
            assertThat(other.state(id)).isEqualTo("ACTIVE/none on compute1, pre-migrating");
            other.passMillis(2000);
            assertThat(other.state(id)).isEqualTo("ACTIVE/none on compute2, done");
        }
    }

    @Test
    void aDestinationThatDiesMidwayLeavesTheServerRebuildingUntilItIsReset() {
        String id = world.addServer("web", "compute1");
        world.loseHost("compute1");
        world.nova.evacuate(id, "compute2");
        world.passMillis(1000);

        world.loseHost("compute2");
        world.passSeconds(3600);
        assertThat(world.state(id)).isEqualTo("REBUILD/rebuild_spawning on compute1, pre-migrating");

        world.nova.act(id, "{\"os-resetState\": {\"state\": \"error\"}}");
        world.nova.evacuate(id, "compute3");
        world.passSeconds(2);
        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute3, done");
        assertThat(world.migrations(id).get(1).path("status").asText()).isEqualTo("pre-migrating");
        assertThat(world.cloud.secondEvacuations()).isZero();
    }

    @Test
    void aDestinationThatIsDeadAndStillUpTakesItOnWhenItReturns() {
        String id = world.addServer("web", "compute1");
        world.loseHost("compute1");
        world.cloud.killHost("compute2");

        world.nova.evacuate(id, "compute2");
        world.passSeconds(60);
        assertThat(world.state(id)).isEqualTo("REBUILD/rebuilding on compute1, accepted");

        world.cloud.startHost("compute2");
        world.passSeconds(2);
        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute2, done");
    }

    @Test
    void oneServerCanBeRefusedOrFailAfterwards() {
        String refused = world.addServer("refused", "compute1");
        String failing = world.addServer("failing", "compute1");
        world.cloud.setServerFaults(refused, ServerFaults.refusedWith(403));
        world.cloud.setServerFaults(failing, ServerFaults.failing(1));
        world.loseHost("compute1");

        assertThat(world.nova.evacuate(refused, "compute2").status()).isEqualTo(403);
        assertThat(world.nova.evacuate(failing, "compute2").status()).isEqualTo(200);
        world.passSeconds(2);
        assertThat(world.state(failing)).isEqualTo("ERROR/none on compute1, failed");

        world.nova.evacuate(failing, "compute2");
        world.passSeconds(2);
        assertThat(world.state(failing)).isEqualTo("ACTIVE/none on compute2, done");
    }

    private int powerState(String id) {
        return world.server(id).path("OS-EXT-STS:power_state").asInt();
    }

    private String fault(String id) {
        return world.server(id).path("fault").path("message").asText();
    }
}
