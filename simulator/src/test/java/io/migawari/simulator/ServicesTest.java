// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.simulator.cloud.CloudOptions;
import io.migawari.simulator.cloud.SimulatedCloud;
import io.migawari.simulator.nova.HostFaults;
import io.migawari.simulator.nova.Timings;
import io.migawari.simulator.truth.Ids;
import io.migawari.time.ManualTime;
import io.migawari.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServicesTest {

    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void theListHasNovasKeys() {
        JsonNode services = world.nova.get("/os-services").json().path("services");

        assertThat(services.findValuesAsText("binary"))
                .startsWith("nova-scheduler", "nova-conductor")
                .hasSize(6);
        assertThat(world.service("compute4").toString()).isEqualTo("""
                        {"binary":"nova-compute","host":"compute4","id":"%s","zone":"nova2","status":"enabled",\
                        "state":"up","updated_at":"2026-11-21T00:00:00.000000","disabled_reason":null,"forced_down":false}""".formatted(Ids.uuid("service", 6)));
        JsonNode old =
                world.nova.at("2.10").get("/os-services?host=compute4").json().path("services");
        assertThat(old.path(0).path("id").asInt()).isEqualTo(6);
        assertThat(old.path(0).has("forced_down")).isFalse();
        assertThat(world.nova.get("/os-services?host=nosuch").json().path("services"))
                .isEmpty();
    }

    @Test
    void aDeadHostIsUpUntilItsLastHeartbeatIsTooOld() {
        world.passMillis(1500);
        world.cloud.killHost("compute1");

        world.passMillis(5500);
        assertThat(world.service("compute1").path("state").asText()).isEqualTo("up");
        world.passMillis(1);
        assertThat(world.service("compute1").path("state").asText()).isEqualTo("down");
        assertThat(updatedAt("compute1")).isEqualTo("2026-11-21T00:00:01.000000");
        assertThat(world.service("compute2").path("state").asText()).isEqualTo("up");
        assertThat(updatedAt("compute2")).isEqualTo("2026-11-21T00:00:07.000000");
    }

    @Test
    void withNovasOwnSettingsADeadHostIsUpForAMinute() {
        Timings slow = Timings.DEFAULTS.withHeartbeat(Duration.ofSeconds(10), Duration.ofSeconds(60));
        try (World own = new World(CloudOptions.DEFAULTS.withTimings(slow))) {
            own.passSeconds(15);
            own.cloud.killHost("compute1");

            own.passSeconds(55);
            assertThat(own.service("compute1").path("state").asText()).isEqualTo("up");
            own.passSeconds(1);
            assertThat(own.service("compute1").path("state").asText()).isEqualTo("down");
        }
    }

    @Test
    void disablingSaysWhyAndForgetsTheOldReason() {
        JsonNode first = world.change("compute1", "{\"status\": \"disabled\", \"disabled_reason\": \"broken fan\"}")
                .json()
                .path("service");
        assertThat(first.path("status").asText()).isEqualTo("disabled");
        assertThat(first.path("disabled_reason").asText()).isEqualTo("broken fan");

        JsonNode second =
                world.change("compute1", "{\"status\": \"disabled\"}").json().path("service");
        assertThat(second.path("disabled_reason").isNull()).isTrue();

        JsonNode third =
                world.change("compute1", "{\"status\": \"enabled\"}").json().path("service");
        assertThat(third.path("status").asText()).isEqualTo("enabled");
    }

    @Test
    void aChangeSetsUpdatedAtLikeAHeartbeatButDoesNotRevive() {
        world.cloud.killHost("compute1");
        world.passMillis(10_500);

        JsonNode changed =
                world.change("compute1", "{\"status\": \"disabled\"}").json().path("service");
        assertThat(changed.path("updated_at").asText()).isEqualTo("2026-11-21T00:00:10.500000");
        assertThat(changed.path("state").asText()).isEqualTo("down");
        assertThat(updatedAt("compute1")).isEqualTo("2026-11-21T00:00:10.000000");

        world.passSeconds(5);
        world.change("compute1", "{\"status\": \"disabled\"}");
        assertThat(updatedAt("compute1")).isEqualTo("2026-11-21T00:00:10.000000");
        world.change("compute1", "{\"status\": \"disabled\", \"disabled_reason\": \"dead\"}");
        assertThat(updatedAt("compute1")).isEqualTo("2026-11-21T00:00:15.000000");
    }

    @Test
    void disablingAHostThatIsDeadAndStillUpIsAnsweredAfterAMinute() {
        world.cloud.killHost("compute1");

        Reply reply = world.change("compute1", "{\"status\": \"disabled\", \"disabled_reason\": \"dead\"}");

        assertThat(world.time.now()).isEqualTo(World.START.plusSeconds(60));
        assertThat(reply.status()).isEqualTo(200);
        JsonNode service = reply.json().path("service");
        assertThat(service.path("status").asText()).isEqualTo("disabled");
        assertThat(service.path("state").asText()).isEqualTo("down");
    }

    @Test
    void enablingAndRepeatedDisablingWaitAsWell() {
        world.cloud.killService("compute1");

        world.change("compute1", "{\"status\": \"enabled\"}");

        assertThat(world.time.now()).isEqualTo(World.START.plusSeconds(60));
    }

    @Test
    void theMinuteIsAsLongAsTheSettingSaysAndTheChangeIsSeenMeanwhile() {
        CloudOptions options =
                CloudOptions.DEFAULTS.withTimings(Timings.DEFAULTS.withRpcTimeout(Duration.ofSeconds(4)));
        try (World quick = new World(options)) {
            quick.cloud.killHost("compute1");

            JsonNode service = quick.change("compute1", "{\"status\": \"disabled\"}")
                    .json()
                    .path("service");

            assertThat(quick.time.now()).isEqualTo(World.START.plusSeconds(4));
            assertThat(service.path("state").asText()).isEqualTo("up");
        }
    }

    @Test
    void theWaitEndsWhenTheHostReturns() throws IOException {
        ManualTime clock = new ManualTime(World.START);
        ActingTime time = new ActingTime(clock);
        SimulatedCloud cloud = new SimulatedCloud(time);
        cloud.addHost("compute1");
        cloud.killService("compute1");
        time.doAt(World.START.plusSeconds(10), () -> cloud.startHost("compute1"));
        try (SimulatorServer simulator = SimulatorServer.start(cloud)) {
            String token =
                    Client.signIn(simulator, "admin", "admin-secret", "admin").header("X-Subject-Token");
            Client nova = new Client(simulator.address(), "/compute/v2.1", Map.of("X-Auth-Token", token)).at("2.59");

            Reply reply = nova.put("/os-services/" + Ids.uuid("service", 3), "{\"status\": \"disabled\"}");

            assertThat(reply.status()).isEqualTo(200);
            assertThat(clock.now()).isEqualTo(World.START.plusSeconds(10));
        }
    }

    @Test
    void afterForcingDownNothingWaits() {
        world.cloud.killHost("compute1");

        JsonNode forced =
                world.change("compute1", "{\"forced_down\": true}").json().path("service");
        assertThat(forced.path("state").asText()).isEqualTo("down");
        assertThat(forced.path("forced_down").asBoolean()).isTrue();
        world.change("compute1", "{\"status\": \"disabled\"}");
        world.cloud.killHost("compute2");
        world.change("compute2", "{\"forced_down\": true, \"status\": \"disabled\"}");

        assertThat(world.time.now()).isEqualTo(World.START);
    }

    @Test
    void aHostCannotBeForcedUpWhileDoneEvacuationsWaitForIt() {
        String server = world.addServer("web", "compute1");
        world.loseHost("compute1");
        world.nova.evacuate(server, "compute2");
        world.passSeconds(5);
        assertThat(world.state(server)).isEqualTo("ACTIVE/none on compute2, done");

        Reply refused = world.change("compute1", "{\"forced_down\": false}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.words())
                .isEqualTo("Unable to force up host compute1 as `done` evacuation migration records remain associated"
                        + " with the host. Ensure the compute service has been restarted, allowing these records to move"
                        + " to `completed` before retrying this request.");
        assertThat(world.service("compute1").path("forced_down").asBoolean()).isTrue();

        world.cloud.startHost("compute1");
        assertThat(world.change("compute1", "{\"forced_down\": false}").status())
                .isEqualTo(200);
        assertThat(world.service("compute1").path("state").asText()).isEqualTo("up");
    }

    @Test
    void aHostEnabledWhileItLooksDownIsNotScheduledToForAMinute() {
        String server = world.addServer("web", "compute1");
        world.change("compute2", "{\"status\": \"disabled\"}");
        world.change("compute2", "{\"forced_down\": true}");
        world.change("compute2", "{\"status\": \"enabled\"}");
        world.change("compute2", "{\"forced_down\": false}");
        world.loseHost("compute1");

        world.nova.evacuate(server, "compute2");
        world.passSeconds(5);
        assertThat(world.state(server)).isEqualTo("ERROR/none on compute1, error");

        world.passSeconds(60);
        world.nova.evacuate(server, "compute2");
        world.passSeconds(5);
        assertThat(world.state(server)).isEqualTo("ACTIVE/none on compute2, done");
    }

    @Test
    void aBadChangeIsRefusedInNovasWords() {
        assertThat(world.change("compute1", "{}").words())
                .isEqualTo("No updates were requested. Fields 'status' or 'forced_down' should be specified.");
        assertThat(world.change("compute1", "{\"status\": \"enabled\", \"disabled_reason\": \"x\"}")
                        .words())
                .isEqualTo("Specifying 'disabled_reason' with status 'enabled' is invalid.");
        assertThat(world.change("compute1", "{\"status\": \"off\"}").words())
                .isEqualTo(
                        "Invalid input for field/attribute status. Value: off. 'off' is not one of ['enabled', 'disabled']");
        assertThat(world.change("compute1", "{\"bogus\": 1}").words())
                .isEqualTo("Additional properties are not allowed ('bogus' was unexpected)");
        assertThat(world.change("compute1", "{bad").words()).isEqualTo("Malformed request body");
        assertThat(world.nova.put("/os-services/17", "{\"forced_down\": true}").words())
                .isEqualTo("Invalid uuid 17");
        String unknown = "11111111-1111-1111-1111-111111111111";
        Reply missing = world.nova.put("/os-services/" + unknown, "{\"forced_down\": true}");
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.words()).isEqualTo("Service " + unknown + " could not be found.");
        assertThat(world.nova
                        .put("/os-services/" + Ids.uuid("service", 1), "{\"forced_down\": true}")
                        .words())
                .isEqualTo(
                        "Updating a nova-scheduler service is not supported. Only nova-compute services can be updated.");
    }

    @Test
    void aFlappingServiceIsUpAndDownInTurn() {
        world.cloud.setFaults("compute1", HostFaults.NONE.withFlapping(Duration.ofSeconds(2)));

        StringBuilder seen = new StringBuilder();
        for (int second = 0; second < 8; second++) {
            seen.append(world.service("compute1").path("state").asText()).append(' ');
            world.passSeconds(1);
        }
        assertThat(seen).hasToString("up up down down up up down down ");

        world.cloud.setFaults("compute1", HostFaults.NONE);
        world.passSeconds(2);
        assertThat(world.service("compute1").path("state").asText()).isEqualTo("up");
    }

    @Test
    void slowHeartbeatsMakeAServiceDownBetweenThem() {
        world.passSeconds(3);
        world.cloud.setFaults("compute1", HostFaults.NONE.withHeartbeat(Duration.ofSeconds(10)));

        world.passSeconds(7);
        assertThat(world.service("compute1").path("state").asText()).isEqualTo("down");
        assertThat(updatedAt("compute1")).isEqualTo("2026-11-21T00:00:03.000000");
        world.passSeconds(3);
        assertThat(world.service("compute1").path("state").asText()).isEqualTo("up");
        assertThat(updatedAt("compute1")).isEqualTo("2026-11-21T00:00:13.000000");
    }

    private String updatedAt(String host) {
        return world.service(host).path("updated_at").asText();
    }

    /** A clock at which something happens while somebody sleeps. */
    private static final class ActingTime implements Time {

        private final ManualTime clock;
        private Instant due = Instant.MAX;
        private Runnable what = () -> {};

        ActingTime(ManualTime clock) {
            this.clock = clock;
        }

        void doAt(Instant time, Runnable action) {
            due = time;
            what = action;
        }

        @Override
        public Instant now() {
            return clock.now();
        }

        @Override
        public long nanos() {
            return clock.nanos();
        }

        @Override
        public void sleep(Duration duration) {
            clock.advance(duration);
            if (!clock.now().isBefore(due)) {
                due = Instant.MAX;
                what.run();
            }
        }
    }
}
