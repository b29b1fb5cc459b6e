// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.simulator.http.CallCount;
import io.migawari.simulator.nova.HostFaults;
import io.migawari.simulator.nova.PastAction;
import io.migawari.simulator.nova.PowerState;
import io.migawari.simulator.nova.Requester;
import io.migawari.simulator.nova.ServerFaults;
import io.migawari.simulator.nova.ServerSpec;
import io.migawari.simulator.nova.VmState;
import io.migawari.time.SystemTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Instances that die alone: a real controller on a real MariaDB, and the simulated cloud behind real HTTP. */
class InstanceRecoveryTest {

    private final Trial trial = new Trial("auto");

    @AfterEach
    void close() {
        trial.assertNoHarm();
        trial.close();
    }

    private List<String> actions(String server) {
        return trial.cloud.exclusively(nova ->
                nova.server(server).actions().stream().map(PastAction::name).toList());
    }

    private void untilNovaSays(String server, String status) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> trial.cloud.server(server).status().equals(status));
    }

    private String status(JsonNode reported) {
        return trial.notification(reported).path("status").asText();
    }

    @Test
    void aDeadGuestRunsAgainBeforeNovaHasNoticedAnything() {
        String server = trial.server("vm");
        trial.cloud.killGuest(server);
        assertThat(trial.cloud.server(server).status()).isEqualTo("ACTIVE"); // so it is believed

        JsonNode reported = trial.reportGuest("compute1", server);
        JsonNode incident = trial.untilPhase(reported, "recovered");

        trial.assertOn(server, "compute1", "ACTIVE");
        assertThat(actions(server)).containsExactly("start", "stop");
        assertThat(status(reported)).isEqualTo("finished");
        assertThat(incident.path("kind").asText()).isEqualTo("vm");
        assertThat(incident.path("instance_name").asText()).isEqualTo("vm");
        assertThat(incident.path("former_state").asText()).isEqualTo("active");
        assertThat(incident.path("moves")).isEmpty();
        assertThat(incident.path("message").asText()).startsWith("vm runs again on compute1 after ");
    }

    @Test
    void whatNovaHasStoppedItselfIsStartedAndWhatAPersonHasStoppedIsNot() {
        String died = trial.server("died");
        String stopped = trial.server("stopped");
        trial.cloud.killGuest(died);
        trial.cloud.exclusively(nova -> {
            nova.actions().stop(nova.server(stopped), new Requester("req-1", "ann", "demo"));
            return nova;
        });
        untilNovaSays(died, "SHUTOFF");
        untilNovaSays(stopped, "SHUTOFF");

        JsonNode first = trial.reportGuest("compute1", died);
        JsonNode second = trial.reportGuest("compute1", stopped);
        trial.untilPhase(first, "recovered");
        JsonNode left = trial.untilPhase(second, "dismissed");

        trial.assertOn(died, "compute1", "ACTIVE");
        trial.assertOn(stopped, "compute1", "SHUTOFF");
        assertThat(left.path("message").asText()).startsWith("stopped is left off: it was stopped by user ann at ");
        assertThat(status(second)).isEqualTo("ignored");
    }

    @Test
    void statesThatAreNobodysBusinessAreLeftAlone() {
        String optedOut = trial.cloud.addServer(
                ServerSpec.active("opted-out", "compute1").withMetadata(Map.of("HA_Enabled", "no")));
        String paused =
                trial.cloud.addServer(ServerSpec.active("paused", "compute1").in(VmState.PAUSED));
        String resized =
                trial.cloud.addServer(ServerSpec.active("resized", "compute1").in(VmState.RESIZED));

        JsonNode skipped = trial.reportGuest("compute1", optedOut);
        JsonNode ignored = trial.reportGuest("compute1", paused);
        JsonNode failed = trial.reportGuest("compute1", resized);
        JsonNode gone = trial.reportGuest("compute1", "00000000-0000-4000-8000-00000000dead");

        trial.untilPhase(skipped, "skipped");
        trial.untilPhase(ignored, "dismissed");
        JsonNode helpless = trial.untilPhase(failed, "failed");
        trial.untilPhase(gone, "dismissed");
        assertThat(List.of(status(skipped), status(ignored), status(failed), status(gone)))
                .containsExactly("finished", "ignored", "failed", "ignored");
        assertThat(helpless.path("message").asText()).contains("next step: openstack server resize confirm");
        for (String server : List.of(optedOut, paused, resized)) {
            assertThat(actions(server)).isEmpty();
        }
    }

    @Test
    void anInstanceInErrorWhoseGuestDiedRunsAgain() {
        String server = trial.cloud.addServer(
                ServerSpec.active("vm", "compute1").in(VmState.ERROR).withPower(PowerState.RUNNING));
        trial.cloud.killGuest(server);

        trial.untilPhase(trial.reportGuest("compute1", server), "recovered");

        trial.assertOn(server, "compute1", "ACTIVE");
    }

    @Test
    void anInstanceThatKeepsDyingIsLeftToAPersonInTheEnd() {
        String server = trial.server("vm");
        for (int i = 0; i < 3; i++) {
            trial.cloud.killGuest(server);
            trial.untilPhase(trial.reportGuest("compute1", server), "recovered");
        }
        trial.cloud.killGuest(server);
        JsonNode fourth = trial.reportGuest("compute1", server);
        JsonNode incident = trial.untilPhase(fourth, "failed");

        assertThat(incident.path("message").asText())
                .contains("it was restarted 3 times in 10m, which is the limit", "next step: ");
        assertThat(status(fourth)).isEqualTo("failed");
        assertThat(actions(server)).hasSize(6);
    }

    @Test
    void aHostWithoutLibvirtIsWaitedFor() {
        String server = trial.server("vm");
        trial.cloud.killHypervisor("compute1");
        trial.cloud.killGuest(server);
        JsonNode reported = trial.reportGuest("compute1", server);
        trial.untilWaitingFor(reported, "hypervisor_away");
        assertThat(status(reported)).isEqualTo("error");
        assertThat(actions(server)).isEmpty();

        trial.cloud.startHypervisor("compute1");

        trial.untilPhase(reported, "recovered");
        trial.assertOn(server, "compute1", "ACTIVE");
    }

    @Test
    void aStartThatNovaAcceptsAndDoesNotDoIsRepeatedAndAtLastSaidToHaveFailed() {
        String once = trial.server("once");
        String never = trial.server("never");
        trial.cloud.setServerFaults(once, ServerFaults.notStarting(1));
        trial.cloud.setServerFaults(never, ServerFaults.notStarting(HostFaults.ALWAYS));
        trial.cloud.killGuest(once);
        trial.cloud.killGuest(never);

        JsonNode first = trial.reportGuest("compute1", once);
        JsonNode second = trial.reportGuest("compute1", never);

        trial.untilPhase(first, "recovered");
        trial.assertOn(once, "compute1", "ACTIVE");
        assertThat(trial.untilPhase(second, "failed").path("message").asText())
                .contains("Nova was asked 3 times to start it, and it is stopped", "openstack server start " + never);
        assertThat(status(second)).isEqualTo("failed");
    }

    @Test
    void whenItsHostDiesAsWellTheHostsIncidentTakesCareOfIt() {
        String server = trial.server("vm");
        trial.cloud.killHost("compute1");
        trial.report("compute1", "UNKNOWN");
        JsonNode reported = trial.reportGuest("compute1", server);
        trial.untilWaitingFor(reported, "host_failed");
        assertThat(actions(server)).isEmpty();

        trial.report("compute1", "NORMAL");
        trial.untilPhase(reported, "skipped");

        assertThat(trial.cloud.server(server).host()).isPresent().get().isNotEqualTo("compute1");
        assertThat(trial.cloud.server(server).status()).isEqualTo("ACTIVE");
        assertThat(actions(server)).containsExactly("evacuate");
    }

    @Test
    void aDeathThatIsReportedInTheSameWordsAgainIsAnsweredAgainAndACopyIsNot() {
        String server = trial.server("vm");
        trial.cloud.killGuest(server);
        Instant first = new SystemTime().now();
        trial.untilPhase(trial.reportGuest("compute1", server, first), "recovered");

        assertThat(trial.send(
                                "POST",
                                "/v1/notifications",
                                ("{'notification': {'type': 'VM', 'hostname': 'compute2', 'generated_time': '" + first
                                                + "', 'payload': {'event': 'LIFECYCLE', 'vir_domain_event': "
                                                + "'STOPPED_FAILED', 'instance_uuid': '" + server + "'}}}")
                                        .replace('\'', '"'))
                        .statusCode())
                .isEqualTo(409);
        trial.cloud.killGuest(server);
        trial.untilPhase(trial.reportGuest("compute1", server), "recovered");

        trial.assertOn(server, "compute1", "ACTIVE");
        assertThat(actions(server)).containsExactly("start", "stop", "start", "stop");
    }

    @Test
    void fiftyGuestsThatDieAtOnceRunAgainEachRestartedOnce() {
        List<String> servers = new ArrayList<>();
        List<JsonNode> reported = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            servers.add(trial.server("vm-" + i));
        }
        servers.forEach(trial.cloud::killGuest);
        trial.simulator.resetCalls();
        servers.forEach(server -> reported.add(trial.reportGuest("compute1", server)));

        reported.forEach(report -> trial.untilPhase(report, "recovered"));

        servers.forEach(server -> {
            trial.assertOn(server, "compute1", "ACTIVE");
            assertThat(actions(server)).containsExactly("start", "stop");
        });
        long calls = trial.simulator.calls().stream()
                .filter(count -> count.path().contains("compute"))
                .mapToLong(CallCount::times)
                .sum();
        // Three for what is done and asked once; the rest are looks, whose number goes with the time that it takes: 8
        // for each
        // instance were seen on a quiet machine, 30 on one with twice its load. A look at every wake-up of every other
        // would
        // be hundreds.
        assertThat(calls).as("calls of Nova").isLessThan(50 * 80);
    }
}
