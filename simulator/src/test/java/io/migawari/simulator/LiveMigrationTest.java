// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.simulator.nova.ServerFaults;
import io.migawari.simulator.nova.ServerSpec;
import io.migawari.simulator.nova.VmState;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LiveMigrationTest {

    private final World world = new World();

    @AfterEach
    void close() {
        assertThat(world.cloud.everRanTwice()).isEmpty();
        world.close();
    }

    private void set(String server, ServerFaults faults) {
        world.cloud.setServerFaults(server, faults);
    }

    private JsonNode progress(String server) {
        return world.nova.get("/servers/" + server + "/migrations").json().path("migrations");
    }

    private String migrateAndWaitForCopying(String name) {
        String id = world.addServer(name, "compute1");
        assertThat(world.nova.liveMigrate(id, "compute2").status()).isEqualTo(202);
        world.passMillis(700);
        assertThat(world.state(id)).isEqualTo("MIGRATING/migrating on compute1, running");
        return id;
    }

    @Test
    void aLiveMigrationGoesThroughNovasStages() {
        String id = world.addServer("web", "compute1");

        assertThat(world.nova.liveMigrate(id, "compute2").status()).isEqualTo(202);

        assertThat(world.story(id, 3))
                .containsExactly(
                        "0 ms: MIGRATING/migrating on compute1, no record",
                        "150 ms: MIGRATING/migrating on compute1, accepted",
                        "300 ms: MIGRATING/migrating on compute1, preparing",
                        "600 ms: MIGRATING/migrating on compute1, running",
                        "2000 ms: ACTIVE/none on compute2, running",
                        "2200 ms: ACTIVE/none on compute2, completed");
        assertThat(world.cloud.ledger().guests())
                .singleElement()
                .satisfies(guest -> assertThat(guest.host()).isEqualTo("compute2"));
        JsonNode record = world.migrations(id).get(0);
        assertThat(record.path("migration_type").asText()).isEqualTo("live-migration");
        assertThat(record.path("dest_node").asText()).isEqualTo("compute2");
        assertThat(record.path("dest_host").isNull()).isTrue();
        assertThat(world.nova
                        .get("/os-migrations?migration_type=evacuation")
                        .json()
                        .path("migrations"))
                .isEmpty();
    }

    @Test
    void theGuestAlwaysRunsSomewhereAndHasItsVolume() {
        String id = world.cloud.addServer(ServerSpec.active("web", "compute1").withKind(ServerSpec.Kind.VOLUME));
        world.nova.liveMigrate(id, "compute2");

        for (int millis = 0; millis < 3000; millis += 50) {
            assertThat(world.cloud.ledger().runsOn(id))
                    .as("after %d ms", millis)
                    .hasSize(1);
            assertThat(world.cloud.ledger().withoutTheirVolume()).isEmpty();
            world.passMillis(50);
        }
        assertThat(world.cloud.ledger().runsOn(id)).containsExactly("compute2");
        assertThat(world.cloud.volumes())
                .singleElement()
                .satisfies(volume -> assertThat(volume.toString()).contains("compute2"));
    }

    @Test
    void aPausedServerStaysPaused() {
        String id = world.cloud.addServer(ServerSpec.active("web", "compute1").in(VmState.PAUSED));

        world.nova.liveMigrate(id, "compute2");
        assertThat(world.state(id)).startsWith("MIGRATING");
        world.passSeconds(3);

        assertThat(world.state(id)).isEqualTo("PAUSED/none on compute2, completed");
    }

    @Test
    void progressIsToldWhileItIsCopied() {
        String id = world.addServer("web", "compute1");
        assertThat(progress(id)).isEmpty();
        world.nova.liveMigrate(id, "compute2");
        world.passMillis(400);
        assertThat(progress(id).path(0).path("status").asText()).isEqualTo("preparing");
        assertThat(progress(id).path(0).path("memory_total_bytes").isNull()).isTrue();

        world.passMillis(800);

        JsonNode half = progress(id).path(0);
        assertThat(half.path("id").asText()).isEqualTo(world.move(id));
        assertThat(half.path("memory_total_bytes").asLong()).isEqualTo(64 << 20);
        assertThat(half.path("memory_remaining_bytes").asLong()).isEqualTo(32 << 20);
        assertThat(half.path("disk_total_bytes").asLong()).isZero();
        world.passSeconds(2);
        assertThat(progress(id)).isEmpty();
    }

    @Test
    void aHostCopiesOneGuestAtATime() {
        String first = world.addServer("first", "compute1");
        String second = world.addServer("second", "compute1");
        world.nova.liveMigrate(first, "compute2");
        world.nova.liveMigrate(second, "compute3");

        world.passMillis(2100);
        assertThat(world.state(second)).isEqualTo("MIGRATING/migrating on compute1, queued");
        world.passMillis(200);
        assertThat(world.state(second)).isEqualTo("MIGRATING/migrating on compute1, preparing");
        world.passSeconds(3);
        assertThat(world.state(second)).isEqualTo("ACTIVE/none on compute3, completed");
    }

    @Test
    void withoutAValidHostTheServerStaysAsItIs() {
        String id = world.addServer("web", "compute1");
        world.cloud.disableService("compute2", "maintenance");

        // a disabled host, a dead one, and its own are found out by the scheduler, after the answer
        world.cloud.forceDown("compute3");
        for (String host : new String[] {"compute2", "compute3", "compute1"}) {
            assertThat(world.nova.liveMigrate(id, host).status()).isEqualTo(202);
            assertThat(world.state(id)).startsWith("MIGRATING");
            world.passSeconds(1);
            assertThat(world.state(id)).as(host).isEqualTo("ACTIVE/none on compute1, error");
        }

        assertThat(world.server(id).has("fault")).isFalse();
        JsonNode action = world.nova
                .get("/servers/" + id + "/os-instance-actions")
                .json()
                .path("instanceActions")
                .path(0);
        assertThat(action.path("action").asText()).isEqualTo("live-migration");
        assertThat(action.path("message").asText()).isEqualTo("Error");
        assertThat(world.migrations(id).get(0).path("dest_compute").isNull()).isTrue();
    }

    @Test
    void aServerOnADeadHostStays() {
        String id = world.addServer("web", "compute1");
        world.loseHost("compute1");

        assertThat(world.nova.liveMigrate(id, "compute2").status()).isEqualTo(202);
        world.passSeconds(1);

        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute1, error");
    }

    @Test
    void aDeadDestinationThatNovaTakesForUpCostsTheTimeOfARefusedCall() {
        String id = world.addServer("web", "compute1");
        world.cloud.killHost("compute2");

        world.nova.liveMigrate(id, "compute2");
        world.passSeconds(59);
        assertThat(world.state(id)).isEqualTo("MIGRATING/migrating on compute1, accepted");
        world.passSeconds(2);
        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute1, error");
    }

    @Test
    void aFailureLeavesItRunningAtTheSource() {
        String id = world.addServer("web", "compute1");
        set(id, ServerFaults.notMoving(1));

        world.nova.liveMigrate(id, "compute2");
        world.passSeconds(3);
        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute1, failed");
        assertThat(world.cloud.ledger().guests())
                .singleElement()
                .satisfies(guest -> assertThat(guest.host()).isEqualTo("compute1"));

        world.nova.liveMigrate(id, "compute2");
        world.passSeconds(3);
        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute2, completed");
    }

    @Test
    void aDestinationThatDiesMidwayIsNoticedAfterAWhile() {
        String id = migrateAndWaitForCopying("web");

        world.loseHost("compute2");
        world.passSeconds(26);
        assertThat(world.state(id)).isEqualTo("MIGRATING/migrating on compute1, running");
        world.passSeconds(2);

        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute1, failed");
        assertThat(world.cloud.ledger().runsOn(id)).containsExactly("compute1");
        world.nova.liveMigrate(id, "compute3");
        world.passSeconds(3);
        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute3, completed");
    }

    @Test
    void aDestinationWhoseServiceDiesWhileItIsPreparedCostsTheTimeOfARefusedCall() {
        String id = world.addServer("web", "compute1");
        world.nova.liveMigrate(id, "compute2");
        world.passMillis(400);
        world.cloud.killService("compute2");

        world.passSeconds(60);
        assertThat(world.state(id)).isEqualTo("MIGRATING/migrating on compute1, preparing");
        world.passSeconds(2);
        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute1, error");
    }

    @Test
    void aGuestThatArrivesWhereNobodyTellsNovaIsCompletedAndStillMigrating() {
        String id = migrateAndWaitForCopying("web");
        world.cloud.killService("compute2");

        world.passSeconds(70);

        assertThat(world.state(id)).isEqualTo("MIGRATING/migrating on compute1, completed");
        assertThat(world.cloud.ledger().runsOn(id)).containsExactly("compute2");
    }

    @Test
    void aSourceThatDiesMidwayLeavesItMigratingUntilItIsEvacuated() {
        String id = migrateAndWaitForCopying("web");
        world.loseHost("compute1");
        world.passSeconds(3600);
        assertThat(world.state(id)).isEqualTo("MIGRATING/migrating on compute1, running");
        assertThat(progress(id)).hasSize(1);

        assertThat(world.nova.evacuate(id, "compute3").status()).isEqualTo(200);
        world.passSeconds(2);

        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute3, done");
        assertThat(world.migrations(id).get(1).path("status").asText()).isEqualTo("running");
        assertThat(world.cloud.ledger().runsOn(id)).containsExactly("compute3");
        world.cloud.startHost("compute1");
        world.passSeconds(60);
        assertThat(world.cloud.ledger().runsOn(id)).containsExactly("compute3");
    }

    @Test
    void whatHasArrivedIsInTheWayOfAnEvacuationToTheSameHostForAWhile() {
        String early = migrateAndWaitForCopying("early");
        world.loseHost("compute1");

        world.nova.evacuate(early, "compute2");
        world.passSeconds(2);
        assertThat(world.state(early)).isEqualTo("ERROR/none on compute1, failed");
        assertThat(world.server(early).path("fault").path("message").asText()).endsWith("already exists.");

        world.passSeconds(30);
        world.nova.evacuate(early, "compute2");
        world.passSeconds(2);
        assertThat(world.state(early)).isEqualTo("ACTIVE/none on compute2, done");
    }

    @Test
    void aSourceThatReturnsForgetsIt() {
        String id = migrateAndWaitForCopying("web");
        world.cloud.killService("compute1");
        world.passSeconds(3);
        world.cloud.startHost("compute1");

        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute1, error");
        assertThat(world.cloud.ledger().runsOn(id)).containsExactly("compute1");
        world.nova.liveMigrate(id, "compute2");
        world.passSeconds(3);
        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute2, completed");
    }

    @Test
    void aSlowOneCanBeAborted() {
        String id = world.addServer("web", "compute1");
        set(id, ServerFaults.copyingSlowly(Duration.ofHours(1)));
        world.nova.liveMigrate(id, "compute2");
        world.passMillis(400);
        String path = "/servers/" + id + "/migrations/" + world.move(id);
        Reply early = world.nova.delete(path);
        assertThat(early.status()).isEqualTo(400);
        assertThat(early.words())
                .isEqualTo("Migration 1 state of instance " + id
                        + " is preparing. Cannot abort live migration while the migration is in this state.");
        world.passSeconds(60);
        assertThat(world.state(id)).isEqualTo("MIGRATING/migrating on compute1, running");
        assertThat(world.nova.delete("/servers/" + id + "/migrations/77").status())
                .isEqualTo(404);

        assertThat(world.nova.delete(path).status()).isEqualTo(202);
        world.passSeconds(1);

        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute1, cancelled");
        Reply late = world.nova.delete(path);
        assertThat(late.status()).isEqualTo(409);
        assertThat(late.words())
                .isEqualTo("Cannot 'abort live migration' instance " + id + " while it is in task_state None");
    }

    @Test
    void aSlowOneCanBeForcedToComplete() {
        String id = world.addServer("web", "compute1");
        set(id, ServerFaults.copyingSlowly(Duration.ofHours(1)));
        world.nova.liveMigrate(id, "compute2");
        world.passSeconds(60);

        Reply forced = world.nova.post(
                "/servers/" + id + "/migrations/" + world.move(id) + "/action", "{\"force_complete\": null}");

        assertThat(forced.status()).isEqualTo(202);
        world.passSeconds(1);
        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute2, completed");
    }

    @Test
    void onlyActiveAndPausedServersWithoutATaskMoveLive() {
        for (VmState state : VmState.values()) {
            String id =
                    world.cloud.addServer(ServerSpec.active("web", "compute1").in(state));
            Reply reply = world.nova.liveMigrate(id, "compute2");
            if (Set.of(VmState.ACTIVE, VmState.PAUSED).contains(state)) {
                assertThat(reply.status()).isEqualTo(202);
            } else if (state != VmState.DELETED) {
                assertThat(reply.status()).as(state.name()).isEqualTo(409);
                assertThat(reply.words())
                        .startsWith("Cannot 'os-migrateLive' instance " + id + " while it is in vm_state ");
            }
        }
        String busy = world.cloud.addServer(ServerSpec.active("web", "compute1").withTask("rebooting"));
        assertThat(world.nova.liveMigrate(busy, "compute2").words()).endsWith("while it is in task_state rebooting");
    }

    @Test
    void whatItsApiSeesIsRefused() {
        String id = world.addServer("web", "compute1");

        assertThat(world.nova.liveMigrate(id, "nosuch").status()).isEqualTo(400);
        assertThat(world.nova.liveMigrate(id, "nosuch").words()).isEqualTo("Compute host nosuch could not be found.");
        assertThat(world.nova.act(id, "{\"os-migrateLive\": {\"host\": null}}").status())
                .isEqualTo(400);
        String overcommit =
                "{\"os-migrateLive\": {\"host\": null, \"block_migration\": \"auto\", \"disk_over_commit\": false}}";
        assertThat(world.nova.act(id, overcommit).words()).contains("'disk_over_commit' was unexpected");
        set(id, ServerFaults.refusedWith(403));
        assertThat(world.nova.liveMigrate(id, "compute2").status()).isEqualTo(403);
        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute1, no record");
    }

    @Test
    void theSchedulerChoosesIfNobodyElseDoes() {
        String id = world.addServer("web", "compute1");
        world.addServer("other", "compute2");

        world.nova.act(id, "{\"os-migrateLive\": {\"host\": null, \"block_migration\": \"auto\"}}");
        world.passSeconds(3);

        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute3, completed");
    }
}
