// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.foresight;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.controller.Trial;
import io.migawari.simulator.nova.ServerGroup.Policy;
import io.migawari.simulator.nova.ServerSpec;
import io.migawari.simulator.nova.VmState;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a plan says, and whether it then really happens. */
class PlanTest {

    private final TrialWithRoom world = new TrialWithRoom();

    /** Trials of other methods are opened by the tests that need them. */
    private static final class TrialWithRoom {
        private Trial trial = new Trial("reserved_host");

        Trial of(String method) {
            trial.close();
            trial = new Trial(method);
            return trial;
        }
    }

    @AfterEach
    void close() {
        world.trial.close();
    }

    private JsonNode plan(String host) {
        return world.trial.get("/migawari/v1/hosts/" + host + "/plan").path("plan");
    }

    private static JsonNode fate(JsonNode plan, String name) {
        for (JsonNode instance : plan.path("instances")) {
            if (instance.path("instance_name").asText().equals(name)) {
                return instance;
            }
        }
        throw new AssertionError(name + " is not in " + plan.toPrettyString());
    }

    private static Map<String, String> destinations(JsonNode plan) {
        Map<String, String> destinations = new TreeMap<>();
        plan.path("instances")
                .forEach(instance -> destinations.put(
                        instance.path("instance_name").asText(),
                        instance.path("destination").asText("-")));
        return destinations;
    }

    @Test
    void withAReservedHostEverythingGoesThereAndThenItReallyDoes() {
        Trial trial = world.trial;
        trial.reserve("compute3");
        trial.server("web-1");
        trial.cloud.addServer(ServerSpec.active("web-2", "compute1").in(VmState.STOPPED));
        trial.cloud.addServer(ServerSpec.active("web-3", "compute1").in(VmState.PAUSED));
        trial.cloud.addServer(ServerSpec.active("first", "compute1").withMetadata(Map.of("HA_Enabled", "true")));

        JsonNode plan = plan("compute1");

        assertThat(destinations(plan))
                .isEqualTo(Map.of("web-1", "compute3", "web-2", "compute3", "web-3", "-", "first", "compute3"));
        assertThat(plan.at("/instances/0/instance_name").asText()).isEqualTo("first");
        assertThat(plan.at("/reserved_hosts/0").asText()).isEqualTo("compute3");
        assertThat(fate(plan, "web-3").path("end").asText()).isEqualTo("cannot_be_moved");
        assertThat(fate(plan, "web-3").path("message").asText()).contains("Nova evacuates no paused instance");
        assertThat(plan.path("survives").asBoolean()).isFalse();
        assertThat(plan.path("waits_first").isNull()).isTrue();

        trial.fail("compute1");
        trial.untilPhase("compute1", "recovered");

        for (JsonNode instance : plan.path("instances")) {
            JsonNode move =
                    trial.move("compute1", instance.path("instance_name").asText());
            assertThat(move.path("destination").asText("-"))
                    .isEqualTo(instance.path("destination").asText("-"));
        }
        trial.assertNoHarm();
    }

    @Test
    void aPlanChangesNothing() {
        Trial trial = world.trial;
        trial.reserve("compute3");
        trial.server("web-1");
        trial.simulator.resetCalls();

        plan("compute1");

        assertThat(trial.simulator.calls())
                .allSatisfy(call -> assertThat(call.method()).isIn("GET"));
        assertThat(trial.simulator.calls().stream()
                        .mapToLong(call -> call.times())
                        .sum())
                .as("however many hosts and instances there are")
                .isLessThanOrEqualTo(9);
        assertThat(trial.get("/migawari/v1/incidents").path("incidents")).isEmpty();
    }

    @Test
    void whatFindsNoRoomIsNamedWithTheReason() {
        Trial trial = world.trial;
        trial.cloud.addHost("small", "nova", 2);
        trial.post(
                "/v1/segments/"
                        + trial.get("/v1/segments").at("/segments/0/uuid").asText() + "/hosts",
                "{'host': {'name': 'small', 'type': 'COMPUTE', 'control_attributes': 'none', 'reserved': true}}");
        trial.cloud.disableService("small", "reserved");
        for (int i = 1; i <= 3; i++) {
            trial.server("web-" + i);
        }

        JsonNode plan = plan("compute1");

        assertThat(destinations(plan)).isEqualTo(Map.of("web-1", "small", "web-2", "small", "web-3", "-"));
        assertThat(fate(plan, "web-3").path("end").asText()).isEqualTo("fits_nowhere");
        assertThat(fate(plan, "web-3").path("message").asText())
                .isEqualTo("small has too little room (MEMORY_MB 0 of 64, VCPU 0 of 1)");
        assertThat(plan.path("survives").asBoolean()).isFalse();
    }

    @Test
    void aFullReservedHostIsFollowedByTheNextAndThenByTheScheduler() {
        Trial trial = world.of("rh_priority");
        trial.cloud.addHost("small", "nova", 1);
        trial.post(
                "/v1/segments/"
                        + trial.get("/v1/segments").at("/segments/0/uuid").asText() + "/hosts",
                "{'host': {'name': 'small', 'type': 'COMPUTE', 'control_attributes': 'none', 'reserved': true}}");
        trial.cloud.disableService("small", "reserved");
        trial.server("web-1");
        trial.server("web-2");

        JsonNode plan = plan("compute1");

        assertThat(fate(plan, "web-1").path("destination").asText()).isEqualTo("small");
        assertThat(fate(plan, "web-2").path("destination").asText()).startsWith("compute");
        assertThat(fate(plan, "web-2").path("chosen_by_nova").asBoolean()).isTrue();
        assertThat(plan.path("survives").asBoolean()).isTrue();
        assertThat(plan.path("caveats").toString()).contains("its own affair");
    }

    @Test
    void theSchedulerSpreadsOverWhatIsFree() {
        Trial trial = world.of("auto");
        for (int i = 2; i <= 5; i++) {
            trial.cloud.disableService("compute" + i, "not for this test");
        }
        trial.cloud.addHost("small1", "nova", 1);
        trial.cloud.addHost("small2", "nova", 2);
        for (int i = 1; i <= 4; i++) {
            trial.server("web-" + i);
        }

        JsonNode plan = plan("compute1");

        assertThat(destinations(plan).values()).containsExactlyInAnyOrder("small1", "small2", "small2", "-");
    }

    @Test
    void anAffinityGroupCannotLeaveAndAnAntiAffinityGroupIsKeptApart() {
        Trial trial = world.of("auto");
        for (int i = 4; i <= 5; i++) {
            trial.cloud.disableService("compute" + i, "not for this test");
        }
        String together = trial.server("together");
        trial.cloud.addServerGroup("pair", Policy.AFFINITY, List.of(together));
        String apart1 = trial.server("apart-1");
        String apart2 = trial.server("apart-2");
        String apart3 = trial.cloud.addServer(ServerSpec.active("apart-3", "compute2"));
        trial.cloud.addServerGroup("quorum", Policy.ANTI_AFFINITY, List.of(apart1, apart2, apart3));

        JsonNode plan = plan("compute1");

        assertThat(fate(plan, "together").path("message").asText()).contains("affinity group pair");
        assertThat(fate(plan, "apart-1").path("destination").asText()).isEqualTo("compute3");
        assertThat(fate(plan, "apart-2").path("end").asText()).isEqualTo("fits_nowhere");
        assertThat(fate(plan, "apart-2").path("message").asText()).contains("anti-affinity group quorum");

        trial.fail("compute1");
        trial.untilWaitingFor("compute1", "no_destination");
        assertThat(trial.move("compute1", "together").path("state").asText()).isEqualTo("planned");
        long gone = List.of("apart-1", "apart-2").stream()
                .filter(name ->
                        trial.move("compute1", name).path("state").asText().equals("succeeded"))
                .count();
        assertThat(gone).isLessThanOrEqualTo(1);
    }

    @Test
    void withoutAReservedHostNothingGoesAnywhereAndWhyIsSaid() {
        Trial trial = world.trial;
        trial.server("web-1");

        JsonNode plan = plan("compute1");

        assertThat(fate(plan, "web-1").path("message").asText()).contains("no reserved host left");
        assertThat(plan.path("survives").asBoolean()).isFalse();
    }

    @Test
    void whatTheRecoveryWouldFirstWaitForIsSaidAndTheRestIsPlayedAsIfItHadPassed() {
        Trial trial = world.trial;
        trial.reserve("compute3");
        trial.server("web-1");
        trial.put(
                "/v1/segments/"
                        + trial.get("/v1/segments").at("/segments/0/uuid").asText(),
                "{'segment': {'enabled': false}}");

        JsonNode plan = plan("compute1");

        assertThat(plan.at("/waits_first/for").asText()).isEqualTo("segment_disabled");
        assertThat(fate(plan, "web-1").path("destination").asText()).isEqualTo("compute3");
    }

    @Test
    void aHostThatNobodyKnowsHasNoPlan() {
        assertThat(world.trial
                        .send("GET", "/migawari/v1/hosts/nowhere/plan", "")
                        .statusCode())
                .isEqualTo(404);
        Trial trial = world.trial;
        trial.cloud.killHost("compute2");
        assertThat(trial.send("GET", "/migawari/v1/hosts/compute2/plan", "").statusCode())
                .as("dead, but known")
                .isEqualTo(200);
    }
}
