// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.config.RecoverySettings;
import io.migawari.controller.model.Deaths;
import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.InstanceBefore;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.Outcome.Refusal;
import io.migawari.controller.model.Pause;
import io.migawari.controller.model.PauseId;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.Subject;
import io.migawari.controller.model.cloud.VmState;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One instance has died on a host that lives. */
class RestartingTest {

    private static final Step STOP = new Step.Stop(Scene.id("vm"));
    private static final Step START = new Step.Start(Scene.id("vm"));

    private static Scene nova(Scene scene, VmState state, String task) {
        return scene.later(Duration.ofSeconds(1))
                .server(
                        "vm",
                        state,
                        state == VmState.ACTIVE,
                        Scene.DEAD,
                        Optional.of(task).filter(name -> !name.isEmpty()));
    }

    /** Stopped by us, and seen to be so; its start is intended. */
    private static Scene stopped() {
        Scene scene = Scene.withDeadInstance(VmState.ACTIVE).decide().accepted(Step.Stop.class);
        return nova(scene, VmState.STOPPED, "").decide();
    }

    private static Gate.Kind gate(Scene scene) {
        return scene.incident.gate().orElseThrow().kind();
    }

    @Test
    void itIsStoppedAndStartedAndDoneWhenItIsSeenRunning() {
        Scene scene = Scene.withDeadInstance(VmState.ACTIVE).decide();
        assertThat(scene.steps).containsExactly(STOP);
        assertThat(scene.incident.subject())
                .isEqualTo(new Subject.Instance(Scene.id("vm"), Optional.of(new InstanceBefore("vm", "active"))));

        nova(scene.accepted(Step.Stop.class), VmState.ACTIVE, "powering-off").decide();
        assertThat(scene.steps).isEmpty();
        nova(scene, VmState.STOPPED, "").decide();
        assertThat(scene.steps).containsExactly(START);
        nova(scene.accepted(Step.Start.class), VmState.STOPPED, "powering-on").decide();
        assertThat(scene.steps).isEmpty();
        assertThat(scene.incident.phase()).isEqualTo(Phase.RESTARTING);
        nova(scene, VmState.ACTIVE, "").decide();
        assertThat(scene.incident.phase()).isEqualTo(Phase.RECOVERED);
        assertThat(scene.incident.words()).isEqualTo("vm runs again on compute1 after 4s");
    }

    @Test
    void thatNovaCallsItActiveProvesNothingBeforeWeHaveStartedIt() {
        Scene scene = Scene.withDeadInstance(VmState.ACTIVE).decide().accepted(Step.Stop.class);

        nova(scene, VmState.ACTIVE, "").later(Duration.ofSeconds(2)).decide();

        assertThat(scene.incident.phase()).isEqualTo(Phase.RESTARTING);
        assertThat(scene.steps).containsExactly(STOP); // accepted, and without effect: that was a failure
    }

    @Test
    void anActiveInstanceWithoutARunningGuestIsNotRecovered() {
        Scene scene = stopped().accepted(Step.Start.class).later(Duration.ofSeconds(1));
        scene.server("vm", VmState.ACTIVE, false, Scene.DEAD, Optional.empty()).decide();

        assertThat(scene.incident.phase()).isEqualTo(Phase.RESTARTING);
    }

    @Test
    void whatNovaHasStoppedByItselfIsStarted() {
        Scene scene = Scene.withDeadInstance(VmState.STOPPED)
                .done("create", "ann", Scene.START.minusSeconds(900))
                .done("stop", "", Scene.START.plusSeconds(15))
                .decide();

        assertThat(scene.steps).containsExactly(START);
    }

    @Test
    void whatAPersonHasStoppedIsLeftOff() {
        Scene scene = Scene.withDeadInstance(VmState.STOPPED)
                .done("reboot", "ann", Scene.START.minusSeconds(90))
                .done("stop", "bob", Scene.START.minusSeconds(2))
                .decide();

        assertThat(scene.steps).isEmpty();
        assertThat(scene.incident.phase()).isEqualTo(Phase.DISMISSED);
        assertThat(scene.incident.words())
                .isEqualTo("vm is left off: it was stopped by user bob at 2026-11-20T02:59:58Z");
    }

    @Test
    void aStopThatIsUnderWayIsWaitedForAndThenLeftAlone() {
        Scene scene = Scene.withDeadInstance(VmState.ACTIVE).done("stop", "bob", Scene.START);
        scene.server("vm", VmState.ACTIVE, true, Scene.DEAD, Optional.of("powering-off"))
                .decide();
        assertThat(scene.steps).isEmpty();
        assertThat(scene.incident.words()).isEqualTo("vm: Nova is at powering-off");

        nova(scene, VmState.STOPPED, "").decide();

        assertThat(scene.incident.phase()).isEqualTo(Phase.DISMISSED);
    }

    @Test
    void anOwnerWhoStopsItJustBeforeWeDoIsRespected() {
        Scene scene = Scene.withDeadInstance(VmState.ACTIVE).decide();
        scene.answer(
                Step.Stop.class,
                new Outcome.Refused(Refusal.WRONG_STATE, "powering-off", Optional.empty(), Optional.empty()));
        scene.done("stop", "bob", Scene.START);

        nova(scene, VmState.STOPPED, "").decide();

        assertThat(scene.steps).isEmpty();
        assertThat(scene.incident.phase()).isEqualTo(Phase.DISMISSED);
    }

    @Test
    void whatSomebodyHasRestartedSinceIsNotRestartedOnceMore() {
        Scene scene = Scene.withDeadInstance(VmState.ACTIVE)
                .done("reboot", "ann", Scene.START.plusSeconds(30))
                .later(Duration.ofMinutes(5))
                .decide();

        assertThat(scene.steps).isEmpty();
        assertThat(scene.incident.phase()).isEqualTo(Phase.SKIPPED);
        assertThat(scene.incident.words()).startsWith("vm runs again on compute1: reboot by user ann at ");
    }

    @Test
    void whatRunsOnAnotherHostByNowIsLeftAlone() {
        Scene scene = Scene.withDeadInstance(VmState.ACTIVE);
        scene.server("vm", VmState.ACTIVE, true, Scene.host("compute2"), Optional.empty())
                .decide();

        assertThat(scene.incident.phase()).isEqualTo(Phase.SKIPPED);
    }

    @Test
    void anInstanceInErrorIsStoppedAndStartedToo() {
        assertThat(Scene.withDeadInstance(VmState.ERROR).decide().steps).containsExactly(STOP);
    }

    @Test
    void whatNovaNoLongerHasIsDismissed() {
        Scene scene = Scene.withDeadInstance(VmState.ACTIVE);
        scene.servers.clear();

        assertThat(scene.decide().incident.phase()).isEqualTo(Phase.DISMISSED);
    }

    @Test
    void whatCannotBeReadIsUnknownAndWaitedFor() {
        Scene scene = Scene.withDeadInstance(VmState.ACTIVE);
        scene.novaFails = Optional.of("503");
        assertThat(gate(scene.decide())).isEqualTo(Gate.Kind.CLOUD_UNREADABLE);
        assertThat(scene.steps).isEmpty();

        scene.novaFails = Optional.empty();

        assertThat(scene.decide().steps).containsExactly(STOP);
    }

    @Test
    void aHostThatHasFailedAsAWholeIsItsOwnIncidentsBusiness() {
        Scene scene = Scene.withDeadInstance(VmState.ACTIVE);
        scene.reportedDead.add(Scene.DEAD);
        assertThat(gate(scene.decide())).isEqualTo(Gate.Kind.HOST_FAILED);
        assertThat(scene.steps).isEmpty();

        scene.reportedDead.clear();
        scene.done("evacuate", "migawari", Scene.START.plusSeconds(4));
        scene.server("vm", VmState.ACTIVE, true, Scene.host("compute3"), Optional.empty())
                .decide();

        assertThat(scene.incident.phase()).isEqualTo(Phase.SKIPPED);
    }

    @Test
    void aHostThatIsDownOrWithoutLibvirtIsGivenNoOrders() {
        Scene scene = Scene.withDeadInstance(VmState.ACTIVE).service("compute1", false, true);
        assertThat(gate(scene.decide())).isEqualTo(Gate.Kind.HOST_DOWN);
        scene.service("compute1", true, true).disabled("compute1", "AUTO: Connection to libvirt lost: 1");
        assertThat(gate(scene.decide())).isEqualTo(Gate.Kind.HYPERVISOR_AWAY);
        assertThat(scene.incident.nextStep())
                .hasValueSatisfying(words -> assertThat(words).startsWith("start libvirtd on compute1;"));
        assertThat(scene.steps).isEmpty();

        scene.disabled("compute1", "a person's reason");

        assertThat(scene.decide().steps).containsExactly(STOP);
    }

    @Test
    void anInstanceThatDiesTooOftenIsLeftToAPerson() {
        Scene scene = Scene.withDeadInstance(VmState.STOPPED);
        scene.restarts.add(Scene.START.minusSeconds(601)); // before the window
        scene.restarts.add(Scene.START.minusSeconds(500));
        scene.restarts.add(Scene.START.minusSeconds(60));
        assertThat(scene.decide().steps).containsExactly(START);

        Scene again = Scene.withDeadInstance(VmState.STOPPED);
        again.restarts.addAll(scene.restarts);
        again.restarts.add(Scene.START.minusSeconds(5));
        again.decide();

        assertThat(again.steps).isEmpty();
        assertThat(again.incident.phase()).isEqualTo(Phase.FAILED);
        assertThat(again.incident.words())
                .contains(
                        "it was restarted 3 times in 10m, which is the limit",
                        "next step: ",
                        "openstack server start " + Scene.id("vm"));
    }

    @Test
    void aStartThatNovaAcceptsAndDoesNotDoIsRepeatedThreeTimesAndThenGivenUp() {
        Scene scene = stopped();
        for (int i = 0; i < 2; i++) {
            nova(scene.accepted(Step.Start.class), VmState.STOPPED, "");
            scene.later(Duration.ofMinutes(1)).decide();
            assertThat(scene.steps).containsExactly(START);
        }
        nova(scene.accepted(Step.Start.class), VmState.STOPPED, "").decide();

        assertThat(scene.incident.phase()).isEqualTo(Phase.FAILED);
        assertThat(scene.incident.words()).contains("Nova was asked 3 times to start it, and it is stopped");
    }

    @Test
    void whatNovaTookNoNoticeOfIsNotCounted() {
        Scene scene = Scene.withDeadInstance(VmState.ACTIVE);
        for (int i = 0; i < 9; i++) {
            scene.decide();
            assertThat(scene.steps).containsExactly(STOP);
            scene.answer(
                            Step.Stop.class,
                            new Outcome.Refused(Refusal.THROTTLED, "slow down", Optional.empty(), Optional.empty()))
                    .later(Duration.ofMinutes(1));
        }
    }

    @Test
    void aStartOfWhichNothingIsKnownIsLookedForBeforeItIsRepeated() {
        Scene scene = stopped().takenOver().later(Duration.ofSeconds(1));

        nova(scene, VmState.ACTIVE, "").decide();

        assertThat(scene.steps).isEmpty();
        assertThat(scene.incident.phase()).isEqualTo(Phase.RECOVERED);
    }

    @Test
    void aStopThatWasCutOffIsFollowedByAStartWhoeverDidIt() {
        Scene scene = Scene.withDeadInstance(VmState.ACTIVE).decide().takenOver();

        nova(scene, VmState.STOPPED, "").decide();

        assertThat(scene.steps).containsExactly(START);
    }

    @Test
    void aReportOfAnotherDeathDuringTheRestartIsAnsweredByAnotherOne() {
        Scene scene = stopped().accepted(Step.Start.class).later(Duration.ofSeconds(2));
        scene.evidence(Evidence.Kind.INSTANCE_FAILED);

        nova(scene, VmState.ACTIVE, "").decide();

        assertThat(scene.incident.phase()).isEqualTo(Phase.RESTARTING);
        assertThat(scene.steps).containsExactly(STOP);
    }

    @Test
    void twoReportsOfOneDeathAreAnsweredByOneRestart() {
        Scene scene = Scene.withDeadInstance(VmState.ACTIVE).decide().accepted(Step.Stop.class);
        nova(scene, VmState.STOPPED, "").decide();
        scene.evidence(Evidence.Kind.INSTANCE_FAILED)
                .later(Duration.ofSeconds(1))
                .accepted(Step.Start.class);

        nova(scene, VmState.ACTIVE, "").decide();

        assertThat(scene.incident.phase()).isEqualTo(Phase.RECOVERED);
    }

    @Test
    void aTaskThatDoesNotEndIsSaidSo() {
        Scene scene = Scene.withDeadInstance(VmState.ACTIVE);
        scene.server("vm", VmState.ACTIVE, true, Scene.DEAD, Optional.of("migrating"))
                .later(Duration.ofMinutes(6))
                .decide();

        assertThat(gate(scene)).isEqualTo(Gate.Kind.INSTANCE_BUSY);
        assertThat(scene.incident.nextStep())
                .hasValueSatisfying(
                        words -> assertThat(words).contains("openstack server set --state error " + Scene.id("vm")));
    }

    @Test
    void whatHasWaitedForADayIsGivenUp() {
        Scene scene = Scene.withDeadInstance(VmState.ACTIVE)
                .service("compute1", false, true)
                .later(Duration.ofDays(1).plusSeconds(1))
                .decide();

        assertThat(scene.incident.phase()).isEqualTo(Phase.FAILED);
        assertThat(scene.incident.words()).contains("given up after 1d");
    }

    @Test
    void calledOffBeforeItBeganNothingIsDone() {
        Scene scene = Scene.withDeadInstance(VmState.ACTIVE).cancel().decide();

        assertThat(scene.steps).isEmpty();
        assertThat(scene.incident.phase()).isEqualTo(Phase.DISMISSED);
    }

    @Test
    void calledOffAfterItWasStoppedItIsStillStarted() {
        Scene scene = Scene.withDeadInstance(VmState.ACTIVE)
                .decide()
                .accepted(Step.Stop.class)
                .cancel();

        assertThat(nova(scene, VmState.STOPPED, "").decide().steps).containsExactly(START);
    }

    @Test
    void aPauseHoldsWhatHasNotBegun() {
        Scene scene = Scene.withDeadInstance(VmState.ACTIVE);
        scene.pauses.add(pause(scene));

        assertThat(gate(scene.decide())).isEqualTo(Gate.Kind.PAUSED);
        assertThat(scene.steps).isEmpty();
        assertThat(Question.neededFor(scene.incident, scene.policy))
                .as("Nova is left alone meanwhile")
                .isEmpty();

        scene.pauses.clear();
        assertThat(scene.decide().lookAgain).isZero();
        assertThat(scene.decide().steps).containsExactly(STOP);
    }

    @Test
    void aPauseDoesNotLeaveAnInstanceStopped() {
        Scene scene = Scene.withDeadInstance(VmState.ACTIVE).decide().accepted(Step.Stop.class);
        scene.pauses.add(pause(scene));

        assertThat(nova(scene, VmState.STOPPED, "").decide().steps).containsExactly(START);
    }

    private static Pause pause(Scene scene) {
        return new Pause(
                PauseId.random(),
                new Pause.Scope.Everything(),
                Pause.Mode.FREEZE,
                "ann",
                "storage is moved",
                scene.now.minusSeconds(1),
                scene.now.plusSeconds(3600));
    }

    @Test
    void manyThatDieTogetherWaitUntilThatHasBeenOverForAWhile() {
        Scene scene = Scene.withDeadInstance(VmState.ACTIVE)
                .gates(RecoverySettings.defaults().gates());
        scene.deaths = new Deaths(21, Optional.empty());

        assertThat(gate(scene.decide())).isEqualTo(Gate.Kind.STORM);
        assertThat(scene.incident.gate().orElseThrow().words()).contains("21 instances of the segment rack1");
        assertThat(scene.incident.stormSeenAt()).contains(scene.now);
        scene.deaths = new Deaths(1, scene.incident.stormSeenAt());
        assertThat(gate(scene.later(Duration.ofMinutes(4)).decide())).isEqualTo(Gate.Kind.STORM);
        assertThat(scene.steps).isEmpty();

        assertThat(scene.later(Duration.ofMinutes(1)).decide().lookAgain).isZero();
        assertThat(scene.decide().steps).containsExactly(STOP);
    }

    @Test
    void asManyAsMayDieTogetherAreRestarted() {
        Scene scene = Scene.withDeadInstance(VmState.ACTIVE);
        scene.deaths = new Deaths(20, Optional.empty());

        assertThat(scene.decide().steps).containsExactly(STOP);
    }

    @Test
    void aPersonMayLetOneBeginInTheMiddleOfAStorm() {
        Scene scene = Scene.withDeadInstance(VmState.ACTIVE);
        scene.deaths = new Deaths(200, Optional.empty());

        assertThat(scene.approve().decide().steps).containsExactly(STOP);
    }

    @Test
    void whatAPersonHasTriedAgainHasAllItsTriesAnew() {
        Scene scene = stopped();
        for (int i = 0; i < 3; i++) {
            scene.accepted(Step.Start.class);
            nova(scene.later(Duration.ofMinutes(1)), VmState.STOPPED, "").decide();
        }
        assertThat(scene.incident.phase()).isEqualTo(Phase.FAILED);

        scene.retried();

        assertThat(nova(scene, VmState.STOPPED, "").decide().steps).containsExactly(START);
    }

    @Test
    void aPersonMayHaveTriedAgainWhatDiesTooOften() {
        Scene scene = Scene.withDeadInstance(VmState.ACTIVE);
        for (int i = 1; i <= 3; i++) {
            scene.restarts.add(scene.now.minusSeconds(60L * i));
        }
        assertThat(scene.decide().incident.phase()).isEqualTo(Phase.FAILED);

        assertThat(scene.retried().decide().steps).containsExactly(STOP);
    }

    @Test
    void whatIsTriedAgainAfterADayIsNotGivenUpAtOnce() {
        Scene scene = Scene.withDeadInstance(VmState.ACTIVE).later(Duration.ofDays(2));
        assertThat(scene.decide().incident.phase()).isEqualTo(Phase.FAILED);

        assertThat(scene.retried().decide().incident.phase()).isEqualTo(Phase.RESTARTING);
    }

    @Test
    void ofADisabledSegmentNothingIsBegun() {
        Scene scene = Scene.withDeadInstance(VmState.ACTIVE);
        scene.segmentEnabled = false;

        assertThat(gate(scene.decide())).isEqualTo(Gate.Kind.SEGMENT_DISABLED);
        assertThat(scene.steps).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void whateverItsStateItIsNeverEvacuatedAndNoHostIsTouched(VmState state) {
        Scene scene = Scene.withDeadInstance(state).decide();

        assertThat(scene.steps).allMatch(step -> step instanceof Step.Stop || step instanceof Step.Start);
        assertThat(scene.incident.moves()).isEmpty();
    }
}
