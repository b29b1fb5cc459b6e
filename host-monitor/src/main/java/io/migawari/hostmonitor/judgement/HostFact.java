// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor.judgement;

import io.migawari.hostmonitor.membership.Fencing;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is known about a host.
 *
 * @param since when it came about: the end of the fencing, or when this was first seen
 * @param fencedBefore for a host that runs, the fencing that it came back from, which proves nothing about it any more
 */
public record HostFact(Kind kind, Instant since, Optional<Instant> fencedBefore) {

    /** What is known. */
    public enum Kind {
        /**
         * Runs, and nobody was told otherwise. Kept, but not told: at the first start every monitor would tell it of every
         * host, and nobody could do anything with it.
         */
        PRESENT,
        /** Runs again, after it was told that it does not. */
        RETURNED,
        /** Dead, proved by a fencing. */
        FENCED,
        /** Not to be seen, and nobody can prove more. */
        LOST;

        public boolean isTold() {
            return this != PRESENT;
        }

        boolean isDead() {
            return this == FENCED || this == LOST;
        }
    }

    /** @param kind of the two that mean that it runs */
    static HostFact runs(Kind kind, Instant since, Optional<Fencing> lastFencing) {
        return new HostFact(kind, since, lastFencing.map(Fencing::at));
    }

    static HostFact fenced(Fencing fencing) {
        return new HostFact(Kind.FENCED, fencing.at(), Optional.empty());
    }

    static HostFact lost(Instant since) {
        return new HostFact(Kind.LOST, since, Optional.empty());
    }

    /** As texts, to be kept. */
    public Map<String, String> texts() {
        Map<String, String> texts = new HashMap<>();
        texts.put("kind", kind.name());
        texts.put("since", since.toString());
        fencedBefore.ifPresent(at -> texts.put("fenced-before", at.toString()));
        return texts;
    }

    /** What {@link #texts} has written, or nothing if it was something else. */
    public static Optional<HostFact> read(Map<String, String> texts) {
        try {
            return Optional.of(new HostFact(
                    Kind.valueOf(texts.getOrDefault("kind", "")),
                    Instant.parse(texts.getOrDefault("since", "")),
                    Optional.ofNullable(texts.get("fenced-before")).map(Instant::parse)));
        } catch (DateTimeException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
