// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.config.GateSettings;
import io.migawari.config.RecoverySettings;
import io.migawari.config.RecoverySettings.Instances;
import io.migawari.config.RecoverySettings.Proof;
import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.MoveState;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.Outcome.Refusal;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.RecoveryMethod;
import io.migawari.controller.model.Reservation;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.cloud.Aggregate;
import io.migawari.controller.model.cloud.Evacuation;
import io.migawari.controller.model.cloud.Evacuation.Status;
import io.migawari.controller.model.cloud.VmState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MovingTest {

    private static final HostName COMPUTE3 = Scene.host("compute3");
    private static final String NO_ROOM = "No valid host was found. There are not enough hosts available.";

    private static Optional<Gate.Kind> gate(Scene scene) {
        return scene.incident.gate().map(Gate::kind);
    }

    private static Scene moving(String... servers) {
        Scene scene = Scene.withProof();
        for (String server : servers) {
            scene.server(server, VmState.ACTIVE);
        }
        return scene.untilMoving();
    }

    /** Nova has finished: the instance is on compute3 with its record done. */
    private static Scene arrived(Scene scene, String server, VmState vmState) {
        return scene.server(server, vmState, vmState == VmState.ACTIVE, COMPUTE3, Optional.empty())
                .evacuation(50, server, "compute3", Status.DONE);
    }

    private static Policy limits(int parallel, int perDestination) {
        return new Policy(
                Proof.REQUIRED,
                Duration.ZERO,
                Instances.ALL,
                Scene.RESTARTS,
                parallel,
                perDestination,
                3,
                Duration.ofDays(1),
                Duration.ofMinutes(5),
                false,
                Duration.ofSeconds(5),
                Duration.ZERO,
                GateSettings.open(),
                RecoverySettings.defaults().returns());
    }

    @Test
    void allInstancesAreEvacuatedToTheReservedHostAtOnce() {
        Scene scene = moving("a", "b");

        assertThat(scene.incident.phase()).isEqualTo(Phase.MOVING);
        assertThat(scene.steps).contains(Scene.evacuate("a", "compute3"), Scene.evacuate("b", "compute3"));
    }

    @Test
    void acceptedIsNotDone() {
        Scene scene = moving("a").accepted(Step.Evacuate.class);

        scene.later(Duration.ofSeconds(1)).decide();
        assertThat(scene.move("a").state()).isEqualTo(MoveState.EVACUATING);
        scene.server("a", VmState.ACTIVE, true, Scene.DEAD, Optional.of("rebuild_spawning"))
                .evacuation(50, "a", "compute3", Status.UNDER_WAY)
                .decide();
        assertThat(scene.move("a").state()).isEqualTo(MoveState.EVACUATING);
    }

    @Test
    void activeOnTheSourceWithItsRecordDoneIsNotDoneEither() {
        Scene scene = moving("a").accepted(Step.Evacuate.class);

        scene.server("a", VmState.ACTIVE, true, Scene.DEAD, Optional.empty())
                .evacuation(50, "a", "compute3", Status.DONE)
                .decide();
        assertThat(scene.move("a").state()).isEqualTo(MoveState.EVACUATING);

        arrived(scene, "a", VmState.ACTIVE).decide();
        assertThat(scene.move("a").state()).isEqualTo(MoveState.SUCCEEDED);
        assertThat(scene.move("a").destination()).contains(COMPUTE3);
    }

    @Test
    void onAnotherHostWithoutARecordIsNotDone() {
        Scene scene = moving("a").accepted(Step.Evacuate.class);

        scene.server("a", VmState.ACTIVE, true, COMPUTE3, Optional.empty())
                .later(Duration.ofSeconds(1))
                .decide();

        assertThat(scene.move("a").state()).isEqualTo(MoveState.EVACUATING);
    }

    @Test
    void whatWasStoppedIsStoppedAgainIfNovaHasNotDoneSo() {
        Scene scene =
                Scene.withProof().server("a", VmState.STOPPED).untilMoving().accepted(Step.Evacuate.class);

        scene.server("a", VmState.ACTIVE, true, COMPUTE3, Optional.of("powering-off"))
                .evacuation(50, "a", "compute3", Status.DONE)
                .decide();
        assertThat(scene.move("a").state()).isEqualTo(MoveState.RESTORING);
        assertThat(scene.steps).noneMatch(Step.Stop.class::isInstance);
        arrived(scene, "a", VmState.ACTIVE).decide();
        assertThat(scene.steps).contains(new Step.Stop(Scene.id("a")));
        arrived(scene, "a", VmState.STOPPED).decide();
        assertThat(scene.move("a").state()).isEqualTo(MoveState.SUCCEEDED);
    }

    @Test
    void whatWasInErrorIsInErrorAgain() {
        Scene scene = Scene.withProof().server("a", VmState.ERROR).untilMoving().accepted(Step.Evacuate.class);

        assertThat(arrived(scene, "a", VmState.ACTIVE).decide().steps).contains(new Step.Stop(Scene.id("a")));
        scene.accepted(Step.Stop.class);
        assertThat(arrived(scene, "a", VmState.STOPPED).decide().steps).contains(new Step.ResetToError(Scene.id("a")));
        assertThat(arrived(scene, "a", VmState.ERROR).decide().move("a").state())
                .isEqualTo(MoveState.SUCCEEDED);
    }

    @Test
    void whatRanAndIsLeftStoppedByANewerNovaIsStarted() {
        Scene scene = moving("a").accepted(Step.Evacuate.class);

        assertThat(arrived(scene, "a", VmState.STOPPED).decide().steps).contains(new Step.Start(Scene.id("a")));
    }

    @Test
    void aStateThatCannotBeRestoredIsANamedFailure() {
        Scene scene =
                Scene.withProof().server("a", VmState.STOPPED).untilMoving().accepted(Step.Evacuate.class);
        arrived(scene, "a", VmState.ACTIVE);

        for (int i = 0; i < 200 && !scene.move("a").state().isEnd(); i++) {
            scene.decide()
                    .answer(
                            Step.Stop.class,
                            new Outcome.Refused(Refusal.WRONG_STATE, "not now", Optional.empty(), Optional.empty()));
            scene.later(Duration.ofSeconds(1));
        }

        assertThat(scene.move("a").state()).isEqualTo(MoveState.FAILED);
        assertThat(scene.move("a").words()).isEqualTo("on compute3, but active instead of stopped: not now");
    }

    @Test
    void anEvacuationThatNovaFailsIsTriedAgainAndThenGivenUp() {
        Scene scene = moving("a");
        for (int attempt = 1; attempt <= 3; attempt++) {
            assertThat(scene.steps).contains(Scene.evacuate("a", "compute3"));
            scene.accepted(Step.Evacuate.class)
                    .server("a", VmState.ERROR, false, Scene.DEAD, Optional.empty(), Optional.of("spawn failed"))
                    .evacuation(attempt, "a", "compute3", Status.FAILED)
                    .decide();
            scene.later(Duration.ofMinutes(1)).decide();
        }

        assertThat(scene.move("a").state()).isEqualTo(MoveState.FAILED);
        assertThat(scene.move("a").words()).contains("spawn failed").contains("tried 3 times");
        assertThat(scene.move("a").former()).isEqualTo("active");
    }

    /** Nova goes on with the record of the migration, and leaves that of the evacuation as it was. */
    @Test
    void anInstanceThatWasMigratingAndIsElsewhereNowHasArrivedThoughItsRecordNeverSaysSo() {
        Scene scene = Scene.withProof()
                .server("a", VmState.ACTIVE, true, Scene.DEAD, Optional.of("migrating"), Optional.empty())
                .untilMoving()
                .accepted(Step.Evacuate.class)
                .server("a", VmState.ACTIVE, true, new HostName("compute4"), Optional.empty(), Optional.empty())
                .evacuation(1, "a", "compute3", Status.UNDER_WAY)
                .decide();
        assertThat(scene.move("a").state()).isEqualTo(MoveState.EVACUATING);

        scene.later(Duration.ofSeconds(61)).decide();

        assertThat(scene.move("a").state()).isEqualTo(MoveState.SUCCEEDED);
    }

    /** Nova refuses to build it where it was migrating live to until the hypervisor has removed what had arrived there. */
    @Test
    void whatALiveMigrationLeftAtTheDestinationIsWaitedForAndNotForEver() {
        Scene scene = moving("a");
        for (int attempt = 1; attempt <= 8; attempt++) {
            assertThat(scene.steps).as("attempt " + attempt).contains(Scene.evacuate("a", "compute3"));
            scene.accepted(Step.Evacuate.class)
                    .server(
                            "a",
                            VmState.ERROR,
                            false,
                            Scene.DEAD,
                            Optional.empty(),
                            Optional.of("Instance instance-00000003 already exists."))
                    .evacuation(attempt, "a", "compute3", Status.FAILED)
                    .decide();
            assertThat(scene.move("a").state()).isEqualTo(MoveState.PLANNED);
            scene.later(Duration.ofSeconds(10)).decide();
        }
        for (int attempt = 9; attempt <= 20 && !scene.move("a").state().isEnd(); attempt++) {
            scene.accepted(Step.Evacuate.class)
                    .evacuation(attempt, "a", "compute3", Status.FAILED)
                    .decide();
            scene.later(Duration.ofMinutes(1)).decide();
        }

        assertThat(scene.move("a").state()).isEqualTo(MoveState.FAILED);
        assertThat(scene.move("a").words()).contains("already exists");
    }

    @Test
    void theErrorOfAFailedAttemptIsNotTakenForTheFormerState() {
        Scene scene = moving("a")
                .accepted(Step.Evacuate.class)
                .server("a", VmState.ERROR, false, Scene.DEAD, Optional.empty(), Optional.of("spawn failed"))
                .evacuation(1, "a", "compute3", Status.FAILED)
                .decide();
        scene.later(Duration.ofMinutes(1)).decide().accepted(Step.Evacuate.class);

        arrived(scene, "a", VmState.ACTIVE).decide();

        assertThat(scene.move("a").state()).isEqualTo(MoveState.SUCCEEDED);
        assertThat(scene.steps).noneMatch(Step.Stop.class::isInstance).noneMatch(Step.ResetToError.class::isInstance);
    }

    @Test
    void aFullReservedHostMakesRoomForTheNextOne() {
        Scene scene = Scene.withProof()
                .host("compute4", true)
                .service("compute4", true, false)
                .server("a", VmState.ACTIVE);
        scene.untilMoving().accepted(Step.Evacuate.class);

        scene.server("a", VmState.ERROR, false, Scene.DEAD, Optional.empty(), Optional.of(NO_ROOM))
                .evacuation(1, "a", "compute3", Status.FAILED)
                .decide();

        assertThat(scene.incident.reservations())
                .extracting(reservation -> reservation.host().value())
                .containsExactly("compute3", "compute4");
        scene.service("compute4", true, true)
                .accepted(Step.EnableService.class)
                .later(Duration.ofSeconds(1))
                .decide();
        assertThat(scene.steps).contains(Scene.evacuate("a", "compute4"));
    }

    @Test
    void withRhPriorityTheSchedulerIsTheLastResort() {
        Scene scene = Scene.withProof().server("a", VmState.ACTIVE);
        scene.method = RecoveryMethod.RH_PRIORITY;
        scene.untilMoving().accepted(Step.Evacuate.class);
        assertThat(scene.incident.reservations()).hasSize(1);

        scene.server("a", VmState.ERROR, false, Scene.DEAD, Optional.empty(), Optional.of(NO_ROOM))
                .evacuation(1, "a", "compute3", Status.FAILED)
                .decide();

        assertThat(scene.steps).contains(Scene.evacuateAnywhere("a"));
    }

    @Test
    void withAutoPriorityTheReservedHostIsTheLastResort() {
        Scene scene = Scene.withProof().server("a", VmState.ACTIVE);
        scene.method = RecoveryMethod.AUTO_PRIORITY;
        scene.untilMoving();
        assertThat(scene.steps).contains(Scene.evacuateAnywhere("a"));
        assertThat(scene.incident.reservations()).isEmpty();

        scene.accepted(Step.Evacuate.class)
                .server("a", VmState.ERROR, false, Scene.DEAD, Optional.empty(), Optional.of(NO_ROOM))
                .evacuation(1, "a", "compute2", Status.FAILED)
                .later(Duration.ofSeconds(1))
                .decide();

        assertThat(scene.steps).contains(new Step.EnableService(COMPUTE3));
    }

    @Test
    void withoutAReservedHostTheIncidentWaitsVisiblyAndGoesOnWhenOneIsAdded() {
        Scene scene = Scene.withProof().server("a", VmState.ACTIVE);
        scene.host("compute3", false).untilMoving();

        assertThat(gate(scene)).contains(Gate.Kind.NO_DESTINATION);
        assertThat(scene.move("a").words()).isEqualTo("the segment rack1 has no reserved host left");

        scene.host("compute4", true)
                .service("compute4", true, false)
                .later(Duration.ofMinutes(7))
                .decide();
        assertThat(scene.steps).contains(new Step.EnableService(Scene.host("compute4")));
    }

    @Test
    void aDeadReservedHostIsNotTakenAndSaidSo() {
        Scene scene = Scene.withProof().server("a", VmState.ACTIVE);
        scene.service("compute3", false, false).untilMoving();

        assertThat(scene.incident.reservations()).isEmpty();
        assertThat(scene.move("a").words()).contains("Nova calls compute3 down");
    }

    @Test
    void aReservedHostThatStandsInForAnotherIsSharedIfThereIsNoOther() {
        Scene scene = Scene.withProof().server("a", VmState.ACTIVE);
        scene.host("compute3", false).service("compute3", true, true);
        scene.takenByOthers.add(COMPUTE3);

        assertThat(scene.untilMoving().steps).contains(Scene.evacuate("a", "compute3"));
        assertThat(scene.incident.reservations()).isEmpty();
    }

    @Test
    void whatCannotBePlacedIsGivenUpAfterItsTime() {
        Scene scene = Scene.withProof().server("a", VmState.ACTIVE);
        scene.host("compute3", false).untilMoving();

        scene.later(Duration.ofHours(25)).decide();

        assertThat(scene.move("a").state()).isEqualTo(MoveState.FAILED);
        assertThat(scene.move("a").words()).contains("given up");
    }

    @Test
    void aRefusalBecauseTheSourceIsUpIsNoFailureOfTheInstance() {
        Scene scene = moving("a")
                .answer(
                        Step.Evacuate.class,
                        new Outcome.Refused(Refusal.SOURCE_IS_UP, "still in use", Optional.empty(), Optional.empty()));

        scene.later(Duration.ofSeconds(1)).decide();

        assertThat(scene.move("a").failures()).isZero();
        assertThat(scene.move("a").state()).isNotEqualTo(MoveState.FAILED);
        assertThat(scene.steps)
                .as("at once it would get the same answer, and so on")
                .noneMatch(Step.Evacuate.class::isInstance);
    }

    @Test
    void aRefusalBecauseOfTheStateIsNamedAndNotRepeated() {
        Scene scene = moving("a")
                .answer(
                        Step.Evacuate.class,
                        new Outcome.Refused(Refusal.WRONG_STATE, "it is paused", Optional.empty(), Optional.empty()));

        scene.decide();

        assertThat(scene.move("a").state()).isEqualTo(MoveState.FAILED);
        assertThat(scene.move("a").words()).contains("it is paused");
    }

    @Test
    void whenNovaAsksForAPauseItGetsOne() {
        Scene scene = moving("a")
                .answer(
                        Step.Evacuate.class,
                        new Outcome.Refused(
                                Refusal.THROTTLED, "slow down", Optional.empty(), Optional.of(Duration.ofSeconds(20))));

        scene.decide();
        assertThat(scene.steps).noneMatch(Step.Evacuate.class::isInstance);
        scene.later(Duration.ofSeconds(19)).decide();
        assertThat(scene.steps).noneMatch(Step.Evacuate.class::isInstance);
        scene.later(Duration.ofSeconds(1)).decide();
        assertThat(scene.steps).contains(Scene.evacuate("a", "compute3"));
    }

    @Test
    void anUnknownOutcomeIsWaitedOutAndNotRepeatedWhileNovaIsAtIt() {
        Scene scene = moving("a").answer(Step.Evacuate.class, new Outcome.Unknown("time-out"));
        scene.server("a", VmState.ACTIVE, true, Scene.DEAD, Optional.of("rebuilding"));

        for (int i = 0; i < 60; i++) {
            scene.later(Duration.ofSeconds(1)).decide();
            assertThat(scene.steps).noneMatch(Step.Evacuate.class::isInstance);
        }
        scene.evacuation(50, "a", "compute3", Status.UNDER_WAY).decide();
        arrived(scene, "a", VmState.ACTIVE).decide();
        assertThat(scene.move("a").state()).isEqualTo(MoveState.SUCCEEDED);
    }

    @Test
    void anUnknownOutcomeWithoutAnySignIsRepeatedAfterAWhile() {
        Scene scene = moving("a").answer(Step.Evacuate.class, new Outcome.Unknown("time-out"));

        scene.later(Duration.ofSeconds(9)).decide();
        assertThat(scene.steps).noneMatch(Step.Evacuate.class::isInstance);
        scene.later(Duration.ofSeconds(2)).decide();
        assertThat(scene.steps).contains(Scene.evacuate("a", "compute3"));
        assertThat(scene.move("a").failures()).isZero();
    }

    @Test
    void requestsThatNovaLeavesOpenOneAfterAnotherAreSaidAndRepeatedMoreAndMoreSlowly() {
        Scene scene = moving("a");
        List<Long> asked = new ArrayList<>();

        for (long second = 1; second <= 240; second++) {
            scene.answer(Step.Evacuate.class, new Outcome.Unknown("500: out of order"));
            scene.later(Duration.ofSeconds(1)).decide();
            if (scene.steps.contains(Scene.evacuate("a", "compute3"))) {
                asked.add(second);
            }
            if (second == 20) {
                assertThat(gate(scene)).as("twice may happen").isEmpty();
            }
            if (second > 30) {
                assertThat(gate(scene)).as("at %d s", second).contains(Gate.Kind.CLOUD_UNREADABLE);
            }
        }

        assertThat(asked).containsExactly(10L, 21L, 33L, 47L, 65L, 91L, 131L, 171L, 211L);
        assertThat(scene.incident.gate().orElseThrow().words()).contains("evacuate a 10 times", "500: out of order");
        assertThat(scene.move("a").failures()).isZero();
    }

    @Test
    void whenNovaTakesTheEvacuationOnAtLastNothingIsWaitedForAnyMore() {
        Scene scene = moving("a");
        for (int second = 0; second < 60; second++) {
            scene.answer(Step.Evacuate.class, new Outcome.Unknown("500: out of order"));
            scene.later(Duration.ofSeconds(1)).decide();
        }
        scene.later(Duration.ofSeconds(5)).decide();
        assertThat(scene.steps).contains(Scene.evacuate("a", "compute3"));
        assertThat(gate(scene)).contains(Gate.Kind.CLOUD_UNREADABLE);

        scene.accepted(Step.Evacuate.class).later(Duration.ofSeconds(1)).decide();

        assertThat(gate(scene)).isEmpty();
    }

    @Test
    void whenNovaIsAtItThoughItHasLeftTheRequestsOpenNothingIsWaitedForAnyMore() {
        Scene scene = moving("a");
        for (int second = 0; second < 60; second++) {
            scene.answer(Step.Evacuate.class, new Outcome.Unknown("500: out of order"));
            scene.later(Duration.ofSeconds(1)).decide();
        }
        assertThat(gate(scene)).contains(Gate.Kind.CLOUD_UNREADABLE);

        scene.server("a", VmState.ACTIVE, true, Scene.DEAD, Optional.of("rebuilding"))
                .decide();

        assertThat(gate(scene)).isEmpty();
    }

    @Test
    void theNextControllerLooksForTheEvacuationThatTheLastOneMayHaveAskedFor() {
        Scene scene = moving("a").takenOver(); // cut off between the intent and the outcome
        scene.server("a", VmState.ACTIVE, true, Scene.DEAD, Optional.of("rebuilding"))
                .evacuation(50, "a", "compute3", Status.UNDER_WAY);

        for (int i = 0; i < 30; i++) {
            scene.later(Duration.ofSeconds(1)).decide();
            assertThat(scene.steps).noneMatch(Step.Evacuate.class::isInstance);
        }
        arrived(scene, "a", VmState.ACTIVE).decide();
        assertThat(scene.move("a").state()).isEqualTo(MoveState.SUCCEEDED);
    }

    @Test
    void theNextControllerAsksIfTheLastOneHasNot() {
        Scene scene = moving("a").takenOver();

        scene.later(Duration.ofSeconds(11)).decide();

        assertThat(scene.steps).contains(Scene.evacuate("a", "compute3"));
    }

    @Test
    void anInstanceThatIsElsewhereIsNotEvacuatedAgainThoughNovaListsNoRecordYet() {
        Scene scene = moving("a").takenOver();
        scene.server("a", VmState.ACTIVE, true, COMPUTE3, Optional.empty());

        scene.later(Duration.ofSeconds(20)).decide();
        assertThat(scene.steps).noneMatch(Step.Evacuate.class::isInstance);
        arrived(scene, "a", VmState.ACTIVE).decide();
        assertThat(scene.move("a").state()).isEqualTo(MoveState.SUCCEEDED);
    }

    @Test
    void anInstanceThatIsElsewhereIsNotEvacuatedFromThereThoughNovaHasLeftOpenWhatItDid() {
        Scene scene = moving("a").answer(Step.Evacuate.class, new Outcome.Unknown("time-out"));
        scene.server("a", VmState.ACTIVE, true, Scene.host("compute2"), Optional.empty());

        for (int second = 0; second < 70; second++) {
            scene.later(Duration.ofSeconds(1)).decide();
            assertThat(scene.steps).noneMatch(Step.Evacuate.class::isInstance);
        }

        assertThat(scene.move("a").state()).isEqualTo(MoveState.LEFT);
        assertThat(scene.move("a").words()).contains("somebody else has moved it to compute2");
    }

    private static Scene movingWithASecondReservedHost() {
        return Scene.withProof()
                .host("compute4", true)
                .service("compute4", true, false)
                .server("a", VmState.ACTIVE)
                .untilMoving();
    }

    @Test
    void anEvacuationThatADeadControllerHasNotAskedForUsesUpNoReservedHost() {
        Scene scene = movingWithASecondReservedHost().takenOver();

        scene.later(Duration.ofSeconds(11)).decide();

        assertThat(scene.steps).contains(Scene.evacuate("a", "compute3"));
        assertThat(scene.incident.reservations()).extracting(Reservation::host).containsExactly(COMPUTE3);
    }

    @Test
    void anEvacuationThatADeadControllerHasAskedForAndThatFailedIsTriedOnTheNextReservedHost() {
        Scene scene = movingWithASecondReservedHost().takenOver();
        scene.server("a", VmState.ERROR, false, Scene.DEAD, Optional.empty(), Optional.of(NO_ROOM))
                .evacuation(50, "a", "compute3", Status.FAILED);

        scene.later(Duration.ofSeconds(7)).decide();

        assertThat(scene.incident.reservations())
                .extracting(reservation -> reservation.host().value())
                .containsExactly("compute3", "compute4");
    }

    @Test
    void aNovaThatHasNoTimeUsesUpNoReservedHost() {
        Scene scene = movingWithASecondReservedHost();
        scene.answer(
                        Step.Evacuate.class,
                        new Outcome.Refused(Refusal.THROTTLED, "too many requests", Optional.empty(), Optional.empty()))
                .decide();

        scene.later(Duration.ofSeconds(2)).decide();

        assertThat(scene.steps).contains(Scene.evacuate("a", "compute3"));
    }

    @Test
    void aMoveThatTakesLongIsCalledOverdueAndNeverStartedAgain() {
        Scene scene = moving("a").accepted(Step.Evacuate.class);
        scene.server("a", VmState.ACTIVE, true, Scene.DEAD, Optional.of("rebuild_spawning"))
                .evacuation(50, "a", "compute3", Status.UNDER_WAY);

        for (int minute = 0; minute < 60; minute++) {
            scene.later(Duration.ofMinutes(1)).decide();
            assertThat(scene.steps).noneMatch(Step.Evacuate.class::isInstance);
        }
        assertThat(gate(scene)).contains(Gate.Kind.OVERDUE);
        arrived(scene, "a", VmState.ACTIVE).decide();
        assertThat(scene.move("a").state()).isEqualTo(MoveState.SUCCEEDED);
    }

    @Test
    void aDestinationThatIsOnlyDownIsWaitedForBecauseTheGuestMayRunThere() {
        Scene scene = moving("a").accepted(Step.Evacuate.class);
        scene.server("a", VmState.ACTIVE, true, Scene.DEAD, Optional.of("rebuild_spawning"))
                .evacuation(50, "a", "compute3", Status.UNDER_WAY)
                .service("compute3", false, true);

        scene.later(Duration.ofMinutes(30)).decide();

        assertThat(gate(scene)).contains(Gate.Kind.DESTINATION_UNPROVEN);
        assertThat(scene.steps).noneMatch(Step.ResetToError.class::isInstance);
    }

    @Test
    void aDestinationThatIsProvedToBeDeadIsGivenUpAndTheInstanceGoesElsewhere() {
        Scene scene = Scene.withProof()
                .host("compute4", true)
                .service("compute4", true, false)
                .server("a", VmState.ACTIVE);
        scene.untilMoving().accepted(Step.Evacuate.class);
        scene.server("a", VmState.ACTIVE, true, Scene.DEAD, Optional.of("rebuild_spawning"))
                .evacuation(50, "a", "compute3", Status.UNDER_WAY)
                .service("compute3", false, true, true, scene.now);
        scene.provenDead(COMPUTE3, scene.now.plusSeconds(1));

        scene.later(Duration.ofSeconds(1)).decide();
        assertThat(scene.steps).contains(new Step.ResetToError(Scene.id("a")));
        scene.accepted(Step.ResetToError.class)
                .server("a", VmState.ERROR, false, Scene.DEAD, Optional.empty())
                .later(Duration.ofSeconds(1))
                .decide();
        assertThat(scene.steps).contains(new Step.EnableService(Scene.host("compute4")));
        scene.accepted(Step.EnableService.class)
                .service("compute4", true, true)
                .later(Duration.ofSeconds(1))
                .decide();
        assertThat(scene.steps).contains(Scene.evacuate("a", "compute4"));
    }

    @Test
    void aDestinationThatWasDeadAndHasComeBackKeepsTheEvacuationThatWaitedForIt() {
        Scene scene = Scene.withProof()
                .host("compute4", true)
                .service("compute4", true, false)
                .server("a", VmState.ACTIVE);
        scene.untilMoving().accepted(Step.Evacuate.class);
        scene.server("a", VmState.ACTIVE, true, Scene.DEAD, Optional.of("rebuild_spawning"))
                .evacuation(50, "a", "compute3", Status.UNDER_WAY)
                .service("compute3", true, true, false, scene.now);
        scene.provenDead(COMPUTE3, Instant.MAX);

        for (int second = 0; second < 5; second++) {
            scene.later(Duration.ofSeconds(1)).decide();

            assertThat(scene.steps).noneMatch(Step.ResetToError.class::isInstance);
        }
        assertThat(scene.move("a").state()).isEqualTo(MoveState.EVACUATING);
    }

    /** Nova may show the heartbeat of a host that has come back ten seconds late, and who has taken an evacuation on at once. */
    @Test
    void aDestinationThatHasTakenItOnAfterItWasProvedToBeDeadHasComeBack() {
        Scene scene = Scene.withProof().server("a", VmState.ACTIVE);
        scene.method = RecoveryMethod.AUTO;
        scene.service("compute3", true, true).untilMoving().accepted(Step.Evacuate.class);
        scene.server("a", VmState.ACTIVE, true, Scene.DEAD, Optional.of("rebuilding"))
                .provenDead(COMPUTE3, Instant.MAX)
                .service("compute3", false, true, true, scene.now);

        scene.later(Duration.ofSeconds(30)).evacuation(50, "a", "compute3", Status.UNDER_WAY);
        scene.takenOn(50);
        for (int second = 0; second < 5; second++) {
            scene.later(Duration.ofSeconds(1)).decide();
            assertThat(scene.steps).noneMatch(Step.ResetToError.class::isInstance);
        }
        assertThat(gate(scene)).contains(Gate.Kind.DESTINATION_UNPROVEN);

        scene.provenDead(COMPUTE3, Instant.MAX).later(Duration.ofSeconds(1)).decide();
        assertThat(scene.steps).as("it has died again").contains(new Step.ResetToError(Scene.id("a")));
    }

    @Test
    void aDestinationThatTheRecordHasOnlyJustNamedIsNotGivenUpByAnOlderListOfServices() {
        Scene scene = Scene.withProof().server("a", VmState.ACTIVE);
        scene.method = RecoveryMethod.AUTO;
        scene.service("compute3", true, true).untilMoving().accepted(Step.Evacuate.class);
        scene.server("a", VmState.ACTIVE, true, Scene.DEAD, Optional.of("rebuilding"))
                .evacuation(50, "a", "compute3", Status.UNDER_WAY)
                .service("compute3", false, true, false, scene.now);
        scene.provenDead(COMPUTE3, Instant.MAX);

        scene.later(Duration.ofSeconds(1)).decide();
        assertThat(scene.steps).noneMatch(Step.ResetToError.class::isInstance);

        scene.later(Duration.ofSeconds(1)).decide();
        assertThat(scene.steps).contains(new Step.ResetToError(Scene.id("a")));
    }

    @Test
    void anEvacuationWhoseRecordWasCompletedBeforeItHadADestinationHasArrivedWhereNovaShowsIt() {
        Scene scene = moving("a").accepted(Step.Evacuate.class);
        scene.server("a", VmState.ACTIVE, true, COMPUTE3, Optional.empty());
        scene.evacuations.add(
                0,
                new Evacuation(
                        50, Scene.id("a"), Scene.DEAD, Optional.empty(), Status.CLEARED, scene.now, Optional.empty()));

        scene.later(Duration.ofSeconds(1)).decide();

        assertThat(scene.move("a").state()).isEqualTo(MoveState.SUCCEEDED);
    }

    @Test
    void whatNovaIsAboutToFinishAndDoesNotIsCalledOverdue() {
        for (Status status : List.of(Status.DONE, Status.CLEARED, Status.UNKNOWN)) {
            Scene scene = moving("a").accepted(Step.Evacuate.class).evacuation(50, "a", "compute3", status);

            scene.later(Duration.ofMinutes(1)).decide();
            assertThat(gate(scene)).isEmpty();

            scene.later(Duration.ofMinutes(5)).decide();
            assertThat(gate(scene)).as(status.name()).contains(Gate.Kind.OVERDUE);
        }
    }

    @Test
    void aFailureWithoutAReasonIsLookedAtOnceMoreBecauseNovaWritesTheReasonLater() {
        Scene scene = moving("a").accepted(Step.Evacuate.class);
        scene.server("a", VmState.ERROR, false, Scene.DEAD, Optional.empty())
                .evacuation(50, "a", "compute3", Status.FAILED)
                .later(Duration.ofSeconds(1))
                .decide();
        assertThat(scene.move("a").failures()).isZero();
        assertThat(scene.move("a").words()).contains("its reason is awaited");

        scene.server("a", VmState.ERROR, false, Scene.DEAD, Optional.empty(), Optional.of("No valid host was found."))
                .later(Duration.ofSeconds(1))
                .decide();
        assertThat(scene.move("a").failures()).isZero();
        assertThat(scene.move("a").words()).contains("no room");
    }

    @Test
    void aFailureThatStaysWithoutAReasonIsOne() {
        Scene scene = moving("a").accepted(Step.Evacuate.class);
        scene.server("a", VmState.ERROR, false, Scene.DEAD, Optional.empty())
                .evacuation(50, "a", "compute3", Status.FAILED)
                .later(Duration.ofSeconds(1))
                .decide()
                .later(Duration.ofSeconds(1))
                .decide();

        assertThat(scene.move("a").failures()).isEqualTo(1);
        assertThat(scene.move("a").words()).contains("gives no reason");
    }

    @Test
    void anEarlierDeathOfTheDestinationIsNotHeldAgainstIt() {
        Scene scene = Scene.withProof().server("a", VmState.ACTIVE);
        scene.provenDead(COMPUTE3, scene.now);
        scene.later(Duration.ofSeconds(1)).untilMoving().accepted(Step.Evacuate.class);
        scene.server("a", VmState.ACTIVE, true, Scene.DEAD, Optional.of("rebuild_spawning"))
                .evacuation(50, "a", "compute3", Status.UNDER_WAY);

        scene.later(Duration.ofSeconds(1)).decide();

        assertThat(scene.steps).noneMatch(Step.ResetToError.class::isInstance);
    }

    @Test
    void theFirstAttemptsRecordCountsWhenNovaGoesOnWithItAndLeavesTheNewestOneAlone() {
        Scene scene =
                Scene.withProof().server("a", VmState.ACTIVE).untilMoving().accepted(Step.Evacuate.class);
        scene.server("a", VmState.ERROR, false, Scene.DEAD, Optional.empty(), Optional.of("spawn failed"))
                .evacuation(1, "a", "compute3", Status.FAILED)
                .decide();
        scene.later(Duration.ofMinutes(1)).decide().accepted(Step.Evacuate.class);

        scene.server("a", VmState.ACTIVE, true, COMPUTE3, Optional.empty())
                .evacuation(2, "a", "compute3", Status.UNDER_WAY)
                .evacuation(1, "a", "compute3", Status.DONE)
                .decide();

        assertThat(scene.move("a").state()).isEqualTo(MoveState.SUCCEEDED);
    }

    @Test
    void onlySoManyMovesAreUnderWayAtOnce() {
        Scene scene = Scene.withProof();
        scene.policy = limits(3, 2);
        for (String server : List.of("a", "b", "c", "d", "e")) {
            scene.server(server, VmState.ACTIVE);
        }
        scene.untilMoving();
        assertThat(scene.steps).filteredOn(Step.Evacuate.class::isInstance).hasSize(2);

        scene.accepted(Step.Evacuate.class);
        arrived(scene, "a", VmState.ACTIVE).decide();
        assertThat(scene.steps)
                .filteredOn(Step.Evacuate.class::isInstance)
                .containsExactly(Scene.evacuate("c", "compute3"));
    }

    @Test
    void whatIsUnderWaySinceEarlierCountsAgainstTheLimit() {
        Scene scene = Scene.withProof().server("a", VmState.ACTIVE).server("b", VmState.ACTIVE);
        scene.policy = limits(1, 5);
        scene.untilMoving().accepted(Step.Evacuate.class);

        scene.server("a", VmState.ACTIVE, true, Scene.DEAD, Optional.of("rebuilding"))
                .evacuation(50, "a", "compute3", Status.UNDER_WAY)
                .later(Duration.ofSeconds(1))
                .decide();
        assertThat(scene.steps).noneMatch(Step.Evacuate.class::isInstance);

        arrived(scene, "a", VmState.ACTIVE).decide();
        assertThat(scene.steps).contains(Scene.evacuate("b", "compute3"));
    }

    @Test
    void aHostThatCouldNotBeDisabledYetIsDisabledWhileItsInstancesMove() {
        Scene scene = moving("a")
                .accepted(Step.Evacuate.class)
                .answer(
                        Step.DisableService.class,
                        new Outcome.Refused(Refusal.OTHER, "not now", Optional.empty(), Optional.empty()));
        scene.service("compute1", false, true, true, Instant.EPOCH);

        scene.later(Duration.ofSeconds(2)).decide();
        assertThat(scene.steps).hasAtLeastOneElementOfType(Step.DisableService.class);

        scene.answer(
                        Step.DisableService.class,
                        new Outcome.Refused(Refusal.OTHER, "not now", Optional.empty(), Optional.empty()))
                .cancel()
                .later(Duration.ofMinutes(1))
                .decide();
        assertThat(scene.steps).as("called off").noneMatch(Step.DisableService.class::isInstance);
    }

    @Test
    void theTotalLimitHoldsForTheSchedulersChoice() {
        Scene scene = Scene.withProof();
        scene.method = RecoveryMethod.AUTO;
        scene.policy = limits(3, 1);
        for (String server : List.of("a", "b", "c", "d", "e")) {
            scene.server(server, VmState.ACTIVE);
        }

        assertThat(scene.untilMoving().steps)
                .filteredOn(Step.Evacuate.class::isInstance)
                .hasSize(3);
    }

    @Test
    void theNextLookIsSoonWhileNothingIsKnownOfNovasPace() {
        assertThat(moving("a").lookAgain).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void anInstanceThatIsDeletedMeanwhileIsLeft() {
        Scene scene = moving("a").accepted(Step.Evacuate.class).deleted("a").decide();

        assertThat(scene.move("a").state()).isEqualTo(MoveState.LEFT);
        assertThat(scene.move("a").words()).isEqualTo("it was deleted meanwhile");
    }

    @Test
    void anInstanceThatAPersonMovesMeanwhileIsLeftToHim() {
        Scene scene = Scene.withProof().server("a", VmState.ACTIVE);
        scene.host("compute3", false).untilMoving();

        scene.server("a", VmState.ACTIVE, true, Scene.host("compute2"), Optional.empty())
                .decide();

        assertThat(scene.move("a").state()).isEqualTo(MoveState.LEFT);
        assertThat(scene.move("a").words()).contains("somebody else has moved it to compute2");
    }

    @Test
    void whenSomebodyLiftsTheForceDownNoMoreEvacuationsAreBegun() {
        Scene scene = Scene.withProof().server("a", VmState.ACTIVE).server("b", VmState.ACTIVE);
        scene.policy = limits(1, 1);
        scene.untilMoving().accepted(Step.Evacuate.class);

        scene.later(Duration.ofSeconds(30)).service("compute1", true, true, false, scene.now);
        arrived(scene, "a", VmState.ACTIVE).decide();

        assertThat(scene.steps).noneMatch(Step.Evacuate.class::isInstance);
        assertThat(gate(scene)).contains(Gate.Kind.HOST_ALIVE);
    }

    @Test
    void aCancelledRecoveryBeginsNothingAndFollowsWhatIsUnderWay() {
        Scene scene = Scene.withProof().server("a", VmState.ACTIVE).server("b", VmState.ACTIVE);
        scene.policy = limits(1, 1);
        scene.untilMoving().accepted(Step.Evacuate.class).cancel().decide();

        assertThat(scene.move("b").state()).isEqualTo(MoveState.LEFT);
        assertThat(scene.move("b").words()).isEqualTo("Called off by ann: false alarm");
        assertThat(scene.move("a").state()).isEqualTo(MoveState.EVACUATING);
        arrived(scene, "a", VmState.ACTIVE).decide();
        assertThat(scene.move("a").state()).isEqualTo(MoveState.SUCCEEDED);
    }

    @Test
    void anUnreadableNovaStopsNewMovesOnly() {
        Scene scene = moving("a", "b").accepted(Step.Evacuate.class);
        scene.novaFails = Optional.of("503");

        scene.later(Duration.ofSeconds(10)).decide();
        assertThat(gate(scene)).contains(Gate.Kind.CLOUD_UNREADABLE);
        assertThat(scene.move("a").state()).isEqualTo(MoveState.EVACUATING);
        scene.novaFails = Optional.empty();
        arrived(scene, "a", VmState.ACTIVE);
        arrived(scene, "b", VmState.ACTIVE)
                .evacuation(51, "a", "compute3", Status.DONE)
                .decide();
        assertThat(scene.incident.phase()).isEqualTo(Phase.CLOSING);
    }

    private static Scene joiningAnAggregate() {
        Scene scene = Scene.withProof().server("a", VmState.ACTIVE);
        scene.policy = Scene.joiningAggregates();
        scene.aggregates.add(new Aggregate(4, "ssd", Set.of(Scene.DEAD)));
        scene.aggregates.add(new Aggregate(5, "other", Set.of()));
        return scene.untilMoving();
    }

    @Test
    void aReservedHostJoinsTheAggregatesOfTheFailedOneBeforeInstancesAreSent() {
        Scene scene = joiningAnAggregate();

        assertThat(scene.steps).noneMatch(Step.Evacuate.class::isInstance);
        assertThat(scene.incident.reservations())
                .containsExactly(
                        new Reservation(COMPUTE3, Reservation.State.TAKEN, Optional.of("reserved"), List.of(4L)));
        scene.accepted(Step.AddToAggregate.class).later(Duration.ofSeconds(1)).decide();
        assertThat(scene.steps).contains(Scene.evacuate("a", "compute3"));
    }

    @Test
    void aReservedHostThatWasToJoinAnAggregateWhenTheControllerDiedJoinsItBeforeInstancesAreSent() {
        Scene scene = joiningAnAggregate().takenOver().later(Duration.ofSeconds(7));

        scene.decide();
        assertThat(scene.steps)
                .contains(new Step.AddToAggregate(COMPUTE3, 4))
                .noneMatch(Step.Evacuate.class::isInstance);
        scene.accepted(Step.AddToAggregate.class).later(Duration.ofSeconds(1)).decide();
        assertThat(scene.steps).contains(Scene.evacuate("a", "compute3"));
    }

    @Test
    void aReservedHostThatTheDeadControllerHasAddedToAnAggregateIsNotAddedOnceMore() {
        Scene scene = joiningAnAggregate().takenOver().later(Duration.ofSeconds(7));
        scene.aggregates.set(0, new Aggregate(4, "ssd", Set.of(Scene.DEAD, COMPUTE3)));

        scene.decide();

        assertThat(scene.steps)
                .contains(Scene.evacuate("a", "compute3"))
                .noneMatch(Step.AddToAggregate.class::isInstance);
    }

    @Test
    void aTaskThatNovaDoesNotEndOnTheDestinationIsCalledOverdue() {
        Scene scene = moving("a").accepted(Step.Evacuate.class);
        scene.server("a", VmState.ACTIVE, true, COMPUTE3, Optional.of("rebuilding"))
                .evacuation(50, "a", "compute3", Status.DONE);

        scene.later(Duration.ofMinutes(1)).decide();
        assertThat(scene.move("a").state()).isEqualTo(MoveState.RESTORING);
        assertThat(gate(scene)).isEmpty();

        scene.later(Duration.ofMinutes(5)).decide();
        assertThat(gate(scene)).contains(Gate.Kind.OVERDUE);
    }

    /** The failed host's nova-compute starts, finds a server with a task, and calls it an error. */
    @Test
    void anErrorWhileALivingDestinationIsAtItIsNoEndOfIt() {
        Scene scene = moving("a").accepted(Step.Evacuate.class);
        scene.server("a", VmState.ERROR, false, Scene.DEAD, Optional.empty())
                .evacuation(50, "a", "compute3", Status.UNDER_WAY)
                .takenOn(50);

        for (int second = 0; second < 60; second++) {
            scene.later(Duration.ofSeconds(1)).decide();
            assertThat(scene.steps).noneMatch(Step.Evacuate.class::isInstance);
        }
        assertThat(scene.move("a").state()).isEqualTo(MoveState.EVACUATING);

        scene.evacuation(50, "a", "compute3", Status.CLEARED)
                .later(Duration.ofSeconds(1))
                .decide()
                .decide();
        assertThat(scene.move("a").state())
                .as("the failed host has closed its record, too")
                .isEqualTo(MoveState.EVACUATING);

        scene.later(Duration.ofMinutes(5)).decide().decide();
        assertThat(scene.move("a").failures())
                .as("a destination that was restarted has forgotten it")
                .isEqualTo(1);
    }

    @Test
    void anEvacuationThatSomebodyAskedForWhileWeLookedIsFollowed() {
        Scene scene = Scene.withProof().server("a", VmState.ACTIVE).evacuation(50, "a", "compute2", Status.UNDER_WAY);
        scene.decide();
        assertThat(scene.move("a").state()).isEqualTo(MoveState.PLANNED);
        scene.accepted(Step.ForceDown.class).accepted(Step.EnableService.class);
        scene.service("compute1", false, true, true, scene.now)
                .service("compute3", true, true)
                .later(Duration.ofSeconds(1))
                .server("a", VmState.ACTIVE, true, Scene.DEAD, Optional.of("rebuilding"));
        scene.decide().decide();

        assertThat(scene.steps).noneMatch(Step.Evacuate.class::isInstance);
        assertThat(scene.move("a").state()).isEqualTo(MoveState.EVACUATING);
    }

    /** Planned while Nova still called the host up, which may last. */
    private static Scene planned() {
        Scene scene = Scene.withProof().server("a", VmState.ACTIVE).decide();
        assertThat(scene.move("a").state()).isEqualTo(MoveState.PLANNED);
        return scene.accepted(Step.ForceDown.class)
                .accepted(Step.EnableService.class)
                .service("compute3", true, true)
                .later(Duration.ofMinutes(1));
    }

    @Test
    void whatWasPlannedAWhileAgoIsLookedAtBeforeItIsEvacuated() {
        Scene scene = planned()
                .server("a", VmState.ACTIVE, true, Scene.host("compute2"), Optional.empty())
                .service("compute1", false, true, true, Instant.EPOCH)
                .decide();

        assertThat(scene.steps).noneMatch(Step.Evacuate.class::isInstance);
        assertThat(scene.move("a").words()).contains("somebody else has moved it to compute2");
    }

    @Test
    void whatWasPlannedAWhileAgoIsNotEvacuatedFromAHostThatIsBackSince() {
        Scene scene = planned();
        scene.service("compute1", false, true, true, scene.now);

        for (int second = 0; second < 10; second++) {
            scene.decide();
            assertThat(scene.steps).noneMatch(Step.Evacuate.class::isInstance);
            scene.accepted(Step.DisableService.class).later(Duration.ofSeconds(1));
        }

        assertThat(gate(scene)).contains(Gate.Kind.HOST_BACK);
        assertThat(scene.incident.journal())
                .as("Nova would show its time instead of the heartbeats'")
                .noneMatch(entry -> entry.step() instanceof Step.DisableService);
    }

    @Test
    void aHostThatIsBackIsDisabledWhenNothingIsToBeMovedFromItAnyMore() {
        Scene scene = planned();
        scene.service("compute1", false, true, true, scene.now).decide();

        scene.server("a", VmState.ACTIVE, true, Scene.host("compute2"), Optional.empty())
                .later(Duration.ofSeconds(1))
                .decide()
                .later(Duration.ofSeconds(1))
                .decide();

        assertThat(scene.steps).hasAtLeastOneElementOfType(Step.DisableService.class);
    }

    @Test
    void anEvacuationBySomebodyElseIsFollowedThoughItBeganBetweenOurTwoLooks() {
        Scene scene = Scene.withProof()
                .server("a", VmState.ACTIVE) // as it was read, a moment before Nova's records were
                .evacuation(50, "a", "compute2", Status.UNDER_WAY)
                .decide();

        scene.server("a", VmState.ACTIVE, true, Scene.DEAD, Optional.of("rebuilding"))
                .untilMoving();

        assertThat(scene.steps).noneMatch(Step.Evacuate.class::isInstance);
        assertThat(scene.move("a").state()).isEqualTo(MoveState.EVACUATING);
    }

    @Test
    void anEvacuationBySomebodyElseThatTakesLongIsCalledOverdue() {
        Scene scene = Scene.withProof()
                .server("a", VmState.ACTIVE, true, Scene.DEAD, Optional.of("rebuilding"))
                .evacuation(50, "a", "compute2", Status.UNDER_WAY)
                .untilMoving();

        scene.later(Duration.ofMinutes(1)).decide();
        assertThat(gate(scene)).isEmpty();

        scene.later(Duration.ofMinutes(5)).decide();
        assertThat(gate(scene)).contains(Gate.Kind.OVERDUE);
        assertThat(scene.steps).noneMatch(Step.Evacuate.class::isInstance);
    }

    /** "a" moves, "b" waits for its turn, and compute1 boots: forced down by us, it sends heartbeats. */
    private static Scene hostIsBackWhileOneWaits() {
        Scene scene = Scene.withProof().server("a", VmState.ACTIVE).server("b", VmState.ACTIVE);
        scene.policy = limits(1, 1);
        scene.untilMoving().accepted(Step.Evacuate.class).accepted(Step.DisableService.class);
        assertThat(scene.move("b").state()).isEqualTo(MoveState.PLANNED);
        arrived(scene, "a", VmState.ACTIVE).later(Duration.ofMinutes(1));
        return scene.service("compute1", false, false, true, scene.now);
    }

    @Test
    void whatMayRunOnAHostThatIsBackIsNotEvacuatedFromIt() {
        Scene scene = hostIsBackWhileOneWaits();

        for (int second = 0; second < 30; second++) {
            scene.later(Duration.ofSeconds(1)).decide();
            assertThat(scene.steps).noneMatch(Step.Evacuate.class::isInstance);
        }
        assertThat(scene.move("a").state()).isEqualTo(MoveState.SUCCEEDED);
        assertThat(gate(scene)).contains(Gate.Kind.HOST_BACK);
        assertThat(scene.incident.gate().orElseThrow().words()).endsWith("may run there: b");
    }

    @Test
    void allThatMayRunOnAHostThatIsBackAreNamedAndTheOthersGoOn() {
        Scene scene = Scene.withProof()
                .server("a", VmState.ACTIVE)
                .server("b", VmState.ACTIVE)
                .server("c", VmState.STOPPED)
                .server("d", VmState.ACTIVE);
        scene.policy = limits(1, 1);
        scene.untilMoving().accepted(Step.Evacuate.class).accepted(Step.DisableService.class);
        arrived(scene, "a", VmState.ACTIVE).later(Duration.ofMinutes(1));

        scene.service("compute1", false, false, true, scene.now).decide();

        assertThat(scene.steps).contains(Scene.evacuate("c", "compute3"));
        assertThat(scene.incident.gate().orElseThrow().words()).endsWith("may run there: b, d");
        assertThat(scene.move("d").words()).endsWith("and it may run there");
    }

    @Test
    void whatNovaShowsAsOffOnAHostThatIsBackIsEvacuatedFromIt() {
        Scene scene = hostIsBackWhileOneWaits().decide();

        scene.server("b", VmState.ACTIVE, false, Scene.DEAD, Optional.empty())
                .later(Duration.ofSeconds(1))
                .decide();

        assertThat(scene.steps).contains(Scene.evacuate("b", "compute3"));
    }

    @Test
    void aHostThatIsBackAndSaidToBeDeadAgainIsEvacuated() {
        Scene scene = hostIsBackWhileOneWaits().decide();

        scene.later(Duration.ofSeconds(1))
                .evidence(Evidence.Kind.CONFIRMED_BY_OPERATOR)
                .decide();

        assertThat(scene.steps).contains(Scene.evacuate("b", "compute3"));
    }
}
