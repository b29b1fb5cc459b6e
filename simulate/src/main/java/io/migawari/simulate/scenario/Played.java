// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.scenario;

import io.migawari.simulate.world.World;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A scenario that was played, and what came of it.
 *
 * @param story line by line
 * @param broken what must never happen, and did; lines of the story
 * @param atTheEnd how the end differs from what was expected
 */
public record Played(Scenario scenario, List<String> story, List<String> broken, List<String> atTheEnd) {

    public Played {
        story = List.copyOf(story);
        broken = List.copyOf(broken);
        atTheEnd = List.copyOf(atTheEnd);
    }

    /** Plays it from its beginning to its end. */
    public static Played of(Scenario scenario) {
        try (var world = new World(scenario.settings(), scenario.timings())) {
            scenario.set().accept(world);
            scenario.events()
                    .forEach(event -> world.at(event.at(), there -> {
                        if (!event.words().isEmpty()) {
                            there.tell(event.words());
                        }
                        event.what().accept(there);
                    }));
            world.runUntil(scenario.until());
            return new Played(
                    scenario,
                    world.lines(),
                    world.lines().stream().filter(World::isBreach).toList(),
                    scenario.end().differences(world.reading()));
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
