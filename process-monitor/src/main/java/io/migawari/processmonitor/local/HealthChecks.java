// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor.local;

import io.migawari.processmonitor.process.Identity;
import io.migawari.processmonitor.process.Sighting;
import io.migawari.processmonitor.process.WatchedProcess;
import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Asks processes that run whether they work, each at its own pace. Used by the watching thread. */
final class HealthChecks {

    private final Commands commands;
    private final Time time;
    private final Map<String, Checked> checked = new HashMap<>();

    HealthChecks(Commands commands, Time time) {
        this.commands = commands;
        this.time = time;
    }

    private record Checked(Identity identity, int failures, String why, Deadline next) {}

    /** What a process that runs is really worth. A check that itself cannot be run says nothing. */
    Sighting of(WatchedProcess process, Sighting.Runs runs) throws InterruptedException {
        if (process.health().isEmpty()) {
            return runs;
        }
        WatchedProcess.Health health = process.health().get();
        Checked before = checked.get(process.name());
        if (before == null || !before.identity().equals(runs.identity())) {
            // A new process is given one interval before it is asked for the first time.
            before = new Checked(runs.identity(), 0, "", time.deadlineAfter(health.interval()));
        }
        if (before.next().isPast()) {
            try {
                before = check(health, before);
            } catch (IOException e) {
                return new Sighting.CannotSee("the health check cannot be run: " + e.getMessage());
            }
        }
        checked.put(process.name(), before);
        return before.failures() < health.failures()
                ? runs
                : new Sighting.Useless("it runs (" + runs.identity() + ") and failed " + before.failures()
                        + " health checks in a row: " + before.why());
    }

    private Checked check(WatchedProcess.Health health, Checked before) throws IOException, InterruptedException {
        String failure;
        try {
            int exit = commands.run(health.command(), health.timeout());
            failure = exit == 0 ? "" : "exit code " + exit;
        } catch (Commands.TooSlowException e) {
            failure = String.valueOf(e.getMessage());
        }
        return new Checked(
                before.identity(),
                failure.isEmpty() ? 0 : Math.min(before.failures() + 1, health.failures()),
                failure,
                time.deadlineAfter(health.interval()));
    }
}
