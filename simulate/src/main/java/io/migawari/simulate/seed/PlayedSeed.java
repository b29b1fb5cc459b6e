// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.seed;

import io.migawari.controller.store.Incidents;
import io.migawari.simulate.scenario.Played;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A seed that was played.
 *
 * @param broken what must never happen and did, and what has not settled; empty: all held
 */
public record PlayedSeed(Seed seed, List<String> broken) {

    public PlayedSeed {
        broken = List.copyOf(broken);
    }

    /** @param inBetween comes between the controllers and the incidents, to show what is found of a mistake in between */
    public static PlayedSeed of(Seed seed, UnaryOperator<Incidents> inBetween) {
        List<String> broken = new ArrayList<>();
        try {
            Played played = Played.of(seed.scenario(), inBetween);
            broken.addAll(played.broken());
            played.atTheEnd().forEach(words -> broken.add("at the end, " + words));
        } catch (RuntimeException e) {
            broken.add("the simulation itself failed: " + e);
        }
        return new PlayedSeed(seed, broken);
    }

    public boolean isGood() {
        return broken.isEmpty();
    }
}
