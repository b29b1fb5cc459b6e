// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.seed;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The text of a scenario while it is being written. */
final class Script {

    private record Event(int at, String what) {}

    private final StringBuilder head = new StringBuilder();
    private final List<Event> events = new ArrayList<>();

    /** A line before the events. */
    void line(String words) {
        head.append(words).append('\n');
    }

    /** @param at in seconds since the start */
    void at(int at, String what) {
        events.add(new Event(at, what));
    }

    static String stamp(int seconds) {
        int hours = seconds / 3600;
        String minutes = String.format(Locale.ROOT, "%02d:%02d", seconds / 60 % 60, seconds % 60);
        return hours == 0 ? minutes : hours + ":" + minutes;
    }

    /** The whole file, with its events in the order in which they happen. */
    String text(int until) {
        var text = new StringBuilder(head);
        text.append("events:\n");
        events.stream()
                .sorted(Comparator.comparingInt(Event::at))
                .forEach(event -> text.append("  - {at: ")
                        .append(stamp(event.at()))
                        .append(", ")
                        .append(event.what())
                        .append("}\n"));
        return text + "until: " + stamp(until) + "\nend:\n  settled: true\n";
    }
}
