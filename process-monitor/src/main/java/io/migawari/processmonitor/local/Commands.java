// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor.local;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Runs commands on this machine. */
public interface Commands {

    /** A command that ended. */
    record Result(int exit, String output) {}

    /** It took too long and was killed. */
    final class TooSlowException extends Exception {
        private static final long serialVersionUID = 1L;

        TooSlowException(String message) {
            super(message);
        }
    }

    /**
     * Runs one and waits for its end, and for what it says.
     *
     * @throws IOException if it cannot be run
     */
    Result ask(List<String> command, Duration most) throws IOException, TooSlowException, InterruptedException;

    /**
     * Runs one and waits for its end only; what it says goes nowhere, for what it leaves behind may speak for ever.
     *
     * @return its exit code
     * @throws IOException if it cannot be run
     */
    int run(List<String> command, Duration most) throws IOException, TooSlowException, InterruptedException;
}
