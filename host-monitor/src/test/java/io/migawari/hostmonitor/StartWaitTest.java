// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.hostmonitor.StartWait.Unanswered;
import io.migawari.monitor.controller.Heard;
import io.migawari.monitor.controller.StartWord;
import io.migawari.systemd.Systemd;
import io.migawari.time.ManualTime;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StartWaitTest {

    private static final StartWord FREE = new StartWord.May(false, "no recovery of compute1 is open");
    private static final StartWord REPORTED = new StartWord.May(true, "compute1 is reported as failed");
    private static final StartWord BUSY = new StartWord.MustWait("1 of 3 instances have come to their end");
    private static final StartWord SILENT = new StartWord.NoAnswer("cannot connect");

    private final ManualTime time = new ManualTime(Instant.EPOCH);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final List<String> toldSystemd = new ArrayList<>();
    /** What becomes of signs of life; further ones are taken. */
    private final Deque<Heard> signs = new ArrayDeque<>();

    private int asked;

    /** The last of the words is said for ever. */
    private int wait(Unanswered unanswered, Duration most, StartWord... words) throws InterruptedException {
        Deque<StartWord> answers = new ArrayDeque<>(List.of(words));
        return new StartWait(
                        new StartWait.Controller() {
                            @Override
                            public Heard live() {
                                return signs.isEmpty() ? new Heard.Taken() : signs.remove();
                            }

                            @Override
                            public StartWord ask() {
                                asked++;
                                return answers.size() > 1 ? answers.remove() : answers.element();
                            }
                        },
                        unanswered,
                        new Systemd(toldSystemd::add, Optional.empty(), time),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        time)
                .waitFor(most);
    }

    private int wait(StartWord... words) throws InterruptedException {
        return wait(Unanswered.REFUSE, Duration.ofMinutes(10), words);
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private Duration passed() {
        return Duration.between(Instant.EPOCH, time.now());
    }

    @Test
    void withoutARecoveryNovaComputeStartsAtOnce() throws InterruptedException {
        assertThat(wait(FREE)).isEqualTo(0);

        assertThat(asked).isEqualTo(1);
        assertThat(passed()).isZero();
        assertThat(said()).isEqualTo("nova-compute may start: no recovery of compute1 is open\n");
    }

    @Test
    void aRecoveryThatIsUnderWayIsWaitedFor() throws InterruptedException {
        assertThat(wait(BUSY, BUSY, SILENT, BUSY, FREE)).isEqualTo(0);

        assertThat(passed()).isEqualTo(Duration.ofSeconds(20));
        assertThat(said().lines()).first().isEqualTo("nova-compute waits: 1 of 3 instances have come to their end");
        assertThat(toldSystemd)
                .hasSize(4)
                .first()
                .asString()
                .isEqualTo("EXTEND_TIMEOUT_USEC=180000000\nSTATUS=nova-compute waits: "
                        + "1 of 3 instances have come to their end");
    }

    @Test
    void aReportedHostIsLetGoOnlyWhenItHasBeenAskedForTwice() throws InterruptedException {
        assertThat(wait(REPORTED, REPORTED)).isEqualTo(0);
        assertThat(passed()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void aHostWhoseSignOfLifeIsNotTakenIsNotLetGo() throws InterruptedException {
        signs.add(new Heard.NotHeard("503"));
        signs.add(new Heard.Taken());
        signs.add(new Heard.Refused("429"));

        assertThat(wait(REPORTED)).isEqualTo(0);

        assertThat(asked).isEqualTo(5);
        assertThat(said())
                .startsWith("nova-compute waits for a controller that says whether this host is being evacuated: "
                        + "it has not taken that this host lives: 503\n");
    }

    @Test
    void aRecoveryThatBeginsBetweenTheTwoIsWaitedFor() throws InterruptedException {
        assertThat(wait(REPORTED, BUSY, REPORTED, SILENT, REPORTED, REPORTED)).isEqualTo(0);
        assertThat(asked).isEqualTo(6);
    }

    @Test
    void aRecoveryThatTakesLongerThanTheWaitKeepsNovaComputeFromStarting() throws InterruptedException {
        assertThat(wait(Unanswered.START, Duration.ofMinutes(2), BUSY)).isEqualTo(1);

        assertThat(passed()).isEqualTo(Duration.ofMinutes(2));
        assertThat(said()).endsWith("; given up after 2m, nova-compute does not start\n");
        assertThat(said().lines()).as("once a minute").hasSizeBetween(3, 4);
    }

    @Test
    void aControllerThatCannotBeAskedKeepsNovaComputeFromStarting() throws InterruptedException {
        assertThat(wait(SILENT)).isEqualTo(3);

        assertThat(passed()).isEqualTo(Duration.ofMinutes(10));
        assertThat(said()).endsWith("nova-compute does not start (nova-compute.when-unanswered: refuse)\n");
    }

    @Test
    void itStartsAllTheSameAtTheEndWhereTheSiteWantsThat() throws InterruptedException {
        assertThat(wait(Unanswered.START, Duration.ofMinutes(2), SILENT)).isEqualTo(0);

        assertThat(passed()).isEqualTo(Duration.ofMinutes(2));
        assertThat(said()).contains("nova-compute starts all the same");
    }

    @Test
    void aControllerThatHasSaidNoAndFallenSilentIsTakenAtItsWord() throws InterruptedException {
        assertThat(wait(Unanswered.START, Duration.ofMinutes(2), BUSY, SILENT)).isEqualTo(1);
    }

    @Test
    void aHostThatTheControllerDoesNotKnowStartsAndSaysSo() throws InterruptedException {
        assertThat(wait(new StartWord.Stranger("400 compute9"))).isEqualTo(0);
        assertThat(said()).contains("does not know this host (400 compute9)");
    }
}
