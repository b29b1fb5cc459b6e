// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.config.GateSettings;
import io.migawari.config.GateSettings.DisabledHosts;
import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.Outages;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.Power;
import io.migawari.controller.model.Power.Reading;
import io.migawari.controller.model.SignOfLife;
import io.migawari.controller.model.Step;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PoweringOffTest {

    private static final Reading ON = new Reading.On();
    private static final Reading OFF = new Reading.Off();
    private static final Reading DEAD = new Reading.Unknown("no answer within 20s");

    private static Step.PowerOff off(int level) {
        return new Step.PowerOff(Scene.DEAD, level);
    }

    private static Scene reported(Reading... readings) {
        return Scene.withoutProof().evidence(Evidence.Kind.REPORTED_STOPPED).power(readings);
    }

    /** The first pass only comes to the gate; the second one sees the power. */
    private static Scene twice(Scene scene) {
        return scene.decide().decide();
    }

    private static Gate.Kind gate(Scene scene) {
        return scene.incident.gate().orElseThrow().kind();
    }

    private static Scene refused(Scene scene, String words) {
        return scene.answer(
                        Step.PowerOff.class,
                        new Outcome.Refused(Outcome.Refusal.OTHER, words, Optional.empty(), Optional.empty()))
                .later(Duration.ofSeconds(20));
    }

    @Test
    void aHostThatNothingProvesDeadIsSwitchedOff() {
        Scene scene = twice(reported(ON));

        assertThat(scene.steps).containsExactly(off(1));
        assertThat(gate(scene)).isEqualTo(Gate.Kind.FENCING);
    }

    @Test
    void thePowerIsAskedForOnlyWhenItIsOurTurn() {
        Scene scene = reported(ON).decide();

        assertThat(scene.steps).noneMatch(Step.PowerOff.class::isInstance);
        assertThat(scene.lookAgain).isEqualTo(Duration.ZERO);
        assertThat(Question.neededFor(scene.incident, scene.policy)).contains(Question.POWER);
        assertThat(Question.neededFor(reported(ON).incident, scene.policy)).doesNotContain(Question.POWER);
    }

    @Test
    void offIsAProofOnlyWhenItIsReadBack() {
        Scene scene = twice(reported(ON)).accepted(Step.PowerOff.class).later(Duration.ofSeconds(1));

        assertThat(scene.power(ON).decide().incident.phase()).isEqualTo(Phase.PROVING);
        scene.power(OFF).decide();

        assertThat(scene.incident.phase()).isEqualTo(Phase.ISOLATING);
        assertThat(scene.incident.proof()).map(Evidence::kind).contains(Evidence.Kind.POWER_OFF);
        assertThat(scene.incident.proof().orElseThrow().words()).contains("bmc1");
    }

    @Test
    void aHostThatIsOffAlreadyIsNotTouched() {
        Scene scene = twice(reported(OFF));

        assertThat(scene.incident.phase()).isEqualTo(Phase.ISOLATING);
        assertThat(scene.steps).noneMatch(Step.PowerOff.class::isInstance);
    }

    @Test
    void notToKnowIsNotOff() {
        Scene scene = twice(reported(DEAD));

        assertThat(scene.incident.phase()).isEqualTo(Phase.PROVING);
        assertThat(scene.incident.proof()).isEmpty();
    }

    @Test
    void aDeadDeviceIsFollowedByTheNextLevelAndThenByAPerson() {
        Scene scene = twice(reported(DEAD, ON));
        assertThat(scene.steps).contains(off(2)).doesNotContain(off(1));

        refused(scene, "the outlet does not switch").decide();

        assertThat(gate(scene)).isEqualTo(Gate.Kind.FENCING_FAILED);
        assertThat(scene.incident.gate().orElseThrow().words())
                .contains("bmc1: no answer within 20s", "bmc2: the outlet does not switch");
        assertThat(Gate.Kind.FENCING_FAILED.needsPerson()).isTrue();
    }

    @Test
    void aLevelThatRefusesIsFollowedByTheNext() {
        Scene scene = refused(twice(reported(ON, ON)), "not now").decide();

        assertThat(scene.steps).containsExactly(off(2));
    }

    @Test
    void aDeviceThatAnswersAgainIsUsedAfterAll() {
        Scene scene = twice(reported(DEAD));
        assertThat(gate(scene)).isEqualTo(Gate.Kind.FENCING_FAILED);

        scene.later(Duration.ofSeconds(5)).power(ON).decide();

        assertThat(scene.steps).containsExactly(off(1));
        assertThat(gate(scene)).isEqualTo(Gate.Kind.FENCING);
    }

    @Test
    void whenAllHasFailedItIsTriedAgainWithPausesThatGrow() {
        Scene scene = refused(twice(reported(ON)), "not now").decide();
        assertThat(gate(scene)).isEqualTo(Gate.Kind.FENCING_FAILED);
        assertThat(scene.steps).containsExactly(off(1));
        scene.answer(Step.PowerOff.class, new Outcome.Unknown("no answer"));

        scene.later(Duration.ofSeconds(1)).decide();
        assertThat(scene.steps).isEmpty();

        scene.later(Duration.ofSeconds(30)).decide();
        assertThat(scene.steps).containsExactly(off(1));
    }

    @Test
    void aDeviceThatNeverWasShownToBelongToTheHostProvesNothingAndSwitchesNothing() {
        Scene scene = reported(OFF);
        scene.power = new Power(List.of(new Power.Level(
                List.of(new Power.Device("bmc1", OFF, Optional.of("it was never shown to belong to compute1"))))));

        twice(scene);

        assertThat(scene.incident.proof()).isEmpty();
        assertThat(scene.steps).noneMatch(Step.PowerOff.class::isInstance);
        assertThat(gate(scene)).isEqualTo(Gate.Kind.FENCING_FAILED);
        assertThat(scene.incident.gate().orElseThrow().words()).contains("never shown to belong");
    }

    @Test
    void twoPowerSuppliesAreOffWhenBothAre() {
        Scene scene = reported(ON);
        scene.power = new Power(List.of(new Power.Level(List.of(
                new Power.Device("outlet1", OFF, Optional.empty()),
                new Power.Device("outlet2", ON, Optional.empty())))));

        assertThat(twice(scene).incident.proof()).isEmpty();
        assertThat(scene.steps).containsExactly(off(1));
    }

    @Test
    void pacemakerAndTheHostItselfHaveTheFirstWord() {
        Scene scene = reported(ON).fenceAfter(Duration.ofSeconds(15));

        scene.decide();

        assertThat(gate(scene)).isEqualTo(Gate.Kind.NO_PROOF);
        assertThat(scene.lookAgain).isLessThanOrEqualTo(Duration.ofSeconds(15));
        twice(scene.later(Duration.ofSeconds(15)));
        assertThat(scene.steps).containsExactly(off(1));
    }

    @Test
    void aHostThatSaysItselfThatItIsWellIsNotSwitchedOff() {
        Scene scene = reported(ON).fenceAfter(Duration.ofSeconds(15)).later(Duration.ofSeconds(10));
        scene.signOfLife = Optional.of(new SignOfLife(scene.now, "host monitor"));

        scene.later(Duration.ofSeconds(10));
        twice(scene);

        assertThat(gate(scene)).isEqualTo(Gate.Kind.HOST_ALIVE);
        assertThat(scene.steps).isEmpty();
    }

    @Test
    void anApprovalDoesNotOverruleTheHostsOwnWord() {
        Scene scene = reported(ON).later(Duration.ofSeconds(10)).approve();
        scene.signOfLife = Optional.of(new SignOfLife(scene.now, "host monitor"));

        assertThat(gate(twice(scene))).isEqualTo(Gate.Kind.HOST_ALIVE);
    }

    @Test
    void itsLastWordBeforeItsDeathSaysNothing() {
        Scene scene = reported(ON);
        scene.signOfLife = Optional.of(new SignOfLife(scene.now.plusSeconds(2), "host monitor"));

        assertThat(twice(scene.later(Duration.ofSeconds(30))).steps).containsExactly(off(1));
    }

    @Test
    void behindAShutGateNothingIsSwitchedOff() {
        Scene scene = reported(ON)
                .gates(new GateSettings(50, 30, Duration.ofMinutes(5), Duration.ZERO, 0, DisabledHosts.RECOVER));
        scene.outages = new Outages(3, 4, 3, 100, Optional.empty());

        assertThat(twice(scene).steps).isEmpty();
        assertThat(gate(scene)).isEqualTo(Gate.Kind.STORM);
    }

    @Test
    void aHostWhoseInstancesNobodyCouldTakeIsNotSwitchedOff() {
        Scene scene = reported(ON).service("compute3", false, false);

        assertThat(twice(scene).steps).noneMatch(Step.PowerOff.class::isInstance);
        assertThat(gate(scene)).isEqualTo(Gate.Kind.NO_CAPACITY);
    }

    @Test
    void anotherControllerDoesNotTakeItsForerunnersEndForTheDevicesFailure() {
        Scene scene = twice(reported(ON, ON))
                .takenOver()
                .later(Duration.ofSeconds(10))
                .decide();

        assertThat(scene.steps).contains(off(1)).doesNotContain(off(2));
    }
}
