// SPDX-License-Identifier: Apache-2.0
package io.migawari.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that our log may tell, as {@code events.txt} beside this class has it. A line is known by its words, as they stand
 * at the call, so that calls need no ids; where the words are made elsewhere, the call names the event with the key {@code event}.
 * Lines of libraries have no event. Immutable; safe for any thread.
 */
public final class LogEvents {

    private static final String FILE = "events.txt";

    private final Map<String, String> idsByWords;

    private LogEvents(Map<String, String> idsByWords) {
        this.idsByWords = idsByWords;
    }

    /** Keeps no more of the file than what the running process needs. */
    static LogEvents load() {
        Map<String, String> ids = new HashMap<>();
        read().forEach(event -> event.says().forEach(words -> ids.put(words, event.id())));
        return new LogEvents(Map.copyOf(ids));
    }

    /** All of them, in the file's order. */
    public static List<LogEvent> read() {
        var stream = LogEvents.class.getResourceAsStream(FILE);
        if (stream == null) {
            throw new IllegalStateException(FILE + " is not in this build");
        }
        try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            return read(reader.lines().toList());
        } catch (IOException e) {
            throw new IllegalStateException(FILE + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** An event is a paragraph of lines {@code name: text}; a line that begins with a space goes on with the one before it. */
    static List<LogEvent> read(List<String> lines) {
        List<LogEvent> events = new ArrayList<>();
        List<String> paragraph = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith("#")) {
                continue;
            }
            if (line.startsWith(" ")) {
                int last = paragraph.size() - 1;
                paragraph.set(last, paragraph.get(last) + " " + line.strip());
            } else if (!line.isEmpty()) {
                paragraph.add(line);
            } else if (!paragraph.isEmpty()) {
                events.add(event(paragraph));
                paragraph.clear();
            }
        }
        if (!paragraph.isEmpty()) {
            events.add(event(paragraph));
        }
        return List.copyOf(events);
    }

    private static LogEvent event(List<String> paragraph) {
        List<String> says = new ArrayList<>();
        Map<String, String> once = new HashMap<>();
        for (String line : paragraph) {
            int colon = line.indexOf(": ");
            String name = line.substring(0, Math.max(0, colon));
            String text = line.substring(colon + 2);
            switch (name) {
                case "says" -> says.add(text);
                case "event", "level", "means", "then" ->
                    once.merge(name, text, (one, two) -> {
                        throw new IllegalStateException("twice: " + line);
                    });
                default -> throw new IllegalStateException("not understood: " + line);
            }
        }
        for (String name : List.of("event", "means", "then")) {
            if (!once.containsKey(name)) {
                throw new IllegalStateException(paragraph.get(0) + ": " + name + " is missing");
            }
        }
        return new LogEvent(
                once.getOrDefault("event", ""),
                says,
                once.getOrDefault("level", ""),
                once.getOrDefault("means", ""),
                once.getOrDefault("then", ""));
    }

    /** What a line tells; nothing for those of libraries. */
    Optional<String> idOf(ILoggingEvent line) {
        return Pairs.of(line).event().or(() -> Optional.ofNullable(idsByWords.get(line.getMessage())));
    }
}
