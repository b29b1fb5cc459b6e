// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor;

import io.migawari.hostmonitor.HostMonitorSettings.UnknownHosts;
import io.migawari.hostmonitor.membership.Membership;
import io.migawari.hostmonitor.membership.Sighting;
import io.migawari.monitor.controller.ControllerClient;
import io.migawari.monitor.life.Vitals;
import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the cluster's names against the configuration and the controller's registry: at the start, where a mismatch is an
 * error, and later if the cluster or the controller could not be asked then, where it is an alarm. It never keeps the
 * watching waiting once that has begun.
 */
final class NameCheck implements Vitals.Source {

    private static final Logger log = LoggerFactory.getLogger(NameCheck.class);

    private static final Duration PAUSE = Duration.ofMinutes(1);

    /** How long a start is held up by a controller that does not answer: nobody watches meanwhile. */
    private static final Duration MOST_AT_START = Duration.ofSeconds(5);

    private final HostMonitorSettings settings;
    private final Membership membership;
    private final ControllerClient controller;
    private final Duration mostAtStart;
    private final Time time;
    private Deadline next;
    private volatile boolean done;
    private volatile List<String> problems = List.of();
    private CompletableFuture<Void> underWay = CompletableFuture.completedFuture(null);

    NameCheck(HostMonitorSettings settings, Membership membership, ControllerClient controller, Time time) {
        this(settings, membership, controller, MOST_AT_START, time);
    }

    NameCheck(
            HostMonitorSettings settings,
            Membership membership,
            ControllerClient controller,
            Duration mostAtStart,
            Time time) {
        this.settings = settings;
        this.membership = membership;
        this.controller = controller;
        this.mostAtStart = mostAtStart;
        this.time = time;
        this.next = time.deadlineAfter(PAUSE);
    }

    /** What keeps the monitor from starting. */
    List<String> atStart() throws InterruptedException {
        if (!(membership.look() instanceof Sighting.Partition partition)) {
            log.atWarn().log("The cluster cannot be seen yet; the names are checked when it can");
            return List.of();
        }
        Set<String> nodes = partition.hosts().keySet();
        CompletableFuture<List<String>> checking = CompletableFuture.supplyAsync(() -> check(nodes));
        try {
            return checking.get(mostAtStart.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            log.atInfo().log(
                    "The controller has not answered yet which hosts it knows; the watching does not wait for it");
            underWay = checking.thenAccept(NameCheck::complain);
            return settings.problemsWith(nodes);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private static void complain(List<String> problems) {
        problems.forEach(problem -> log.atError().log("The names do not fit: {}", problem));
    }

    private List<String> check(Set<String> nodes) {
        List<String> found = new ArrayList<>(settings.problemsWith(nodes));
        boolean asked = false;
        try {
            List<String> unknown = settings.names().unknownTo(controller.hosts(), nodes);
            asked = true;
            if (settings.unknownHosts() == UnknownHosts.REFUSE) {
                found.addAll(unknown);
            } else {
                unknown.forEach(words -> log.atWarn().log("Its reports will be refused: {}", words));
            }
        } catch (IOException e) {
            log.atWarn()
                    .log("The controller cannot be asked for its hosts; they are checked later: {}", e.getMessage());
        }
        done = asked;
        problems = List.copyOf(found);
        return problems;
    }

    /** Tries again now and then what could not be checked, on a thread of its own. */
    void again() throws InterruptedException {
        if (done || !next.isPast() || !underWay.isDone()) {
            return;
        }
        next = time.deadlineAfter(PAUSE);
        if (membership.look() instanceof Sighting.Partition partition) {
            underWay = CompletableFuture.runAsync(
                    () -> complain(check(partition.hosts().keySet())));
        }
    }

    @Override
    public Vitals vitals() {
        return new Vitals(problems, Map.of("names_checked", Boolean.toString(done)), List.of());
    }
}
