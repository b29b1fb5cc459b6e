// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.scenario;

import io.migawari.config.Durations;
import io.migawari.controller.model.HostName;
import io.migawari.simulate.scenario.Verbs.Read;
import io.migawari.simulate.scenario.Verbs.Subject;
import io.migawari.simulate.world.DeviceBehaviour;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** What happens to the controllers, and to what they rely on: fencing devices, the database, the clock. */
final class ControllerVerbs {

    private final Verbs verbs;

    private ControllerVerbs(Verbs verbs) {
        this.verbs = verbs;
    }

    static void addTo(Verbs verbs) {
        var these = new ControllerVerbs(verbs);
        these.fencing();
        these.controllers();
    }

    private void fencing() {
        verbs.add(
                "device",
                "device: compute1, name: ipmi, becomes: dead",
                "A fencing device of a host begins to behave otherwise.",
                Subject.HOST,
                (event, host) -> {
                    String name = event.string("name");
                    DeviceBehaviour.Kind kind =
                            event.choice("becomes", DeviceBehaviour.Kind.class, DeviceBehaviour.Kind.WORKS);
                    return new Read(
                            name + " of " + host + ": " + kind.name().toLowerCase(Locale.ROOT) + " from now on",
                            world -> world.set(DeviceBehaviour.of(kind), new HostName(host), name));
                });
    }

    private void controllers() {
        verbs.add(
                "kill-controller",
                "kill-controller: controller",
                "A controller dies as by kill -9.",
                Subject.OTHER,
                (event, name) -> new Read(name + " is killed", world -> world.killController(name)));
        verbs.add(
                "start-controller",
                "start-controller: controller",
                "A controller is started.",
                Subject.OTHER,
                (event, name) -> new Read(name + " is started", world -> world.startController(name)));
        verbs.add(
                "freeze-controller",
                "freeze-controller: controller, for: 20s",
                "A controller stands still for a while, as in a long pause of its virtual machine, and then goes on.",
                Subject.OTHER,
                (event, name) -> {
                    Duration lasting = event.duration("for", Duration.ofSeconds(20), Duration.ZERO, Verbs.DAY);
                    return new Read(
                            name + " stands still for " + Durations.format(lasting),
                            world -> world.freezeController(name, lasting));
                });
        verbs.add(
                "database",
                "database: away",
                "The database cannot be reached (`away`), or can again (`back`).",
                Subject.OTHER,
                (event, unused) -> {
                    boolean away = event.choice("database", Database.class, Database.BACK) == Database.AWAY;
                    return new Read("the database is " + (away ? "away" : "back"), world -> world.databaseIsAway(away));
                });
        verbs.add(
                "clock",
                "clock: ahead, by: 1h, of: controller",
                "Somebody sets a controller's clock `ahead` or `back`; without `of`, those of all controllers and monitors.",
                Subject.OTHER,
                (event, unused) -> {
                    boolean ahead = event.choice("clock", Clock.class, Clock.AHEAD) == Clock.AHEAD;
                    Duration by = event.duration("by", Duration.ofMinutes(1), Duration.ZERO, Verbs.DAY);
                    Optional<String> of = event.find("of");
                    Duration shift = ahead ? by : by.negated();
                    return new Read(
                            of.map(name -> "the clock of " + name + " is").orElse("the controllers' clock is") + " set "
                                    + (ahead ? "ahead" : "back") + " by " + Durations.format(by),
                            world -> of.ifPresentOrElse(
                                    name -> world.shiftClock(name, shift), () -> world.shiftClock(shift)));
                });
    }

    private enum Database {
        AWAY,
        BACK
    }

    private enum Clock {
        AHEAD,
        BACK
    }
}
