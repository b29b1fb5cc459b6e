// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.spool;

import io.migawari.monitor.controller.Destination;
import io.migawari.monitor.controller.Outcome;
import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Delivers what is in the spool, in order for each host: one that cannot be delivered holds up the later ones of its own
 * host only, unless the controller is away altogether, which one attempt finds out for all. On the thread {@code courier}.
 */
public final class Courier implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Courier.class);

    /** How long at most nothing is looked at; what the disk failed to do is tried again this often. */
    private static final Duration IDLE = Duration.ofSeconds(5);

    /** A controller that asks for more is not taken at its word: a dead host waits. */
    private static final Duration LONGEST_ASKED_PAUSE = Duration.ofMinutes(1);

    /** @param failures in a row */
    private record Wait(int failures, Deadline until) {}

    /**
     * How delivery goes.
     *
     * @param trouble why the controller was not reached last, if it was not
     */
    public record State(boolean tried, Optional<String> trouble, int hostsHeldUp) {}

    private final Spool spool;
    private final Destination destination;
    private final Pauses pauses;
    private final Time time;
    private final Thread thread = new Thread(this::run, "courier");
    private final Semaphore wakes = new Semaphore(0);
    private final Map<String, Wait> waits = new HashMap<>();
    private @Nullable Wait away;
    private volatile State state = new State(false, Optional.empty(), 0);

    public Courier(Spool spool, Destination destination, Duration longestPause, RandomGenerator random, Time time) {
        this.spool = spool;
        this.destination = destination;
        this.pauses = new Pauses(longestPause, random);
        this.time = time;
        thread.setDaemon(true);
        spool.onAppend(wakes::release);
    }

    public void start() {
        thread.start();
    }

    public State state() {
        return state;
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Duration pause = step();
                if (wakes.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                    wakes.drainPermits();
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException | Error e) {
                // A mistake of ours; it must not end the delivery for ever.
                log.atError().setCause(e).log("An attempt to deliver failed by a mistake of ours");
                try {
                    time.sleep(IDLE);
                } catch (InterruptedException stop) {
                    return;
                }
            }
        }
    }

    /**
     * Makes one attempt, if there is one to make.
     *
     * @return how long nothing is to be done, unless something is appended
     */
    Duration step() {
        spool.catchUp();
        List<Spool.Entry> heads = spool.heads();
        waits.keySet()
                .retainAll(
                        heads.stream().map(head -> head.notification().host()).toList());
        if (heads.isEmpty()) {
            away = null;
            state = new State(state.tried(), Optional.empty(), 0);
            return IDLE;
        }
        if (away != null && !away.until().isPast()) {
            return shorter(away.until().left(), IDLE);
        }
        Duration pause = IDLE;
        for (Spool.Entry head : heads) {
            Wait wait = waits.get(head.notification().host());
            if (wait == null || wait.until().isPast()) {
                attempt(head);
                return Duration.ZERO;
            }
            pause = shorter(pause, wait.until().left());
        }
        return pause;
    }

    private void attempt(Spool.Entry entry) {
        spool.beginDelivery(entry);
        Outcome outcome;
        try {
            outcome = destination.deliver(entry.notification());
        } finally {
            spool.notDelivered(entry);
        }
        String host = entry.notification().host();
        if (outcome instanceof Outcome.TryLater later) {
            tryLater(entry, later);
            return;
        }
        waits.remove(host);
        if (away != null) {
            log.atInfo().log("The controller answers again");
        }
        away = null;
        if (outcome instanceof Outcome.Delivered) {
            spool.delivered(entry);
            about(entry).log("Delivered: {}", words(entry));
        } else if (outcome instanceof Outcome.AlreadyKnown known) {
            spool.delivered(entry);
            about(entry).log("The controller knows already: {}: {}", words(entry), known.answer());
        } else if (outcome instanceof Outcome.Refused refused) {
            spool.refused(entry, refused.status() + " " + refused.answer());
            log.atError()
                    .addKeyValue("notification", entry.notification().id())
                    .addKeyValue("host", host)
                    .addKeyValue("status", refused.status())
                    .log("The controller refuses a notification; it is kept in refused/: {}", refused.answer());
        } else {
            throw new AssertionError(outcome);
        }
        state = new State(true, Optional.empty(), waits.size());
    }

    private static LoggingEventBuilder about(Spool.Entry entry) {
        return log.atInfo()
                .addKeyValue("notification", entry.notification().id())
                .addKeyValue("host", entry.notification().host());
    }

    private static String words(Spool.Entry entry) {
        return entry.notification().type() + " " + entry.notification().payload();
    }

    private void tryLater(Spool.Entry entry, Outcome.TryLater later) {
        Wait before =
                later.controllerAway() ? away : waits.get(entry.notification().host());
        int failures = before == null ? 1 : before.failures() + 1;
        Duration ours = pauses.after(failures);
        Duration asked = shorter(later.retryAfter().orElse(ours), LONGEST_ASKED_PAUSE);
        Duration pause = shorter(ours, asked).equals(ours) ? asked : ours;
        var wait = new Wait(failures, time.deadlineAfter(pause));
        if (later.controllerAway()) {
            away = wait;
        } else {
            away = null;
            waits.put(entry.notification().host(), wait);
        }
        state = new State(true, Optional.of(later.reason()), waits.size());
        // The first failure and then ever fewer, so that an hour without a controller is not an hour of log.
        if (Integer.bitCount(failures) == 1) {
            log.atWarn()
                    .addKeyValue("notification", entry.notification().id())
                    .addKeyValue("host", entry.notification().host())
                    .addKeyValue("attempt", failures)
                    .log("Not delivered, tried again in {} s: {}", Math.max(1, pause.toSeconds()), later.reason());
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Stops after the attempt that is under way, or leaves it to the process's end. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(1_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
