// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor.pacemaker;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Runs the cluster's tools. */
interface Commands {

    /** @param output standard output, whole */
    record Result(int exit, String output) {}

    /** @throws IOException if it cannot be run, takes longer than {@code most}, or says too much */
    Result run(List<String> command, Duration most) throws IOException, InterruptedException;
}
