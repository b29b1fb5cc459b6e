// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.simulator.nova.VmState;
import io.migawari.simulator.truth.Guest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a controller must never do, Nova allows, and the ledger catches. */
class HarmTest {

    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void evacuatingAGuestThatStillRunsMakesItRunTwice() {
        String id = world.addServer("web", "compute1");
        world.cloud.killService("compute1");
        world.passSeconds(10);

        world.nova.evacuate(id, "compute2");
        world.passSeconds(2);

        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute2, done");
        assertThat(world.cloud.ledger().runsOn(id)).containsExactly("compute1", "compute2");
        assertThat(world.cloud.doubles()).containsExactly(id);

        world.cloud.startHost("compute1");

        assertThat(world.cloud.ledger().runsOn(id)).containsExactly("compute2");
        assertThat(world.cloud.doubles()).isEmpty();
        assertThat(world.cloud.everRanTwice()).containsExactly(id);
        assertThat(world.migrations(id).get(0).path("status").asText()).isEqualTo("completed");
    }

    @Test
    void aSecondEvacuationIsAcceptedAndEndsInErrorOnTheSourceWhileTheGuestRunsElsewhere() {
        String id = world.addServer("web", "compute1");
        world.loseHost("compute1");
        world.nova.evacuate(id, "compute2");
        world.passMillis(950);

        Reply second = world.nova.evacuate(id, "compute3");

        assertThat(second.status()).isEqualTo(200);
        assertThat(world.cloud.secondEvacuations()).isEqualTo(1);
        world.passSeconds(10);
        assertThat(world.cloud.server(id).vmState()).isEqualTo(VmState.ERROR);
        assertThat(world.state(id)).isEqualTo("REBUILD/rebuilding on compute1, failed");
        assertThat(world.cloud.server(id).fault().orElseThrow())
                .isEqualTo("Conflict updating instance " + id
                        + ". Expected: {'task_state': ['rebuilding']}. Actual: {'task_state': None}");
        assertThat(world.cloud.ledger().runsOn(id)).containsExactly("compute2");
    }

    @Test
    void aSecondEvacuationAtOnceDoesHarmToo() {
        String id = world.addServer("web", "compute1");
        world.loseHost("compute1");

        world.nova.evacuate(id, "compute2");
        world.nova.evacuate(id, "compute3");
        world.passSeconds(10);

        assertThat(world.cloud.secondEvacuations()).isEqualTo(1);
        assertThat(world.state(id)).isEqualTo("ERROR/none on compute1, failed");
        assertThat(world.cloud.ledger().runsOn(id)).containsExactly("compute2");
    }

    @Test
    void oneAfterTheOtherIsNoSecondEvacuation() {
        String id = world.addServer("web", "compute1");
        world.loseHost("compute1");
        world.nova.evacuate(id, "compute2");
        world.passSeconds(2);
        world.loseHost("compute2");

        world.nova.evacuate(id, "compute3");
        world.passSeconds(2);

        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute3, done");
        assertThat(world.cloud.secondEvacuations()).isZero();
    }

    @Test
    void aGuestThatIsAlreadyThereIsNotRebuilt() {
        String id = world.addServer("web", "compute1");
        world.loseHost("compute1");
        world.nova.evacuate(id, "compute2");
        world.passMillis(950);
        world.nova.evacuate(id, "compute3");
        world.passSeconds(10);

        world.nova.evacuate(id, "compute2");
        world.passSeconds(2);

        assertThat(world.state(id)).isEqualTo("ERROR/none on compute1, failed");
        assertThat(world.server(id).path("fault").path("message").asText())
                .isEqualTo("Instance instance-00000001 already exists.");
    }

    @Test
    void aStaleRecordDestroysTheHealthyGuestThatHasComeHome() {
        String id = world.addServer("web", "compute1");
        world.loseHost("compute1");
        world.nova.evacuate(id, "compute2");
        world.passMillis(1000);
        world.loseHost("compute2");
        world.nova.act(id, "{\"os-resetState\": {\"state\": \"error\"}}");
        world.nova.evacuate(id, "compute3");
        world.passSeconds(2);
        world.cloud.startHost("compute1");
        world.change("compute1", "{\"forced_down\": false}");
        world.loseHost("compute3");
        world.nova.evacuate(id, "compute1");
        world.passSeconds(2);
        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute1, done");
        assertThat(world.cloud.ledger().runsOn(id)).containsExactly("compute1");

        world.cloud.startHost("compute1");

        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute1, done");
        assertThat(world.cloud.ledger().runsOn(id)).isEmpty();
    }

    @Test
    void anOldStopReachesTheReturningHostAndMakesNovaLie() {
        String id = world.addServer("web", "compute1");
        world.cloud.killHost("compute1");
        world.nova.act(id, "{\"os-stop\": null}");
        world.change("compute1", "{\"forced_down\": true}");
        world.nova.evacuate(id, "compute2");
        world.passSeconds(2);
        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute2, done");

        world.cloud.startHost("compute1");
        world.passSeconds(1);

        assertThat(world.server(id).path("status").asText()).isEqualTo("SHUTOFF");
        assertThat(world.server(id).path("OS-EXT-STS:power_state").asInt()).isZero();
        assertThat(world.cloud.ledger().runsOn(id)).containsExactly("compute2");
    }

    @Test
    void anOldDeletionReachesTheReturningHostAndLeavesTheGuestBehind() {
        String id = world.addServer("web", "compute1");
        world.cloud.killHost("compute1");
        world.nova.delete("/servers/" + id);
        world.change("compute1", "{\"forced_down\": true}");
        world.nova.evacuate(id, "compute2");
        world.passSeconds(2);

        world.cloud.startHost("compute1");
        world.passSeconds(1);

        assertThat(world.nova.get("/servers/" + id).status()).isEqualTo(404);
        assertThat(world.cloud.ledger().guests()).containsExactly(new Guest(id, "compute2", true));
    }

    @Test
    void theNextEvacuationTakesOverTheRecordOfOneThatWaitsForADeadDestination() {
        String id = world.addServer("web", "compute1");
        evacuateToADeadDestinationAndThenTo("compute2", id);

        assertThat(world.server(id).path("OS-EXT-SRV-ATTR:host").asText()).isEqualTo("compute2");
        assertThat(world.migrations(id).get(0).path("status").asText()).isEqualTo("accepted");
        assertThat(world.migrations(id).get(1).path("status").asText()).isEqualTo("done");
        assertThat(world.migrations(id).get(1).path("dest_compute").asText()).isEqualTo("compute2");
        assertThat(world.cloud.secondEvacuations()).isZero();
    }

    @Test
    void aDeadDestinationThatReturnsLateSpoilsAServerThatIsWellElsewhere() {
        String id = world.addServer("web", "compute1");
        evacuateToADeadDestinationAndThenTo("compute2", id);

        world.cloud.startHost("compute3");
        world.passSeconds(2);

        JsonNode server = world.server(id);
        assertThat(server.path("status").asText()).isEqualTo("REBUILD");
        assertThat(server.path("OS-EXT-STS:vm_state").asText()).isEqualTo("error");
        assertThat(server.path("OS-EXT-STS:power_state").asInt()).isZero();
        assertThat(server.path("OS-EXT-SRV-ATTR:host").asText()).isEqualTo("compute2");
        assertThat(world.migrations(id).get(1).path("status").asText()).isEqualTo("failed");
        assertThat(world.cloud.ledger().runsOn(id)).containsExactly("compute2");
    }

    /** The first destination is compute3, which has just died. */
    private void evacuateToADeadDestinationAndThenTo(String destination, String id) {
        world.loseHost("compute1");
        world.cloud.killHost("compute3");
        world.nova.evacuate(id, "compute3");
        world.passSeconds(10);
        world.nova.act(id, "{\"os-resetState\": {\"state\": \"error\"}}");
        world.nova.evacuate(id, destination);
        world.passSeconds(2);
    }
}
