// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.fencing;

import io.migawari.controller.model.HostName;
import io.migawari.db.DatabaseException;
import io.migawari.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks every fencing device now and then for its host's power, so that a dead one, a wrong password or a swapped cable is known
 * before the night in which it matters. Its thread is {@code fence-check}, with a few others that ask; what was found may be
 * read by any. Each controller asks for itself: it is its own way to the device that counts.
 */
public final class DeviceWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DeviceWatch.class);

    /** So many dead devices at once hold up the check of the others; a healthy one answers within a second or two. */
    private static final int AT_ONCE = 8;

    /** How often somebody is reminded. */
    private static final Duration REMINDER = Duration.ofHours(12);

    private record Key(HostName host, int level, String device) {}

    private record Raised(Trouble.Kind kind, Instant since, Instant toldAt) {}

    private final FenceAgents fencing;
    private final Duration every;
    private final Consumer<List<Sight>> told;
    private final Time time;
    private final Map<Key, Sight> sights = new ConcurrentHashMap<>();
    private final Map<Key, Raised> raised = new ConcurrentHashMap<>();
    private final Thread thread = new Thread(this::run, "fence-check");
    private final ExecutorService askers = Executors.newFixedThreadPool(AT_ONCE, work -> {
        var asker = new Thread(work, "fence-check-asker");
        asker.setDaemon(true);
        return asker;
    });

    /** @param told after each round, what was found; what it does not take now, it gets with the next */
    public DeviceWatch(FenceAgents fencing, Duration every, Consumer<List<Sight>> told, Time time) {
        this.fencing = fencing;
        this.every = every;
        this.told = told;
        this.time = time;
    }

    public void start() {
        if (fencing.all().isEmpty()) {
            return;
        }
        thread.setDaemon(true);
        thread.start();
    }

    /** A device and what was last found out about it; empty: it was not asked yet. */
    public record State(HostName host, int level, String device, String agent, Optional<Sight> sight) {}

    /** All devices, by host and level. */
    public List<State> states() {
        return fencing.all().stream()
                .map(wired -> new State(
                        wired.host(),
                        wired.level(),
                        wired.device().name(),
                        wired.device().agent(),
                        Optional.ofNullable(sights.get(key(wired)))))
                .toList();
    }

    private static Key key(FenceAgents.Wired wired) {
        return new Key(wired.host(), wired.level(), wired.device().name());
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                check();
                time.sleep(every);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closing
        }
    }

    /** Asks all of them once. */
    void check() throws InterruptedException {
        List<Callable<Sight>> looks = new ArrayList<>();
        fencing.all()
                .forEach(wired -> looks.add(() -> {
                    try {
                        Sight sight = fencing.look(wired);
                        note(sight);
                        return sight;
                    } catch (RuntimeException | Error e) {
                        log.atError().setCause(e).log("Checking a fencing device failed by a mistake of ours");
                        throw e;
                    }
                }));
        var unused = askers.invokeAll(looks);
        try {
            told.accept(sights.values().stream()
                    .sorted(Comparator.comparing(Sight::host).thenComparing(Sight::device))
                    .toList());
        } catch (DatabaseException e) {
            log.atWarn().log("What was found out about fencing devices could not be told: {}", e.getMessage());
        }
    }

    /** Takes a look at a device into account, whoever took it. */
    public synchronized void note(Sight sight) {
        var key = new Key(sight.host(), sight.level(), sight.device());
        sights.put(key, sight);
        Optional<Raised> before = Optional.ofNullable(raised.get(key));
        if (sight.trouble().isEmpty()) {
            raised.remove(key);
            before.ifPresent(was -> isOver(sight, was));
            return;
        }
        Trouble trouble = sight.trouble().get();
        boolean isNew = before.filter(was -> was.kind() == trouble.kind()).isEmpty();
        Instant since = before.map(Raised::since).orElse(sight.at());
        boolean isDue = isNew || !before.get().toldAt().plus(REMINDER).isAfter(sight.at());
        if (!isDue) {
            return;
        }
        raised.put(key, new Raised(trouble.kind(), since, sight.at()));
        String nextStep = sight.nextStep();
        log.atWarn()
                .addKeyValue("host", sight.host())
                .addKeyValue("device", sight.device())
                .addKeyValue("since", since)
                .addKeyValue("next_step", nextStep)
                .log("A fencing device could not be used now: {}", trouble.words());
    }

    private void isOver(Sight sight, Raised was) {
        log.atInfo()
                .addKeyValue("host", sight.host())
                .addKeyValue("device", sight.device())
                .addKeyValue("since", was.since())
                .log("A fencing device can be used again");
    }

    @Override
    public void close() {
        thread.interrupt();
        askers.shutdownNow();
    }
}
