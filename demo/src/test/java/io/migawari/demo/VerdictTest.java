// SPDX-License-Identifier: Apache-2.0
package io.migawari.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.simulator.cloud.SimulatedCloud;
import io.migawari.simulator.nova.ServerSpec;
import io.migawari.time.ManualTime;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The judge of a demonstration must see what is wrong. */
class VerdictTest {

    private final SimulatedCloud cloud = new SimulatedCloud(new ManualTime(Instant.EPOCH));

    private Optional<String> problem(Actor actor, String id) {
        return Verdict.of(actor, cloud.server(id), cloud.ledger(), "compute1").problem();
    }

    @Test
    void whatIsStillOnTheDeadHostOrDoesNotRunIsAProblem() {
        cloud.addHost("compute1");
        cloud.addHost("compute3");
        Actor stays = new Actor(ServerSpec.active("a", "compute1"), "", true, "ACTIVE", true);
        Actor elsewhere = new Actor(ServerSpec.active("b", "compute3"), "", true, "ACTIVE", true);
        Actor stopped = new Actor(ServerSpec.active("c", "compute3"), "", true, "SHUTOFF", false);
        String a = cloud.addServer(stays.spec());
        String b = cloud.addServer(elsewhere.spec());
        String c = cloud.addServer(stopped.spec());

        assertThat(problem(stays, a)).contains("it is still on compute1");
        assertThat(problem(elsewhere, b)).isEmpty();
        assertThat(problem(stopped, c)).contains("Nova shows ACTIVE and not SHUTOFF");
        cloud.killHost("compute3");
        assertThat(problem(elsewhere, b)).contains("its guest does not run");
    }

    @Test
    void whatEverRanTwiceIsAProblemForGood() {
        cloud.addHost("compute1");
        cloud.addHost("compute3");
        Actor actor = new Actor(ServerSpec.active("a", "compute1"), "", true, "ACTIVE", true);
        String id = cloud.addServer(actor.spec());

        cloud.exclusively(nova -> {
            nova.ledger().start(id, "compute3");
            nova.ledger().stop(id, "compute1");
            return nova;
        });

        assertThat(problem(actor, id)).contains("it ran on two hosts at once");
    }
}
