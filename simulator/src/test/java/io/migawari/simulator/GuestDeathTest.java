// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.simulator.identity.User;
import io.migawari.simulator.nova.ServerFaults;
import io.migawari.simulator.nova.ServerSpec;
import io.migawari.simulator.nova.VmState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What Nova says of a guest that has gone while its host lives, as it was seen on Nova 26.2 with real libvirt. */
class GuestDeathTest {

    private static final String STOP = "{\"os-stop\": null}";
    private static final String START = "{\"os-start\": null}";
    private static final String HARD = "{\"reboot\": {\"type\": \"HARD\"}}";

    private final World world = new World();
    private final String server = world.addServer("web", "compute1");

    @AfterEach
    void close() {
        world.close();
    }

    private String state() {
        JsonNode shown = world.server(server);
        return shown.path("OS-EXT-STS:vm_state").asText() + "/"
                + shown.path("OS-EXT-STS:task_state").asText("none") + "/"
                + shown.path("OS-EXT-STS:power_state").asInt();
    }

    private List<JsonNode> actions() {
        List<JsonNode> all = new ArrayList<>();
        world.nova
                .get("/servers/" + server + "/os-instance-actions")
                .json()
                .path("instanceActions")
                .forEach(all::add);
        return all;
    }

    private String actionNames() {
        return String.join(
                " ", actions().stream().map(a -> a.path("action").asText()).toList());
    }

    private boolean runs() {
        return world.cloud.ledger().runsOn(server).contains("compute1");
    }

    @Test
    void novaBelievesForFifteenSecondsThatItRunsAndThenStopsItAsNobody() {
        world.cloud.killGuest(server);
        world.passSeconds(14);
        assertThat(state()).isEqualTo("active/none/1");
        assertThat(runs()).isFalse();

        world.passSeconds(1);
        assertThat(state()).isEqualTo("active/powering-off/4");
        world.passSeconds(1);

        assertThat(state()).isEqualTo("stopped/none/4");
        assertThat(actions()).singleElement().satisfies(stop -> {
            assertThat(stop.path("action").asText()).isEqualTo("stop");
            assertThat(stop.path("user_id").isNull()).isTrue();
            assertThat(stop.path("project_id").isNull()).isTrue();
            assertThat(stop.path("request_id").asText()).startsWith("req-");
            assertThat(stop.path("start_time").asText()).isEqualTo("2026-11-21T00:00:15.000000");
            assertThat(stop.path("message").isNull()).isTrue();
        });
    }

    @Test
    void aPausedOneIsStoppedInTheSameWay() {
        String paused = world.cloud.addServer(ServerSpec.active("p", "compute1").in(VmState.PAUSED));
        world.cloud.killGuest(paused);
        world.passSeconds(16);

        assertThat(world.server(paused).path("OS-EXT-STS:vm_state").asText()).isEqualTo("stopped");
    }

    @Test
    void stoppedAndStartedBeforeThatItStaysUp() {
        world.cloud.killGuest(server);
        Reply stop = world.nova.act(server, STOP);
        assertThat(stop.status()).isEqualTo(202);
        assertThat(state()).isEqualTo("active/powering-off/1");
        world.passSeconds(1);
        assertThat(state()).isEqualTo("stopped/none/4");
        Reply start = world.nova.act(server, START);
        world.passSeconds(1);
        assertThat(state()).isEqualTo("active/none/1");

        world.passSeconds(30);

        assertThat(state()).isEqualTo("active/none/1");
        assertThat(runs()).isTrue();
        assertThat(actions())
                .extracting(action -> action.path("request_id").asText())
                .containsExactly(start.header("x-openstack-request-id"), stop.header("x-openstack-request-id"));
        assertThat(actions())
                .extracting(action -> action.path("user_id").asText())
                .containsOnly(User.ADMIN.id());
    }

    @Test
    void rebootedHardBeforeThatItStaysUp() {
        world.cloud.killGuest(server);
        world.nova.act(server, HARD);
        world.passSeconds(30);

        assertThat(state()).isEqualTo("active/none/1");
        assertThat(runs()).isTrue();
        assertThat(actionNames()).isEqualTo("reboot");
    }

    @Test
    void oneInErrorCanBeStoppedAndStarted() {
        world.cloud.killGuest(server);
        world.nova.act(server, "{\"os-resetState\": {\"state\": \"error\"}}");
        assertThat(world.nova.act(server, STOP).status()).isEqualTo(202);
        world.passSeconds(1);
        assertThat(state()).isEqualTo("stopped/none/4");
        world.nova.act(server, START);
        world.passSeconds(1);

        assertThat(state()).isEqualTo("active/none/1");
        assertThat(actionNames()).isEqualTo("start stop resetState");
    }

    @Test
    void withoutLibvirtTheServiceDisablesItselfAndTakesOrdersWithoutDoingAnything() {
        world.cloud.killHypervisor("compute1");
        assertThat(world.service("compute1").path("status").asText()).isEqualTo("disabled");
        assertThat(world.service("compute1").path("state").asText()).isEqualTo("up");
        assertThat(world.service("compute1").path("disabled_reason").asText())
                .isEqualTo("AUTO: Connection to libvirt lost: 1");
        assertThat(world.nova.act(server, STOP).status()).isEqualTo(202);
        world.passSeconds(1);
        assertThat(state()).isEqualTo("active/none/1");
        assertThat(runs()).isTrue();
        assertThat(actions().get(0).path("message").asText()).isEqualTo("Error");
        assertThat(world.nova.act(server, HARD).status()).isEqualTo(202);
        world.passSeconds(1);
        assertThat(actions().get(0).path("message").asText()).isEqualTo("Error");
    }

    @Test
    void aGuestThatDiesWithoutLibvirtIsNeverNoticedAndTheServiceEnablesItselfLater() {
        world.cloud.killHypervisor("compute1");
        world.cloud.killGuest(server);
        world.cloud.startHypervisor("compute1");
        world.passSeconds(22);
        assertThat(world.service("compute1").path("status").asText()).isEqualTo("disabled");
        world.passSeconds(1);

        assertThat(world.service("compute1").path("status").asText()).isEqualTo("enabled");
        world.passSeconds(60);
        assertThat(state()).isEqualTo("active/none/1");
    }

    @Test
    void whatAPersonHasDisabledNovaNeitherRenamesNorEnables() {
        world.cloud.disableService("compute1", "ticket 4711");
        world.cloud.killHypervisor("compute1");
        world.cloud.startHypervisor("compute1");
        world.passSeconds(60);

        assertThat(world.service("compute1").path("disabled_reason").asText()).isEqualTo("ticket 4711");
    }

    @Test
    void aStartThatFailsLeavesItStopped() {
        world.nova.act(server, STOP);
        world.passSeconds(1);
        world.cloud.setServerFaults(server, ServerFaults.notStarting(1));
        assertThat(world.nova.act(server, START).status()).isEqualTo(202);
        world.passSeconds(1);
        assertThat(state()).isEqualTo("stopped/none/4");
        assertThat(actions().get(0).path("message").asText()).isEqualTo("Error");

        world.nova.act(server, START);
        world.passSeconds(1);

        assertThat(state()).isEqualTo("active/none/1");
    }

    @Test
    void theControlApiKillsGuestsAndHypervisorsToo() {
        assertThat(world.control.post("/servers/" + server + "/kill-guest", "").status())
                .isEqualTo(204);
        assertThat(runs()).isFalse();
        assertThat(world.control.post("/hosts/compute2/kill-hypervisor", "").status())
                .isEqualTo(204);
        assertThat(world.service("compute2").path("status").asText()).isEqualTo("disabled");
        assertThat(world.control.post("/servers/nobody/kill-guest", "").status())
                .isEqualTo(404);
        assertThat(world.nova.get("/servers/nobody/os-instance-actions").status())
                .isEqualTo(404);
    }
}
