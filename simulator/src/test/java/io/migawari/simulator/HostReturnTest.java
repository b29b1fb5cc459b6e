// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.simulator.nova.ServerSpec;
import io.migawari.simulator.nova.VmState;
import io.migawari.simulator.truth.Guest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HostReturnTest {

    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void guestsThatWereNotEvacuatedComeBackShutOff() {
        String active = world.addServer("active", "compute1");
        String inError =
                world.cloud.addServer(ServerSpec.active("error", "compute1").in(VmState.ERROR));
        world.cloud.killHost("compute1");
        assertThat(world.cloud.ledger().runsOn(active)).isEmpty();
        assertThat(world.state(active)).isEqualTo("ACTIVE/none on compute1, no record");

        world.cloud.startHost("compute1");

        assertThat(world.state(active)).isEqualTo("SHUTOFF/none on compute1, no record");
        assertThat(world.state(inError)).isEqualTo("ERROR/none on compute1, no record");
        assertThat(world.cloud.ledger().guest(active, "compute1")).contains(new Guest(active, "compute1", false));
    }

    @Test
    void evacuatedGuestsAreRemovedAndTheirRecordsCompleted() {
        String id = world.addServer("web", "compute1");
        world.loseHost("compute1");
        world.nova.evacuate(id, "compute2");
        world.passSeconds(2);
        assertThat(world.cloud.ledger().guest(id, "compute1")).isPresent();

        world.cloud.startHost("compute1");

        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute2, completed");
        assertThat(world.cloud.ledger().guest(id, "compute1")).isEmpty();
    }

    @Test
    void restartingNovaComputeHarmsNoGuest() {
        String id = world.addServer("web", "compute1");
        world.cloud.killService("compute1");
        world.passSeconds(10);

        world.cloud.startHost("compute1");

        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute1, no record");
        assertThat(world.cloud.ledger().runsOn(id)).containsExactly("compute1");
        assertThat(world.service("compute1").path("state").asText()).isEqualTo("up");
    }

    @Test
    void aForcedDownServiceStaysForcedDown() {
        world.loseHost("compute1");

        world.cloud.startHost("compute1");

        assertThat(world.service("compute1").path("forced_down").asBoolean()).isTrue();
        assertThat(world.service("compute1").path("state").asText()).isEqualTo("down");
    }

    @Test
    void whatWasBeingBuiltOrDeletedIsEnded() {
        String building = world.cloud.addServer(
                ServerSpec.active("building", "compute1").in(VmState.BUILDING).withTask("spawning"));
        String deleting = world.addServer("deleting", "compute1");
        world.cloud.killHost("compute1");
        world.nova.delete("/servers/" + deleting);

        world.cloud.startHost("compute1");
        world.passSeconds(1);

        assertThat(world.state(building)).isEqualTo("ERROR/none on compute1, no record");
        assertThat(world.nova.get("/servers/" + deleting).status()).isEqualTo(404);
        assertThat(world.cloud.ledger().guest(deleting, "compute1")).isEmpty();
    }

    @Test
    void aSourceThatReturnsMidwayDestroysItsCopyAndTheEvacuationGoesOn() {
        String id = world.addServer("web", "compute1");
        world.cloud.killService("compute1");
        world.change("compute1", "{\"forced_down\": true}");
        world.nova.evacuate(id, "compute2");
        world.passMillis(500);

        world.cloud.startHost("compute1");
        assertThat(world.state(id)).isEqualTo("REBUILD/rebuilding on compute1, completed");
        world.passSeconds(2);

        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute2, done");
        assertThat(world.cloud.ledger().runsOn(id)).containsExactly("compute2");
        assertThat(world.cloud.everRanTwice()).isEmpty();
    }
}
