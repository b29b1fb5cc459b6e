// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.controller.model.Alert;
import io.migawari.controller.model.Alert.Severity;
import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.Outcome.Refusal;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.cloud.VmState;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AlarmsTest {

    private static Incident waitingFor(Gate.Kind kind) {
        return Scene.withProof()
                .incident
                .edit()
                .gate(Optional.of(new Gate(kind, "the reason", Scene.START)))
                .done();
    }

    @ParameterizedTest
    @EnumSource
    void whoeverIsNeededAtAGateIsToldTheReasonAndTheNextStep(Gate.Kind kind) {
        Incident incident = waitingFor(kind);

        if (!kind.needsPerson()) {
            assertThat(Alarms.standing(incident)).extracting(Alert::kind).containsExactly(Alert.Kind.OPENED);
            return;
        }
        assertThat(Alarms.standing(incident).get(1)).satisfies(alert -> {
            assertThat(alert.about())
                    .startsWith("incident/" + incident.id() + "/")
                    .startsWith(Alarms.source(incident));
            assertThat(alert.kind()).isEqualTo(Alert.Kind.WAITING);
            assertThat(alert.words()).isEqualTo("the reason");
            assertThat(alert.nextStep()).isEqualTo(incident.nextStep().orElseThrow());
            assertThat(alert.gate()).contains(kind);
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"PROCESS_DOWN", "STALE_COPIES", "FLAPPING"})
    void whereNoInstanceIsDownSoonIsEarlyEnough(Gate.Kind kind) {
        assertThat(Alarms.standing(waitingFor(kind)).get(1).severity()).isEqualTo(Severity.WARNING);
    }

    @Test
    void thatSomethingIsBeingWorkedOnIsNewsUntilItIsOver() {
        Incident incident = waitingFor(Gate.Kind.NO_PROOF);

        assertThat(Alarms.standing(incident).get(0)).satisfies(alert -> {
            assertThat(alert.severity()).isEqualTo(Severity.INFO);
            assertThat(alert.words()).isEqualTo("The host compute1 is reported as stopped, and is looked into");
            assertThat(alert.nextStep()).endsWith("migawari incident watch " + incident.id());
        });
        assertThat(Alarms.standing(incident.edit().phase(Phase.RECOVERED).done()))
                .isEmpty();
    }

    @Test
    void whereInstancesAreDownItIsNow() {
        assertThat(Alarms.standing(waitingFor(Gate.Kind.NO_PROOF)).get(1).severity())
                .isEqualTo(Severity.CRITICAL);
    }

    @Test
    void aRecoveryThatEndsWithFailuresNamesThem() {
        Scene scene = Scene.withProof()
                .server("a", VmState.ACTIVE)
                .server("b", VmState.ACTIVE)
                .untilMoving()
                .answer(
                        Step.Evacuate.class,
                        new Outcome.Refused(Refusal.WRONG_STATE, "busy", Optional.empty(), Optional.empty()))
                .decide();
        Incident before = scene.incident;
        Incident after =
                before.edit().phase(Phase.PARTLY_RECOVERED).words("some moved").done();

        assertThat(Alarms.ending(before, after)).hasValueSatisfying(alert -> {
            assertThat(alert.about()).isEqualTo("incident/" + before.id() + "/ended");
            assertThat(alert.words()).isEqualTo("Partly recovered: some moved (a, b)");
            assertThat(alert.severity()).isEqualTo(Severity.CRITICAL);
        });
        assertThat(Alarms.ending(after, after)).as("told once").isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"RECOVERED", "SKIPPED", "DISMISSED", "FAILED"})
    void onlyABadEndIsTold(Phase end) {
        Incident before = Scene.withProof().evidence(Evidence.Kind.FENCED).incident;

        assertThat(Alarms.ending(before, before.edit().phase(end).words("why").done())
                        .map(Alert::words))
                .isEqualTo(end == Phase.FAILED ? Optional.of("Failed: why") : Optional.empty());
    }
}
