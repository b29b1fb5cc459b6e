// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor.judgement;

import io.migawari.instancemonitor.domain.Sign;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is remembered about one domain. Immutable.
 *
 * @param fact what it suffers from and was not helped out of yet
 * @param lately when a sign that is no state was seen last
 * @param hint what libvirt said of the reason, shortly before the thing itself
 */
public record Standing(Course course, Optional<Fact> fact, Map<Sign, Instant> lately, Optional<Hint> hint) {

    /** Whether the instance is there to be lost. */
    public enum Course {
        OFF,
        /** A copy that is being filled by a migration. */
        ARRIVING,
        /** It runs, or stands still, with its memory. */
        UP
    }

    /**
     * @param since when it came about, or was first seen
     * @param kept whether the notification about it is certainly on disk, so that it need not be told again
     */
    public record Fact(Occasion occasion, Instant since, boolean kept) {}

    public record Hint(String words, Instant at) {}

    public static final Standing UNSEEN = new Standing(Course.OFF, Optional.empty(), Map.of(), Optional.empty());

    public Standing {
        lately = Collections.unmodifiableMap(lately.isEmpty() ? Map.of() : new EnumMap<>(lately));
    }

    Standing at(Course next) {
        return new Standing(next, fact, lately, hint);
    }

    Standing with(Optional<Fact> next) {
        return new Standing(course, next, lately, hint);
    }

    Standing hinted(String words, Instant at) {
        return new Standing(course, fact, lately, Optional.of(new Hint(words, at)));
    }

    Standing seen(Sign sign, Instant at) {
        Map<Sign, Instant> changed = new EnumMap<>(Sign.class);
        changed.putAll(lately);
        changed.put(sign, at);
        return new Standing(course, fact, changed, hint);
    }

    /** The same, with the notification about its fact on disk. */
    public Standing kept() {
        return with(fact.map(f -> new Fact(f.occasion(), f.since(), true)));
    }

    /** What a process after this one has to know, as texts. */
    public Map<String, String> texts() {
        Map<String, String> texts = new HashMap<>();
        texts.put("course", course.name());
        fact.ifPresent(f -> {
            texts.put("occasion", f.occasion().name());
            texts.put("since", f.since().toString());
            texts.put("kept", Boolean.toString(f.kept()));
        });
        return texts;
    }

    /** What {@link #texts} has written, or nothing if it was something else. */
    public static Optional<Standing> read(Map<String, String> texts) {
        try {
            Optional<Fact> fact = Optional.empty();
            if (texts.containsKey("occasion")) {
                fact = Optional.of(new Fact(
                        Occasion.valueOf(texts.getOrDefault("occasion", "")),
                        Instant.parse(texts.getOrDefault("since", "")),
                        Boolean.parseBoolean(texts.getOrDefault("kept", ""))));
            }
            return Optional.of(
                    new Standing(Course.valueOf(texts.getOrDefault("course", "")), fact, Map.of(), Optional.empty()));
        } catch (IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }
}
