// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.controller.model.Gate;
import io.migawari.controller.model.MoveState;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.Outcome.Refusal;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.cloud.Evacuation.Status;
import io.migawari.controller.model.cloud.VmState;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Instances that were migrating live when their host died: they may run where they were going. */
class MidMigrationTest {

    /** compute3 is the reserved host, to which everything else goes. */
    private static Scene migratingTo(String destination) {
        Scene scene = Scene.withProof().wasMigratingTo("a", destination).server("b", VmState.ACTIVE);
        return scene.untilMoving();
    }

    private static Step evacuation(String server, String host) {
        return new Step.Evacuate(Scene.id(server), Optional.of(Scene.host(host)));
    }

    @Test
    void itGoesWhereItWasGoingAndTheOthersWhereTheyWould() {
        Scene scene = migratingTo("compute2");

        assertThat(scene.steps)
                .filteredOn(Step.Evacuate.class::isInstance)
                .containsExactlyInAnyOrder(evacuation("a", "compute2"), evacuation("b", "compute3"));
    }

    @Test
    void nothingIsStartedBeforeItIsKnownWhereItWasGoing() {
        Scene scene = Scene.withProof().wasMigratingTo("a", "compute2");
        scene.service("compute1", true, false, true, scene.now).service("compute3", true, true);
        scene.decide(); // it is planned only now, so that nobody has asked where it was going

        assertThat(scene.steps).noneMatch(Step.Evacuate.class::isInstance);
        scene.later(Duration.ofMillis(300)).decide();
        scene.later(Duration.ofMillis(300)).decide();
        assertThat(scene.move("a").destination()).contains(Scene.host("compute2"));
    }

    @Test
    void itWaitsWhenThatHostTakesNothing() {
        Scene scene = Scene.withProof().wasMigratingTo("a", "compute2").service("compute2", true, false);
        scene.untilMoving();

        assertThat(scene.steps).noneMatch(Step.Evacuate.class::isInstance);
        assertThat(scene.incident.gate().map(Gate::kind)).contains(Gate.Kind.NO_DESTINATION);
        assertThat(scene.move("a").words()).contains("compute2").contains("run twice");
    }

    @Test
    void itGoesAnywhereWhenThatHostIsDeadToo() {
        Scene scene = Scene.withProof().wasMigratingTo("a", "compute2").service("compute2", false, true);
        scene.provenDead(Scene.host("compute2"), scene.now.plus(Duration.ofHours(1)));
        scene.untilMoving();

        assertThat(scene.steps).contains(evacuation("a", "compute3"));
    }

    @Test
    void noRoomThereIsNoReasonToTryAnotherHost() {
        Scene scene = migratingTo("compute2");
        scene.accepted(Step.Evacuate.class)
                .server(
                        "a",
                        VmState.ERROR,
                        false,
                        Scene.DEAD,
                        Optional.empty(),
                        Optional.of("No valid host was found."))
                .evacuation(7, "a", "compute2", Status.FAILED)
                .later(Duration.ofSeconds(2))
                .decide();

        assertThat(scene.move("a").notBefore()).isPresent();
        scene.later(Duration.ofMinutes(1)).decide();
        assertThat(scene.steps).contains(evacuation("a", "compute2")).doesNotContain(evacuation("a", "compute3"));
    }

    @Test
    void oneThatHasArrivedAfterAllButWasSpoiltByOurEvacuationIsStartedAnew() {
        Scene scene = migratingTo("compute2");
        scene.answer(
                        Step.Evacuate.class,
                        new Outcome.Refused(Refusal.SOURCE_IS_UP, "still in use", Optional.empty(), Optional.empty()))
                .later(Duration.ofSeconds(1))
                .decide();
        scene.server("a", VmState.ERROR, true, Scene.host("compute2"), Optional.empty())
                .later(Duration.ofSeconds(5))
                .decide();
        assertThat(scene.steps).contains(new Step.Stop(Scene.id("a")));

        scene.accepted(Step.Stop.class)
                .server("a", VmState.STOPPED, false, Scene.host("compute2"), Optional.empty())
                .later(Duration.ofSeconds(5))
                .decide();
        assertThat(scene.steps).contains(new Step.Start(Scene.id("a")));

        scene.accepted(Step.Start.class)
                .server("a", VmState.ACTIVE, true, Scene.host("compute2"), Optional.empty())
                .later(Duration.ofSeconds(5))
                .decide();
        assertThat(scene.move("a").state()).isEqualTo(MoveState.SUCCEEDED);
        assertThat(scene.move("a").destination()).contains(Scene.host("compute2"));
    }
}
