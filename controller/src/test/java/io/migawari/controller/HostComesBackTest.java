// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.config.ReturnSettings;
import io.migawari.config.ReturnSettings.Role;
import io.migawari.simulator.cloud.ServiceReading;
import io.migawari.simulator.nova.HostFaults;
import io.migawari.simulator.nova.ServerSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Hosts that come back after their recovery, or during it. */
class HostComesBackTest {

    private static final ReturnSettings QUICK = settings(1000, Role.NORMAL);

    private final List<Trial> trials = new ArrayList<>();

    @AfterEach
    void close() {
        trials.forEach(Trial::assertNoHarm);
        trials.forEach(Trial::close);
    }

    private static ReturnSettings settings(int failures, Role role) {
        return new ReturnSettings(true, Duration.ofSeconds(1), failures, Duration.ofHours(1), role);
    }

    private Trial trial(ReturnSettings returns) {
        var trial = new Trial("reserved_host", Trial.recovery(returns));
        trials.add(trial);
        trial.reserve("compute3");
        return trial;
    }

    private static ServiceReading service(Trial trial) {
        return trial.cloud.services().stream()
                .filter(service -> service.host().equals("compute1"))
                .findFirst()
                .orElseThrow();
    }

    private static void assertOutOfUse(Trial trial) {
        assertThat(service(trial).enabled()).isFalse();
        assertThat(service(trial).forcedDown()).isTrue();
    }

    private static void assertInUse(Trial trial) {
        assertThat(service(trial).enabled()).isTrue();
        assertThat(service(trial).forcedDown()).isFalse();
        assertThat(service(trial).up()).isTrue();
    }

    @Test
    void aHostThatComesBackAfterItsRecoveryIsPutToUseAgainAndWhatStayedOnItIsNamed() {
        Trial trial = trial(QUICK);
        String moved = trial.server("moved");
        String optedOut = trial.cloud.addServer(
                ServerSpec.active("opted-out", "compute1").withMetadata(Map.of("HA_Enabled", "False")));
        trial.fail("compute1");
        trial.untilPhase("compute1", "recovered");
        assertOutOfUse(trial);
        assertThat(trial.comingBack("compute1").path("phase").asText()).isEqualTo("away");

        trial.cloud.startHost("compute1");
        JsonNode incident = trial.untilBack("compute1", "recovered");

        assertInUse(trial);
        trial.assertOn(moved, "compute3", "ACTIVE");
        assertThat(trial.cloud.ledger().runsOn(optedOut)).isEmpty();
        assertThat(incident.path("message").asText())
                .isEqualTo("compute1 gets new instances again; off since its failure, and still on it: opted-out; "
                        + "next step: openstack server start");
        assertThat(incident.path("failure_uuid").asText())
                .isEqualTo(trial.incident("compute1").path("uuid").asText());
    }

    @Test
    void aHostThatComesBackInTheMiddleOfItsRecoveryStaysOutUntilItsNovaComputeHasStartedOnceMore() {
        Trial trial = trial(QUICK);
        List<String> servers = List.of(trial.server("a"), trial.server("b"), trial.server("c"));
        // long enough for the host to be back before they have arrived, on a busy machine, too
        trial.cloud.setFaults("compute3", HostFaults.NONE.withSpawnDelay(Duration.ofSeconds(10)));
        trial.fail("compute1");
        // A nova-compute that starts before the conductor has taken an evacuation up completes its record, as in Nova;
        // then
        // none is left that could say "done" later. What is meant here is the time after that.
        await().until(() -> servers.stream()
                .allMatch(s -> trial.cloud.server(s).taskState().equals(Optional.of("rebuild_spawning"))));

        trial.cloud.startHost("compute1");
        trial.untilPhase("compute1", "recovered");
        servers.forEach(server -> trial.assertOn(server, "compute3", "ACTIVE"));
        JsonNode incident = trial.untilReturnWaitsFor("compute1", "stale_copies");
        assertThat(incident.at("/waiting/next_step").asText())
                .startsWith("restart nova-compute on compute1, which clears them away");
        assertOutOfUse(trial);

        trial.cloud.startHost("compute1"); // its nova-compute is restarted
        trial.untilBack("compute1", "recovered");
        assertInUse(trial);
        servers.forEach(server -> trial.assertOn(server, "compute3", "ACTIVE"));
    }

    @Test
    void whatAPersonDisablesWhileItIsAwayStaysDisabled() {
        Trial trial = trial(QUICK);
        trial.server("vm");
        trial.fail("compute1");
        trial.untilPhase("compute1", "recovered");
        trial.cloud.disableService("compute1", "ticket 4711");

        trial.cloud.startHost("compute1");
        JsonNode incident = trial.untilBack("compute1", "recovered");

        assertThat(incident.path("message").asText()).contains("stays disabled (reason: ticket 4711)");
        assertThat(service(trial).enabled()).isFalse();
        assertThat(service(trial).forcedDown()).isFalse();
    }

    @Test
    void aHostThatFailsAgainIsRecoveredAgainAndThenHeldForAPerson() {
        Trial trial = trial(settings(2, Role.NORMAL));
        trial.reserve("compute4");
        trial.server("first");
        trial.fail("compute1");
        trial.untilPhase("compute1", "recovered");
        trial.cloud.startHost("compute1");
        trial.untilBack("compute1", "recovered");
        String second = trial.server("second");

        trial.fail("compute1");
        trial.untilPhase("compute1", "recovered");
        trial.assertOn(second, "compute4", "ACTIVE");
        trial.cloud.startHost("compute1");

        JsonNode incident = trial.untilReturnWaitsFor("compute1", "flapping");
        assertThat(service(trial).enabled()).isFalse();
        assertThat(incident.at("/waiting/message").asText()).contains("has failed 2 times within 1h");
        trial.post(
                "/migawari/v1/incidents/" + incident.path("uuid").asText() + "/cancel", "{'reason': 'broken memory'}");
        trial.untilBack("compute1", "dismissed");
        assertThat(service(trial).enabled()).isFalse();
    }

    @Test
    void aReturnedHostTakesThePlaceOfTheReservedHostThatWasUsedUp() {
        Trial trial = trial(settings(1000, Role.RESERVED));
        String server = trial.server("vm");
        trial.fail("compute1");
        trial.untilPhase("compute1", "recovered");
        assertThat(trial.get("/migawari/v1/reserved-hosts").path("reserved_hosts"))
                .isEmpty();

        trial.cloud.startHost("compute1");
        trial.untilBack("compute1", "recovered");
        JsonNode reserved = trial.get("/migawari/v1/reserved-hosts").path("reserved_hosts");
        assertThat(reserved).hasSize(1);
        assertThat(reserved.at("/0/host").asText()).isEqualTo("compute1");
        assertThat(service(trial).enabled()).isFalse();

        trial.cloud.killHost("compute3");
        trial.report("compute3", "NORMAL");
        trial.untilPhase("compute3", "recovered");
        trial.assertOn(server, "compute1", "ACTIVE");
    }

    @Test
    void anotherControllerInEachPhaseBringsItBackJustTheSame() {
        Trial trial = trial(new ReturnSettings(true, Duration.ofSeconds(3), 1000, Duration.ofHours(1), Role.NORMAL));
        String server = trial.server("vm");
        trial.fail("compute1");
        trial.untilPhase("compute1", "recovered");
        List<String> phases = new ArrayList<>();
        trial.cloud.startHost("compute1");

        await().atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    String phase = trial.comingBack("compute1").path("phase").asText();
                    if (!phases.contains(phase)) {
                        phases.add(phase);
                        trial.stopController();
                        trial.startController();
                    }
                    return phase.equals("recovered");
                });

        assertThat(phases).startsWith("away").contains("trying_out").endsWith("recovered");
        assertInUse(trial);
        trial.assertOn(server, "compute3", "ACTIVE");
        // 1 is the first controller's. How many of the others it lived to see is a matter of the machine's speed.
        assertThat(trial.comingBack("compute1").path("epoch").asInt()).isGreaterThan(1);
    }
}
