// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor.judgement;

import io.migawari.config.Durations;
import io.migawari.processmonitor.judgement.ProcessFact.Event;
import io.migawari.processmonitor.judgement.Standing.Loss;
import io.migawari.processmonitor.judgement.Standing.Up;
import io.migawari.processmonitor.process.Sighting;
import io.migawari.processmonitor.process.WatchedProcess;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Decides what a sighting means. Pure: no clock, no I/O, nothing remembered but what it is given. Its rules: nothing follows
 * from not seeing, nor from what was stopped in good order; systemd comes first; a loss gets its tries once, and ends only
 * when one and the same process has run for a while, so that one that dies again and again does not begin anew each time;
 * what systemd restarts again and again is lost too, though most looks see it run; what was told as stopped is left to people.
 */
public final class Judge {

    /** One look may fall between the end of a process and the start of its successor. */
    static final int LOOKS = 2;

    /** So many lives within one loss, each shorter than it takes to be believed, are no recovery. */
    static final int LIVES = 5;

    static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    private static final int MOST_DOUBLINGS = 20;

    private Judge() {}

    public static Judgement judge(WatchedProcess process, Standing before, Sighting sighting, Moment moment) {
        if (sighting instanceof Sighting.CannotSee) {
            return nothing(before, sighting.why());
        }
        if (sighting instanceof Sighting.Stopped) {
            return nothing(new Standing(Optional.empty(), 0, Optional.empty(), before.told()), sighting.why());
        }
        if (sighting instanceof Sighting.Runs runs) {
            return runs(process, before, runs, moment);
        }
        if (sighting instanceof Sighting.Changing) {
            Loss loss = loss(process, before, moment);
            return moment.isBefore(loss.patientUntil())
                    ? nothing(new Standing(Optional.of(loss), 0, Optional.empty(), before.told()), sighting.why())
                    : missing(process, before, sighting, process.restart(), moment);
        }
        if (sighting instanceof Sighting.Gone) {
            return missing(process, before, sighting, process.start(), moment);
        }
        if (sighting instanceof Sighting.Useless) {
            return missing(process, before, sighting, process.restart(), moment);
        }
        throw new AssertionError(sighting);
    }

    /** What a start that has ended, well or not, leaves to be remembered: from now on its effect is waited for. */
    public static Standing started(WatchedProcess process, Standing before, Moment moment) {
        return before.with(before.loss()
                .filter(loss -> loss.tries() > 0)
                .map(loss -> loss.triedUntil(
                        moment.after(pause(process.pause(), loss.tries())), moment.after(process.patience())))
                .or(before::loss));
    }

    private static Judgement runs(WatchedProcess process, Standing before, Sighting.Runs runs, Moment moment) {
        Optional<Up> sameLife = before.up().filter(life -> life.identity().equals(runs.identity()));
        Up up = sameLife.orElseGet(() -> new Up(runs.identity(), moment.now(), moment.nanos()));
        boolean wasStopped =
                before.told().filter(fact -> fact.event() == Event.STOPPED).isPresent();
        // Another life than in the last look, and nobody has seen the end of the one before: that is a loss as well.
        boolean replaced = before.up().isPresent() && sameLife.isEmpty();
        Optional<Loss> open = before.loss()
                .or(() -> replaced ? Optional.of(loss(process, before, moment)) : Optional.empty())
                .map(loss -> sameLife.isEmpty() ? loss.withAnotherLife() : loss);
        if ((open.isEmpty() && !wasStopped)
                || moment.nanos() - up.nanos() >= process.stable().toNanos()) {
            Optional<ProcessFact> told =
                    wasStopped ? Optional.of(new ProcessFact(Event.STARTED, up.since())) : before.told();
            var after = new Standing(Optional.empty(), 0, Optional.of(up), told);
            return told.isPresent()
                    ? new Judgement(after, new Verdict.Tell(told.get(), runs.why()))
                    : nothing(after, runs.why());
        }
        var after = new Standing(open, 0, Optional.of(up), before.told());
        Optional<Loss> endless = open.filter(
                loss -> loss.lives() >= LIVES && sameLife.isEmpty() && !moment.isBefore(loss.patientUntil()));
        if (endless.isPresent() && !wasStopped) {
            var stopped = new ProcessFact(Event.STOPPED, endless.get().since());
            return new Judgement(
                    after.withTold(stopped),
                    new Verdict.Tell(
                            stopped, "it does not stay: " + endless.get().lives() + " short lives since then"));
        }
        return nothing(after, "it runs again, and is believed after " + Durations.format(process.stable()));
    }

    private static Judgement missing(
            WatchedProcess process, Standing before, Sighting sighting, List<String> command, Moment moment) {
        Loss loss = loss(process, before, moment);
        int row = Math.min(before.row() + 1, LOOKS);
        var after = new Standing(Optional.of(loss), row, Optional.empty(), before.told());
        if (row < LOOKS) {
            return nothing(after, sighting.why() + "; to be seen again");
        }
        Optional<ProcessFact> toldStopped = before.told().filter(fact -> fact.event() == Event.STOPPED);
        if (toldStopped.isPresent()) {
            return new Judgement(after, new Verdict.Tell(toldStopped.get(), sighting.why()));
        }
        if (moment.isBefore(loss.notBefore())) {
            return nothing(after, sighting.why() + "; start " + loss.tries() + " may still show its effect");
        }
        if (loss.tries() < process.tries() && !command.isEmpty()) {
            int attempt = loss.tries() + 1;
            Loss tried = loss.with(attempt)
                    .triedUntil(moment.after(pause(process.pause(), attempt)), moment.after(process.patience()));
            return new Judgement(
                    new Standing(Optional.of(tried), 0, Optional.empty(), before.told()),
                    new Verdict.Start(attempt, command, sighting.why()));
        }
        var stopped = new ProcessFact(Event.STOPPED, loss.since());
        return new Judgement(after.withTold(stopped), new Verdict.Tell(stopped, sighting.why()));
    }

    private static Loss loss(WatchedProcess process, Standing before, Moment moment) {
        return before.loss()
                .orElseGet(() -> new Loss(moment.now(), 0, 0, moment.nanos(), moment.after(process.patience())));
    }

    static Duration pause(Duration first, int attempt) {
        Duration doubled = first.multipliedBy(1L << Math.min(attempt - 1, MOST_DOUBLINGS));
        return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }

    private static Judgement nothing(Standing standing, String why) {
        return new Judgement(standing, new Verdict.Nothing(why));
    }
}
