// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.simulator.cloud.CloudOptions;
import io.migawari.simulator.nova.ServerSpec;
import io.migawari.simulator.nova.VmState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServersTest {

    private final World world = new World(CloudOptions.DEFAULTS.withHypervisorSuffix(".example.org"));

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void aServerHasTheKeysThatNovaGivesAt259() {
        String id = world.addServer("web", "compute1");

        List<String> keys = new ArrayList<>();
        world.server(id).fieldNames().forEachRemaining(keys::add);

        assertThat(keys)
                .containsExactlyInAnyOrder(
                        "id",
                        "name",
                        "status",
                        "tenant_id",
                        "user_id",
                        "metadata",
                        "hostId",
                        "image",
                        "flavor",
                        "created",
                        "updated",
                        "addresses",
                        "accessIPv4",
                        "accessIPv6",
                        "links",
                        "OS-DCF:diskConfig",
                        "progress",
                        "OS-EXT-AZ:availability_zone",
                        "config_drive",
                        "key_name",
                        "OS-SRV-USG:launched_at",
                        "OS-SRV-USG:terminated_at",
                        "OS-EXT-SRV-ATTR:host",
                        "OS-EXT-SRV-ATTR:instance_name",
                        "OS-EXT-SRV-ATTR:hypervisor_hostname",
                        "OS-EXT-SRV-ATTR:reservation_id",
                        "OS-EXT-SRV-ATTR:launch_index",
                        "OS-EXT-SRV-ATTR:hostname",
                        "OS-EXT-SRV-ATTR:kernel_id",
                        "OS-EXT-SRV-ATTR:ramdisk_id",
                        "OS-EXT-SRV-ATTR:root_device_name",
                        "OS-EXT-SRV-ATTR:user_data",
                        "OS-EXT-STS:task_state",
                        "OS-EXT-STS:vm_state",
                        "OS-EXT-STS:power_state",
                        "os-extended-volumes:volumes_attached",
                        "locked",
                        "description",
                        "tags",
                        "host_status");
    }

    @Test
    void aServerShowsWhatItWasMadeOf() {
        String id = world.cloud.addServer(ServerSpec.active("web", "compute1")
                .withMetadata(Map.of("HA_Enabled", "True"))
                .withFlavorExtraSpecs(Map.of("hw:cpu_policy", "dedicated"))
                .withLock());

        JsonNode server = world.server(id);

        assertThat(server.path("status").asText()).isEqualTo("ACTIVE");
        assertThat(server.path("metadata").path("HA_Enabled").asText()).isEqualTo("True");
        assertThat(server.path("flavor")
                        .path("extra_specs")
                        .path("hw:cpu_policy")
                        .asText())
                .isEqualTo("dedicated");
        assertThat(server.path("locked").asBoolean()).isTrue();
        assertThat(server.path("image").path("id").asText()).hasSize(36);
        assertThat(server.path("OS-EXT-SRV-ATTR:host").asText()).isEqualTo("compute1");
        assertThat(server.path("OS-EXT-SRV-ATTR:hypervisor_hostname").asText()).isEqualTo("compute1.example.org");
        assertThat(server.path("OS-SRV-USG:launched_at").asText()).isEqualTo("2026-11-21T00:00:00.000000");
        assertThat(server.path("OS-EXT-STS:power_state").asInt()).isEqualTo(1);
    }

    @Test
    void aServerOnAVolumeHasNoImage() {
        String id = world.cloud.addServer(ServerSpec.active("web", "compute1").withKind(ServerSpec.Kind.VOLUME));

        assertThat(world.server(id).path("image").isTextual()).isTrue();
        assertThat(world.server(id).path("image").asText()).isEmpty();
        assertThat(world.server(id).path("os-extended-volumes:volumes_attached"))
                .hasSize(1);
    }

    @Test
    void theStatusFollowsFromVmStateAndTask() {
        assertThat(status(VmState.STOPPED, null)).isEqualTo("SHUTOFF");
        assertThat(status(VmState.PAUSED, null)).isEqualTo("PAUSED");
        assertThat(status(VmState.RESCUED, null)).isEqualTo("RESCUE");
        assertThat(status(VmState.RESIZED, null)).isEqualTo("VERIFY_RESIZE");
        assertThat(status(VmState.BUILDING, "spawning")).isEqualTo("BUILD");
        assertThat(status(VmState.ERROR, "rebuild_spawning")).isEqualTo("REBUILD");
        assertThat(status(VmState.PAUSED, "rebuilding")).isEqualTo("PAUSED");
        assertThat(status(VmState.ACTIVE, "rebooting_hard")).isEqualTo("HARD_REBOOT");
        assertThat(status(VmState.ACTIVE, "migrating")).isEqualTo("MIGRATING");
        assertThat(status(VmState.ACTIVE, "deleting")).isEqualTo("ACTIVE");
        assertThat(status(VmState.SOFT_DELETED, null)).isEqualTo("SOFT_DELETED");
    }

    @Test
    void oneThatWasNeverLaunchedSaysSo() {
        String id = world.cloud.addServer(ServerSpec.active("web", "compute1").in(VmState.BUILDING));

        assertThat(world.server(id).path("OS-SRV-USG:launched_at").isNull()).isTrue();
        assertThat(world.server(id).path("OS-EXT-STS:power_state").asInt()).isZero();
    }

    @Test
    void theListIsOfOneHostOrOfAllTheNewestFirst() {
        world.addServer("first", "compute1");
        world.addServer("second", "compute2");
        world.addServer("third", "compute1");

        assertThat(names("all_tenants=1")).containsExactly("third", "second", "first");
        assertThat(names("all_tenants=1&host=compute1")).containsExactly("third", "first");
        assertThat(names("all_tenants=1&host=nosuch")).isEmpty();
        assertThat(names("")).isEmpty();
    }

    @Test
    void aListIsCutIntoPagesThatLeadOn() {
        for (int i = 1; i <= 5; i++) {
            world.addServer("web" + i, "compute1");
        }

        List<String> seen = new ArrayList<>();
        Reply page = world.nova.get("/servers/detail?all_tenants=1&host=compute1&limit=2");
        assertThat(page.json().path("servers_links").path(0).path("href").asText())
                .startsWith(world.simulator.address()
                        + "/compute/v2.1/servers/detail?all_tenants=1&host=compute1&limit=2&marker=");
        while (true) {
            seen.addAll(page.json().path("servers").findValuesAsText("name"));
            String next = page.json().path("servers_links").path(0).path("href").asText("");
            if (next.isEmpty()) {
                break;
            }
            assertThat(next.split("marker=", -1)).hasSize(2);
            page = world.nova.get(next.substring(next.indexOf("/servers/detail")));
        }

        assertThat(seen).containsExactly("web5", "web4", "web3", "web2", "web1");
    }

    @Test
    void novaCutsALongListWithoutBeingAsked() {
        try (World small = new World(CloudOptions.DEFAULTS.withListLimit(3))) {
            for (int i = 1; i <= 4; i++) {
                small.addServer("web" + i, "compute1");
            }

            JsonNode body =
                    small.nova.get("/servers/detail?all_tenants=1&limit=1000").json();

            assertThat(body.path("servers")).hasSize(3);
            assertThat(body.path("servers_links").path(0).path("rel").asText()).isEqualTo("next");
        }
    }

    @Test
    void badParametersAreRefusedInNovasWords() {
        assertThat(world.nova.get("/servers/detail?limit=-1").words())
                .isEqualTo("Invalid input for query parameters limit. Value: -1. '-1' does not match '^[0-9]*$'");
        assertThat(world.nova.get("/servers/detail?changes-since=noon").words())
                .isEqualTo(
                        "Invalid input for query parameters changes-since. Value: noon. 'noon' is not a 'date-time'");
        assertThat(world.nova.get("/servers/detail?marker=x").words()).isEqualTo("marker [x] not found");
        assertThat(world.nova.get("/servers/detail?all_tenants=maybe").words())
                .startsWith("Unrecognized value 'maybe', acceptable values are:");
        Reply missing = world.nova.get("/servers/nosuch");
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.words()).isEqualTo("Instance nosuch could not be found.");
    }

    @Test
    void softDeletedServersAreListedOnlyAmongTheChangesOrIfAskedFor() {
        world.cloud.addServer(ServerSpec.active("soft", "compute1").in(VmState.SOFT_DELETED));
        world.addServer("web", "compute1");

        assertThat(names("all_tenants=1")).containsExactly("web");
        assertThat(names("all_tenants=1&deleted=true")).containsExactly("soft");
        assertThat(names("all_tenants=1&changes-since=2026-11-20T00:00:00Z")).containsExactly("web", "soft");
    }

    @Test
    void theChangesSinceATimeHaveTheDeletedServersToo() {
        String deleted = world.addServer("deleted", "compute1");
        world.addServer("unchanged", "compute1");
        String stopped = world.addServer("stopped", "compute1");
        world.passSeconds(10);
        world.nova.act(stopped, "{\"os-stop\": null}");
        assertThat(world.nova.delete("/servers/" + deleted).status()).isEqualTo(204);
        world.passSeconds(1);

        assertThat(names("all_tenants=1&changes-since=2026-11-21T00:00:10Z")).containsExactly("stopped", "deleted");
        JsonNode gone = world.nova
                .get("/servers/detail?all_tenants=1&deleted=true")
                .json()
                .path("servers")
                .path(0);
        assertThat(gone.path("status").asText()).isEqualTo("DELETED");
        assertThat(gone.path("OS-EXT-SRV-ATTR:host").asText()).isEqualTo("compute1");
        assertThat(gone.path("OS-SRV-USG:terminated_at").asText()).isEqualTo("2026-11-21T00:00:10.000000");
        assertThat(world.nova.get("/servers/" + deleted).status()).isEqualTo(404);
    }

    @Test
    void aTimeOfChangeIsKeptInWholeSeconds() {
        String id = world.addServer("web", "compute1");
        world.passMillis(10_500);
        world.nova.act(id, "{\"os-stop\": null}");

        assertThat(names("all_tenants=1&changes-since=2026-11-21T00:00:10Z")).containsExactly("web");
        assertThat(names("all_tenants=1&changes-since=2026-11-21T00:00:10.200Z"))
                .isEmpty();
    }

    @Test
    void stoppingStartingAndRebootingTakeAMoment() {
        String id = world.addServer("web", "compute1");

        assertThat(world.nova.act(id, "{\"os-stop\": null}").status()).isEqualTo(202);
        assertThat(world.state(id)).isEqualTo("ACTIVE/powering-off on compute1, no record");
        assertThat(world.nova.act(id, "{\"os-stop\": null}").words())
                .isEqualTo("Cannot 'stop' instance " + id + " while it is in task_state powering-off");
        world.passMillis(300);
        assertThat(world.state(id)).isEqualTo("SHUTOFF/none on compute1, no record");
        assertThat(world.cloud.ledger().runsOn(id)).isEmpty();

        assertThat(world.nova.act(id, "{\"os-start\": null}").status()).isEqualTo(202);
        assertThat(world.state(id)).isEqualTo("SHUTOFF/powering-on on compute1, no record");
        world.passMillis(300);
        assertThat(world.cloud.ledger().runsOn(id)).containsExactly("compute1");

        assertThat(world.nova.act(id, "{\"reboot\": {\"type\": \"HARD\"}}").status())
                .isEqualTo(202);
        assertThat(world.state(id)).isEqualTo("HARD_REBOOT/rebooting_hard on compute1, no record");
        world.passMillis(300);
        assertThat(world.state(id)).isEqualTo("ACTIVE/none on compute1, no record");
        assertThat(world.nova.act(id, "{\"os-start\": null}").words())
                .isEqualTo("Cannot 'start' instance " + id + " while it is in vm_state active");
    }

    @Test
    void theStateCanBeReset() {
        String id = world.addServer("web", "compute1");

        assertThat(world.nova
                        .act(id, "{\"os-resetState\": {\"state\": \"error\"}}")
                        .status())
                .isEqualTo(202);
        assertThat(world.state(id)).isEqualTo("ERROR/none on compute1, no record");
        assertThat(world.server(id).has("fault")).isFalse();
        assertThat(world.nova
                        .act(id, "{\"os-resetState\": {\"state\": \"bogus\"}}")
                        .words())
                .isEqualTo(
                        "Invalid input for field/attribute state. Value: bogus. 'bogus' is not one of ['active', 'error']");
    }

    @Test
    void aServerOnADeadHostIsDeletedOnlyOnceNovaKnows() {
        String early = world.addServer("early", "compute1");
        String late = world.addServer("late", "compute1");
        world.cloud.killHost("compute1");

        world.nova.delete("/servers/" + early);
        world.passSeconds(10);
        assertThat(world.state(early)).isEqualTo("ACTIVE/deleting on compute1, no record");

        world.nova.delete("/servers/" + late);
        assertThat(world.nova.get("/servers/" + late).status()).isEqualTo(404);
    }

    @Test
    void hostStatusIsNovasOpinionOfTheHost() {
        String id = world.addServer("web", "compute1");
        assertThat(hostStatus(id)).isEqualTo("UP");

        world.cloud.killHost("compute1");
        world.passSeconds(10);
        assertThat(hostStatus(id)).isEqualTo("UNKNOWN");
        world.cloud.disableService("compute1", "dead");
        assertThat(hostStatus(id)).isEqualTo("MAINTENANCE");
        world.change("compute1", "{\"forced_down\": true}");
        assertThat(hostStatus(id)).isEqualTo("DOWN");
    }

    private String hostStatus(String id) {
        return world.server(id).path("host_status").asText();
    }

    private String status(VmState state, @Nullable String task) {
        ServerSpec spec = ServerSpec.active("web", "compute1").in(state);
        return world.server(world.cloud.addServer(task == null ? spec : spec.withTask(task)))
                .path("status")
                .asText();
    }

    private List<String> names(String query) {
        return world.nova.get("/servers/detail?" + query).json().path("servers").findValuesAsText("name");
    }
}
