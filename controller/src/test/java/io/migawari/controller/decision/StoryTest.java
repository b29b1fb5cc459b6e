// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.cloud.Evacuation.Status;
import io.migawari.controller.model.cloud.VmState;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StoryTest {

    private static Story.Line[] tell(Scene scene, Runnable what) {
        Incident before = scene.incident;
        what.run();
        return Story.between(before, scene.incident).toArray(Story.Line[]::new);
    }

    @Test
    void itIsToldInTheOrderInWhichThingsLedToEachOther() {
        Scene scene = Scene.withProof().server("a", VmState.ACTIVE).server("p", VmState.PAUSED);

        assertThat(tell(scene, scene::decide))
                .extracting(Story.Line::words)
                .containsExactly(
                        "compute1 is dead: taking the host out of Nova",
                        "2 instances were on it; 1 to be moved, 1 left where they are",
                        "compute3 takes the place of the failed host",
                        "p: Nova evacuates no paused instance, and its memory is lost with the host; "
                                + "reset its state and evacuate it by hand");
        scene.accepted(Step.ForceDown.class).accepted(Step.EnableService.class);
        scene.service("compute1", false, true, true, scene.now)
                .service("compute3", true, true)
                .later(Duration.ofSeconds(1));
        assertThat(tell(scene, scene::decide))
                .extracting(Story.Line::words)
                .containsExactly("Nova takes compute1 for down: moving the instances", "a: evacuating to compute3");
        scene.accepted(Step.Evacuate.class)
                .service("compute1", false, false, true, scene.now)
                .server("a", VmState.ACTIVE, true, Scene.host("compute3"), Optional.empty())
                .evacuation(1, "a", "compute3", Status.DONE);
        assertThat(tell(scene, scene::decide))
                .extracting(Story.Line::words)
                .containsExactly(
                        "a: on compute3 as before (active)",
                        "every instance has come to its end: giving back what was not used");
        scene.later(Duration.ofSeconds(1));
        assertThat(tell(scene, scene::decide))
                .extracting(Story.Line::words)
                .containsExactly(
                        "compute3 keeps its instances and is no longer a reserved host",
                        "Recovered: 1 of 2 instances moved (compute3: 1) in 2s; 1 left");
    }

    @Test
    void aGateIsToldOnceWithItsNextStepAndMarkedForPeople() {
        Scene scene = Scene.withoutProof().evidence(Evidence.Kind.REPORTED_STOPPED);

        assertThat(tell(scene, scene::decide)).singleElement().satisfies(line -> {
            assertThat(line.words())
                    .startsWith(
                            "Waiting: compute1 is reported as stopped, and nothing proves that it is off. Next step: ")
                    .contains("migawari incident confirm-dead " + scene.incident.id() + " --reason TEXT");
            assertThat(line.needsPerson()).isTrue();
        });
        scene.later(Duration.ofMinutes(1));
        assertThat(tell(scene, scene::decide)).isEmpty();
    }

    @Test
    void whenTheReasonIsGoneThatIsToldToo() {
        Scene scene = Scene.withProof().server("a", VmState.ACTIVE);
        scene.host("compute3", false).untilMoving();
        scene.host("compute4", true).service("compute4", true, false).later(Duration.ofMinutes(1));

        assertThat(tell(scene, scene::decide))
                .extracting(Story.Line::words)
                .containsExactly("Going on", "compute4 takes the place of the failed host");
    }

    @Test
    void aRestartIsToldStepByStepAndItsFailureIsForPeople() {
        Scene scene = Scene.withDeadInstance(VmState.ACTIVE).service("compute1", false, true);
        assertThat(tell(scene, scene::decide)).singleElement().satisfies(line -> {
            assertThat(line.words())
                    .startsWith("Waiting: Nova calls compute1 down. Next step: bring nova-compute back on compute1");
            assertThat(line.server()).contains(Scene.id("vm"));
            assertThat(line.needsPerson()).isTrue();
        });
        scene.service("compute1", true, true);
        assertThat(tell(scene, scene::decide))
                .extracting(Story.Line::words)
                .containsExactly("Going on", "vm is being stopped");
        scene.accepted(Step.Stop.class).later(Duration.ofDays(2)).server("vm", VmState.STOPPED);
        assertThat(tell(scene, scene::decide)).singleElement().satisfies(line -> {
            assertThat(line.words())
                    .startsWith("Failed: vm is stopped and was not recovered: given up after 1d; next step: ");
            assertThat(line.needsPerson()).isTrue();
        });
    }
}
