// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.migawari.simulator.http.RequestFault;
import io.migawari.simulator.http.RequestFault.Effect;
import io.migawari.simulator.http.RequestFault.Kind;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RequestFaultsTest {

    private final World world = new World();
    private final String server = world.addServer("web", "compute1");

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void aDelayedRequestIsAnsweredLater() {
        inject(RequestFault.on("compute", "/os-services", Effect.delay(Duration.ofSeconds(3))));

        assertThat(world.nova.get("/os-services").status()).isEqualTo(200);

        assertThat(world.time.now()).isEqualTo(World.START.plusSeconds(3));
    }

    @Test
    void aRefusedRequestIsNotCarriedOut() {
        world.loseHost("compute1");
        inject(RequestFault.on("compute", "/action", Effect.refuse(429, 7)).times(1));

        Reply refused = world.nova.evacuate(server, "compute2");

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.header("Retry-After")).isEqualTo("7");
        assertThat(world.state(server)).isEqualTo("ACTIVE/none on compute1, no record");
        assertThat(world.nova.evacuate(server, "compute2").status()).isEqualTo(200);
    }

    @Test
    void aRequestCanBeCarriedOutAndAnsweredWithAnError() {
        world.loseHost("compute1");
        inject(RequestFault.on("compute", "/action", Effect.failAfterwards(500)));

        assertThat(world.nova.evacuate(server, "compute2").status()).isEqualTo(500);

        assertThat(world.state(server)).isEqualTo("REBUILD/rebuilding on compute1, accepted");
    }

    @Test
    void aConnectionCanBeDroppedBeforeAnythingIsDone() {
        world.loseHost("compute1");
        inject(RequestFault.on("compute", "/action", Effect.of(Kind.DROP)));

        assertThatThrownBy(() -> world.nova.evacuate(server, "compute2")).isInstanceOf(UncheckedIOException.class);

        assertThat(world.state(server)).isEqualTo("ACTIVE/none on compute1, no record");
    }

    @Test
    void aConnectionCanBeDroppedAfterEverythingIsDone() {
        world.loseHost("compute1");
        inject(RequestFault.on("compute", "/action", Effect.of(Kind.DROP_AFTERWARDS)));

        assertThatThrownBy(() -> world.nova.evacuate(server, "compute2")).isInstanceOf(UncheckedIOException.class);

        assertThat(world.state(server)).isEqualTo("REBUILD/rebuilding on compute1, accepted");
    }

    @Test
    void anAnswerCanBeGarbageCutOffOrWithoutItsItems() {
        inject(RequestFault.on("compute", "/os-services", Effect.of(Kind.GARBAGE)));
        inject(RequestFault.on("compute", "/os-aggregates", Effect.of(Kind.TRUNCATE)));
        inject(RequestFault.on("compute", "/servers/detail", Effect.of(Kind.EMPTY_LISTS)));

        Reply garbage = world.nova.get("/os-services");
        assertThat(garbage.status()).isEqualTo(200);
        assertThat(garbage.text()).isEqualTo("<html><body>It works!</body></html>");
        assertThatThrownBy(() -> world.nova.get("/os-aggregates")).isInstanceOf(UncheckedIOException.class);
        assertThat(world.nova.get("/servers/detail?all_tenants=1").text()).isEqualTo("{\"servers\":[]}");
    }

    @Test
    void aFaultHitsOnlyWhatItNames() {
        String other = world.addServer("other", "compute1");
        world.loseHost("compute1");
        inject(RequestFault.on("compute", "/action", Effect.refuse(503, 0))
                .method("POST")
                .containing(server));

        assertThat(world.nova.evacuate(server, "compute2").status()).isEqualTo(503);
        assertThat(world.nova.evacuate(other, "compute2").status()).isEqualTo(200);
        assertThat(world.nova.get("/servers/" + server).status()).isEqualTo(200);
    }

    @Test
    void aFaultHitsSoManyTimesOrUntilItIsRemoved() {
        inject(RequestFault.on("compute", "/os-services", Effect.refuse(503, 0)).times(2));
        inject(RequestFault.on("identity", "", Effect.refuse(500, 0)));

        assertThat(world.nova.get("/os-services").status()).isEqualTo(503);
        assertThat(world.nova.get("/os-services").status()).isEqualTo(503);
        assertThat(world.nova.get("/os-services").status()).isEqualTo(200);
        assertThat(Client.signIn(world.simulator, "admin", "admin-secret", "admin")
                        .status())
                .isEqualTo(500);
        world.simulator.requestFaults().clear();
        assertThat(Client.signIn(world.simulator, "admin", "admin-secret", "admin")
                        .status())
                .isEqualTo(201);
    }

    private void inject(RequestFault fault) {
        world.simulator.requestFaults().add(fault);
    }
}
