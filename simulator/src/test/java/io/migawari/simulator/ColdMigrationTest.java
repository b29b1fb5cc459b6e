// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.simulator.nova.HostFaults;
import io.migawari.simulator.nova.ServerFaults;
import io.migawari.simulator.nova.ServerSpec;
import io.migawari.simulator.nova.VmState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ColdMigrationTest {

    private final World world = new World();

    @AfterEach
    void close() {
        assertThat(world.cloud.everRanTwice()).isEmpty();
        world.close();
    }

    private Reply confirm(String id) {
        return world.nova.act(id, "{\"confirmResize\": null}");
    }

    private Reply revert(String id) {
        return world.nova.act(id, "{\"revertResize\": null}");
    }

    private String moved(ServerSpec spec) {
        String id = world.cloud.addServer(spec);
        assertThat(world.nova.migrate(id, "compute2").status()).isEqualTo(202);
        world.passSeconds(5);
        assertThat(world.state(id)).isEqualTo("VERIFY_RESIZE/none on compute2, finished");
        return id;
    }

    @Test
    void aColdMigrationGoesThroughNovasStages() {
        String id = world.addServer("web", "compute1");

        assertThat(world.nova.migrate(id, "compute2").status()).isEqualTo(202);

        assertThat(world.story(id, 5))
                .containsExactly(
                        "0 ms: RESIZE/resize_prep on compute1, no record",
                        "150 ms: RESIZE/resize_prep on compute1, pre-migrating",
                        "300 ms: RESIZE/resize_migrating on compute1, migrating",
                        "2800 ms: RESIZE/resize_finish on compute2, post-migrating",
                        "4300 ms: VERIFY_RESIZE/none on compute2, finished");
        assertThat(world.cloud.ledger().runsOn(id)).containsExactly("compute2");
        assertThat(world.cloud.ledger().guest(id, "compute1")).isPresent();

        assertThat(confirm(id).status()).isEqualTo(204);

        assertThat(world.story(id, 1))
                .containsExactly(
                        "0 ms: VERIFY_RESIZE/none on compute2, confirming",
                        "300 ms: ACTIVE/none on compute2, confirmed");
        assertThat(world.cloud.ledger().guest(id, "compute1")).isEmpty();
        assertThat(world.migrations(id).get(0).path("migration_type").asText()).isEqualTo("migration");
    }

    @Test
    void aRevertedOneIsSaidToBeSoBeforeItIsBack() {
        String id = moved(ServerSpec.active("web", "compute1").withKind(ServerSpec.Kind.VOLUME));

        assertThat(revert(id).status()).isEqualTo(202);

        assertThat(world.story(id, 1))
                .containsExactly(
                        "0 ms: REVERT_RESIZE/resize_reverting on compute2, reverting",
                        "300 ms: REVERT_RESIZE/resize_reverting on compute2, reverted",
                        "600 ms: ACTIVE/none on compute1, reverted");
        assertThat(world.cloud.ledger().runsOn(id)).containsExactly("compute1");
        assertThat(world.cloud.ledger().guest(id, "compute2")).isEmpty();
        assertThat(world.cloud.ledger().withoutTheirVolume()).isEmpty();
    }

    @Test
    void aStoppedServerIsStoppedAfterwards() {
        String confirmed = moved(ServerSpec.active("confirmed", "compute1").in(VmState.STOPPED));
        String reverted = moved(ServerSpec.active("reverted", "compute1").in(VmState.STOPPED));
        assertThat(world.cloud.ledger().runsOn(confirmed)).isEmpty();

        confirm(confirmed);
        revert(reverted);
        world.passSeconds(2);

        assertThat(world.state(confirmed)).isEqualTo("SHUTOFF/none on compute2, confirmed");
        assertThat(world.state(reverted)).isEqualTo("SHUTOFF/none on compute1, reverted");
        assertThat(world.cloud.ledger().runsOn(confirmed)).isEmpty();
        assertThat(world.cloud.ledger().runsOn(reverted)).isEmpty();
    }

    @Test
    void withoutAValidHostTheServerStaysAsItIs() {
        String id = world.addServer("web", "compute1");
        world.cloud.disableService("compute2", "maintenance");

        assertThat(world.nova.migrate(id, "compute2").status()).isEqualTo(202);
        world.passSeconds(1);

        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute1, error");
        assertThat(world.cloud.ledger().runsOn(id)).containsExactly("compute1");
    }

    @Test
    void aFailureBeforeItHasLeftChangesNothing() {
        String id = world.addServer("web", "compute1");
        world.cloud.setServerFaults(id, ServerFaults.notMoving(1));

        world.nova.migrate(id, "compute2");
        world.passSeconds(5);

        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute1, error");
        assertThat(world.cloud.ledger().runsOn(id)).containsExactly("compute1");
    }

    @Test
    void aFailureAtTheDestinationLeavesItThereInError() {
        String id = world.addServer("web", "compute1");
        world.cloud.setFaults("compute2", HostFaults.NONE.withSpawnFailures(1));

        world.nova.migrate(id, "compute2");
        world.passSeconds(5);

        assertThat(world.state(id)).isEqualTo("ERROR/none on compute2, error");
        assertThat(world.cloud.ledger().runsOn(id)).isEmpty();
    }

    @Test
    void aDestinationThatDiesMidwayGoesOnWhenItReturns() {
        String id = world.addServer("web", "compute1");
        world.nova.migrate(id, "compute2");
        world.passMillis(1000);
        world.cloud.killHost("compute2");

        world.passSeconds(3600);
        assertThat(world.state(id)).isEqualTo("RESIZE/resize_migrated on compute2, post-migrating");
        world.cloud.startHost("compute2");
        world.passSeconds(2);
        assertThat(world.state(id)).isEqualTo("VERIFY_RESIZE/none on compute2, finished");
    }

    @Test
    void aSourceThatDiesMidwayStartsItAgainWhenItReturns() {
        String id = world.addServer("web", "compute1");
        world.nova.migrate(id, "compute2");
        world.passMillis(1000);
        world.cloud.killHost("compute1");
        world.passSeconds(60);
        assertThat(world.state(id)).isEqualTo("RESIZE/resize_migrating on compute1, migrating");

        world.cloud.startHost("compute1");

        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute1, migrating");
        assertThat(world.cloud.ledger().runsOn(id)).containsExactly("compute1");
    }

    @Test
    void aSourceThatIsDownKeepsItFromBeingConfirmedOrMoved() {
        String waiting = moved(ServerSpec.active("waiting", "compute1"));
        String there = world.addServer("there", "compute1");
        world.loseHost("compute1");

        for (Reply refused : new Reply[] {confirm(waiting), world.nova.migrate(there, "compute2")}) {
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.words()).isEqualTo("Service is unavailable at this time.");
        }
        assertThat(world.state(waiting)).isEqualTo("VERIFY_RESIZE/none on compute2, finished");
    }

    @Test
    void whatItsApiSeesIsRefused() {
        String id = world.addServer("web", "compute1");
        String paused =
                world.cloud.addServer(ServerSpec.active("paused", "compute1").in(VmState.PAUSED));
        String resized =
                world.cloud.addServer(ServerSpec.active("resized", "compute1").in(VmState.RESIZED));

        assertThat(world.nova.migrate(paused, "compute2").words())
                .isEqualTo("Cannot 'migrate' instance " + paused + " while it is in vm_state paused");
        assertThat(confirm(id).words())
                .isEqualTo("Cannot 'confirmResize' instance " + id + " while it is in vm_state active");
        assertThat(revert(id).status()).isEqualTo(409);
        assertThat(confirm(resized).status()).isEqualTo(400);
        assertThat(confirm(resized).words()).isEqualTo("Instance has not been resized.");
        assertThat(world.nova.migrate(id, "compute1").words())
                .isEqualTo("Cannot migrate to the host where the server exists.");
        assertThat(world.nova.migrate(id, "nosuch").words()).isEqualTo("Compute host nosuch could not be found.");
        assertThat(world.nova.migrate(id, "nosuch").status()).isEqualTo(400);
        assertThat(world.nova.act(id, "{\"migrate\": null}").status()).isEqualTo(202);
        assertThat(world.nova.act(id, "{\"migrate\": null}").words())
                .isEqualTo("Cannot 'migrate' instance " + id + " while it is in task_state resize_prep");
    }

    @Test
    void roomIsTakenOnBothHostsUntilItIsConfirmed() {
        world.cloud.addHost("small", "nova", 1);
        String id = world.addServer("web", "small");
        world.nova.migrate(id, "compute2");
        world.passSeconds(5);
        String other = world.addServer("other", "compute1");

        world.nova.migrate(other, "small");
        world.passSeconds(1);
        assertThat(world.state(other)).isEqualTo("ACTIVE/none on compute1, error");

        confirm(id);
        world.passSeconds(1);
        world.nova.migrate(other, "small");
        world.passSeconds(5);
        assertThat(world.state(other)).isEqualTo("VERIFY_RESIZE/none on small, finished");
    }
}
