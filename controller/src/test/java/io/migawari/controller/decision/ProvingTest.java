// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.SignOfLife;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.cloud.VmState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProvingTest {

    private static Optional<Gate.Kind> gate(Scene scene) {
        return scene.incident.gate().map(Gate::kind);
    }

    @Test
    void withoutAProofNothingIsEvacuatedHoweverLongNovaCallsTheHostDown() {
        Scene scene = Scene.withoutProof().server("vm", VmState.ACTIVE).evidence(Evidence.Kind.REPORTED_STOPPED);
        scene.service("compute1", false, true);

        for (int hour = 0; hour < 24; hour++) {
            scene.decide().later(Duration.ofHours(1));

            assertThat(scene.incident.phase()).isEqualTo(Phase.PROVING);
            assertThat(gate(scene)).contains(Gate.Kind.NO_PROOF);
            assertThat(scene.steps).noneMatch(Step.Evacuate.class::isInstance).doesNotContain(Scene.forceDown());
        }
        assertThat(scene.incident.moves()).isEmpty();
    }

    @Test
    void anUnprovedHostGetsNoNewInstancesAndIsDisabledOnce() {
        Scene scene =
                Scene.withoutProof().evidence(Evidence.Kind.REPORTED_STOPPED).decide();

        assertThat(scene.steps).containsExactly(FailedHost.disable(scene.incident));
        // Nova holds the call for a minute; nobody asks again meanwhile
        scene.later(Duration.ofSeconds(50)).decide();
        assertThat(scene.steps).isEmpty();
    }

    @Test
    void anOperatorsWordIsAProof() {
        Scene scene =
                Scene.withoutProof().evidence(Evidence.Kind.REPORTED_STOPPED).decide();

        scene.later(Duration.ofMinutes(10))
                .evidence(Evidence.Kind.CONFIRMED_BY_OPERATOR)
                .decide();

        assertThat(scene.incident.phase()).isEqualTo(Phase.ISOLATING);
        assertThat(scene.steps).contains(Scene.forceDown());
    }

    @Test
    void aHostThatWasHeardOfMaySpeakForItselfAfterAPersonsWord() {
        Scene scene =
                Scene.withoutProof().evidence(Evidence.Kind.REPORTED_STOPPED).fenceAfter(Duration.ofSeconds(20));
        scene.later(Duration.ofMinutes(2)).service("compute1", true, true, false, scene.now);
        assertThat(gate(scene.decide())).as("heard of until now").contains(Gate.Kind.HOST_ALIVE);
        scene.evidence(Evidence.Kind.CONFIRMED_BY_OPERATOR);
        Instant word = scene.now;

        assertThat(gate(scene.decide())).contains(Gate.Kind.NOT_DOWN);
        assertThat(scene.steps).noneMatch(Step.ForceDown.class::isInstance);
        scene.later(Duration.ofSeconds(9)).service("compute1", true, true, false, scene.now);
        assertThat(gate(scene.decide())).as("a heartbeat").contains(Gate.Kind.HOST_ALIVE);

        scene.service("compute1", true, true, false, word)
                .later(Duration.ofSeconds(11))
                .decide();
        assertThat(scene.incident.phase()).as("silence").isEqualTo(Phase.ISOLATING);
    }

    @Test
    void aHostThatWasHeardOfMaySpeakForItselfAfterAMonitorOfMasakariCallsItOff() {
        Scene scene = Scene.withoutProof().fenceAfter(Duration.ofSeconds(20));
        scene.service("compute1", true, true, false, Scene.START).later(Duration.ofSeconds(7));
        scene.evidence(Evidence.Kind.POWER_READ_AS_OFF);

        assertThat(gate(scene.decide())).contains(Gate.Kind.NOT_DOWN);
        assertThat(scene.steps).isEmpty();

        scene.later(Duration.ofSeconds(13)).decide();
        assertThat(scene.incident.phase()).as("20 s of silence").isEqualTo(Phase.ISOLATING);
    }

    @Test
    void aHostThatPacemakerHasFencedNeedNotBeListenedFor() {
        Scene scene = Scene.withoutProof().fenceAfter(Duration.ofSeconds(20)).later(Duration.ofSeconds(7));

        scene.evidence(Evidence.Kind.POWER_READ_AS_OFF)
                .evidence(Evidence.Kind.FENCED)
                .decide();

        assertThat(scene.incident.phase()).isEqualTo(Phase.ISOLATING);
    }

    @Test
    void aHostThatNobodyHasHeardOfNeedNotBeListenedFor() {
        Scene scene = Scene.withoutProof()
                .evidence(Evidence.Kind.CONFIRMED_BY_OPERATOR)
                .fenceAfter(Duration.ofSeconds(20))
                .service("compute1", false, true);

        assertThat(scene.decide().incident.phase()).isNotEqualTo(Phase.PROVING);
    }

    @Test
    void aHeartbeatAfterTheReportVetoesEvenAProof() {
        Scene scene = Scene.withProof().server("vm", VmState.ACTIVE);
        scene.later(Duration.ofSeconds(30)).service("compute1", true, true, false, scene.now);

        scene.decide();

        assertThat(gate(scene)).contains(Gate.Kind.HOST_ALIVE);
        assertThat(scene.steps).isEmpty();
        assertThat(scene.incident.words()).doesNotContain("dead");
    }

    @Test
    void aHeartbeatFromBeforeTheReportIsNoSignOfLife() {
        Scene scene = Scene.withProof();
        scene.service("compute1", true, true, false, Scene.START.plusSeconds(4));

        scene.decide();

        assertThat(scene.steps).contains(Scene.forceDown());
    }

    @Test
    void ourOwnDisablingIsNotTakenForAHeartbeat() {
        Scene scene =
                Scene.withoutProof().evidence(Evidence.Kind.REPORTED_STOPPED).decide();
        scene.later(Duration.ofSeconds(60)).accepted(Step.DisableService.class);
        scene.service("compute1", true, false, false, scene.now); // Nova's time of the change

        scene.later(Duration.ofSeconds(5))
                .evidence(Evidence.Kind.POWER_READ_AS_OFF)
                .decide();

        assertThat(scene.incident.phase()).isEqualTo(Phase.ISOLATING);
    }

    @Test
    void afterOurOwnDisablingOnlyALaterHeartbeatCounts() {
        Scene scene =
                Scene.withoutProof().evidence(Evidence.Kind.REPORTED_STOPPED).decide();
        scene.later(Duration.ofSeconds(60)).accepted(Step.DisableService.class);

        scene.service("compute1", true, false, false, scene.now)
                .later(Duration.ofSeconds(1))
                .decide();
        assertThat(gate(scene)).as("Nova's time of the change").contains(Gate.Kind.NO_PROOF);

        scene.later(Duration.ofSeconds(9))
                .service("compute1", true, false, false, scene.now)
                .decide();
        assertThat(gate(scene)).contains(Gate.Kind.HOST_ALIVE);
    }

    @Test
    void whereThePolicySaysSoNovasDownIsAProofAfterItsTime() {
        Scene scene = Scene.withoutProof().evidence(Evidence.Kind.REPORTED_STOPPED);
        scene.novaDownIsEnough(Duration.ofSeconds(30));

        assertThat(gate(scene.decide())).contains(Gate.Kind.NOT_DOWN);
        scene.later(Duration.ofSeconds(10)).service("compute1", false, true);
        assertThat(gate(scene.decide())).contains(Gate.Kind.NOT_DOWN);
        scene.later(Duration.ofSeconds(29));
        assertThat(gate(scene.decide())).contains(Gate.Kind.NOT_DOWN);
        scene.later(Duration.ofSeconds(1)).decide();

        assertThat(scene.incident.phase()).isEqualTo(Phase.ISOLATING);
        assertThat(scene.incident.proof())
                .hasValueSatisfying(proof -> assertThat(proof.kind()).isEqualTo(Evidence.Kind.NOVA_DOWN));
    }

    @Test
    void theHostsOwnWordCountsMoreThanThatNovaCallsItDown() {
        Scene scene = Scene.withoutProof()
                .evidence(Evidence.Kind.REPORTED_STOPPED)
                .service("compute1", false, true)
                .novaDownIsEnough(Duration.ZERO)
                .later(Duration.ofSeconds(10));
        scene.signOfLife = Optional.of(new SignOfLife(scene.now, "process monitor"));

        scene.later(Duration.ofSeconds(20)).decide();

        assertThat(gate(scene)).contains(Gate.Kind.HOST_ALIVE);
        assertThat(scene.incident.gate().orElseThrow().words()).contains("process monitor");
        assertThat(scene.steps).isEmpty();
    }

    @Test
    void aProofThatIsNewerThanTheHostsLastWordHolds() {
        Scene scene =
                Scene.withoutProof().evidence(Evidence.Kind.REPORTED_STOPPED).later(Duration.ofSeconds(10));
        scene.signOfLife = Optional.of(new SignOfLife(scene.now, "host monitor"));

        scene.later(Duration.ofSeconds(20)).evidence(Evidence.Kind.FENCED).decide();

        assertThat(scene.incident.phase()).isEqualTo(Phase.ISOLATING);
    }

    @Test
    void aHostThatIsReportedAsRunningAgainIsLeftAloneAndEnabledAgain() {
        Scene scene =
                Scene.withoutProof().evidence(Evidence.Kind.REPORTED_STOPPED).decide();
        scene.accepted(Step.DisableService.class)
                .service("compute1", true, false)
                .disabled("compute1", "Migawari incident " + scene.incident.id() + ": host failed");

        scene.later(Duration.ofSeconds(20))
                .evidence(Evidence.Kind.REPORTED_STARTED)
                .decide();

        assertThat(scene.incident.phase()).isEqualTo(Phase.CLOSING);
        assertThat(scene.steps).containsExactly(new Step.EnableService(Scene.DEAD));
        scene.accepted(Step.EnableService.class).service("compute1", true, true);
        scene.later(Duration.ofSeconds(2)).decide();
        assertThat(scene.incident.phase()).isEqualTo(Phase.DISMISSED);
    }

    @Test
    void aHostThatAPersonDisabledIsNeverEnabledByUs() {
        Scene scene = Scene.withoutProof().evidence(Evidence.Kind.REPORTED_STOPPED);
        scene.service("compute1", true, false).decide();

        scene.cancel().decide();

        assertThat(scene.incident.phase()).isEqualTo(Phase.DISMISSED);
        assertThat(scene.steps).isEmpty();
    }

    @Test
    void aDisabledSegmentWaitsEvenWithAProof() {
        Scene scene = Scene.withProof().server("vm", VmState.ACTIVE);
        scene.segmentEnabled = false;

        scene.decide();

        assertThat(gate(scene)).contains(Gate.Kind.SEGMENT_DISABLED);
        assertThat(scene.steps).isEmpty();
        scene.segmentEnabled = true;
        assertThat(scene.decide().steps).contains(Scene.forceDown());
    }

    @Test
    void anUnreadableNovaIsWaitedForAndNotTakenForAnEmptyOne() {
        Scene scene = Scene.withProof().server("vm", VmState.ACTIVE);
        scene.novaFails = Optional.of("GET /os-services: 503");

        assertThat(gate(scene.decide())).contains(Gate.Kind.CLOUD_UNREADABLE);
        assertThat(scene.steps).isEmpty();
        scene.novaFails = Optional.empty();
        assertThat(scene.decide().steps).contains(Scene.forceDown());
    }

    @Test
    void aHostThatNovaDoesNotKnowIsSaidSo() {
        Scene scene = Scene.withProof();
        scene.services.remove(Scene.DEAD);

        assertThat(gate(scene.decide())).contains(Gate.Kind.UNKNOWN_TO_NOVA);
    }

    @Test
    void aGateKeepsItsTimeWhileItsReasonStays() {
        Scene scene =
                Scene.withoutProof().evidence(Evidence.Kind.REPORTED_STOPPED).decide();

        scene.later(Duration.ofMinutes(3)).decide();

        assertThat(scene.incident.gate())
                .hasValueSatisfying(gate -> assertThat(gate.since()).isEqualTo(Scene.START));
    }

    @Test
    void ourOwnForceDownIsNotNovasOpinionOfAHostThatSendsHeartbeats() {
        Scene scene = Scene.withoutProof().novaDownIsEnough(Duration.ZERO);

        for (int beat = 0; beat < 12; beat++) {
            scene.later(Duration.ofSeconds(10));
            scene.service("compute1", false, false, true, scene.now).decide();
        }

        assertThat(scene.incident.phase()).isEqualTo(Phase.PROVING);
        assertThat(scene.incident.evidence()).noneMatch(word -> word.kind() == Evidence.Kind.NOVA_DOWN);
    }

    @Test
    void aHostThatIsHeardOfThoughForcedDownIsCalledAlive() {
        Scene scene = Scene.withoutProof().evidence(Evidence.Kind.REPORTED_STOPPED);
        scene.later(Duration.ofSeconds(10)).service("compute1", false, false, true, scene.now);

        scene.decide();

        assertThat(scene.incident.gate().orElseThrow().kind()).isEqualTo(Gate.Kind.HOST_ALIVE);
        assertThat(scene.incident.gate().orElseThrow().words()).contains("though it is forced down");

        scene.later(Duration.ofSeconds(60)).decide();
        assertThat(scene.incident.gate().orElseThrow().kind())
                .as("Nova has not heard of it any more")
                .isEqualTo(Gate.Kind.NO_PROOF);
    }

    @Test
    void whatNovaCalledDownBeforeTheHostWasHeardOfCountsNoMore() {
        Scene scene = Scene.withoutProof().novaDownIsEnough(Duration.ofSeconds(60));
        scene.service("compute1", false, true).decide();

        scene.later(Duration.ofSeconds(50));
        scene.service("compute1", true, true, false, scene.now).decide();
        scene.later(Duration.ofSeconds(70));
        scene.service("compute1", false, true, false, scene.now.minusSeconds(70))
                .decide();

        assertThat(scene.incident.evidence()).noneMatch(word -> word.kind() == Evidence.Kind.NOVA_DOWN);
    }

    @Test
    void ofAHostThatIsForcedDownNovasOpinionNeedsTwentySecondsWithoutAHeartbeat() {
        Scene scene = Scene.withoutProof().novaDownIsEnough(Duration.ZERO);
        scene.service("compute1", false, false, true, Scene.START.minusSeconds(90))
                .decide();

        scene.later(Duration.ofSeconds(19)).decide();
        assertThat(scene.incident.phase()).isEqualTo(Phase.PROVING);
        scene.later(Duration.ofSeconds(1)).decide();

        assertThat(scene.incident.proof())
                .hasValueSatisfying(proof -> assertThat(proof.kind()).isEqualTo(Evidence.Kind.NOVA_DOWN));
    }

    @Test
    void ofAHostThatIsForcedDownALongerTimeThatTheSiteDemandsCounts() {
        Scene scene = Scene.withoutProof().novaDownIsEnough(Duration.ofSeconds(40));
        scene.service("compute1", false, false, true, Scene.START.minusSeconds(90))
                .decide();

        scene.later(Duration.ofSeconds(39)).decide();
        assertThat(scene.incident.phase()).isEqualTo(Phase.PROVING);
        scene.later(Duration.ofSeconds(1)).decide();
        assertThat(scene.incident.phase()).isEqualTo(Phase.ISOLATING);
    }

    @Test
    void heartbeatsOfAHostThatIsForcedDownCountThoughNobodyLookedWhileTheyCame() {
        Scene scene = Scene.withoutProof().novaDownIsEnough(Duration.ofSeconds(30));
        scene.service("compute1", false, false, true, Scene.START.minusSeconds(90))
                .decide();
        Instant heard = Scene.START.plusSeconds(60);

        scene.later(Duration.ofMinutes(5));
        scene.service("compute1", false, false, true, heard).decide();
        assertThat(scene.incident.evidence()).noneMatch(word -> word.kind() == Evidence.Kind.NOVA_DOWN);
        scene.later(Duration.ofSeconds(1)).decide();

        assertThat(scene.incident.evidence())
                .as("thirty seconds have to pass anew")
                .noneMatch(word -> word.kind() == Evidence.Kind.NOVA_DOWN);
    }

    @Test
    void aFencingIsNoMereWordAndNeedNotBeWaitedFor() {
        Scene scene = Scene.withoutProof().fenceAfter(Duration.ofSeconds(20));
        scene.service("compute1", true, true, false, Scene.START.minusSeconds(1))
                .evidence(Evidence.Kind.FENCED)
                .decide();

        assertThat(scene.incident.phase()).isEqualTo(Phase.ISOLATING);
    }

    @Test
    void aDisableThatIsOnItsWayIsWaitedForBeforeAFalseAlarmIsClosed() {
        Scene scene =
                Scene.withoutProof().evidence(Evidence.Kind.REPORTED_STOPPED).decide();
        assertThat(scene.steps).hasSize(1).hasOnlyElementsOfType(Step.DisableService.class);

        scene.later(Duration.ofSeconds(1)).cancel().decide().decide();
        assertThat(scene.incident.phase()).isEqualTo(Phase.CLOSING);

        scene.accepted(Step.DisableService.class)
                .later(Duration.ofSeconds(1))
                .disabled("compute1", "Migawari incident " + scene.incident.id() + ": host failed")
                .decide();
        assertThat(scene.steps).containsExactly(new Step.EnableService(Scene.DEAD));
    }
}
