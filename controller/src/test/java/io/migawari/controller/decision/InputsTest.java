// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Outages;
import io.migawari.controller.model.Pause;
import io.migawari.controller.model.PauseId;
import io.migawari.controller.model.Power;
import io.migawari.controller.model.SignOfLife;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.cloud.Evacuation.Status;
import io.migawari.controller.model.cloud.VmState;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is kept of a decision for who asks later, whole. */
class InputsTest {

    private static String told(Scene scene) {
        return scene.inputs.facts().entrySet().stream()
                .map(fact -> fact.getKey() + ": " + fact.getValue() + "\n")
                .collect(Collectors.joining());
    }

    @Test
    void ofAHostWhoseDeathIsInQuestion() {
        Scene scene = Scene.withoutProof().evidence(Evidence.Kind.REPORTED_STOPPED);
        scene.pauses.add(new Pause(
                PauseId.random(),
                new Pause.Scope.Everything(),
                Pause.Mode.FREEZE,
                "ann",
                "switch",
                Scene.START.minusSeconds(60),
                Scene.START.plusSeconds(60)));
        scene.signOfLife = Optional.of(new SignOfLife(Scene.START.minusSeconds(30), "host-monitor"));
        scene.outages = new Outages(2, 3, 4, 9, Optional.of(Scene.START.minusSeconds(60)));
        scene.formerFailures.add(Scene.START.minus(Duration.ofDays(2)));

        assertThat(told(scene.decide())).isEqualTo("""
                service: up, enabled, heard of at 2026-11-20T02:59:40Z
                services_up: 3 of 3
                proof: none; last heard: reported_stopped, monitor at 2026-11-20T03:00:00Z
                segment: rack1, reserved_host
                outages: 2 of 3 hosts of the segment, 4 of 9 overall, storm last seen at 2026-11-20T02:59:00Z
                pauses: freeze until 2026-11-20T03:01:00Z by ann: switch
                sign_of_life: 2026-11-20T02:59:30Z, host-monitor
                watching_since: 2026-11-19T03:00:00Z
                former_failures: 1
                policy: proof of death required, clock tolerance 5s, storm beyond 100 % of the segment or 100 % overall, cool-down 0s, watch first 0s, 0 % of the others have to be up, disabled hosts recover
                """);
    }

    @Test
    void ofOneWhoseInstancesMove() {
        Scene scene = Scene.withProof()
                .server("a", VmState.ACTIVE)
                .server("b", VmState.PAUSED)
                .untilMoving()
                .accepted(Step.Evacuate.class)
                .server("a", VmState.ACTIVE, true, Scene.DEAD, Optional.of("rebuilding"))
                .evacuation(50, "a", "compute3", Status.UNDER_WAY)
                .cancel()
                .decide();

        assertThat(told(scene)).isEqualTo("""
                service: down, disabled (reserved), forced down, heard of at 2026-11-20T03:00:00.300Z
                services_up: 2 of 3
                proof: power_read_as_off, monitor at 2026-11-20T03:00:00Z
                servers_changed: 1
                evacuations: 1
                segment: rack1, reserved_host
                outages: 1 of 3 hosts of the segment, 1 of 3 overall
                moves: 1 evacuating, 1 left
                cancelled: by ann at 2026-11-20T03:00:00.300Z
                policy: at most 60 at once, 30 a destination, 3 attempts, instances all
                """);
    }

    @Test
    void ofAHostThatIsBeingSwitchedOff() {
        Scene scene = Scene.withoutProof()
                .evidence(Evidence.Kind.REPORTED_STOPPED)
                .power(new Power.Reading.On(), new Power.Reading.Unknown("no route"))
                .decide()
                .later(Duration.ofMinutes(2))
                .decide();

        assertThat(scene.inputs.facts()).containsEntry("power", "bmc1 on; then bmc2 unknown (no route)");
    }

    @Test
    void ofAnInstanceThatHasDiedAlone() {
        Scene scene = Scene.withDeadInstance(VmState.ACTIVE);
        scene.restarts.add(Scene.START.minusSeconds(100));

        assertThat(told(scene.decide())).isEqualTo("""
                service: up, enabled, heard of at 2026-11-20T02:59:40Z
                services_up: 3 of 3
                instance: active on compute1
                segment: rack1, reserved_host
                outages: 1 of 3 hosts of the segment, 1 of 3 overall
                former_restarts: 1
                policy: instances all, 3 restarts in 10m
                """);
    }

    @Test
    void whatCouldNotBeReadIsAFactToo() {
        Scene scene = Scene.withProof();
        scene.novaFails = Optional.of("no connection");

        assertThat(scene.decide().inputs.facts())
                .containsEntry("service", "not readable: no connection")
                .containsEntry("servers_on_host", "not readable: no connection");
    }

    @Test
    void ofAHostThatNovaDoesNotKnow() {
        Scene scene = Scene.withoutProof().approve();
        scene.services.remove(Scene.DEAD);

        assertThat(scene.decide().inputs.facts())
                .containsEntry("service", "unknown to Nova")
                .containsEntry("proof", "none")
                .containsEntry("approved", "by ann at 2026-11-20T03:00:00Z: I have looked");
    }
}
