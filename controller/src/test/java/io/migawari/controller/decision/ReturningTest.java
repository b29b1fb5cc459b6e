// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.migawari.config.ReturnSettings;
import io.migawari.config.ReturnSettings.Role;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.MoveId;
import io.migawari.controller.model.MoveState;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.Outcome.Refusal;
import io.migawari.controller.model.Pause;
import io.migawari.controller.model.PauseId;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.Reservation;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.Subject;
import io.migawari.controller.model.WantedState;
import io.migawari.controller.model.cloud.Evacuation;
import io.migawari.controller.model.cloud.VmState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A host that was recovered from comes back. */
class ReturningTest {

    private static final Step LIFT = new Step.LiftForceDown(Scene.DEAD);
    private static final Step ENABLE = new Step.EnableService(Scene.DEAD);
    private static final Step RESERVE = new Step.DisableService(Scene.DEAD, "Migawari: reserved host");
    private static final String OURS = "Migawari incident " + Scene.FAILURE + ": host failed";
    private static final ReturnSettings RESERVED = settings(true, 2, Role.RESERVED);

    private static ReturnSettings settings(boolean automatic, int failures, Role role) {
        return new ReturnSettings(automatic, Duration.ofMinutes(1), failures, Duration.ofHours(1), role);
    }

    /** Nova hears of compute1, and everything else about it is as before. */
    private static Scene heartbeat(Scene scene) {
        var service = scene.services.get(Scene.DEAD);
        Instant at = scene.later(Duration.ofSeconds(10)).now;
        return scene.service("compute1", true, service.enabled(), service.forcedDown(), at)
                .disabled("compute1", service.disabledReason().orElse(OURS));
    }

    /** Nova has heard of it twice. */
    private static Scene back(Scene scene) {
        heartbeat(scene).decide();
        return heartbeat(scene).decide();
    }

    private static Scene back() {
        return back(Scene.withReturn());
    }

    private static Scene lifted(Scene scene) {
        scene.accepted(Step.LiftForceDown.class).later(Duration.ofSeconds(1));
        scene.service("compute1", true, false, false, scene.now).disabled("compute1", OURS);
        return scene.decide();
    }

    /** On trial. */
    private static Scene onTrial() {
        return lifted(back().decide());
    }

    /** Has been healthy for a minute, with heartbeats. */
    private static Scene healthy(Scene scene) {
        for (int i = 0; i < 7 && scene.incident.phase() == Phase.TRYING_OUT; i++) {
            heartbeat(scene).decide();
        }
        return scene;
    }

    private static Gate.Kind gate(Scene scene) {
        return scene.incident.gate().orElseThrow().kind();
    }

    @Test
    void aHostIsNoticedAlthoughTheClockWasAheadWhenItWasRecovered() {
        Scene scene = Scene.withReturn().later(Duration.ofHours(-1));

        assertThat(back(scene).incident.phase()).isNotEqualTo(Phase.AWAY);
    }

    @Test
    void aHostThatIsCleanAndHealthyForLongEnoughGetsInstancesAgain() {
        Scene scene = Scene.withReturn().decide();
        assertThat(scene.incident.phase()).isEqualTo(Phase.AWAY);
        assertThat(scene.lookAgain).isEqualTo(Duration.ofSeconds(10));

        back(scene);
        assertThat(scene.incident.phase()).isEqualTo(Phase.CLEARING);
        scene.decide();
        assertThat(scene.steps).containsExactly(LIFT);
        lifted(scene);
        assertThat(scene.incident.phase()).isEqualTo(Phase.TRYING_OUT);
        assertThat(gate(scene)).isEqualTo(Gate.Kind.UNHEALTHY);
        assertThat(scene.steps).isEmpty();

        healthy(scene);
        assertThat(scene.incident.phase()).isEqualTo(Phase.PUTTING_TO_USE);
        scene.decide();
        assertThat(scene.steps).containsExactly(ENABLE);
        scene.accepted(Step.EnableService.class)
                .later(Duration.ofSeconds(1))
                .service("compute1", true, true)
                .decide();
        assertThat(scene.incident.phase()).isEqualTo(Phase.RECOVERED);
        assertThat(scene.incident.words()).isEqualTo("compute1 gets new instances again");
    }

    @Test
    void aSingleNewTimeMayBeAPersonsChangeAndIsNotTakenForAHeartbeat() {
        Scene scene = Scene.withReturn();
        heartbeat(scene).decide();

        for (int i = 0; i < 10; i++) {
            scene.later(Duration.ofSeconds(10)).decide();
        }

        assertThat(scene.incident.phase()).isEqualTo(Phase.AWAY);
        assertThat(scene.steps).isEmpty();
    }

    @Test
    void whatNovaHeardBeforeTheRecoveryWasOverSaysNothing() {
        Scene scene = Scene.withReturn();
        scene.service("compute1", true, false, true, Scene.START.plusSeconds(4))
                .decide(); // within the clocks' tolerance
        scene.service("compute1", true, false, true, Scene.START.plusSeconds(5)).decide();

        assertThat(scene.incident.phase()).isEqualTo(Phase.AWAY);
        assertThat(scene.incident.subject()).isEqualTo(Subject.Return.from(Scene.FAILURE));
    }

    @Test
    void aHostWithCopiesOfWhatWasMovedAwayIsNotUsedBeforeItsNovaComputeHasRemovedThem() {
        Scene scene = Scene.withReturn().evacuation(1, "a", "compute2", Evacuation.Status.DONE);
        back(scene).decide();
        assertThat(scene.steps).isEmpty();
        assertThat(scene.incident.gate()).isEmpty(); // it may be at it

        scene.later(Duration.ofSeconds(31)).decide();
        assertThat(gate(scene)).isEqualTo(Gate.Kind.STALE_COPIES);
        assertThat(scene.incident.nextStep().orElseThrow())
                .startsWith("restart nova-compute on compute1, which clears them away");
        assertThat(scene.steps).isEmpty();

        scene.evacuation(1, "a", "compute2", Evacuation.Status.CLEARED).decide();
        assertThat(scene.steps).containsExactly(LIFT);
    }

    @Test
    void anEvacuationThatNovaNeverEndedHasToBeForgottenToo() {
        Scene scene = Scene.withReturn().evacuation(1, "a", "compute2", Evacuation.Status.UNDER_WAY);
        back(scene).decide();
        scene.later(Duration.ofMinutes(1)).decide();

        assertThat(scene.steps).isEmpty();
        assertThat(gate(scene)).isEqualTo(Gate.Kind.STALE_COPIES);
        assertThat(scene.incident.gate().orElseThrow().words())
                .contains("1 evacuation from it (1 not ended, as Nova has it: " + Scene.id("a") + ")");
    }

    @Test
    void failedEvacuationsLeaveNothingBehind() {
        Scene scene = Scene.withReturn().evacuation(1, "a", "compute2", Evacuation.Status.FAILED);

        assertThat(back(scene).decide().steps).containsExactly(LIFT);
    }

    @Test
    void evacuationsThatCannotBeReadAreNotTakenForNone() {
        Scene scene = Scene.withReturn();
        back(scene);
        scene.novaFails = Optional.of("no answer");
        scene.decide();

        assertThat(scene.steps).isEmpty();
        assertThat(gate(scene)).isEqualTo(Gate.Kind.CLOUD_UNREADABLE);
    }

    @Test
    void thatNovaRefusesToLiftTheForceDownIsSaidWithItsReason() {
        Scene scene = back().decide();
        scene.answer(
                        Step.LiftForceDown.class,
                        new Outcome.Refused(Refusal.OTHER, "done records remain", Optional.empty(), Optional.empty()))
                .later(Duration.ofSeconds(2))
                .decide();

        assertThat(gate(scene)).isEqualTo(Gate.Kind.STALE_COPIES);
        assertThat(scene.incident.gate().orElseThrow().words()).endsWith("done records remain");
        assertThat(scene.steps).containsExactly(LIFT);
    }

    @Test
    void whatAPersonHadDisabledStaysDisabled() {
        Scene scene = onTrial().disabled("compute1", "ticket 4711");
        healthy(scene).decide();

        assertThat(scene.steps).isEmpty();
        assertThat(scene.incident.phase()).isEqualTo(Phase.RECOVERED);
        assertThat(scene.incident.words())
                .isEqualTo("compute1 is back and stays disabled (reason: ticket 4711): it is not us who keep it out");
    }

    @Test
    void whatAnEarlierFailureOfOursHadDisabledIsEnabled() {
        Scene scene =
                onTrial().disabled("compute1", "Migawari incident " + new IncidentId(new UUID(9, 9)) + ": host failed");

        assertThat(healthy(scene).decide().steps).containsExactly(ENABLE);
    }

    @Test
    void aForceDownThatWasThereBeforeTheFailureIsLeft() {
        Scene scene = Scene.withReturn().forcedDownBefore();
        back(scene).decide();

        assertThat(scene.steps).isEmpty();
        assertThat(scene.incident.phase()).isEqualTo(Phase.SKIPPED);
    }

    @Test
    void whoForcesItDownAgainIsNotContradicted() {
        Scene scene = onTrial();
        scene.later(Duration.ofSeconds(5));
        scene.service("compute1", true, false, true, scene.now)
                .disabled("compute1", OURS)
                .decide();
        scene.decide();

        assertThat(scene.steps).isEmpty();
        assertThat(scene.incident.phase()).isEqualTo(Phase.SKIPPED);
        assertThat(scene.incident.words()).startsWith("compute1 is forced down, and not by us; it is left so");
    }

    @Test
    void whoHasPutItToUseAlreadyIsLeftAlone() {
        Scene scene = Scene.withReturn().service("compute1", true, true).decide();

        assertThat(scene.steps).isEmpty();
        assertThat(scene.incident.phase()).isEqualTo(Phase.SKIPPED);
    }

    @Test
    void aHostThatGoesAwayAgainStartsAllOver() {
        Scene scene = onTrial();
        scene.later(Duration.ofSeconds(30));
        scene.service("compute1", false, false, false, scene.now.minusSeconds(20))
                .disabled("compute1", OURS)
                .decide();

        assertThat(scene.incident.phase()).isEqualTo(Phase.AWAY);
        heartbeat(scene).decide();
        assertThat(scene.incident.phase()).isEqualTo(Phase.CLEARING);
        scene.decide();
        assertThat(scene.incident.phase()).isEqualTo(Phase.TRYING_OUT);
        assertThat(scene.steps).isEmpty(); // nothing to lift
    }

    @Test
    void aHostThatFailsAgainIsLeftToTheIncidentAboutThat() {
        Scene scene = healthy(onTrial());
        assertThat(scene.incident.phase()).isEqualTo(Phase.PUTTING_TO_USE);
        scene.reportedDead.add(Scene.DEAD);
        scene.decide();

        assertThat(scene.steps).isEmpty();
        assertThat(scene.incident.phase()).isEqualTo(Phase.AWAY);
        assertThat(gate(scene)).isEqualTo(Gate.Kind.HOST_FAILED);
        back(scene);
        assertThat(scene.incident.phase()).isEqualTo(Phase.AWAY);
    }

    @Test
    void theTimeStartsAnewWhenAProcessGoesDown() {
        Scene scene = onTrial();
        scene.later(Duration.ofSeconds(50)).withProcessesDown.add(Scene.DEAD);
        heartbeat(scene).decide();
        assertThat(scene.incident.gate().orElseThrow().words())
                .contains("Processes of compute1 are reported as stopped");

        scene.withProcessesDown.clear();
        heartbeat(scene).decide();
        assertThat(scene.incident.phase()).isEqualTo(Phase.TRYING_OUT);
        assertThat(healthy(scene).incident.phase()).isEqualTo(Phase.PUTTING_TO_USE);
    }

    @Test
    void aHostWithoutItsHypervisorIsNotHealthy() {
        Scene scene = onTrial().disabled("compute1", "AUTO: Connection to libvirt lost: 1");

        assertThat(healthy(scene).incident.phase()).isEqualTo(Phase.TRYING_OUT);
        assertThat(scene.incident.gate().orElseThrow().words()).contains("has no hypervisor");
    }

    @Test
    void upWithoutAHeartbeatIsNotHealth() {
        Scene scene = onTrial();
        scene.later(Duration.ofMinutes(2)).decide();

        assertThat(scene.incident.phase()).isEqualTo(Phase.TRYING_OUT);
        heartbeat(scene).decide();
        assertThat(scene.incident.phase()).isEqualTo(Phase.PUTTING_TO_USE);
    }

    @Test
    void aHostThatFailsAgainSoonIsHeldForAPersonHoweverLongHeThinksAboutIt() {
        Scene scene = onTrial();
        scene.formerFailures.add(Scene.START.minusSeconds(3000));
        healthy(scene).later(Duration.ofDays(3));
        heartbeat(scene).decide();

        assertThat(gate(scene)).isEqualTo(Gate.Kind.FLAPPING);
        assertThat(scene.incident.gate().orElseThrow().words())
                .isEqualTo("compute1 is healthy, but has failed 2 times within 1h (recovery.return.failures)");
        assertThat(scene.steps).isEmpty();

        heartbeat(scene).approve().decide();
        scene.decide();
        assertThat(scene.steps).containsExactly(ENABLE);
    }

    @Test
    void failuresOfLongAgoAreForgiven() {
        Scene scene = onTrial();
        scene.formerFailures.add(Scene.START.minusSeconds(3661));

        assertThat(healthy(scene).incident.phase()).isEqualTo(Phase.PUTTING_TO_USE);
    }

    @Test
    void aSiteThatWantsToBeAskedIsAskedBeforeAnythingIsDone() {
        Scene scene = Scene.withReturn().returns(settings(false, 2, Role.NORMAL));
        back(scene).decide();
        assertThat(scene.steps).isEmpty();
        assertThat(gate(scene)).isEqualTo(Gate.Kind.NOT_AUTOMATIC);

        assertThat(scene.approve().decide().steps).containsExactly(LIFT);
    }

    @Test
    void aPauseHoldsItBeforeEachOfItsSteps() {
        Scene scene = back();
        var pause = new Pause(
                new PauseId(new UUID(0, 5)),
                new Pause.Scope.OfHost(Scene.DEAD),
                Pause.Mode.FREEZE,
                "ann",
                "at work on it",
                scene.now,
                scene.now.plus(Duration.ofMinutes(1)));
        scene.pauses.add(pause);
        assertThat(scene.decide().steps).isEmpty();
        assertThat(gate(scene)).isEqualTo(Gate.Kind.PAUSED);

        scene.later(Duration.ofMinutes(2));
        assertThat(scene.decide().steps).containsExactly(LIFT);
    }

    @Test
    void aHostOnMaintenanceIsPutToUseWhenThatIsOver() {
        Scene scene = onTrial().host("compute1", false, true);
        healthy(scene).decide();
        assertThat(scene.steps).isEmpty();
        assertThat(gate(scene)).isEqualTo(Gate.Kind.ON_MAINTENANCE);

        assertThat(scene.host("compute1", false, false).decide().steps).containsExactly(ENABLE);
    }

    @Test
    void itTakesThePlaceOfTheReservedHostThatWasUsedUpForIt() {
        Scene scene = onTrial().returns(RESERVED);
        scene.aftermath = Optional.of(new Aftermath(true, List.of()));
        assertThat(healthy(scene).decide().steps).containsExactly(RESERVE);

        scene.accepted(Step.DisableService.class)
                .later(Duration.ofSeconds(1))
                .disabled("compute1", "Migawari: reserved host")
                .decide();
        assertThat(scene.incident.phase()).isEqualTo(Phase.RECOVERED);
        assertThat(scene.incident.reservations())
                .extracting(Reservation::host, Reservation::state)
                .containsExactly(tuple(Scene.DEAD, Reservation.State.RETURNED));
        assertThat(scene.incident.words()).isEqualTo("compute1 is back, and a reserved host of its segment now");
    }

    @Test
    void itIsAHostLikeOthersIfNoReservedHostWasUsedUpOrInstancesAreOnIt() {
        assertThat(healthy(onTrial().returns(RESERVED)).decide().steps).containsExactly(ENABLE);

        Scene scene = onTrial().returns(RESERVED).server("a", VmState.PAUSED);
        scene.aftermath = Optional.of(new Aftermath(true, List.of()));
        assertThat(healthy(scene).decide().steps).containsExactly(ENABLE);
    }

    @Test
    void whatAPersonHadDisabledDoesNotBecomeAReservedHostEither() {
        Scene scene = onTrial().returns(RESERVED).disabled("compute1", "ticket 4711");
        scene.aftermath = Optional.of(new Aftermath(true, List.of()));

        assertThat(healthy(scene).decide().steps).isEmpty();
        assertThat(scene.incident.phase()).isEqualTo(Phase.RECOVERED);
        assertThat(scene.incident.reservations()).isEmpty();
    }

    @Test
    void instancesThatRanAndAreOffOnItAreNamedAndNotStarted() {
        Scene scene = onTrial()
                .server("opted-out", VmState.STOPPED)
                .server("was-off", VmState.STOPPED)
                .server("runs", VmState.ACTIVE);
        scene.aftermath = Optional.of(new Aftermath(
                false,
                List.of(
                        left("opted-out", WantedState.RUNNING),
                        left("was-off", WantedState.STOPPED),
                        left("runs", WantedState.RUNNING),
                        left("gone", WantedState.RUNNING))));
        healthy(scene).decide();
        scene.accepted(Step.EnableService.class)
                .later(Duration.ofSeconds(1))
                .service("compute1", true, true)
                .decide();

        assertThat(scene.incident.words())
                .isEqualTo("compute1 gets new instances again; off since its failure, and still on it: opted-out; "
                        + "next step: openstack server start");
        assertThat(scene.incident.journal()).noneMatch(entry -> entry.step() instanceof Step.Start);
    }

    private static Move left(String server, WantedState wanted) {
        return new Move(
                new MoveId(UUID.nameUUIDFromBytes(server.getBytes(StandardCharsets.UTF_8))),
                Scene.id(server),
                server,
                1,
                "active",
                wanted,
                MoveState.LEFT,
                Optional.empty(),
                "its owner's wish",
                0,
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.of(Scene.START));
    }

    @Test
    void calledOffItIsLeftAsItIsWhichIsSaid() {
        Scene scene = back().cancel().decide();

        assertThat(scene.steps).isEmpty();
        assertThat(scene.incident.phase()).isEqualTo(Phase.DISMISSED);
        assertThat(scene.incident.words())
                .isEqualTo("Called off by ann: false alarm; compute1 is left as it is: forced down and disabled ("
                        + OURS + ")");
    }

    @Test
    void aHostThatWasTakenOutOfItsSegmentIsLeftAsItIs() {
        Scene scene = onTrial();
        scene.hosts.removeIf(host -> host.name().equals(Scene.DEAD));

        assertThat(scene.decide().incident.phase()).isEqualTo(Phase.SKIPPED);
        assertThat(scene.steps).isEmpty();
    }

    @Test
    void whatNovaDoesNotLetUsEnableIsLeftToAPersonAfterAMinute() {
        Scene scene = healthy(onTrial()).decide();
        for (int i = 0; i < 6; i++) {
            assertThat(scene.steps).containsExactly(ENABLE);
            scene.answer(
                    Step.EnableService.class,
                    new Outcome.Refused(Refusal.FORBIDDEN, "no", Optional.empty(), Optional.empty()));
            scene.later(Duration.ofMinutes(1));
            heartbeat(scene).decide();
        }

        assertThat(scene.incident.phase()).isEqualTo(Phase.FAILED);
        assertThat(scene.incident.words())
                .isEqualTo(
                        "compute1 is healthy and could not be enabled (no); next step: openstack compute service set "
                                + "--enable compute1 nova-compute");
    }

    @Test
    void whatItAsksIsAFixedNumberOfCalls() {
        assertThat(Question.neededFor(Scene.withReturn().incident, Scene.withReturn().policy))
                .isEqualTo(Set.of(Question.SERVICES));
        Scene scene = back();
        assertThat(Question.neededFor(scene.incident, scene.policy))
                .isEqualTo(Set.of(Question.SERVICES, Question.EVACUATIONS));
        assertThat(Question.neededFor(onTrial().incident, scene.policy)).isEqualTo(Set.of(Question.SERVICES));
    }
}
