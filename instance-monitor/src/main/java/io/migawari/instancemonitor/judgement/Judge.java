// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor.judgement;

import io.migawari.instancemonitor.domain.Sign;
import io.migawari.instancemonitor.judgement.Standing.Course;
import io.migawari.instancemonitor.judgement.Standing.Fact;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Decides what a sign means. Pure: no clock, no I/O, nothing remembered but what it is given. Its rules: only what was up can
 * be lost, so that a failed start, a failed arrival and what was off when watching began are no losses; a state is told once
 * until it is left, by whichever way and however often it is seen; an event that is no state is told once until it has not come
 * for a while.
 *
 * @param sameWithin how soon after the last one an event of the same kind belongs to it
 */
public record Judge(ReportTable table, Duration sameWithin) {

    /** libvirt says what its watchdog or a disk does in the same breath as what becomes of the guest, or 200 ms before. */
    private static final Duration HINT_HOLDS = Duration.ofSeconds(10);

    /** @param words as libvirt says it */
    public Judgement judge(Standing before, Sign sign, String words, Instant now) {
        return switch (sign) {
            case RUNS -> nothing(before.at(Course.UP).with(Optional.empty()), words);
            case PAUSED -> nothing(before.course() == Course.OFF ? before.at(Course.UP) : before, words);
            case ARRIVING -> nothing(before.course() == Course.OFF ? before.at(Course.ARRIVING) : before, words);
            case SUSPENDED_IOERROR, SUSPENDED_WATCHDOG, SUSPENDED_API_ERROR, CRASHED_PANICKED ->
                stuck(before, sign, words, now);
            case PANICS -> new Judgement(before.hinted(words, now), new Verdict.LookSoon(words));
            case STOPPED_FAILED, STOPPED_CRASHED, STOPPED_UNKNOWN, STOPPED_DESTROYED, STOPPED_SHUTDOWN ->
                stopped(before, sign, words, now);
            case STOPPED_OTHERWISE -> nothing(Standing.UNSEEN, words);
            case REBOOT, AGENT_CONNECTED, AGENT_DISCONNECTED, AGENT_SILENT, CONTROL_ERROR ->
                event(before, sign, words, now);
            case WATCHDOG_NONE,
                    WATCHDOG_PAUSE,
                    WATCHDOG_RESET,
                    WATCHDOG_POWEROFF,
                    WATCHDOG_SHUTDOWN,
                    WATCHDOG_DEBUG,
                    WATCHDOG_INJECT_NMI,
                    IO_ERROR_NONE,
                    IO_ERROR_PAUSE,
                    IO_ERROR_REPORT -> event(before.hinted(words, now), sign, words, now);
            case OTHER -> nothing(before, words);
        };
    }

    /** What a process before this one has found, and perhaps not told. */
    public Optional<Verdict.Tell> untold(Standing standing) {
        return standing.fact()
                .filter(fact -> !fact.kept())
                .flatMap(fact -> table.name(fact.occasion())
                        .map(name -> new Verdict.Tell(name, fact.since(), "found by a monitor that then ended")));
    }

    private Judgement stuck(Standing before, Sign sign, String words, Instant now) {
        Occasion occasion = Occasion.of(sign).orElseThrow();
        boolean same = before.fact().filter(fact -> fact.occasion() == occasion).isPresent();
        return same ? nothing(before.at(Course.UP), words) : fact(before.at(Course.UP), occasion, words, now);
    }

    private Judgement stopped(Standing before, Sign sign, String words, Instant now) {
        return switch (before.course()) {
            case UP -> fact(before.at(Course.OFF), Occasion.of(sign).orElseThrow(), words, now);
            case ARRIVING -> nothing(Standing.UNSEEN, "its migration to here has ended without it: " + words);
            case OFF -> nothing(before, "it was off before: " + words);
        };
    }

    private Judgement fact(Standing after, Occasion occasion, String words, Instant now) {
        Optional<Name> name = table.name(occasion);
        if (name.isEmpty()) {
            return nothing(after.with(Optional.empty()), words);
        }
        String hint = after.hint()
                .filter(h -> Duration.between(h.at(), now).compareTo(HINT_HOLDS) <= 0)
                .map(h -> "; before that: " + h.words())
                .orElse("");
        return new Judgement(
                after.with(Optional.of(new Fact(occasion, now, false))),
                new Verdict.Tell(name.get(), now, words + hint));
    }

    private Judgement event(Standing before, Sign sign, String words, Instant now) {
        Optional<Instant> last = Optional.ofNullable(before.lately().get(sign));
        Standing after = before.seen(sign, now);
        boolean same = last.filter(at -> Duration.between(at, now).compareTo(sameWithin) <= 0)
                .isPresent();
        Optional<Name> name = table.name(Occasion.of(sign).orElseThrow());
        return same || name.isEmpty()
                ? nothing(after, same ? "again: " + words : words)
                : new Judgement(after, new Verdict.Tell(name.get(), now, words));
    }

    private static Judgement nothing(Standing standing, String why) {
        return new Judgement(standing, new Verdict.Nothing(why));
    }
}
