// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.controller.model.HostName;
import io.migawari.controller.model.MoveState;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.Outcome.Refusal;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.Reservation;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.cloud.Aggregate;
import io.migawari.controller.model.cloud.Evacuation.Status;
import io.migawari.controller.model.cloud.VmState;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClosingTest {

    private static final HostName COMPUTE3 = Scene.host("compute3");

    private static Scene moved(Scene scene, String server) {
        return scene.accepted(Step.Evacuate.class)
                .server(server, VmState.ACTIVE, true, Scene.host("compute3"), Optional.empty())
                .evacuation(50, server, "compute3", Status.DONE)
                .service("compute1", false, false, true, scene.now)
                .decide();
    }

    @Test
    void anIncidentEndsWhenEveryInstanceHasItsEndAndSaysWhatBecameOfThem() {
        Scene scene = Scene.withProof()
                .server("a", VmState.ACTIVE)
                .server("p", VmState.PAUSED)
                .untilMoving();
        moved(scene, "a");
        scene.accepted(Step.DisableService.class).service("compute1", false, false, true, scene.now);

        scene.later(Duration.ofSeconds(3)).decide();

        assertThat(scene.incident.phase()).isEqualTo(Phase.RECOVERED);
        assertThat(scene.incident.words()).isEqualTo("1 of 2 instances moved (compute3: 1) in 3s; 1 left");
        assertThat(scene.incident.closedAt()).contains(scene.now);
    }

    @Test
    void aUsedReservedHostKeepsItsInstances() {
        Scene scene = Scene.withProof().server("a", VmState.ACTIVE).untilMoving();
        moved(scene, "a").decide();

        assertThat(scene.incident.reservations())
                .extracting(Reservation::state)
                .containsExactly(Reservation.State.KEPT);
        assertThat(scene.steps)
                .noneMatch(step -> step.equals(new Step.DisableService(Scene.host("compute3"), "reserved")));
    }

    @Test
    void anUnusedReservedHostIsDisabledAgainWithItsFormerReason() {
        Scene scene = Scene.withProof().server("a", VmState.ACTIVE).untilMoving();
        scene.accepted(Step.Evacuate.class).deleted("a").decide();
        scene.servers.clear();

        scene.decide();
        assertThat(scene.steps).contains(new Step.DisableService(Scene.host("compute3"), "reserved"));
        assertThat(scene.incident.phase()).isEqualTo(Phase.CLOSING);
        scene.accepted(Step.DisableService.class)
                .service("compute3", true, false)
                .later(Duration.ofSeconds(1))
                .decide();

        assertThat(scene.incident.reservations())
                .extracting(Reservation::state)
                .containsExactly(Reservation.State.RETURNED);
        assertThat(scene.incident.phase()).isEqualTo(Phase.RECOVERED);
    }

    /** The only instance is deleted, so that the reserved host, which has joined the aggregate, is not needed. */
    private static Scene leavingAnAggregate() {
        Scene scene = Scene.withProof().server("a", VmState.ACTIVE);
        scene.policy = Scene.joiningAggregates();
        scene.aggregates.add(new Aggregate(4, "ssd", Set.of(Scene.DEAD)));
        scene.untilMoving();
        scene.aggregates.set(0, new Aggregate(4, "ssd", Set.of(Scene.DEAD, COMPUTE3)));
        scene.accepted(Step.AddToAggregate.class)
                .accepted(Step.DisableService.class)
                .service("compute1", false, false, true, scene.now);
        scene.deleted("a").later(Duration.ofSeconds(1)).decide();
        scene.servers.clear();
        return scene.decide();
    }

    @Test
    void anUnusedReservedHostLeavesTheAggregateBeforeItIsReservedAgain() {
        Scene scene = leavingAnAggregate();
        assertThat(scene.steps)
                .contains(new Step.RemoveFromAggregate(COMPUTE3, 4), new Step.DisableService(COMPUTE3, "reserved"));

        scene.accepted(Step.RemoveFromAggregate.class)
                .accepted(Step.DisableService.class)
                .service("compute3", true, false);
        scene.later(Duration.ofSeconds(1)).decide();

        assertThat(scene.incident.phase()).isEqualTo(Phase.RECOVERED);
    }

    @Test
    void aReservedHostThatWasToLeaveAnAggregateWhenTheControllerDiedLeavesIt() {
        Scene scene = leavingAnAggregate().takenOver().service("compute3", true, false);

        scene.later(Duration.ofSeconds(7)).decide();
        assertThat(scene.steps).containsExactly(new Step.RemoveFromAggregate(COMPUTE3, 4));
        assertThat(scene.incident.reservations())
                .extracting(Reservation::state)
                .containsExactly(Reservation.State.RETURNING);

        scene.aggregates.set(0, new Aggregate(4, "ssd", Set.of(Scene.DEAD)));
        scene.later(Duration.ofSeconds(1)).decide();
        assertThat(scene.incident.phase()).isEqualTo(Phase.RECOVERED);
    }

    @Test
    void anAggregateThatCannotBeLeftDoesNotKeepAnIncidentOpenForEver() {
        Scene scene = leavingAnAggregate();

        for (int i = 0; i < 200 && scene.incident.isOpen(); i++) {
            scene.takenOver() // whoever asks for it dies, again and again
                    .accepted(Step.DisableService.class)
                    .service("compute3", true, false)
                    .later(Duration.ofSeconds(1))
                    .decide();
        }

        assertThat(scene.incident.phase()).isEqualTo(Phase.RECOVERED);
    }

    @Test
    void anInstanceThatTurnsUpLateIsMovedToo() {
        Scene scene = Scene.withProof().server("a", VmState.ACTIVE).untilMoving();
        moved(scene, "a").server("late", VmState.ACTIVE).decide();

        assertThat(scene.incident.phase()).isEqualTo(Phase.MOVING);
        assertThat(scene.steps).contains(Scene.evacuate("late", "compute3"));
        assertThat(scene.move("a").state()).isEqualTo(MoveState.SUCCEEDED);
    }

    @Test
    void aFailedInstanceMakesTheRecoveryPartial() {
        Scene scene = Scene.withProof()
                .server("a", VmState.ACTIVE)
                .server("b", VmState.ACTIVE)
                .untilMoving();
        scene.answer(
                        Step.Evacuate.class,
                        new Outcome.Refused(Refusal.WRONG_STATE, "no", Optional.empty(), Optional.empty()))
                .decide();

        for (int i = 0; i < 20 && scene.incident.isOpen(); i++) {
            scene.accepted(Step.DisableService.class)
                    .service("compute3", true, false)
                    .later(Duration.ofSeconds(1))
                    .decide();
        }

        assertThat(scene.incident.phase()).isEqualTo(Phase.PARTLY_RECOVERED);
        assertThat(scene.incident.words()).isEqualTo("0 of 2 instances moved in 1s; 2 failed");
    }

    @Test
    void aHostWithoutInstancesIsSimplyTakenOut() {
        Scene scene = Scene.withProof().untilMoving();
        for (int i = 0; i < 5 && scene.incident.isOpen(); i++) {
            scene.later(Duration.ofSeconds(1)).decide();
        }

        assertThat(scene.incident.phase()).isEqualTo(Phase.RECOVERED);
        assertThat(scene.incident.words()).isEqualTo("No instance was on compute1");
    }

    @Test
    void aRecoveryThatIsCalledOffBeforeAnythingMovedPutsEverythingBack() {
        Scene scene = Scene.withProof().server("a", VmState.ACTIVE).decide();
        scene.accepted(Step.ForceDown.class).accepted(Step.EnableService.class);
        scene.service("compute1", false, true, true, scene.now).service("compute3", true, true);

        scene.later(Duration.ofSeconds(1)).cancel().decide();
        assertThat(scene.steps)
                .contains(
                        new Step.LiftForceDown(Scene.DEAD),
                        new Step.DisableService(Scene.host("compute3"), "reserved"));
        scene.accepted(Step.LiftForceDown.class).accepted(Step.DisableService.class);
        scene.service("compute1", true, true)
                .service("compute3", true, false)
                .later(Duration.ofSeconds(1))
                .decide();

        assertThat(scene.incident.phase()).isEqualTo(Phase.DISMISSED);
        assertThat(scene.incident.words()).isEqualTo("Called off by ann: false alarm");
    }

    @Test
    void aHostThatAPersonHasDisabledMeanwhileStaysDisabled() {
        Scene scene = Scene.withProof().server("a", VmState.ACTIVE).decide();
        scene.accepted(Step.ForceDown.class).accepted(Step.EnableService.class);
        scene.service("compute1", false, true, true, scene.now)
                .later(Duration.ofSeconds(1))
                .decide();
        scene.accepted(Step.DisableService.class)
                .service("compute1", true, false, false, scene.now)
                .disabled("compute1", "disk change");

        for (int second = 0; second < 5 && scene.incident.isOpen(); second++) {
            scene.later(Duration.ofSeconds(1)).cancel().decide();

            assertThat(scene.steps).noneMatch(new Step.EnableService(Scene.DEAD)::equals);
        }
    }

    @Test
    void whatCannotBePutBackDoesNotKeepAnIncidentOpenForEver() {
        Scene scene = Scene.withProof().server("a", VmState.ACTIVE).decide();
        scene.accepted(Step.ForceDown.class)
                .service("compute1", false, true, true, scene.now)
                .cancel();

        for (int i = 0; i < 200 && scene.incident.isOpen(); i++) {
            scene.decide();
            scene.answer(
                    Step.LiftForceDown.class,
                    new Outcome.Refused(Refusal.OTHER, "no", Optional.empty(), Optional.empty()));
            scene.service("compute3", true, false).later(Duration.ofSeconds(1));
        }

        assertThat(scene.incident.phase()).isEqualTo(Phase.DISMISSED);
    }
}
