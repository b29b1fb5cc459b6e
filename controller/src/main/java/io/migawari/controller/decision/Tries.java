// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.controller.model.Incident;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the journal says of one step: how often it was tried, and whether it is time to try it again. */
public final class Tries {

    /** Longer than any call is waited for (the longest, for a disable of a dead host, 75 s). */
    private static final Duration LONGEST_CALL = Duration.ofMinutes(2);

    /** A request that was sent is taken to be with Nova after that, or never; chosen, not measured. */
    private static final Duration ON_ITS_WAY = Duration.ofSeconds(15);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final long epoch;
    private final List<JournalEntry> entries;

    private Tries(long epoch, List<JournalEntry> entries) {
        this.epoch = epoch;
        this.entries = entries;
    }

    static Tries of(Incident incident, Step step) {
        return of(incident.epoch(), incident.journal(), step);
    }

    /**
     * @param epoch of our lease
     * @param journal in the order of its entries
     */
    public static Tries of(long epoch, List<JournalEntry> journal, Step step) {
        return new Tries(
                epoch, journal.stream().filter(e -> e.step().equals(step)).toList());
    }

    /** How often it was tried. */
    public int count() {
        return entries.size();
    }

    /** The last try. */
    public Optional<JournalEntry> last() {
        return entries.isEmpty() ? Optional.empty() : Optional.of(entries.get(entries.size() - 1));
    }

    /** Whether somebody is at it now: under our lease, and not longer than a call can last. */
    boolean underWay(Instant now) {
        return last().filter(e -> isUnderWay(e, epoch, now)).isPresent();
    }

    /** Whether somebody is at it now, as far as this entry tells. */
    public static boolean isUnderWay(JournalEntry entry, long epoch, Instant now) {
        return entry.outcome().isEmpty()
                && entry.epoch() == epoch
                && entry.intendedAt().plus(LONGEST_CALL).isAfter(now);
    }

    /** Whether it was tried, and nobody is at it. */
    public boolean ended(Instant now) {
        return !entries.isEmpty() && !underWay(now);
    }

    /** Whether it is known what Nova said to the last one; that of one that was cut off with its controller never is. */
    boolean wasAnswered() {
        return last().flatMap(JournalEntry::outcome).isPresent();
    }

    /** Whether the last one was cut off, or not answered, so lately that Nova may not have got it yet. */
    boolean mayStillArrive(Instant now) {
        return last().filter(
                        entry -> entry.outcome().isEmpty() || entry.outcome().get() instanceof Outcome.Unknown)
                .filter(entry -> entry.lastMoment().plus(ON_ITS_WAY).isAfter(now))
                .isPresent();
    }

    /**
     * Whether a step whose effect is still missing should be tried (again): never tried, or cut off with the controller
     * that was at it, or ended long enough ago, with pauses that grow.
     */
    public boolean due(Instant now) {
        if (entries.isEmpty()) {
            return true;
        }
        JournalEntry last = entries.get(entries.size() - 1);
        if (isUnderWay(last, epoch, now)) {
            return false;
        }
        Instant ended = last.lastMoment();
        boolean cutOff = last.outcome().isEmpty();
        return cutOff || !ended.plus(pause(entries.size())).isAfter(now);
    }

    /** What the last try was answered, if it was not accepted. */
    public Optional<String> complaint() {
        return last().flatMap(JournalEntry::outcome).flatMap(outcome -> {
            if (outcome instanceof Outcome.Refused refused) {
                return Optional.of(refused.words());
            }
            return outcome instanceof Outcome.Unknown unknown ? Optional.of(unknown.words()) : Optional.empty();
        });
    }

    /** 1 s, 2 s, 4 s … 30 s. */
    public static Duration pause(int tries) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(tries - 1, 5));
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }
}
