// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.scenario;

import io.migawari.controller.store.Incidents;
import io.migawari.simulate.world.World;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A scenario that was played, and what came of it.
 *
 * @param story line by line
 * @param broken what must never happen, and did; lines of the story
 * @param atTheEnd how the end differs from what was expected
 */
public record Played(Scenario scenario, List<String> story, List<String> broken, List<String> atTheEnd) {

    private static final Duration STEP = Duration.ofMinutes(1);
    private static final int QUIET_STEPS = 3;

    public Played {
        story = List.copyOf(story);
        broken = List.copyOf(broken);
        atTheEnd = List.copyOf(atTheEnd);
    }

    /** Plays it from its beginning to its end. */
    public static Played of(Scenario scenario) {
        return of(scenario, incidents -> incidents);
    }

    /** @param inBetween comes between the controllers and the incidents, to show what is found of a mistake in between */
    public static Played of(Scenario scenario, UnaryOperator<Incidents> inBetween) {
        try (var world = new World(scenario.settings(), scenario.timings(), inBetween)) {
            scenario.set().accept(world);
            scenario.events()
                    .forEach(event -> world.at(event.at(), there -> {
                        if (!event.words().isEmpty()) {
                            there.tell(event.words());
                        }
                        event.what().accept(there);
                    }));
            run(scenario, world);
            return new Played(
                    scenario,
                    world.lines(),
                    world.lines().stream().filter(World::isBreach).toList(),
                    scenario.end().differences(world.reading()));
        }
    }

    /** One that has to settle is over as soon as it has, and nothing has happened for a while after the last event. */
    private static void run(Scenario scenario, World world) {
        if (scenario.end().settled()) {
            Duration at = scenario.events().stream()
                    .map(Scenario.Event::at)
                    .max(Comparator.naturalOrder())
                    .orElse(Duration.ZERO);
            int lines = 0;
            int quiet = 0;
            while (at.compareTo(scenario.until()) < 0) {
                world.runTo(at);
                boolean nothingNew = world.lines().size() == lines;
                quiet = nothingNew && world.reading().unsettled().isEmpty() ? quiet + 1 : 0;
                if (quiet == QUIET_STEPS) {
                    break;
                }
                lines = world.lines().size();
                at = at.plus(STEP);
            }
            world.runUntil(at.compareTo(scenario.until()) < 0 ? at : scenario.until());
        } else {
            world.runUntil(scenario.until());
        }
    }

    public String text() {
        return story.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    public boolean tellsAsExpected() {
        return text().equals(scenario.story());
    }

    public boolean isAsExpected() {
        return tellsAsExpected() && broken.isEmpty() && atTheEnd.isEmpty();
    }
}
