// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.world;

import io.migawari.controller.model.Incident;
import io.migawari.controller.model.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What happens in a run, line by line: each with its time since the start, and with names where the controller has ids. */
final class Tale {

    static final String BREACH = "!! ";

    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?Z");

    private final VirtualTime time;
    private final Instant start;
    private final Map<String, String> names = new LinkedHashMap<>();
    private final List<String> lines = new ArrayList<>();

    Tale(VirtualTime time, Instant start) {
        this.time = time;
        this.start = start;
    }

    /** From now on that id is told by this name. */
    void call(String id, String name) {
        names.put(id, name);
    }

    /** Something that the scenario makes happen. */
    void event(String words) {
        line("* " + words);
    }

    /** Something that an incident's story says, or that its controller does. */
    void about(Incident incident, String words) {
        call(incident.id().toString(), label(incident));
        line(label(incident) + ": " + words);
    }

    /** Something that must not happen. */
    void violation(String words) {
        line(BREACH + words);
    }

    private void line(String words) {
        lines.add(stamp(time.sinceStart()) + "  " + named(words));
    }

    String label(Incident incident) {
        if (incident.subject() instanceof Subject.WholeHost) {
            return incident.host().value();
        }
        if (incident.subject() instanceof Subject.Instance instance) {
            return named(instance.server().toString());
        }
        if (incident.subject() instanceof Subject.Processes) {
            return incident.host() + " processes";
        }
        if (incident.subject() instanceof Subject.Return) {
            return incident.host() + " return";
        }
        throw new AssertionError(incident.subject());
    }

    private String named(String words) {
        String named = words;
        for (Map.Entry<String, String> name : names.entrySet()) {
            named = named.replace(name.getKey(), name.getValue());
        }
        return TIME.matcher(named).replaceAll(this::sinceStart);
    }

    private String sinceStart(MatchResult found) {
        return stamp(Duration.between(start, Instant.parse(found.group())));
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    /** {@code 02:05}, or {@code 1:02:05} from an hour on. */
    static String stamp(Duration at) {
        String minutes = String.format(Locale.ROOT, "%02d:%02d", at.toMinutesPart(), at.toSecondsPart());
        return at.toHours() == 0 ? minutes : at.toHours() + ":" + minutes;
    }
}
