// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor.judgement;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.config.YamlFile;
import io.migawari.instancemonitor.domain.Sign;
import io.migawari.instancemonitor.judgement.Standing.Course;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What follows from a row of signs, by the table that comes with the product unless a test says otherwise. */
class JudgeTest {

    private static final Instant START = Instant.parse("2026-11-20T22:00:00Z");

    private static Judge judge(String yaml) {
        return new Judge(YamlFile.readText("t.yaml", yaml, Map.of(), ReportTable::read), Duration.ofMinutes(1));
    }

    /** Signs one second apart; what was told, each with its second. */
    private static List<String> told(Judge judge, Sign... signs) {
        List<String> told = new ArrayList<>();
        Standing standing = Standing.UNSEEN;
        for (int second = 0; second < signs.length; second++) {
            Judgement judgement = judge.judge(standing, signs[second], "words", START.plusSeconds(second));
            standing = judgement.standing();
            if (judgement.verdict() instanceof Verdict.Tell tell) {
                told.add(second + " " + tell.name());
            }
        }
        return told;
    }

    private static Sign[] signs(String words) {
        return List.of(words.split(" ")).stream().map(Sign::valueOf).toArray(Sign[]::new);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // what QEMU, the guest or its devices do of themselves
                "RUNS STOPPED_FAILED,                               1 LIFECYCLE/STOPPED_FAILED",
                "RUNS PAUSED STOPPED_FAILED,                        2 LIFECYCLE/STOPPED_FAILED",
                "RUNS PANICS STOPPED_CRASHED,                       2 LIFECYCLE/STOPPED_CRASHED",
                "RUNS PANICS CRASHED_PANICKED,                      2 LIFECYCLE/CRASHED_PANICKED",
                "RUNS PANICS REBOOT RUNS,                           -",
                "RUNS WATCHDOG_POWEROFF STOPPED_FAILED,             2 LIFECYCLE/STOPPED_FAILED",
                "RUNS WATCHDOG_PAUSE SUSPENDED_WATCHDOG,            2 LIFECYCLE/SUSPENDED_WATCHDOG",
                "RUNS WATCHDOG_RESET REBOOT REBOOT,                 -",
                "RUNS WATCHDOG_NONE,                                -",
                "RUNS WATCHDOG_SHUTDOWN STOPPED_SHUTDOWN,           1 WATCHDOG/WATCHDOG_SHUTDOWN",
                "RUNS IO_ERROR_PAUSE SUSPENDED_IOERROR,             2 LIFECYCLE/SUSPENDED_IOERROR",
                "RUNS IO_ERROR_REPORT IO_ERROR_REPORT,              1 IO_ERROR/IO_ERROR_REPORT",
                "RUNS SUSPENDED_API_ERROR,                          1 LIFECYCLE/SUSPENDED_API_ERROR",
                "RUNS CONTROL_ERROR,                                -",
                "RUNS AGENT_SILENT,                                 1 QEMU_GUEST_AGENT_ERROR/STOPPED_FAILED",
                // what people do
                "RUNS STOPPED_DESTROYED,                            -",
                "RUNS STOPPED_SHUTDOWN,                             -",
                "RUNS PAUSED RUNS REBOOT REBOOT REBOOT,             -",
                "RUNS PAUSED STOPPED_OTHERWISE RUNS,                -",
                // the same once more, by event and by look
                "RUNS STOPPED_FAILED STOPPED_FAILED STOPPED_FAILED, 1 LIFECYCLE/STOPPED_FAILED",
                "RUNS STOPPED_CRASHED STOPPED_FAILED,               1 LIFECYCLE/STOPPED_CRASHED",
                "SUSPENDED_IOERROR SUSPENDED_IOERROR,               0 LIFECYCLE/SUSPENDED_IOERROR",
                // what was never up cannot be lost
                "STOPPED_FAILED,                                    -",
                "STOPPED_UNKNOWN STOPPED_FAILED,                    -",
                "ARRIVING STOPPED_FAILED STOPPED_FAILED,            -",
                "RUNS STOPPED_OTHERWISE STOPPED_FAILED,             -",
                // but what has arrived can, and so can what was about to leave
                "ARRIVING RUNS STOPPED_FAILED,                      2 LIFECYCLE/STOPPED_FAILED",
                "RUNS ARRIVING STOPPED_FAILED,                      2 LIFECYCLE/STOPPED_FAILED",
                // off, and nobody knows why
                "RUNS STOPPED_UNKNOWN,                              -",
            })
    void whatIsToldByDefault(String signs, String told) {
        assertThat(told(judge(""), signs(signs))).isEqualTo(told == null ? List.of() : List.of(told));
    }

    @Test
    void aSecondMishapIsToldAsWell() {
        assertThat(told(judge(""), signs("RUNS STOPPED_FAILED RUNS STOPPED_FAILED")))
                .containsExactly("1 LIFECYCLE/STOPPED_FAILED", "3 LIFECYCLE/STOPPED_FAILED");
        assertThat(told(judge(""), signs("RUNS SUSPENDED_IOERROR STOPPED_FAILED")))
                .containsExactly("1 LIFECYCLE/SUSPENDED_IOERROR", "2 LIFECYCLE/STOPPED_FAILED");
        assertThat(told(judge(""), signs("RUNS SUSPENDED_IOERROR RUNS SUSPENDED_IOERROR")))
                .containsExactly("1 LIFECYCLE/SUSPENDED_IOERROR", "3 LIFECYCLE/SUSPENDED_IOERROR");
    }

    @Test
    void theTableSaysWhatIsToldAndUnderWhichName() {
        var judge = judge("""
                stopped-failed: ignore
                stopped-crashed: LIFECYCLE/STOPPED_FAILED
                stopped-unknown: report
                reboot: report
                """);
        assertThat(told(judge, signs("RUNS STOPPED_FAILED"))).isEmpty();
        assertThat(told(judge, signs("RUNS STOPPED_CRASHED"))).containsExactly("1 LIFECYCLE/STOPPED_FAILED");
        assertThat(told(judge, signs("RUNS STOPPED_UNKNOWN"))).containsExactly("1 LIFECYCLE/STOPPED_UNKNOWN");
        assertThat(told(judge, signs("RUNS REBOOT REBOOT REBOOT"))).containsExactly("1 REBOOT/UNKNOWN");
    }

    @Test
    void anEventCountsAnewWhenItHasNotComeForAWhile() {
        Judge judge = judge("");
        Standing standing = Standing.UNSEEN;
        int told = 0;
        for (int second : new int[] {0, 59, 118, 179}) {
            Judgement judgement = judge.judge(standing, Sign.IO_ERROR_REPORT, "", START.plusSeconds(second));
            standing = judgement.standing();
            told += judgement.verdict() instanceof Verdict.Tell ? 1 : 0;
        }
        assertThat(told).as("at 0 and at 179, which is 61 s after the last one").isEqualTo(2);
    }

    @Test
    void whatTheWatchdogOrADiskDidBeforeIsPartOfTheReason() {
        Judge judge = judge("");
        Standing up = judge.judge(Standing.UNSEEN, Sign.RUNS, "", START).standing();
        Standing hinted =
                judge.judge(up, Sign.IO_ERROR_PAUSE, "reason enospc", START).standing();

        assertThat(judge.judge(hinted, Sign.SUSPENDED_IOERROR, "3/2", START.plusSeconds(1))
                        .verdict()
                        .why())
                .isEqualTo("3/2; before that: reason enospc");
        assertThat(judge.judge(hinted, Sign.STOPPED_FAILED, "5/5", START.plusSeconds(60))
                        .verdict()
                        .why())
                .as("long ago")
                .isEqualTo("5/5");
    }

    @Test
    void aPanicIsLookedAfterSoon() {
        assertThat(judge("").judge(Standing.UNSEEN, Sign.PANICS, "", START).verdict())
                .isInstanceOf(Verdict.LookSoon.class);
    }

    @Test
    void whatWasNotToldBeforeTheEndOfAProcessIsToldByTheNextOneWithTheSameTime() {
        Judge judge = judge("");
        Standing up = judge.judge(Standing.UNSEEN, Sign.RUNS, "", START).standing();
        Standing dead =
                judge.judge(up, Sign.STOPPED_FAILED, "", START.plusSeconds(7)).standing();

        Standing recalled = Standing.read(dead.texts()).orElseThrow();
        assertThat(judge.untold(recalled).orElseThrow().since()).isEqualTo(START.plusSeconds(7));
        assertThat(judge.untold(Standing.read(dead.kept().texts()).orElseThrow()))
                .isEmpty();
        assertThat(judge.untold(up)).isEmpty();
    }

    @Test
    void whatIsNoStandingIsReadAsNone() {
        assertThat(Standing.read(Map.of())).isEmpty();
        assertThat(Standing.read(Map.of("course", "SIDEWAYS"))).isEmpty();
        assertThat(Standing.read(Map.of("course", "UP", "occasion", "BOREDOM"))).isEmpty();
        assertThat(Standing.read(Map.of("course", "UP", "occasion", "REBOOT", "since", "yesterday")))
                .isEmpty();
        assertThat(Standing.read(Map.of("course", "UP"))).map(Standing::course).contains(Course.UP);
    }

    @ParameterizedTest
    @EnumSource(Sign.class)
    void everySignIsJudgedInEveryStanding(Sign sign) {
        for (Sign before : Sign.values()) {
            told(judge(""), Sign.RUNS, before, sign);
        }
    }

    @Test
    void inARandomLifeEachDeathIsToldOnceAndNothingElseIsToldAsOne() {
        Judge judge = judge("");
        var random = new Random(7);
        List<Sign> all = List.of(Sign.values());
        Standing standing = Standing.UNSEEN;
        boolean up = false;
        boolean arriving = false;
        for (int second = 0; second < 50_000; second++) {
            Sign sign = all.get(random.nextInt(all.size()));
            Judgement judgement = judge.judge(standing, sign, "", START.plusSeconds(second));
            standing = judgement.standing();
            boolean death = sign == Sign.STOPPED_FAILED || sign == Sign.STOPPED_CRASHED;
            boolean toldDeath = judgement.verdict() instanceof Verdict.Tell tell
                    && tell.name().event().equals("LIFECYCLE")
                    && tell.name().detail().startsWith("STOPPED");
            assertThat(toldDeath).as("%s at %s", sign, second).isEqualTo(death && up);
            switch (sign) {
                case RUNS, SUSPENDED_API_ERROR, SUSPENDED_IOERROR, SUSPENDED_WATCHDOG, CRASHED_PANICKED -> {
                    up = true;
                    arriving = false;
                }
                case PAUSED -> up |= !arriving;
                case ARRIVING -> arriving = !up;
                case STOPPED_CRASHED,
                        STOPPED_DESTROYED,
                        STOPPED_FAILED,
                        STOPPED_OTHERWISE,
                        STOPPED_SHUTDOWN,
                        STOPPED_UNKNOWN -> {
                    up = false;
                    arriving = false;
                }
                default -> {}
            }
        }
    }
}
