// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor;

import io.migawari.processmonitor.judgement.Verdict;
import io.migawari.processmonitor.local.Commands;
import io.migawari.processmonitor.process.WatchedProcess;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What brings processes back, hooks included, away from the watching thread: one at a time for each process, in the order
 * in which they were begun. Used by the watching thread.
 */
final class Starts {

    private static final Logger log = LoggerFactory.getLogger(Starts.class);

    private final Commands commands;
    private final Executor elsewhere;
    private final Map<String, Run> underWay = new HashMap<>();

    /** @param elsewhere where commands are waited for */
    Starts(Commands commands, Executor elsewhere) {
        this.commands = commands;
        this.elsewhere = elsewhere;
    }

    /** Not to be called for one that is under way. */
    void begin(WatchedProcess process, Verdict.Start start) {
        var run = new Run(commands, process, start);
        underWay.put(process.name(), run);
        run.end = CompletableFuture.runAsync(run, elsewhere);
    }

    boolean isUnderWay(String name) {
        return underWay.containsKey(name);
    }

    /** What is not begun yet of it is not needed any more. */
    void callOff(String name, String why) {
        Run run = underWay.get(name);
        if (run != null && run.calledOff.isEmpty()) {
            run.calledOff = why;
        }
    }

    /** The processes whose start has ended, well or not, since this was asked last. */
    Set<String> takeEnded() {
        Set<String> ended = new HashSet<>();
        underWay.forEach((name, run) -> {
            if (run.end.isDone()) {
                ended.add(name);
            }
        });
        underWay.keySet().removeAll(ended);
        return ended;
    }

    /** One start with its hooks. */
    private static final class Run implements Runnable {

        private final Commands commands;
        private final WatchedProcess process;
        private final Verdict.Start start;
        private CompletableFuture<Void> end = new CompletableFuture<>();
        private volatile String calledOff = "";

        Run(Commands commands, WatchedProcess process, Verdict.Start start) {
            this.commands = commands;
            this.process = process;
            this.start = start;
        }

        @Override
        public void run() {
            try {
                if (step("The hook before it", process.before())
                        && step("Start " + start.attempt() + " of " + process.tries(), start.command())) {
                    step("The hook after it", process.after());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException | Error e) {
                log.atError()
                        .setCause(e)
                        .addKeyValue("process", process.name())
                        .log("A start failed by a mistake of ours");
            }
        }

        /** @return whether the next one is to follow */
        private boolean step(String what, List<String> command) throws InterruptedException {
            if (command.isEmpty()) {
                return true;
            }
            String words = what + " (" + String.join(" ", command) + ")";
            if (!calledOff.isEmpty()) {
                log.atInfo().addKeyValue("process", process.name()).log("{} is not run: {}", words, calledOff);
                return false;
            }
            log.atInfo().addKeyValue("process", process.name()).log("{} begins: {}", words, start.why());
            try {
                int exit = commands.run(command, process.commandTimeout());
                if (exit != 0) {
                    log.atWarn().addKeyValue("process", process.name()).log("{} ended with {}", words, exit);
                }
                return exit == 0;
            } catch (IOException | Commands.TooSlowException e) {
                log.atWarn().addKeyValue("process", process.name()).log("{} failed: {}", words, e.getMessage());
                return false;
            }
        }
    }
}
