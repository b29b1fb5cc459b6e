// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.config.GateSettings;
import io.migawari.config.GateSettings.DisabledHosts;
import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.Outages;
import io.migawari.controller.model.Pause;
import io.migawari.controller.model.PauseId;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.cloud.VmState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatesTest {

    private static final GateSettings ALL =
            new GateSettings(50, 30, Duration.ofMinutes(5), Duration.ofSeconds(30), 50, DisabledHosts.ASK);

    private static Scene proved() {
        return Scene.withProof().gates(ALL);
    }

    private static void assertShut(Scene scene, Gate.Kind kind) {
        assertThat(scene.incident.phase()).isEqualTo(Phase.PROVING);
        assertThat(scene.incident.gate()).map(Gate::kind).contains(kind);
        assertThat(scene.steps).as("a shut gate lets nothing through").isEmpty();
    }

    private static void assertBegun(Scene scene) {
        assertThat(scene.incident.phase()).isEqualTo(Phase.ISOLATING);
        assertThat(scene.steps).contains(Scene.forceDown());
    }

    private static Pause pause(Instant from, Instant until) {
        return new Pause(
                PauseId.random(),
                new Pause.Scope.Everything(),
                Pause.Mode.FREEZE,
                "ann",
                "the switch is being replaced",
                from,
                until);
    }

    @Test
    void whenNothingKeepsItBackADeadHostIsRecoveredAtOnce() {
        assertBegun(proved().decide());
    }

    @Test
    void aPauseHoldsUntilItEndsAndTellsWhoWantedIt() {
        Scene scene = proved();
        scene.pauses.add(pause(Scene.START.minusSeconds(60), Scene.START.plusSeconds(60)));

        assertShut(scene.decide(), Gate.Kind.PAUSED);
        assertThat(scene.incident.gate().orElseThrow().words())
                .contains("ann", "the switch is being replaced", "2026-11-20T03:01:00Z");
        assertBegun(scene.later(Duration.ofSeconds(60)).decide());
    }

    @Test
    void ofSeveralPausesTheLongestIsShown() {
        Scene scene = proved();
        scene.pauses.add(pause(Scene.START, Scene.START.plusSeconds(30)));
        scene.pauses.add(pause(Scene.START, Scene.START.plusSeconds(300)));

        scene.decide();

        assertThat(scene.incident.gate().orElseThrow().words()).contains("2026-11-20T03:05:00Z");
    }

    @Test
    void afterATimeWithoutAnyControllerItIsWatchedFirst() {
        Scene scene = proved();
        scene.watchingSince = Optional.of(Scene.START.minusSeconds(10));

        assertShut(scene.decide(), Gate.Kind.WATCHING_FIRST);
        assertBegun(scene.later(Duration.ofSeconds(20)).decide());
    }

    @Test
    void notToKnowSinceWhenSomebodyWatchesIsNotToHaveWatched() {
        Scene scene = proved();
        scene.watchingSince = Optional.empty();

        assertShut(scene.decide(), Gate.Kind.WATCHING_FIRST);
    }

    @Test
    void whenNovaShowsTheNeighboursAsDownThoughNobodyReportsThemOurViewIsInDoubt() {
        Scene scene = proved().service("compute2", false, true).service("compute3", false, false);

        assertShut(scene.decide(), Gate.Kind.SELF_CHECK);
        assertThat(scene.incident.gate().orElseThrow().words()).contains("0 of the 2");
        assertBegun(scene.service("compute2", true, true).decide());
    }

    @Test
    void neighboursThatAreKnownToHaveFailedSayNothingAboutOurView() {
        Scene scene = proved().service("compute2", false, true, true, Scene.START);
        scene.reportedDead.add(Scene.host("compute2"));

        assertBegun(scene.decide());
    }

    @Test
    void aNovaThatHeardOfAHostInTheFutureHasAnotherClock() {
        Scene scene = proved().service("compute2", true, true, false, Scene.START.plusSeconds(60));

        assertShut(scene.decide(), Gate.Kind.SELF_CHECK);
        assertThat(scene.incident.gate().orElseThrow().words()).contains("clock");
    }

    @ParameterizedTest
    @CsvSource({"1, 3, true", "2, 3, false", "2, 4, true", "3, 4, false", "1, 1, true", "5, 10, true", "6, 10, false"})
    void soManyHostsOfASegmentMayBeOutAtOnce(int out, int of, boolean begun) {
        Scene scene = proved();
        scene.outages = new Outages(out, of, out, 1000, Optional.empty());

        scene.decide();

        if (begun) {
            assertBegun(scene);
            assertThat(scene.incident.stormSeenAt()).isEmpty();
        } else {
            assertShut(scene, Gate.Kind.STORM);
            assertThat(scene.incident.stormSeenAt()).contains(Scene.START);
        }
    }

    @Test
    void soManyHostsOverallMayBeOutAtOnce() {
        Scene scene = proved();
        scene.outages = new Outages(1, 10, 31, 100, Optional.empty());

        assertShut(scene.decide(), Gate.Kind.STORM);
        assertThat(scene.incident.gate().orElseThrow().words()).contains("31 of the 100", "30 may be");
    }

    @Test
    void aStormIsNotOverBecauseTimePasses() {
        Scene scene = proved();
        scene.outages = new Outages(3, 4, 3, 100, Optional.empty());

        scene.decide().later(Duration.ofDays(3));

        assertShut(scene.decide(), Gate.Kind.STORM);
    }

    @Test
    void aStormIsOverWhenHostsHaveBeenBackForTheCoolDown() {
        Scene scene = proved();
        scene.outages = new Outages(3, 4, 3, 100, Optional.empty());
        scene.decide().later(Duration.ofSeconds(10));

        scene.outages = new Outages(1, 4, 1, 100, scene.incident.stormSeenAt());
        assertShut(scene.decide(), Gate.Kind.STORM);
        assertThat(scene.incident.stormSeenAt())
                .as("the cool-down does not prolong itself")
                .contains(Scene.START);
        assertBegun(scene.later(Duration.ofMinutes(5)).decide());
    }

    @Test
    void aHostThatSomebodyHadDisabledIsHis() {
        Scene scene = proved().disabled("compute1", "new memory, ann");

        assertShut(scene.decide(), Gate.Kind.DISABLED_BY_PERSON);
        assertThat(scene.incident.gate().orElseThrow().words()).contains("new memory, ann");
    }

    @Test
    void aHostThatNovaOrWeHadDisabledIsNobodys() {
        assertBegun(proved().disabled("compute1", "AUTO: Connection to libvirt lost: 1")
                .decide());
        assertBegun(proved().disabled("compute1", "Migawari incident 7: process down")
                .decide());
    }

    @Test
    void aHostThatFailsWhileItIsDrainedIsRecovered() {
        assertBegun(proved().disabled("compute1", "migawari: drained by ann (operation 7): new memory")
                .decide());
    }

    @Test
    void aReservedHostIsDisabledByItsNature() {
        Scene scene = proved().host("compute1", true).disabled("compute1", "spare");

        assertBegun(scene.decide());
    }

    @Test
    void theSiteMaySayThatDisabledHostsAreRecoveredAsWell() {
        Scene scene = Scene.withProof().gates(GateSettings.open()).disabled("compute1", "new memory, ann");

        scene.decide();

        assertThat(scene.incident.phase()).isEqualTo(Phase.ISOLATING);
    }

    @Test
    void aPersonsApprovalPassesAllGates() {
        Scene scene = proved().disabled("compute1", "new memory, ann").service("compute2", false, true);
        scene.service("compute3", false, false);
        scene.outages = new Outages(3, 3, 3, 3, Optional.empty());
        scene.watchingSince = Optional.empty();
        scene.pauses.add(pause(Scene.START, Scene.START.plusSeconds(60)));

        assertBegun(scene.approve().decide());
    }

    @Test
    void anApprovalIsNoProof() {
        Scene scene = Scene.withoutProof().gates(ALL).approve();

        scene.decide();

        assertThat(scene.incident.gate()).map(Gate::kind).contains(Gate.Kind.NO_PROOF);
    }

    @Test
    void whatHasBegunIsNotStoppedByAnyGate() {
        Scene scene = proved().server("vm", VmState.ACTIVE).decide();
        scene.outages = new Outages(3, 3, 3, 3, Optional.empty());
        scene.watchingSince = Optional.empty();
        scene.pauses.add(pause(Scene.START, Scene.START.plusSeconds(60)));

        scene.untilMoving();

        assertThat(scene.incident.phase()).isEqualTo(Phase.MOVING);
        assertThat(scene.steps).contains(Scene.evacuate("vm", "compute3"));
    }

    @Test
    void behindAShutGateTheHostIsNotEvenDisabled() {
        Scene scene = Scene.withoutProof().gates(ALL);
        scene.outages = new Outages(3, 4, 3, 100, Optional.empty());

        assertShut(scene.decide(), Gate.Kind.STORM);
        assertThat(scene.incident.evidence()).extracting(Evidence::kind).doesNotContain(Evidence.Kind.POWER_OFF);
    }
}
