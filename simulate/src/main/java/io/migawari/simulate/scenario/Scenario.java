// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.scenario;

import io.migawari.config.RecoverySettings;
import io.migawari.simulate.world.World;
import io.migawari.simulator.nova.Timings;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * What one file says.
 *
 * @param cases the ids of the failure cases that it shows
 * @param set puts hosts, instances and devices into the world
 * @param events what happens, in the order of the file
 * @param until how long it is played
 * @param end how things are expected to stand then
 * @param story what is expected to be told, line by line; empty until it was first written
 */
public record Scenario(
        String title,
        List<String> cases,
        String why,
        RecoverySettings settings,
        Timings timings,
        Consumer<World> set,
        List<Event> events,
        Duration until,
        End end,
        String story) {

    /**
     * Something that happens.
     *
     * @param words how the story tells it; empty: what it leads to says enough
     */
    public record Event(Duration at, String words, Consumer<World> what) {}

    public Scenario {
        cases = List.copyOf(cases);
        events = List.copyOf(events);
    }
}
