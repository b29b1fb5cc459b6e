// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.controller.model.Incident;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Step;
import io.migawari.logging.LogSetup;
import io.migawari.simulate.world.Trap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Each scenario of a takeover is played once for every moment at which a controller can die, or stand still, at one of its calls, and
 * the other one has to come to the same end by the same calls. docs/crash-points.md says what that is made of.
 */
class CrashPointsTest {

    private static final Path SCENARIOS = Path.of("../scenarios/takeover");

    /** docs/decisions/0020: so long after that at most, another controller acts on what it had. */
    private static final Duration ANOTHER_ACTS = Duration.ofSeconds(10);

    /**
     * Or, where nobody knows whether Nova has heard of an evacuation, the 10 s in which it would show a sign of it; and a pause between
     * two looks. Whoever took a dead controller's step for one that is under way would wait for minutes.
     */
    private static final Duration IN_ALL = Duration.ofSeconds(15);

    private static List<CrashedFlow> flows = List.of();

    @BeforeAll
    static void playThemAll() throws IOException {
        LogSetup.silent();
        try (Stream<Path> files = Files.list(SCENARIOS)) {
            flows = files.sorted().map(CrashedFlow::of).toList();
        }
    }

    private static Stream<DynamicTest> ofEach(Consumer<CrashedFlow> test) {
        return flows.stream().map(flow -> DynamicTest.dynamicTest(flow.name(), () -> test.accept(flow)));
    }

    @TestFactory
    Stream<DynamicTest> whereverAControllerDiesTheOtherComesToTheSameEndByTheSameCalls() {
        return ofEach(flow -> assertThat(flow.wrong()).isEmpty());
    }

    @TestFactory
    Stream<DynamicTest> withinTenSecondsTheOtherActs() {
        return ofEach(flow -> assertThat(flow.crashes())
                .allSatisfy(crash -> assertThat(crash.takeovers())
                        .as(crash.point().event())
                        .allSatisfy(time -> assertThat(time).isLessThanOrEqualTo(ANOTHER_ACTS))));
    }

    @TestFactory
    Stream<DynamicTest> aDeathCostsFifteenSecondsInAllAtMost() {
        return ofEach(flow -> assertThat(flow.crashes())
                .allSatisfy(crash ->
                        assertThat(crash.delay()).as(crash.point().event()).isLessThanOrEqualTo(IN_ALL)));
    }

    @TestFactory
    Stream<DynamicTest> aControllerDiesAndStandsStillAroundEveryEntryOfTheJournal() {
        return ofEach(flow -> {
            List<Step> journal = flow.undisturbed().incidents().stream()
                    .map(Incident::journal)
                    .flatMap(List::stream)
                    .map(JournalEntry::step)
                    .toList();

            for (Trap.Calls kind : EnumSet.of(Trap.Calls.RECORD, Trap.Calls.STEP, Trap.Calls.RESULT)) {
                assertThat(steps(flow, kind, Trap.Moment.BEFORE, Trap.Effect.DIES))
                        .containsExactlyInAnyOrderElementsOf(journal);
                for (Trap.Effect effect : Trap.Effect.values()) {
                    assertThat(steps(flow, kind, Trap.Moment.AFTER, effect))
                            .containsExactlyInAnyOrderElementsOf(journal);
                }
            }
            for (Trap.Calls kind : EnumSet.of(Trap.Calls.RECORD, Trap.Calls.RESULT)) {
                assertThat(steps(flow, kind, Trap.Moment.BEFORE, Trap.Effect.STALLS))
                        .containsExactlyInAnyOrderElementsOf(journal);
            }
        });
    }

    private static List<Step> steps(CrashedFlow flow, Trap.Calls kind, Trap.Moment moment, Trap.Effect effect) {
        return flow.crashes().stream()
                .map(Flow.Crash::point)
                .filter(point -> point.call().kind() == kind && point.moment() == moment && point.effect() == effect)
                .flatMap(point -> point.call().steps().stream())
                .toList();
    }

    @Test
    void everyKindOfStepIsAmongThem() {
        Set<Class<?>> steps = flows.stream()
                .flatMap(flow -> flow.crashes().stream())
                .flatMap(crash -> crash.point().call().steps().stream())
                .collect(Collectors.toSet())
                .stream()
                .map(Step::getClass)
                .collect(Collectors.toSet());

        assertThat(steps)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Step.class.getPermittedSubclasses())
                        .filter(kind -> !kind.equals(Step.Planned.class)) // no recovery intends them
                        .toList());
    }

    @Test
    void deathsInTheMiddleOfACallAreAmongThem() {
        assertThat(flows)
                .flatExtracting(CrashedFlow::crashes)
                .filteredOn(crash -> crash.point().moment() == Trap.Moment.DURING
                        && crash.point().effect() == Trap.Effect.DIES)
                .flatExtracting(crash -> crash.point().call().steps())
                .hasAtLeastOneElementOfType(Step.PowerOff.class)
                .hasAtLeastOneElementOfType(Step.DisableService.class);
    }

    @Test
    void whateverMayBeAskedForOnceMoreIs() {
        assertThat(flows)
                .flatExtracting(CrashedFlow::crashes)
                .flatExtracting(Flow.Crash::repeated)
                .contains(AllowedRepeat.values());
    }

    @Test
    void withoutADeathNothingIsAskedForInVain() {
        assertThat(flows)
                .allSatisfy(flow ->
                        assertThat(flow.undisturbed().watch().needless()).isEmpty());
    }

    @Test
    void thePageTellsThem() throws IOException {
        CrashPointsPage.check(flows);
    }
}
