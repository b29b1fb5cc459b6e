// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import java.io.PrintWriter;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Tells somebody who waits that he is not forgotten: after two seconds what for, then a dot each second. */
final class Patience {

    private static final int FIRST_SECONDS = 2;

    private final PrintWriter err;
    private final String words;
    private boolean told;
    private boolean isOver;

    private Patience(PrintWriter err, String words) {
        this.err = err;
        this.words = words;
    }

    /** What is waited for. */
    interface Wait<T> {
        T end() throws ApiFailure, InterruptedException;
    }

    static <T> T during(Wait<T> wait, String words, PrintWriter err) throws ApiFailure, InterruptedException {
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(work -> {
            var thread = new Thread(work, "patience");
            thread.setDaemon(true);
            return thread;
        });
        var patience = new Patience(err, words);
        var unused = clock.scheduleAtFixedRate(patience::tell, FIRST_SECONDS, 1, TimeUnit.SECONDS);
        try {
            return wait.end();
        } finally {
            clock.shutdownNow();
            patience.end();
        }
    }

    private synchronized void tell() {
        if (isOver) {
            return;
        }
        err.print(told ? "." : words + " ");
        err.flush();
        told = true;
    }

    private synchronized void end() {
        isOver = true;
        if (told) {
            err.println();
        }
    }
}
