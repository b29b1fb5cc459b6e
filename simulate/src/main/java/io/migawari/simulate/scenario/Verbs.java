// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.scenario;

import io.migawari.config.Section;
import io.migawari.simulate.scenario.ScenarioFile.Names;
import io.migawari.simulate.world.World;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** What can happen in a scenario: each event of a file has the key of one of these. */
public final class Verbs {

    /** An event as it was read. */
    record Read(String words, Consumer<World> what) {}

    /** Takes its other keys from the event. */
    interface Reader {
        Read read(Section event, String subject);
    }

    /** What the value of the key names. */
    enum Subject {
        HOST,
        INSTANCE,
        SEGMENT,
        OTHER
    }

    /**
     * One of them.
     *
     * @param example the event without its time
     */
    public record Verb(String name, String example, String meaning) {}

    private record Known(Verb verb, Subject subject, Reader reader) {}

    /** The longest time that an event may name. */
    static final Duration DAY = Duration.ofDays(1);

    private static final Verbs ALL = everything();

    private final Map<String, Known> known = new LinkedHashMap<>();

    private Verbs() {}

    private static Verbs everything() {
        var verbs = new Verbs();
        CloudVerbs.addTo(verbs);
        MonitorVerbs.addTo(verbs);
        ControllerVerbs.addTo(verbs);
        LinkVerbs.addTo(verbs);
        PersonVerbs.addTo(verbs);
        return verbs;
    }

    /** All of them, in the order in which they are explained. */
    public static List<Verb> all() {
        return ALL.known.values().stream().map(Known::verb).toList();
    }

    static Optional<Read> read(Section event, Names names) {
        Set<String> keys = event.keys();
        List<Known> found = ALL.known.values().stream()
                .filter(one -> keys.contains(one.verb().name()))
                .toList();
        if (found.size() != 1) {
            event.problem(
                    "at",
                    "expected one thing that happens, found " + (found.isEmpty() ? "none" : "several") + "; known: "
                            + String.join(", ", ALL.known.keySet()));
            event.ignoreOtherKeys();
            return Optional.empty();
        }
        Known one = found.get(0);
        String subject = event.string(one.verb().name());
        Optional<Set<String>> allowed = switch (one.subject()) {
            case HOST -> Optional.of(names.hosts);
            case INSTANCE -> Optional.of(names.instances);
            case SEGMENT -> Optional.of(names.segments);
            case OTHER -> Optional.empty();
        };
        if (allowed.isPresent() && !allowed.get().contains(subject) && !event.flag("unknown-on-purpose", false)) {
            event.expected(
                    one.verb().name(),
                    "one of " + allowed.get().stream().sorted().collect(Collectors.joining(", ")),
                    subject);
            event.ignoreOtherKeys();
            return Optional.empty();
        }
        return Optional.of(one.reader().read(event, subject));
    }

    void add(String name, String example, String meaning, Subject subject, Reader reader) {
        known.put(name, new Known(new Verb(name, example, meaning), subject, reader));
    }
}
