// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.crash;

import io.migawari.controller.model.Incident;
import io.migawari.simulate.scenario.Played;
import io.migawari.simulate.scenario.Scenario;
import io.migawari.simulate.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A scenario that was played and watched.
 *
 * @param incidents as they are at the end, with their journals
 * @param ending how everything else stands then
 */
record Play(Played played, Watch watch, List<Incident> incidents, List<String> ending) {

    static Play of(Scenario scenario) {
        var watched = new AtomicReference<Watch>();
        List<Incident> incidents = new ArrayList<>();
        List<String> ending = new ArrayList<>();
        List<Scenario.Event> events = new ArrayList<>(scenario.events());
        events.add(new Scenario.Event(scenario.until(), "", world -> {
            incidents.addAll(world.store().incidents());
            ending.addAll(Ending.of(world));
        }));
        var same = new Scenario(
                scenario.title(),
                scenario.cases(),
                scenario.why(),
                scenario.settings(),
                scenario.timings(),
                world -> {
                    watched.set(begin(world));
                    scenario.set().accept(world);
                },
                events,
                scenario.until(),
                scenario.end(),
                scenario.story());
        Played played = Played.of(same, known -> new WatchedIncidents(known, watched::get));
        return new Play(played, watched.get(), incidents, ending);
    }

    private static Watch begin(World world) {
        var watch = new Watch(world);
        world.letLookOn(watch);
        return watch;
    }
}
