// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.scenario;

import io.migawari.config.Durations;
import io.migawari.simulate.scenario.Verbs.Read;
import io.migawari.simulate.scenario.Verbs.Subject;
import io.migawari.simulate.world.Trap;
import io.migawari.simulate.world.Way;
import io.migawari.simulate.world.World;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What happens between one controller and the rest of the world. */
final class LinkVerbs {

    private final Verbs verbs;

    private LinkVerbs(Verbs verbs) {
        this.verbs = verbs;
    }

    static void addTo(Verbs verbs) {
        new LinkVerbs(verbs).links();
    }

    private void links() {
        verbs.add(
                "cut",
                "cut: controller, from: [database, nova, keystone, fencing]",
                "A controller can no longer reach these; without `from`, none of them.",
                Subject.OTHER,
                (event, name) -> {
                    List<Way> ways = event.has("from")
                            ? event.strings("from").stream()
                                    .map(way -> Way.valueOf(way.toUpperCase(Locale.ROOT)))
                                    .toList()
                            : List.of(Way.values());
                    return new Read(
                            name + " can no longer reach "
                                    + ways.stream()
                                            .map(way -> way.name().toLowerCase(Locale.ROOT))
                                            .collect(Collectors.joining(", ")),
                            world -> world.cut(name, ways));
                });
        verbs.add(
                "slow",
                "slow: controller, by: 3s",
                "Each request of a controller to Nova, and the answer, take so long together; what is read is as old.",
                Subject.OTHER,
                (event, name) -> {
                    Duration by = event.duration("by", Duration.ofSeconds(3), Duration.ZERO, Verbs.DAY);
                    return new Read(
                            "from " + name + " to Nova and back it takes " + Durations.format(by),
                            world -> world.slowToNova(name, by));
                });
        onNextCommits(
                "commits-fail",
                "The database refuses the next commits of a controller, as a Galera cluster does that has a conflict.",
                World::refuseCommits);
        onNextCommits(
                "commits-unheard",
                "The next commits of a controller are made, and its connection breaks before it hears of that.",
                World::loseCommits);
        verbs.add(
                "at-call",
                "at-call: controller, of: record, number: 3, when: after, it: stalls, for: 20s",
                "At one of its next calls a controller `dies` or `stalls`, `before` or `after` it. Calls `of`: `read`, `record` "
                        + "(a decision with its intents), `result` (what became of a step), `step` (something asked of Nova or a "
                        + "device; also `during` it, a second after it was asked for), `any`.",
                Subject.OTHER,
                (event, name) -> {
                    var trap = new Trap(
                            event.choice("of", Trap.Calls.class, Trap.Calls.ANY),
                            event.integer("number", 1, 1, 100_000),
                            event.choice("when", Trap.Moment.class, Trap.Moment.BEFORE),
                            event.choice("it", Trap.Effect.class, Trap.Effect.DIES),
                            event.duration("for", Duration.ofSeconds(20), Duration.ZERO, Verbs.DAY));
                    return new Read("", world -> world.arm(name, trap));
                });
        verbs.add(
                "mend",
                "mend: controller",
                "A controller's ways to the rest of the world are as they should be again.",
                Subject.OTHER,
                (event, name) -> new Read("the ways of " + name + " are well again", world -> world.mend(name)));
        verbs.add(
                "heal-all",
                "heal-all: yes",
                "Nothing is wrong any more with Nova, the devices, the database, the clocks, and the ways to them; all "
                        + "controllers run. What is dead stays so.",
                Subject.OTHER,
                (event, unused) -> new Read("from now on nothing goes wrong any more", World::heal));
    }

    private interface Commits {
        void fail(World world, String controller, int next);
    }

    /** Says nothing when it is set up: each commit is told of when its time has come. */
    private void onNextCommits(String name, String meaning, Commits commits) {
        verbs.add(name, name + ": controller, next: 2", meaning, Subject.OTHER, (event, controller) -> {
            int next = event.integer("next", 1, 1, 1000);
            return new Read("", world -> commits.fail(world, controller, next));
        });
    }
}
