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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Asks processes that run whether they work, each at its own pace. The asking is done elsewhere; what was answered last
 * counts until the next answer. Used by the watching thread.
 */
final class HealthChecks {

    private final Commands commands;
    private final Executor elsewhere;
    private final Time time;
    private final Map<String, Checked> checked = new HashMap<>();

    /** @param elsewhere where commands are waited for */
    HealthChecks(Commands commands, Executor elsewhere, Time time) {
        this.commands = commands;
        this.elsewhere = elsewhere;
        this.time = time;
    }

    /** What one check said: nothing is good; an exception that it could not be run. */
    private record Answer(String failure, Optional<IOException> notRun) {}

    /**
     * What is known about one life of a process.
     *
     * @param cannot why the last check could not be run; empty if it could
     * @param underWay the check that is not yet answered for
     */
    private record Checked(
            Identity identity,
            int failures,
            String why,
            String cannot,
            Deadline next,
            Optional<CompletableFuture<Answer>> underWay) {

        Checked after(Answer answer, int most, Deadline later) {
            if (answer.notRun().isPresent()) {
                return new Checked(
                        identity,
                        failures,
                        why,
                        String.valueOf(answer.notRun().get().getMessage()),
                        later,
                        Optional.empty());
            }
            int row = answer.failure().isEmpty() ? 0 : Math.min(failures + 1, most);
            return new Checked(identity, row, answer.failure(), "", later, Optional.empty());
        }

        Checked asked(CompletableFuture<Answer> answer) {
            return new Checked(identity, failures, why, cannot, next, Optional.of(answer));
        }
    }

    /** What a process that runs is really worth, as far as it is known. A check that cannot be run says nothing. */
    Sighting of(WatchedProcess process, Sighting.Runs runs) {
        if (process.health().isEmpty()) {
            return runs;
        }
        WatchedProcess.Health health = process.health().get();
        Checked known = checked.get(process.name());
        if (known == null || !known.identity().equals(runs.identity())) {
            // A new process is given one interval before it is asked for the first time.
            known = new Checked(runs.identity(), 0, "", "", time.deadlineAfter(health.interval()), Optional.empty());
        }
        if (known.underWay().isEmpty() && known.next().isPast()) {
            known = known.asked(CompletableFuture.supplyAsync(() -> ask(health), elsewhere));
        }
        if (known.underWay().filter(CompletableFuture::isDone).isPresent()) {
            known = known.after(
                    known.underWay().get().join(), health.failures(), time.deadlineAfter(health.interval()));
        }
        checked.put(process.name(), known);
        if (!known.cannot().isEmpty()) {
            return new Sighting.CannotSee("the health check cannot be run: " + known.cannot());
        }
        return known.failures() < health.failures()
                ? runs
                : new Sighting.Useless("it runs (" + runs.identity() + ") and failed " + known.failures()
                        + " health checks in a row: " + known.why());
    }

    /** What is not watched any more is forgotten. */
    void keepOnly(Set<String> names) {
        checked.keySet().retainAll(names);
    }

    private Answer ask(WatchedProcess.Health health) {
        try {
            int exit = commands.run(health.command(), health.timeout());
            return new Answer(exit == 0 ? "" : "exit code " + exit, Optional.empty());
        } catch (Commands.TooSlowException e) {
            return new Answer(String.valueOf(e.getMessage()), Optional.empty());
        } catch (IOException e) {
            return new Answer("", Optional.of(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer("", Optional.of(new IOException("stopping", e)));
        }
    }
}
