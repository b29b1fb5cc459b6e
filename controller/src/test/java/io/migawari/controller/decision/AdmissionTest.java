// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.Outcome.Refusal;
import io.migawari.controller.model.Pause;
import io.migawari.controller.model.PauseId;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Processes of a host are down. */
class AdmissionTest {

    private static final Step ENABLE = new Step.EnableService(Scene.DEAD);
    private static final String AUTO = "AUTO: Connection to libvirt lost: 1";

    private static Step.DisableService disable(Scene scene) {
        return new Step.DisableService(Scene.DEAD, "Migawari incident " + scene.incident.id() + ": process down");
    }

    /** Disabled by us, and seen to be so. */
    private static Scene keptOut() {
        Scene scene = Scene.withStoppedProcess("libvirtd").decide().accepted(Step.DisableService.class);
        return scene.later(Duration.ofSeconds(1))
                .disabled("compute1", disable(scene).reason())
                .decide();
    }

    private static Scene started(Scene scene, String process) {
        scene.later(Duration.ofSeconds(10)).process(process, Evidence.Kind.PROCESS_STARTED);
        return scene;
    }

    /** Nova hears of compute1. */
    private static Scene heartbeat(Scene scene, String reason) {
        Instant at = scene.later(Duration.ofSeconds(10)).now;
        return scene.service("compute1", true, false, false, at).disabled("compute1", reason);
    }

    private static Gate.Kind gate(Scene scene) {
        return scene.incident.gate().orElseThrow().kind();
    }

    @Test
    void aPauseKeepsAHostFromBeingDisabledAndNotFromBeingEnabled() {
        Scene scene = Scene.withStoppedProcess("libvirtd");
        var pause = new Pause(
                PauseId.random(),
                new Pause.Scope.Everything(),
                Pause.Mode.FREEZE,
                "ann",
                "libvirt is upgraded",
                scene.now.minusSeconds(1),
                scene.now.plusSeconds(3600));
        scene.pauses.add(pause);

        assertThat(gate(scene.decide())).isEqualTo(Gate.Kind.PAUSED);
        assertThat(scene.steps).isEmpty();

        Scene before = keptOut();
        before.pauses.add(pause);
        heartbeat(started(before, "libvirtd"), disable(before).reason());
        assertThat(before.decide().steps).containsExactly(ENABLE);
    }

    @Test
    void itsHostIsDisabledWithAReasonThatNamesTheIncidentAndStaysSoUntilTheProcessIsBack() {
        Scene scene = Scene.withStoppedProcess("libvirtd").decide();
        assertThat(scene.steps).containsExactly(disable(scene));
        assertThat(scene.incident.phase()).isEqualTo(Phase.KEEPING_OUT);

        scene.accepted(Step.DisableService.class)
                .later(Duration.ofSeconds(1))
                .disabled("compute1", disable(scene).reason())
                .decide();
        assertThat(scene.incident.phase()).isEqualTo(Phase.KEPT_OUT);
        assertThat(gate(scene)).isEqualTo(Gate.Kind.PROCESS_DOWN);
        assertThat(scene.incident.gate().orElseThrow().words())
                .isEqualTo("On compute1 libvirtd is reported as stopped");

        started(scene, "libvirtd").decide();
        assertThat(scene.incident.phase()).isEqualTo(Phase.READMITTING);
        heartbeat(scene, disable(scene).reason()).decide();
        assertThat(scene.steps).containsExactly(ENABLE);
        scene.accepted(Step.EnableService.class)
                .later(Duration.ofSeconds(1))
                .service("compute1", true, true)
                .decide();
        assertThat(scene.incident.phase()).isEqualTo(Phase.RECOVERED);
    }

    @Test
    void itIsNotEnabledBeforeNovaHasHeardOfItAfterTheProcessCameBack() {
        Scene scene = started(keptOut(), "libvirtd").decide();

        assertThat(scene.steps).isEmpty(); // its last heartbeat is older than the report

        scene.later(Duration.ofMinutes(6)).decide();
        assertThat(gate(scene)).isEqualTo(Gate.Kind.HOST_DOWN);
    }

    @Test
    void itStaysDisabledWhileAnotherProcessIsDown() {
        Scene scene = keptOut().process("nova-compute", Evidence.Kind.PROCESS_STOPPED);
        started(scene, "libvirtd").decide();

        assertThat(scene.incident.phase()).isEqualTo(Phase.KEPT_OUT);
        assertThat(scene.incident.gate().orElseThrow().words()).contains("nova-compute is reported as stopped");
        started(scene, "nova-compute").decide();
        assertThat(scene.incident.phase()).isEqualTo(Phase.READMITTING);
    }

    @Test
    void aProcessThatGoesDownAgainBeforeTheHostIsEnabledKeepsItOut() {
        Scene scene = started(keptOut(), "libvirtd").decide();
        scene.later(Duration.ofSeconds(1))
                .process("libvirtd", Evidence.Kind.PROCESS_STOPPED)
                .decide();

        assertThat(scene.steps).isEmpty();
        assertThat(scene.incident.phase()).isEqualTo(Phase.KEPT_OUT);
    }

    @Test
    void whatAPersonHasDisabledStaysDisabledAndIsNeverEnabled() {
        Scene scene = Scene.withStoppedProcess("libvirtd")
                .disabled("compute1", "ticket 4711")
                .decide();
        assertThat(scene.steps).isEmpty();
        assertThat(scene.incident.phase()).isEqualTo(Phase.KEPT_OUT);

        started(scene, "libvirtd");
        heartbeat(scene, "ticket 4711").decide();

        assertThat(scene.steps).isEmpty();
        assertThat(scene.incident.phase()).isEqualTo(Phase.RECOVERED);
        assertThat(scene.incident.words())
                .isEqualTo("compute1 stays disabled (reason: ticket 4711): it is not us who keep it out");
    }

    @Test
    void whatAPersonHasDisabledAnewMeanwhileIsNotEnabled() {
        Scene scene = started(keptOut(), "libvirtd").decide();

        heartbeat(scene, "ticket 4712").decide();

        assertThat(scene.steps).isEmpty();
        assertThat(scene.incident.words()).contains("ticket 4712");
    }

    @Test
    void whatNovaHasDisabledItselfIsKeptOutByUsWhenNovaEnablesItAgain() {
        Scene scene =
                Scene.withStoppedProcess("libvirtd").disabled("compute1", AUTO).decide();
        assertThat(scene.steps).isEmpty();
        assertThat(scene.incident.phase()).isEqualTo(Phase.KEPT_OUT);

        scene.later(Duration.ofSeconds(30)).service("compute1", true, true).decide();

        assertThat(scene.steps).containsExactly(disable(scene));
    }

    @Test
    void whoEnablesItByHandIsNotContradicted() {
        Scene scene = keptOut()
                .later(Duration.ofSeconds(30))
                .service("compute1", true, true)
                .decide();

        assertThat(scene.steps).isEmpty();
        assertThat(scene.incident.phase()).isEqualTo(Phase.SKIPPED);
        assertThat(scene.incident.words()).startsWith("Somebody has enabled compute1 although libvirtd is reported");
    }

    @Test
    void aHostThatARecoveryHoldsIsNeverEnabled() {
        Scene scene = started(keptOut(), "libvirtd").decide();
        heartbeat(scene, disable(scene).reason());
        scene.reportedDead.add(Scene.DEAD);
        scene.decide();
        assertThat(scene.steps).isEmpty();
        assertThat(gate(scene)).isEqualTo(Gate.Kind.HOST_FAILED);

        scene.reportedDead.clear();
        scene.provenDead(Scene.DEAD, scene.now);
        scene.decide();

        assertThat(scene.steps).isEmpty();
        assertThat(scene.incident.phase()).isEqualTo(Phase.SKIPPED);
    }

    @Test
    void aHostWhoseRecoveryWasAFalseAlarmIsStillKeptOut() {
        Scene scene = Scene.withStoppedProcess("libvirtd");
        scene.reportedDead.add(Scene.DEAD);
        assertThat(scene.decide().steps).isEmpty();

        scene.reportedDead.clear();

        assertThat(scene.decide().steps).containsExactly(disable(scene));
    }

    @Test
    void aForcedDownHostIsNotEnabled() {
        Scene scene = started(keptOut(), "libvirtd").decide();
        scene.service("compute1", false, false, true, scene.now)
                .disabled("compute1", disable(scene).reason())
                .decide();

        assertThat(scene.steps).isEmpty();
        assertThat(scene.incident.phase()).isEqualTo(Phase.SKIPPED);
    }

    @Test
    void calledOffItIsEnabledAgainAtOnce() {
        Scene scene = keptOut().cancel().decide();

        assertThat(scene.steps).containsExactly(ENABLE);
        scene.accepted(Step.EnableService.class)
                .later(Duration.ofSeconds(1))
                .service("compute1", true, true)
                .decide();
        assertThat(scene.incident.phase()).isEqualTo(Phase.DISMISSED);
        assertThat(scene.incident.words()).startsWith("Called off by ann: false alarm; ");
    }

    @Test
    void aHostThatWasTakenOutOfItsSegmentIsLeftAsItIs() {
        Scene scene = keptOut();
        scene.hosts.clear();

        assertThat(scene.decide().incident.phase()).isEqualTo(Phase.SKIPPED);
        assertThat(scene.steps).isEmpty();
    }

    @Test
    void whatNovaDoesNotLetUsDisableIsLeftToAPersonAfterAMinute() {
        Scene scene = Scene.withStoppedProcess("libvirtd");
        for (int i = 0; i < 6; i++) {
            scene.decide();
            assertThat(scene.steps).containsExactly(disable(scene));
            scene.answer(
                            Step.DisableService.class,
                            new Outcome.Refused(Refusal.FORBIDDEN, "no", Optional.empty(), Optional.empty()))
                    .later(Duration.ofMinutes(1));
        }
        scene.decide();

        assertThat(scene.incident.phase()).isEqualTo(Phase.FAILED);
        assertThat(scene.incident.words())
                .isEqualTo("compute1 could not be disabled (no); next step: openstack compute service set --disable "
                        + "compute1 nova-compute");
    }

    @Test
    void aSpareWithAProcessDownTakesNobodysPlace() {
        Scene scene = Scene.withProof().server("a", io.migawari.controller.model.cloud.VmState.ACTIVE);
        scene.withProcessesDown.add(Scene.host("compute3"));
        scene.untilMoving();

        assertThat(scene.steps).noneMatch(Step.EnableService.class::isInstance);
        assertThat(scene.incident.gate().orElseThrow().words()).contains("processes of compute3 are down");
    }

    /** Its process is back before Nova has carried our disable out; Nova's list still shows it as enabled. */
    private static Scene backBeforeTheDisable() {
        Scene scene = Scene.withStoppedProcess("libvirtd").decide();
        assertThat(scene.steps).containsExactly(disable(scene));
        return scene.process("libvirtd", Evidence.Kind.PROCESS_STARTED)
                .later(Duration.ofSeconds(1))
                .decide();
    }

    @Test
    void aDisableThatIsOnItsWayIsWaitedFor() {
        Scene scene = backBeforeTheDisable();
        assertThat(scene.decide().incident.phase()).isEqualTo(Phase.READMITTING);

        scene.later(Duration.ofSeconds(1)).accepted(Step.DisableService.class);
        assertThat(scene.decide().incident.phase())
                .as("what Nova shows was read before the answer")
                .isEqualTo(Phase.READMITTING);

        scene.later(Duration.ofSeconds(1));
        heartbeat(scene, disable(scene).reason()).decide();
        assertThat(scene.steps).containsExactly(ENABLE);
    }

    @Test
    void aDisableThatDidNothingKeepsNoIncidentOpen() {
        Scene scene = backBeforeTheDisable().decide();

        scene.answer(
                Step.DisableService.class,
                new Outcome.Refused(Refusal.OTHER, "no", Optional.empty(), Optional.empty()));
        scene.later(Duration.ofSeconds(1)).decide();

        assertThat(scene.incident.phase()).isEqualTo(Phase.RECOVERED);
    }

    @Test
    void aDisableThatWasCutOffMayStillArriveForAWhile() {
        Scene scene = backBeforeTheDisable().takenOver().decide();
        assertThat(scene.incident.phase()).isEqualTo(Phase.READMITTING);

        scene.later(Duration.ofSeconds(15)).decide();

        assertThat(scene.incident.phase()).isEqualTo(Phase.RECOVERED);
    }

    @Test
    void aHostThatAFailureKeepsOutIsNotSaidToBeSomebodyElses() {
        Scene scene = Scene.withStoppedProcess("libvirtd")
                .disabled("compute1", "Migawari incident " + Scene.FAILURE + ": host failed")
                .decide();
        started(scene, "libvirtd").decide().decide();

        assertThat(scene.incident.phase()).isEqualTo(Phase.RECOVERED);
        assertThat(scene.incident.words()).endsWith(": host failed), which is not about its processes");
    }
}
