// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.controller.model.Step;
import io.migawari.controller.model.cloud.VmState;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QuestionTest {

    @Test
    void anIncidentThatIsOverAsksNothing() {
        Scene scene =
                Scene.withProof().untilMoving().later(Duration.ofSeconds(1)).decide();
        assertThat(scene.incident.isOpen()).isFalse();

        assertThat(Question.neededFor(scene.incident, scene.policy)).isEqualTo(Set.of());
    }

    @Test
    void servicesAreAskedAnewUntilTheSpareIsReadyAndThenNowAndThen() {
        Scene scene = Scene.withProof().server("a", VmState.ACTIVE).decide();
        assertThat(servicesMayBeOld(scene)).isZero();

        scene.untilMoving();
        assertThat(servicesMayBeOld(scene)).isEqualTo(Duration.ofSeconds(10));

        scene.accepted(Step.Evacuate.class);
        assertThat(servicesMayBeOld(scene)).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void theyAreAskedAnewWhenAnInstanceHasToGoToAnotherSpare() {
        Scene scene = Scene.withProof()
                .host("compute4", true)
                .service("compute4", true, false)
                .server("a", VmState.ACTIVE)
                .server("b", VmState.ACTIVE)
                .untilMoving();
        scene.provenDead(Scene.host("compute3"), scene.now.plusSeconds(1));
        scene.server("a", VmState.ERROR, false, Scene.DEAD, Optional.empty())
                .server("b", VmState.ACTIVE, true, Scene.DEAD, Optional.of("rebuild_spawning"))
                .service("compute3", false, true, true, scene.now)
                .later(Duration.ofSeconds(1))
                .decide();

        assertThat(scene.steps).contains(new Step.EnableService(Scene.host("compute4")));
        assertThat(servicesMayBeOld(scene)).isZero();
    }

    @Test
    void theyAreAskedAnewAsLongAsADestinationIsOneThatWasDead() {
        Scene scene =
                Scene.withProof().server("a", VmState.ACTIVE).untilMoving().accepted(Step.Evacuate.class);

        scene.provenDead(Scene.host("compute3"), scene.now.plusSeconds(1));

        assertThat(servicesMayBeOld(scene)).isZero();
    }

    private static Duration servicesMayBeOld(Scene scene) {
        return Question.servicesMayBeOld(scene.incident, scene.surroundings());
    }
}
