// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.controller.model.Gate;
import io.migawari.controller.model.MoveState;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.Outcome.Refusal;
import io.migawari.controller.model.RecoveryMethod;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.cloud.Evacuation.Status;
import io.migawari.controller.model.cloud.VmState;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is said of one move, and what is done about it, by what Nova answers and shows. */
class FollowingTest {

    private static final String NO_ROOM = "No valid host was found. There are not enough hosts available.";

    /** To compute3, a reserved host, unless the method says otherwise. */
    private static Scene moving() {
        return Scene.withProof().server("a", VmState.ACTIVE).untilMoving();
    }

    private static Scene movingByTheScheduler() {
        Scene scene = Scene.withProof().server("a", VmState.ACTIVE);
        scene.method = RecoveryMethod.AUTO;
        return scene.untilMoving();
    }

    private static Scene refused(Scene scene, Refusal refusal) {
        return scene.answer(
                        Step.Evacuate.class,
                        new Outcome.Refused(refusal, "in Nova's words", Optional.empty(), Optional.empty()))
                .decide();
    }

    private static Scene failed(Scene scene, String fault) {
        return scene.accepted(Step.Evacuate.class)
                .server("a", VmState.ERROR, false, Scene.DEAD, Optional.empty(), Optional.of(fault))
                .evacuation(1, "a", "compute3", Status.FAILED)
                .decide();
    }

    private static Optional<Gate.Kind> gate(Scene scene) {
        return scene.incident.gate().map(Gate::kind);
    }

    @Test
    void anEvacuationToAnotherHostOrOfAnotherInstanceIsNoSignThatItHasArrived() {
        Scene scene = moving().accepted(Step.Evacuate.class)
                .server("a", VmState.ACTIVE, true, Scene.host("compute2"), Optional.empty())
                .evacuation(50, "a", "compute3", Status.DONE)
                .evacuation(51, "b", "compute2", Status.DONE)
                .decide();

        assertThat(scene.move("a").state()).isEqualTo(MoveState.EVACUATING);

        scene.evacuation(52, "a", "compute2", Status.DONE).decide();
        assertThat(scene.move("a").state()).isEqualTo(MoveState.SUCCEEDED);
    }

    @Test
    void theRecordOfAnEarlierEvacuationSaysNothingOfThisOne() {
        Scene scene = Scene.withProof()
                .server("a", VmState.ACTIVE)
                .evacuation(7, "a", "compute1", Status.FAILED)
                .untilMoving()
                .accepted(Step.Evacuate.class);

        scene.later(Duration.ofSeconds(59)).decide();
        assertThat(scene.move("a").words()).isEqualTo("evacuating to compute3");

        scene.later(Duration.ofSeconds(1)).decide();
        assertThat(scene.move("a").words())
                .isEqualTo("Nova took the evacuation on and shows no sign of it; tried again");
        assertThat(scene.move("a").failures()).isEqualTo(1);
    }

    @Test
    void whatSomebodyElseHadBegunIsBegunByUsWhenNovaHasLostItsRecord() {
        Scene scene = Scene.withProof()
                .server("a", VmState.ACTIVE, true, Scene.DEAD, Optional.of("rebuilding"))
                .evacuation(50, "a", "compute2", Status.UNDER_WAY)
                .untilMoving();
        assertThat(scene.move("a").state()).isEqualTo(MoveState.EVACUATING);

        scene.evacuations.clear();
        scene.server("a", VmState.ACTIVE).decide();
        assertThat(scene.move("a").words()).isEqualTo("waits for the reserved host compute3");
        scene.accepted(Step.EnableService.class)
                .service("compute3", true, true)
                .later(Duration.ofSeconds(1))
                .decide();

        assertThat(scene.steps).contains(Scene.evacuate("a", "compute3"));
    }

    @Test
    void whatNovaIsAtWithoutARecordIsSaidAndThenCalledOverdue() {
        Scene scene = moving().accepted(Step.Evacuate.class)
                .server("a", VmState.ACTIVE, true, Scene.DEAD, Optional.of("rebuilding"));

        scene.later(Duration.ofMinutes(2)).decide();
        assertThat(scene.move("a").words()).isEqualTo("Nova is at it, and its record of it appears in a moment");
        assertThat(gate(scene)).isEmpty();

        scene.later(Duration.ofMinutes(4)).decide();
        assertThat(gate(scene)).contains(Gate.Kind.OVERDUE);
        assertThat(scene.steps).noneMatch(Step.Evacuate.class::isInstance);
    }

    @Test
    void aRecordThatSaysNothingWeKnowIsWaitedForAndThenCalledOverdue() {
        Scene scene = moving().accepted(Step.Evacuate.class).evacuation(50, "a", "compute3", Status.UNKNOWN);

        scene.later(Duration.ofSeconds(1)).decide();
        assertThat(scene.move("a").words()).isEqualTo("Nova's record of it has a status that we do not know");

        scene.later(Duration.ofMinutes(6)).decide();
        assertThat(gate(scene)).contains(Gate.Kind.OVERDUE);
    }

    @Test
    void whereItGoesIsSaidEvenIfTheSchedulerHasChosen() {
        Scene scene = movingByTheScheduler()
                .accepted(Step.Evacuate.class)
                .server("a", VmState.ACTIVE, true, Scene.DEAD, Optional.of("rebuilding"))
                .evacuation(50, "a", "compute2", Status.UNDER_WAY);

        scene.later(Duration.ofSeconds(1)).decide();
        assertThat(scene.move("a").words()).isEqualTo("evacuating to compute2");

        scene.later(Duration.ofMinutes(6)).decide();
        assertThat(scene.move("a").words()).isEqualTo("overdue; Nova is still at it");
    }

    @Test
    void noRoomAnywhereElseIsSaidAndTriedAgainAfterAPause() {
        Scene scene = failed(moving(), NO_ROOM);

        assertThat(scene.move("a").words()).isEqualTo("Nova finds no room for it on compute3");
        assertThat(gate(scene)).contains(Gate.Kind.NO_DESTINATION);
        assertThat(scene.steps).noneMatch(Step.Evacuate.class::isInstance);
        scene.later(Duration.ofSeconds(3)).decide();
        assertThat(scene.steps).as("a pause of four seconds").noneMatch(Step.Evacuate.class::isInstance);
        assertThat(gate(scene)).contains(Gate.Kind.NO_DESTINATION);
        scene.later(Duration.ofSeconds(1)).decide();
        assertThat(scene.steps).contains(Scene.evacuate("a", "compute3"));
    }

    @Test
    void noRoomIsGivenUpAfterItsTimeAndSaysWhere() {
        Scene scene = moving().accepted(Step.Evacuate.class).later(Duration.ofHours(25));

        failed(scene, NO_ROOM);

        assertThat(scene.move("a").state()).isEqualTo(MoveState.FAILED);
        assertThat(scene.move("a").words()).isEqualTo("Nova finds no room for it on compute3; given up");
    }

    @Test
    void anInstanceThatNovaDoesNotFindWasDeletedIfNoDestinationWasNamed() {
        Scene scene = refused(movingByTheScheduler(), Refusal.NOT_FOUND);

        assertThat(scene.move("a").state()).isEqualTo(MoveState.LEFT);
        assertThat(scene.move("a").words()).isEqualTo("it was deleted meanwhile");
    }

    @Test
    void whatNovaDoesNotFindMayBeTheDestinationIfOneWasNamed() {
        Scene scene = refused(moving(), Refusal.NOT_FOUND);

        assertThat(scene.move("a").state()).isEqualTo(MoveState.PLANNED);
        assertThat(scene.move("a").words()).isEqualTo("in Nova's words; tried again");
        assertThat(scene.move("a").failures()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"FORBIDDEN", "OTHER"})
    void aRefusalForAnotherReasonIsTriedAgainAndNamedInTheEnd(Refusal refusal) {
        Scene scene = moving();
        for (int attempt = 0; attempt < 3; attempt++) {
            assertThat(scene.steps).contains(Scene.evacuate("a", "compute3"));
            refused(scene, refusal);
            scene.later(Duration.ofMinutes(1)).decide();
        }

        assertThat(scene.move("a").state()).isEqualTo(MoveState.FAILED);
        assertThat(scene.move("a").words()).isEqualTo("Nova refuses: in Nova's words (tried 3 times)");
        assertThat(scene.move("a").destination()).isEmpty();
    }

    @Test
    void thatNovaTookTheHostForUpIsSaid() {
        Scene scene = refused(moving(), Refusal.SOURCE_IS_UP);

        assertThat(scene.move("a").words()).isEqualTo("Nova took the host for up");
        scene.later(Duration.ofSeconds(1)).decide();
        assertThat(scene.steps).contains(Scene.evacuate("a", "compute3"));
    }

    @Test
    void thatItsDestinationHasDiedTooIsSaid() {
        Scene scene = moving().accepted(Step.Evacuate.class)
                .server("a", VmState.ACTIVE, true, Scene.DEAD, Optional.of("rebuilding"))
                .evacuation(50, "a", "compute3", Status.UNDER_WAY);
        scene.service("compute3", false, true, true, scene.now)
                .provenDead(Scene.host("compute3"), scene.now.plusSeconds(1))
                .later(Duration.ofSeconds(1))
                .decide();

        assertThat(scene.move("a").words()).isEqualTo("compute3 has died, too; taking it back from there");
    }

    @Test
    void oneThatWasInErrorAndRanIsInErrorAndRunsInTheEnd() {
        Scene scene = Scene.withProof()
                .server("a", VmState.ERROR, true, Scene.DEAD, Optional.empty())
                .untilMoving()
                .accepted(Step.Evacuate.class)
                .server("a", VmState.ACTIVE, true, Scene.host("compute3"), Optional.empty())
                .evacuation(50, "a", "compute3", Status.DONE)
                .decide();

        assertThat(scene.steps).contains(new Step.ResetToError(Scene.id("a")));
        assertThat(scene.move("a").words()).isEqualTo("arrived; its former state is being restored");
        scene.accepted(Step.ResetToError.class)
                .server("a", VmState.ERROR, true, Scene.host("compute3"), Optional.empty())
                .decide();
        assertThat(scene.move("a").state()).isEqualTo(MoveState.SUCCEEDED);
    }

    @Test
    void aStateIsTriedToBeRestoredSixTimesAndTheLastOfThemIsWaitedFor() {
        Scene scene = Scene.withProof()
                .server("a", VmState.STOPPED)
                .untilMoving()
                .accepted(Step.Evacuate.class)
                .server("a", VmState.ACTIVE, true, Scene.host("compute3"), Optional.empty())
                .evacuation(50, "a", "compute3", Status.DONE)
                .decide();
        for (int tries = 1; tries < 6; tries++) {
            assertThat(scene.steps).contains(new Step.Stop(Scene.id("a")));
            scene.answer(Step.Stop.class, new Outcome.Unknown("no answer"))
                    .later(Duration.ofMinutes(1))
                    .decide();
        }
        assertThat(scene.steps).as("the sixth").contains(new Step.Stop(Scene.id("a")));

        scene.later(Duration.ofSeconds(5)).decide();
        assertThat(scene.move("a").state()).as("Nova is at the sixth").isEqualTo(MoveState.RESTORING);
        scene.answer(Step.Stop.class, new Outcome.Unknown("no answer")).decide();

        assertThat(scene.move("a").state()).isEqualTo(MoveState.FAILED);
        assertThat(scene.move("a").words()).isEqualTo("on compute3, but active instead of stopped: no answer");
    }

    /** Somebody has asked for it, and compute2 has taken it on; its task has just ended, and it is still shown on the source. */
    private static Scene atTheVeryEndOfSomebodyElses(Status status) {
        return Scene.withProof()
                .server("a", VmState.ACTIVE)
                .evacuation(50, "a", "compute2", status)
                .takenOn(50);
    }

    @ParameterizedTest
    @EnumSource(names = {"UNDER_WAY", "DONE"})
    void whatSomebodyElsesEvacuationIsAboutToEndIsFollowed(Status status) {
        Scene scene = atTheVeryEndOfSomebodyElses(status).untilMoving();

        assertThat(scene.move("a").state()).isEqualTo(MoveState.EVACUATING);
        assertThat(scene.steps).noneMatch(Step.Evacuate.class::isInstance);

        scene.server("a", VmState.ACTIVE, true, Scene.host("compute2"), Optional.empty())
                .evacuation(50, "a", "compute2", Status.DONE)
                .decide();
        assertThat(scene.move("a").state()).isEqualTo(MoveState.SUCCEEDED);
    }

    @Test
    void oneThatWasDoneAWhileAgoIsHistory() {
        Scene scene = atTheVeryEndOfSomebodyElses(Status.DONE)
                .later(Duration.ofMinutes(1))
                .untilMoving();

        assertThat(scene.steps).contains(Scene.evacuate("a", "compute3"));
    }

    @Test
    void oneWhoseDestinationDoesNotLiveIsNotAboutToEnd() {
        Scene scene = atTheVeryEndOfSomebodyElses(Status.UNDER_WAY)
                .service("compute2", false, true)
                .untilMoving();

        assertThat(scene.steps).contains(Scene.evacuate("a", "compute3"));
    }

    @Test
    void oneThatADestinationHasForgottenIsNotWaitedForForEver() {
        Scene scene = atTheVeryEndOfSomebodyElses(Status.UNDER_WAY)
                .later(Duration.ofMinutes(5))
                .untilMoving();

        assertThat(scene.steps).contains(Scene.evacuate("a", "compute3"));
    }

    @Test
    void oursThatFailsBesideSomebodyElsesIsNotRepeatedWhileAnotherHostIsAtIt() {
        Scene scene = moving().accepted(Step.Evacuate.class)
                .evacuation(50, "a", "compute2", Status.UNDER_WAY)
                .takenOn(50)
                .server("a", VmState.ERROR, true, Scene.DEAD, Optional.empty(), Optional.of("Conflict"))
                .evacuation(51, "a", "compute3", Status.FAILED)
                .decide();

        assertThat(scene.move("a").words())
                .isEqualTo("it has failed, and another evacuation of it is under way; followed");
        scene.later(Duration.ofMinutes(1)).decide();
        assertThat(scene.steps).noneMatch(Step.Evacuate.class::isInstance);

        scene.server("a", VmState.ACTIVE, true, Scene.host("compute2"), Optional.empty())
                .evacuation(50, "a", "compute2", Status.DONE)
                .decide();
        assertThat(scene.move("a").state()).isEqualTo(MoveState.SUCCEEDED);
    }
}
