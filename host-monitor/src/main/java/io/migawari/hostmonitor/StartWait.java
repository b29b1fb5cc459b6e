// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor;

import io.migawari.config.Durations;
import io.migawari.monitor.controller.Heard;
import io.migawari.monitor.controller.StartWord;
import io.migawari.systemd.Systemd;
import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.io.PrintStream;
import java.time.Duration;

/**
 * Holds up the start of this host's nova-compute until what was on the host has been evacuated, or for as long as it is told to.
 * What it says is for the journal of nova-compute's unit, which it is started by.
 */
final class StartWait {

    static final int MAY_START = 0;
    static final int NOT_EVACUATED = 1;
    static final int UNANSWERED = 3;

    /** What follows when no controller could be asked for the whole time. */
    enum Unanswered {
        /** Not known is not evacuated: nova-compute does not start, and whoever starts it tries again. */
        REFUSE,
        /** It starts: a host in use without a controller is worth more here than the order of the two. */
        START
    }

    /** Who is asked. */
    interface Controller {

        /** Says that this host lives, so that no recovery of it begins while it is let go. */
        Heard live();

        StartWord ask();
    }

    private static final Duration PAUSE = Duration.ofSeconds(5);

    /** So that the newest lines of the journal show what is waited for. */
    private static final Duration SAY_AGAIN = Duration.ofMinutes(1);

    /** Far more than one turn takes, however slow Keystone and every controller are. */
    private static final Duration LONGEST_TURN = Duration.ofMinutes(3);

    private final Controller controller;
    private final Unanswered unanswered;
    private final Systemd systemd;
    private final PrintStream out;
    private final Time time;
    private String said = "";
    private Deadline sayAgain;

    StartWait(Controller controller, Unanswered unanswered, Systemd systemd, PrintStream out, Time time) {
        this.controller = controller;
        this.unanswered = unanswered;
        this.systemd = systemd;
        this.out = out;
        this.time = time;
        this.sayAgain = time.deadlineAfter(Duration.ZERO);
    }

    /** @return the exit code */
    int waitFor(Duration most) throws InterruptedException {
        Deadline end = time.deadlineAfter(most);
        boolean toldToWait = false;
        boolean mightHaveStarted = false;
        while (true) {
            StartWord word = ask();
            if (word instanceof StartWord.Stranger stranger) {
                out.println(
                        "nova-compute may start: the controller does not know this host (" + stranger.words() + ")");
                return MAY_START;
            }
            // A pass over a reported failure that has not heard our sign of life may be about to begin with it. By the
            // next time that we ask it has.
            if (word instanceof StartWord.May may && (!may.reported() || mightHaveStarted)) {
                out.println("nova-compute may start: " + may.words());
                return MAY_START;
            }
            mightHaveStarted = word instanceof StartWord.May;
            toldToWait |= word instanceof StartWord.MustWait;
            if (end.isPast()) {
                return atTheEnd(word, toldToWait, most);
            }
            say(words(word));
            time.sleep(end.left().compareTo(PAUSE) < 0 ? end.left() : PAUSE);
        }
    }

    /** Let go only by who has heard that we live. */
    private StartWord ask() {
        Heard heard = controller.live();
        StartWord word = controller.ask();
        return word instanceof StartWord.May && !(heard instanceof Heard.Taken)
                ? new StartWord.NoAnswer("it has not taken that this host lives" + why(heard))
                : word;
    }

    private static String why(Heard heard) {
        if (heard instanceof Heard.Refused refused) {
            return ": " + refused.why();
        }
        return heard instanceof Heard.NotHeard not ? ": " + not.why() : "";
    }

    private static String words(StartWord word) {
        if (word instanceof StartWord.May may) {
            return "nova-compute may start in a moment: " + may.words();
        }
        if (word instanceof StartWord.MustWait wait) {
            return "nova-compute waits: " + wait.words();
        }
        if (word instanceof StartWord.NoAnswer none) {
            return "nova-compute waits for a controller that says whether this host is being evacuated: " + none.why();
        }
        throw new AssertionError(word);
    }

    private void say(String words) {
        systemd.starting(words, LONGEST_TURN);
        if (!words.equals(said) || sayAgain.isPast()) {
            out.println(words);
            said = words;
            sayAgain = time.deadlineAfter(SAY_AGAIN);
        }
    }

    /** A controller that was heard to say no, and has fallen silent since, is taken at its word. */
    private int atTheEnd(StartWord last, boolean toldToWait, Duration most) {
        String words = words(last) + "; given up after " + Durations.format(most);
        if (!(last instanceof StartWord.NoAnswer) || toldToWait) {
            out.println(words + ", nova-compute does not start");
            return NOT_EVACUATED;
        }
        return switch (unanswered) {
            case START -> {
                out.println(words + ", nova-compute starts all the same (nova-compute.when-unanswered: start)");
                yield MAY_START;
            }
            case REFUSE -> {
                out.println(words + ", nova-compute does not start (nova-compute.when-unanswered: refuse)");
                yield UNANSWERED;
            }
        };
    }
}
