// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.simulator.truth.Ids;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MigrationsTest {

    private final World world = new World();
    private final String first = world.addServer("first", "compute1");
    private final String second = world.addServer("second", "compute1");

    @BeforeEach
    void loseAHost() {
        world.passSeconds(10);
        world.loseHost("compute1");
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void aRecordHasNovasKeys() {
        world.nova.evacuate(first, "compute2");
        assertThat(world.migrations(first).get(0).toString()).isEqualTo("""
                        {"id":1,"uuid":"%s","source_compute":"compute1","dest_compute":"compute2",\
                        "source_node":"compute1","dest_node":null,"dest_host":null,"old_instance_type_id":null,\
                        "new_instance_type_id":null,"instance_uuid":"%s","status":"accepted",\
                        "migration_type":"evacuation","created_at":"2026-11-21T00:00:10.000000","updated_at":null}""".formatted(Ids.uuid("migration", 1), first));

        world.passSeconds(2);

        JsonNode done = world.migrations(first).get(0);
        assertThat(done.path("status").asText()).isEqualTo("done");
        assertThat(done.path("dest_node").asText()).isEqualTo("compute2");
        assertThat(done.path("updated_at").asText()).isEqualTo("2026-11-21T00:00:11.000000");
        JsonNode old = world.nova
                .at("2.22")
                .get("/os-migrations")
                .json()
                .path("migrations")
                .path(0);
        assertThat(old.has("uuid")).isFalse();
        assertThat(old.has("migration_type")).isFalse();
        assertThat(world.nova
                        .at("2.80")
                        .get("/os-migrations")
                        .json()
                        .path("migrations")
                        .path(0)
                        .has("project_id"))
                .isTrue();
    }

    @Test
    void recordsAreFiltered() {
        world.nova.evacuate(first, "compute2");
        world.passSeconds(2);
        world.nova.evacuate(second, "compute3");

        assertThat(servers("")).containsExactly(second, first);
        assertThat(servers("?status=done")).containsExactly(first);
        assertThat(servers("?migration_type=evacuation&source_compute=compute1"))
                .containsExactly(second, first);
        assertThat(servers("?migration_type=live-migration")).isEmpty();
        assertThat(servers("?source_compute=compute2")).isEmpty();
        assertThat(servers("?host=compute3")).containsExactly(second);
        assertThat(servers("?instance_uuid=" + first)).containsExactly(first);
        assertThat(world.nova
                        .at("2.58")
                        .get("/os-migrations")
                        .json()
                        .path("migrations")
                        .findValuesAsText("instance_uuid"))
                .containsExactly(first, second);
    }

    @Test
    void changesSinceDoesNotListARecordThatWasNeverUpdated() {
        world.nova.evacuate(first, "compute2");

        assertThat(servers("?changes-since=2026-11-21T00:00:00Z")).isEmpty();
        world.passMillis(300);
        assertThat(servers("?changes-since=2026-11-21T00:00:00Z")).containsExactly(first);
        assertThat(servers("?changes-since=2026-11-21T00:00:11Z")).isEmpty();
        world.passSeconds(2);
        assertThat(servers("?changes-since=2026-11-21T00:00:11")).containsExactly(first);
    }

    @Test
    void recordsComeInPages() {
        world.nova.evacuate(first, "compute2");
        world.nova.evacuate(second, "compute2");

        JsonNode page = world.nova.get("/os-migrations?limit=1").json();
        String next = page.path("migrations_links").path(0).path("href").asText();

        assertThat(page.path("migrations").findValuesAsText("instance_uuid")).containsExactly(second);
        assertThat(next)
                .isEqualTo(world.simulator.address() + "/compute/v2.1/os-migrations?limit=1&marker="
                        + Ids.uuid("migration", 2));
        assertThat(servers("?marker=" + Ids.uuid("migration", 2))).containsExactly(first);
        assertThat(world.nova.get("/os-migrations?marker=nosuch").words())
                .isEqualTo("Marker nosuch could not be found.");
        assertThat(world.nova.get("/os-migrations?bogus=1").words())
                .isEqualTo("Additional properties are not allowed ('bogus' was unexpected)");
    }

    @Test
    void recordsOfDeletedServersAreGone() {
        world.nova.evacuate(first, "compute2");
        world.passSeconds(2);
        world.nova.delete("/servers/" + first);
        world.passSeconds(1);

        assertThat(servers("")).isEmpty();
        assertThat(world.change("compute1", "{\"forced_down\": false}").status())
                .isEqualTo(200);
    }

    @Test
    void newRecordsCanBeHiddenForAWhile() {
        world.cloud.hideNewMigrationsFor(Duration.ofSeconds(3));
        world.nova.evacuate(first, "compute2");
        world.passSeconds(2);
        assertThat(servers("")).isEmpty();
        assertThat(world.server(first).path("OS-EXT-SRV-ATTR:host").asText()).isEqualTo("compute2");

        world.passSeconds(1);
        assertThat(servers("")).containsExactly(first);
    }

    private List<String> servers(String query) {
        return world.nova
                .get("/os-migrations" + query)
                .json()
                .path("migrations")
                .findValuesAsText("instance_uuid");
    }
}
