// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor.judgement;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What can be told about a process.
 *
 * @param since when it was first seen to be so
 */
public record ProcessFact(Event event, Instant since) {

    /** As Masakari calls it. */
    public enum Event {
        STARTED,
        STOPPED
    }

    public Map<String, String> texts() {
        return Map.of("event", event.name(), "since", since.toString());
    }

    /** A fact as it was kept, or nothing if it is none. */
    public static Optional<ProcessFact> read(Map<String, String> texts) {
        try {
            return Optional.of(new ProcessFact(
                    Event.valueOf(texts.getOrDefault("event", "")), Instant.parse(texts.getOrDefault("since", ""))));
        } catch (IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }
}
