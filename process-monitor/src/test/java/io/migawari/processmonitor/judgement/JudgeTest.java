// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor.judgement;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.processmonitor.process.Identity;
import io.migawari.processmonitor.process.Sighting;
import io.migawari.processmonitor.process.WatchedProcess;
import io.migawari.processmonitor.process.WatchedProcess.WhenLost;
import io.migawari.processmonitor.process.Where;
import io.migawari.time.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Row by row: what was remembered, what is seen, when, and what follows. */
class JudgeTest {

    private static final Instant START = Instant.parse("2026-11-20T22:00:00Z");
    private static final Sighting GONE = new Sighting.Gone("gone");
    private static final Sighting USELESS = new Sighting.Useless("useless");
    private static final Sighting CHANGING = new Sighting.Changing("changing");
    private static final Sighting STOPPED = new Sighting.Stopped("stopped");
    private static final Sighting BLIND = new Sighting.CannotSee("blind");

    private final ManualTime time = new ManualTime(START);
    private WatchedProcess process = process(2);
    private Standing standing = Standing.UNSEEN;

    /** Pauses of 10 s and 20 s, patience of 60 s, stable after 30 s. */
    private static WatchedProcess process(int tries) {
        return new WatchedProcess(
                "p",
                new Where.Unit("p.service"),
                List.of("start"),
                List.of("restart"),
                List.of(),
                List.of(),
                Duration.ofSeconds(1),
                tries,
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                Optional.empty(),
                WhenLost.NOTIFY);
    }

    private static Sighting runs(long pid) {
        return new Sighting.Runs(new Identity(pid, "1"));
    }

    /** What one look leads to, one second after the one before. */
    private String see(Sighting sighting) {
        time.advance(Duration.ofSeconds(1));
        Judgement judgement = Judge.judge(process, standing, sighting, Moment.of(time));
        standing = judgement.standing();
        if (judgement.verdict() instanceof Verdict.Start start) {
            return start.command().get(0) + " " + start.attempt();
        }
        if (judgement.verdict() instanceof Verdict.Tell tell) {
            return tell.fact().event() + " "
                    + Duration.between(START, tell.fact().since()).toSeconds();
        }
        return "";
    }

    /** All that looks of one kind lead to, by the second at which it changes. */
    private String seeFor(int seconds, Sighting sighting) {
        var all = new StringBuilder();
        String before = "";
        for (int i = 0; i < seconds; i++) {
            String now = see(sighting);
            if (!now.equals(before) && !now.isEmpty()) {
                all.append(Duration.between(START, time.now()).toSeconds())
                        .append(": ")
                        .append(now)
                        .append("; ");
            }
            before = now;
        }
        return all.toString();
    }

    @Test
    void aProcessThatRunsIsNothingToTell() {
        assertThat(seeFor(100, runs(1))).isEmpty();
    }

    @Test
    void whatIsMissingInOneLookOnlyIsLeftAlone() {
        see(runs(1));
        assertThat(see(GONE)).isEmpty();
        assertThat(seeFor(100, runs(2))).isEmpty();
    }

    @Test
    void aLossIsTriedWithGrowingPausesThenToldOnceWithTheTimeItBegan() {
        assertThat(seeFor(200, GONE)).isEqualTo("2: start 1; 12: start 2; 32: STOPPED 1; ");
    }

    @Test
    void uselessIsRestartedRatherThanStarted() {
        assertThat(seeFor(200, USELESS)).isEqualTo("2: restart 1; 12: restart 2; 32: STOPPED 1; ");
    }

    @Test
    void withoutATryOrACommandItIsToldAtOnce() {
        process = process(0);
        assertThat(seeFor(5, GONE)).isEqualTo("2: STOPPED 1; ");
    }

    @Test
    void theLastTrySucceedingIsNoFailure() {
        assertThat(seeFor(12, GONE)).isEqualTo("2: start 1; 12: start 2; ");
        assertThat(seeFor(100, runs(2))).isEmpty();
    }

    @Test
    void whatIsBackIsToldWhenItHasRunForAWhileWithTheTimeItCameBack() {
        seeFor(40, GONE);
        assertThat(seeFor(30, runs(2))).isEmpty();
        assertThat(seeFor(100, runs(2))).isEqualTo("71: STARTED 41; ");
    }

    @Test
    void whatDiesAgainAndAgainGetsItsTriesOnceAndIsToldWhileItIsDown() {
        String all = "";
        for (int life = 1; life <= 10; life++) {
            all += seeFor(20, runs(life)) + seeFor(3, GONE);
        }
        assertThat(all)
                .isEqualTo("22: start 1; 45: start 2; 68: STOPPED 21; 91: STOPPED 21; 114: STOPPED 21; "
                        + "137: STOPPED 21; 160: STOPPED 21; 183: STOPPED 21; 206: STOPPED 21; 229: STOPPED 21; ");
    }

    @Test
    void aNewLossGetsNewTries() {
        seeFor(12, GONE);
        seeFor(31, runs(2));
        assertThat(seeFor(40, GONE)).isEqualTo("45: start 1; 55: start 2; 75: STOPPED 44; ");
    }

    @Test
    void systemdIsLeftAloneForItsPatienceAndNoLonger() {
        see(runs(1));
        assertThat(seeFor(60, CHANGING)).isEmpty();
        assertThat(seeFor(300, CHANGING)).isEqualTo("63: restart 1; 124: restart 2; 185: STOPPED 2; ");
    }

    @Test
    void whatSystemdBringsBackIsNothingToTell() {
        see(runs(1));
        assertThat(seeFor(10, CHANGING)).isEmpty();
        assertThat(seeFor(100, runs(2))).isEmpty();
    }

    @Test
    void whatIsRestartedAgainAndAgainIsToldThoughEveryLookSeesItRun() {
        String all = "";
        for (int life = 1; life <= 20; life++) {
            all += seeFor(5, runs(life));
        }
        // The first life ended at 6; patience is over at 66.
        assertThat(all).isEqualTo("66: STOPPED 6; ");
        assertThat(seeFor(60, runs(20))).isEqualTo("126: STARTED 96; ");
    }

    @Test
    void aFewRestartsInSightAreNothingToTell() {
        String all = "";
        for (int life = 1; life < Judge.LIVES; life++) {
            all += seeFor(25, runs(life));
        }
        assertThat(all + seeFor(100, runs(99))).isEmpty();
    }

    @Test
    void aStartThatTakesLongIsWaitedForFromItsEnd() {
        assertThat(seeFor(2, GONE)).isEqualTo("2: start 1; ");
        time.advance(Duration.ofSeconds(25));
        standing = Judge.started(process, standing, Moment.of(time));
        assertThat(seeFor(15, GONE)).isEqualTo("37: start 2; ");
    }

    @Test
    void notSeeingDoesAndChangesNothing() {
        see(GONE);
        Standing before = standing;
        assertThat(seeFor(1000, BLIND)).isEmpty();
        assertThat(standing).isEqualTo(before);
        assertThat(see(GONE)).isEqualTo("start 1");
    }

    @Test
    void whatWasStoppedInGoodOrderIsAPersonsBusiness() {
        see(runs(1));
        assertThat(seeFor(1000, STOPPED)).isEmpty();
        assertThat(seeFor(100, runs(2))).isEmpty();
    }

    @Test
    void whatWasToldAsStoppedIsNeitherTriedNorDatedAnewByTheNextMonitor() {
        standing = Standing.UNSEEN.withTold(new ProcessFact(ProcessFact.Event.STOPPED, START.plusSeconds(7)));
        assertThat(seeFor(100, GONE)).isEqualTo("2: STOPPED 7; ");
    }

    @Test
    void whatCameBackWhileNobodyWatchedIsTold() {
        standing = Standing.UNSEEN.withTold(new ProcessFact(ProcessFact.Event.STOPPED, START));
        assertThat(seeFor(100, runs(1))).isEqualTo("31: STARTED 1; ");
    }

    @Test
    void pausesGrowUpToALongestOne() {
        assertThat(Judge.pause(Duration.ofSeconds(10), 1)).isEqualTo(Duration.ofSeconds(10));
        assertThat(Judge.pause(Duration.ofSeconds(10), 4)).isEqualTo(Duration.ofSeconds(80));
        assertThat(Judge.pause(Duration.ofSeconds(10), 100)).isEqualTo(Judge.LONGEST_PAUSE);
    }

    @Test
    void everyKindOfSightingIsJudged() {
        for (Class<?> kind : Sighting.class.getPermittedSubclasses()) {
            assertThat(List.of(runs(1), GONE, USELESS, CHANGING, STOPPED, BLIND))
                    .as("the sightings of this test")
                    .anyMatch(kind::isInstance);
        }
        for (Sighting sighting : List.of(runs(1), GONE, USELESS, CHANGING, STOPPED, BLIND)) {
            assertThat(Judge.judge(process, Standing.UNSEEN, sighting, Moment.of(time)))
                    .isNotNull();
        }
    }

    @Test
    void inRandomWalksNoLossIsTriedTooOftenNothingIsSaidAgainstWhatRunsAndNothingFollowsFromBlindness() {
        int startsInAll = 0;
        int toldInAll = 0;
        for (int seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            process = process(random.nextInt(4));
            standing = Standing.UNSEEN;
            long pid = 1;
            Sighting seen = runs(pid);
            int startsOfThisLoss = 0;
            Instant runsSince = time.now();
            Sighting life = BLIND;
            int lives = 0;
            Optional<ProcessFact.Event> told = Optional.empty();
            for (int step = 0; step < 400; step++) {
                if (random.nextInt(8) == 0) {
                    seen = switch (random.nextInt(7)) {
                        case 0 -> GONE;
                        case 1 -> USELESS;
                        case 2 -> CHANGING;
                        case 3 -> STOPPED;
                        case 4 -> BLIND;
                        case 5 -> runs(pid);
                        default -> runs(++pid);
                    };
                }
                time.advance(Duration.ofSeconds(random.nextInt(8)));
                Standing before = standing;
                Judgement judgement = Judge.judge(process, before, seen, Moment.of(time));
                standing = judgement.standing();
                Verdict verdict = judgement.verdict();

                if (seen instanceof Sighting.Runs) {
                    runsSince = seen.equals(life) ? runsSince : time.now();
                    lives += seen.equals(life) ? 0 : 1;
                    life = seen;
                    assertThat(verdict).as("seed %s step %s", seed, step).isNotInstanceOf(Verdict.Start.class);
                    if (Duration.between(runsSince, time.now()).compareTo(process.stable()) >= 0) {
                        startsOfThisLoss = 0;
                        lives = 0;
                    }
                } else if (seen instanceof Sighting.CannotSee) {
                    assertThat(standing).isEqualTo(before);
                    assertThat(verdict).isInstanceOf(Verdict.Nothing.class);
                } else {
                    life = BLIND;
                    if (seen instanceof Sighting.Stopped) {
                        startsOfThisLoss = 0;
                        assertThat(verdict).isInstanceOf(Verdict.Nothing.class);
                    }
                }
                if (verdict instanceof Verdict.Start start) {
                    startsInAll++;
                    startsOfThisLoss++;
                    assertThat(startsOfThisLoss)
                            .as("seed %s step %s", seed, step)
                            .isLessThanOrEqualTo(process.tries())
                            .isEqualTo(start.attempt());
                    assertThat(told).as("left to people").isNotEqualTo(Optional.of(ProcessFact.Event.STOPPED));
                }
                if (verdict instanceof Verdict.Tell tell) {
                    toldInAll++;
                    boolean runsNow = seen instanceof Sighting.Runs;
                    boolean doesNotStay = runsNow && runsSince.equals(time.now()) && lives >= Judge.LIVES;
                    assertThat(tell.fact().event())
                            .as("seed %s step %s", seed, step)
                            .isEqualTo(
                                    runsNow && !(doesNotStay && tell.fact().event() == ProcessFact.Event.STOPPED)
                                            ? ProcessFact.Event.STARTED
                                            : ProcessFact.Event.STOPPED);
                    assertThat(tell.fact().since()).isBeforeOrEqualTo(time.now());
                    told = Optional.of(tell.fact().event());
                }
            }
        }
        assertThat(startsInAll).isGreaterThan(500);
        assertThat(toldInAll).isGreaterThan(500);
    }
}
