// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.config.OpenStackSettings;
import io.migawari.config.OpenStackSettings.Credentials;
import io.migawari.config.Secret;
import io.migawari.controller.cloud.Cloud;
import io.migawari.controller.cloud.OpenStackCloud;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.Step;
import io.migawari.simulator.SimulatorServer;
import io.migawari.simulator.cloud.SimulatedCloud;
import io.migawari.simulator.nova.ServerFaults;
import io.migawari.simulator.nova.ServerSpec;
import io.migawari.simulator.nova.VmState;
import io.migawari.time.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Holds the cloud of scenarios to the adapter that the controller uses, which its own contract holds to a real Nova: of the
 * same simulated cloud, and after the same steps, both say the same.
 */
class VirtualNovaTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final HostName COMPUTE1 = new HostName("compute1");
    private static final HostName COMPUTE2 = new HostName("compute2");

    /** A simulated cloud, and one way to it. */
    private static final class Side {
        private final ManualTime time = new ManualTime(START);
        private final SimulatedCloud simulated = new SimulatedCloud(time);
        private final List<ServerId> servers = new ArrayList<>();

        Side() {
            for (int i = 1; i <= 3; i++) {
                simulated.addHost("compute" + i);
            }
            simulated.addAggregate("racks", List.of("compute1"));
            add(ServerSpec.active("active", "compute1").withMetadata(Map.of("HA_Enabled", "True")));
            add(ServerSpec.active("stopped", "compute1").in(VmState.STOPPED));
            add(ServerSpec.active("error", "compute1").in(VmState.ERROR));
            add(ServerSpec.active("paused", "compute1").in(VmState.PAUSED));
            add(ServerSpec.active("building", "compute1").in(VmState.BUILDING));
            add(ServerSpec.active("shelved", null).in(VmState.SHELVED_OFFLOADED));
            add(ServerSpec.active("soft", "compute1").in(VmState.SOFT_DELETED));
            add(ServerSpec.active("busy", "compute1").withTask("rebooting").withFlavorExtraSpecs(Map.of("a", "b")));
            add(ServerSpec.active("refused", "compute1"));
            simulated.setServerFaults(servers.get(8).toString(), ServerFaults.refusedWith(403));
        }

        private void add(ServerSpec spec) {
            servers.add(ServerId.parse(simulated.addServer(spec)));
        }
    }

    private final Side http = new Side();
    private final Side direct = new Side();
    private final Cloud without = new VirtualNova(direct.simulated, direct.time);

    private final SimulatorServer simulator;
    private final Cloud viaHttp;

    VirtualNovaTest() throws IOException {
        simulator = SimulatorServer.start(http.simulated);
        viaHttp = new OpenStackCloud(
                new OpenStackSettings(
                        simulator.identityAddress(),
                        new Credentials.Password("admin", "Default", new Secret("admin-secret"), "admin", "Default"),
                        Optional.of("RegionOne"),
                        "public",
                        Optional.empty(),
                        Optional.empty(),
                        PATIENCE),
                http.time);
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    private void pass(Duration time) {
        http.time.advance(time);
        direct.time.advance(time);
    }

    private void assertSameView() throws Exception {
        assertThat(without.computeServices(PATIENCE)).isEqualTo(viaHttp.computeServices(PATIENCE));
        assertThat(without.serversOn(COMPUTE1, PATIENCE)).isEqualTo(viaHttp.serversOn(COMPUTE1, PATIENCE));
        assertThat(without.serversChangedSince(START, PATIENCE))
                .isEqualTo(viaHttp.serversChangedSince(START, PATIENCE));
        assertThat(without.serversChangedSince(direct.time.now(), PATIENCE))
                .isEqualTo(viaHttp.serversChangedSince(http.time.now(), PATIENCE));
        assertThat(without.evacuationsFrom(COMPUTE1, START, PATIENCE))
                .isEqualTo(viaHttp.evacuationsFrom(COMPUTE1, START, PATIENCE));
        assertThat(without.aggregates(PATIENCE)).isEqualTo(viaHttp.aggregates(PATIENCE));
        for (ServerId server : direct.servers) {
            assertThat(without.server(server, PATIENCE)).isEqualTo(viaHttp.server(server, PATIENCE));
            assertThat(without.actions(server, PATIENCE))
                    .usingRecursiveComparison()
                    .ignoringFields("requestId", "user")
                    .isEqualTo(viaHttp.actions(server, PATIENCE));
        }
    }

    private void assertSameOutcome(Step step) throws Exception {
        assertThat(without.carryOut(step, PATIENCE))
                .as(step.toString())
                .usingRecursiveComparison()
                .ignoringFields("requestId")
                .isEqualTo(viaHttp.carryOut(step, PATIENCE));
    }

    @Test
    void bothShowTheSameAndAnswerStepsTheSame() throws Exception {
        assertSameView();
        assertSameOutcome(new Step.Evacuate(direct.servers.get(0), Optional.of(COMPUTE2))); // its host is up
        http.simulated.killHost("compute1");
        direct.simulated.killHost("compute1");
        pass(Duration.ofSeconds(7));
        assertSameOutcome(new Step.ForceDown(COMPUTE1));
        assertSameOutcome(new Step.DisableService(COMPUTE1, "why"));
        assertSameOutcome(new Step.AddToAggregate(COMPUTE2, 1));
        assertSameView();
        for (ServerId server : direct.servers) {
            assertSameOutcome(new Step.Evacuate(server, Optional.of(COMPUTE2)));
        }
        assertSameView();
        pass(Duration.ofSeconds(30));
        assertSameView();
        assertSameOutcome(new Step.Stop(direct.servers.get(0)));
        assertSameOutcome(new Step.Start(direct.servers.get(0)));
        assertSameOutcome(new Step.ResetToError(direct.servers.get(0)));
        assertSameOutcome(new Step.Evacuate(ServerId.parse("11111111-1111-1111-1111-111111111111"), Optional.empty()));
        assertSameOutcome(new Step.EnableService(COMPUTE1));
        assertSameOutcome(new Step.LiftForceDown(COMPUTE1)); // refused while evacuations are only done
        assertSameOutcome(new Step.RemoveFromAggregate(COMPUTE2, 1));
        assertSameOutcome(new Step.ForceDown(new HostName("nowhere")));
        assertSameView();
        assertThat(direct.simulated.ledger()).isEqualTo(http.simulated.ledger());
    }
}
