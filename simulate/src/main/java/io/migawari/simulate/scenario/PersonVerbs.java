// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.scenario;

import io.migawari.config.Durations;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Pause;
import io.migawari.simulate.scenario.Verbs.Read;
import io.migawari.simulate.scenario.Verbs.Subject;
import io.migawari.simulate.world.World;
import java.time.Duration;
import java.util.Locale;
import java.util.function.BiConsumer;

/** What people do, and what they tell the controller. */
final class PersonVerbs {

    private final Verbs verbs;

    private PersonVerbs(Verbs verbs) {
        this.verbs = verbs;
    }

    static void addTo(Verbs verbs) {
        new PersonVerbs(verbs).people();
    }

    private void people() {
        aWord(
                "confirm-dead",
                "I pulled the plug",
                "An operator gives his word that a host is off.",
                (world, word) -> world.confirmDead(word.host, word.by, word.reason));
        aWord(
                "cancel",
                "a mistake",
                "An operator calls the recovery of a host off, or the keeping out of one with a process down.",
                (world, word) -> world.cancel(word.host, word.by, word.reason));
        aWord(
                "approve",
                "the switch is known to be at fault",
                "An operator lets the recovery of a host begin in spite of a gate.",
                (world, word) -> world.approve(word.host, word.by, word.reason));
        aWord(
                "retry",
                "the image is back",
                "An operator has what failed of a host's recovery tried once more.",
                (world, word) -> world.retry(word.host, word.by, word.reason));
        verbs.add(
                "pause",
                "pause: everything, for: 30m, mode: freeze, reason: firmware of the switches",
                "An operator pauses recovery, of `everything`, of a segment or of a host. `freeze`: reports lead to incidents "
                        + "that wait; `ignore`: reports lead to nothing.",
                Subject.OTHER,
                (event, what) -> {
                    Duration lasting = event.duration("for", Duration.ofHours(1), Duration.ofSeconds(1), Verbs.DAY);
                    Pause.Mode mode = event.choice("mode", Pause.Mode.class, Pause.Mode.FREEZE);
                    String reason = event.string("reason");
                    String by = event.string("by", "ann");
                    return new Read(
                            by + " pauses recovery of " + what + " for " + Durations.format(lasting) + " ("
                                    + mode.name().toLowerCase(Locale.ROOT) + "): " + reason,
                            world -> world.pause(scope(world, what), mode, by, reason, lasting));
                });
        verbs.add(
                "resume",
                "resume: everything",
                "An operator ends a pause before its time.",
                Subject.OTHER,
                (event, what) -> new Read("ann ends the pause of " + what, world -> world.resume(scope(world, what))));
        verbs.add(
                "segment",
                "segment: rack1, enabled: false",
                "An operator enables or disables a segment.",
                Subject.SEGMENT,
                (event, segment) -> {
                    boolean enabled = event.flag("enabled", true);
                    return new Read(
                            "ann " + (enabled ? "enables" : "disables") + " the segment " + segment,
                            world -> world.setSegmentEnabled(segment, enabled));
                });
        verbs.add(
                "maintenance",
                "maintenance: compute1, on: true",
                "An operator declares that a host is on maintenance, or no longer.",
                Subject.HOST,
                (event, host) -> {
                    boolean on = event.flag("on", true);
                    return new Read(
                            "ann declares " + host + (on ? " to be on maintenance" : " to be back from maintenance"),
                            world -> world.setMaintenance(new HostName(host), on));
                });
        verbs.add(
                "reserve",
                "reserve: compute9",
                "An operator makes a host a reserved one, and disables it.",
                Subject.HOST,
                (event, host) -> new Read("ann makes " + host + " a reserved host", world -> {
                    world.cloud().disableService(host, "spare");
                    world.setReserved(new HostName(host), true);
                }));
    }

    private static Pause.Scope scope(World world, String what) {
        if (what.equals("everything")) {
            return new Pause.Scope.Everything();
        }
        return world.hasHost(what) ? new Pause.Scope.OfHost(new HostName(what)) : world.segmentScope(what);
    }

    private record Word(HostName host, String by, String reason) {}

    private void aWord(String name, String reason, String meaning, BiConsumer<World, Word> what) {
        String example = name + ": compute1, by: ann, reason: " + reason;
        verbs.add(name, example, meaning, Subject.HOST, (event, host) -> {
            var word = new Word(new HostName(host), event.string("by", "ann"), event.string("reason"));
            return new Read("", world -> what.accept(world, word));
        });
    }
}
