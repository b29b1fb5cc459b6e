// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.controller.model.Gate;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.MoveState;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.RecoveryMethod;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.WantedState;
import io.migawari.controller.model.cloud.Evacuation;
import io.migawari.controller.model.cloud.VmState;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IsolatingTest {

    @Test
    void aProvenHostIsForcedDownFirstAndDisabledOnlyThen() {
        Scene scene = Scene.withProof().server("vm", VmState.ACTIVE).decide();

        assertThat(scene.steps).contains(Scene.forceDown()).noneMatch(Step.DisableService.class::isInstance);

        scene.accepted(Step.ForceDown.class).accepted(Step.EnableService.class);
        scene.service("compute1", false, true, true, scene.now)
                .later(Duration.ofSeconds(1))
                .decide();

        assertThat(scene.steps).contains(FailedHost.disable(scene.incident));
    }

    @Test
    void theReservedHostIsEnabledWhileTheFailedOneIsBeingForcedDown() {
        Scene scene = Scene.withProof().server("vm", VmState.ACTIVE).decide();

        assertThat(scene.steps)
                .containsExactlyInAnyOrder(Scene.forceDown(), new Step.EnableService(Scene.host("compute3")));
    }

    @Test
    void noReservedHostIsTakenForAHostWithoutInstances() {
        Scene scene = Scene.withProof().decide();

        assertThat(scene.steps).containsExactly(Scene.forceDown());
        assertThat(scene.incident.reservations()).isEmpty();
    }

    @Test
    void withTheSchedulersChoiceNoReservedHostIsTouched() {
        Scene scene = Scene.withProof().server("vm", VmState.ACTIVE);
        scene.method = RecoveryMethod.AUTO;

        assertThat(scene.decide().steps).containsExactly(Scene.forceDown());
    }

    @Test
    void everyInstanceIsWrittenDownWithItsStateBeforeAnythingIsDoneToIt() {
        Scene scene = Scene.withProof()
                .server("active", VmState.ACTIVE)
                .server("stopped", VmState.STOPPED)
                .server("error", VmState.ERROR)
                .server("paused", VmState.PAUSED)
                .decide();

        assertThat(scene.move("active").wanted()).isEqualTo(WantedState.RUNNING);
        assertThat(scene.move("stopped").wanted()).isEqualTo(WantedState.STOPPED);
        assertThat(scene.move("error").wanted()).isEqualTo(WantedState.ERROR_STOPPED);
        assertThat(scene.move("error").former()).isEqualTo("error");
        assertThat(scene.move("paused").state()).isEqualTo(MoveState.LEFT);
    }

    @Test
    void importantInstancesComeFirstThenThoseThatRan() {
        Scene scene = Scene.withProof().server("a-stopped", VmState.STOPPED).server("b-active", VmState.ACTIVE);
        scene.servers.put(
                Scene.id("z-tagged"), InstanceTableTest.server("z-tagged", VmState.STOPPED, "HA_Enabled", "True"));

        scene.decide();

        assertThat(scene.incident.moves())
                .extracting(Move::serverName)
                .containsExactly("z-tagged", "b-active", "a-stopped");
    }

    @Test
    void anEvacuationThatSomebodyElseHasBegunIsFollowedAndNotBegunAgain() {
        Scene scene = Scene.withProof()
                .server("vm", VmState.ACTIVE, true, Scene.DEAD, Optional.of("rebuilding"))
                .evacuation(7, "vm", "compute2", Evacuation.Status.UNDER_WAY);

        scene.untilMoving();

        assertThat(scene.steps).noneMatch(Step.Evacuate.class::isInstance);
        scene.server("vm", VmState.ACTIVE, true, Scene.host("compute2"), Optional.empty())
                .evacuation(7, "vm", "compute2", Evacuation.Status.DONE)
                .decide();
        assertThat(scene.move("vm").state()).isEqualTo(MoveState.SUCCEEDED);
    }

    @Test
    void theStaleRecordOfAnOldEvacuationIsNotTakenForALiveOne() {
        Scene scene = Scene.withProof()
                .server("vm", VmState.ACTIVE)
                .evacuation(7, "vm", "compute2", Evacuation.Status.UNDER_WAY);

        assertThat(scene.untilMoving().steps).contains(Scene.evacuate("vm", "compute3"));
    }

    @Test
    void aForceDownThatIsNotSeenIsAskedForAgainWithGrowingPauses() {
        Scene scene = Scene.withProof().decide();
        int asked = 1;
        for (int second = 0; second < 60; second++) {
            scene.accepted(Step.ForceDown.class).later(Duration.ofSeconds(1)).decide();
            asked +=
                    (int) scene.steps.stream().filter(Scene.forceDown()::equals).count();
        }
        assertThat(asked).isBetween(4, 7);
        assertThat(scene.incident.phase()).isEqualTo(Phase.ISOLATING);
    }

    @Test
    void aHostThatTurnsOutToLiveIsNotEvacuated() {
        Scene scene = Scene.withProof().server("vm", VmState.ACTIVE).decide();
        scene.answer(Step.ForceDown.class, new Outcome.Unknown("time-out"));

        scene.later(Duration.ofSeconds(30))
                .service("compute1", true, true, false, scene.now)
                .decide();

        assertThat(scene.incident.gate())
                .hasValueSatisfying(gate -> assertThat(gate.kind()).isEqualTo(Gate.Kind.HOST_ALIVE));
        assertThat(scene.steps).isEmpty();
    }

    @Test
    void whatWasPlannedWhenItIsCalledOffIsLeftByName() {
        Scene scene = Scene.withProof().server("a", VmState.ACTIVE).decide();
        assertThat(scene.move("a").state()).isEqualTo(MoveState.PLANNED);
        scene.accepted(Step.ForceDown.class).accepted(Step.EnableService.class);

        for (int second = 0; second < 60 && scene.incident.isOpen(); second++) {
            scene.later(Duration.ofSeconds(1)).cancel().decide();
        }

        assertThat(scene.move("a").state()).isEqualTo(MoveState.LEFT);
        assertThat(scene.move("a").words()).startsWith("Called off by ann");
    }
}
