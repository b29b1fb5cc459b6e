// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.foresight;

import io.migawari.controller.cloud.CloudException;
import io.migawari.controller.decision.Surroundings;
import io.migawari.controller.foresight.Foresight.HostForesight;
import io.migawari.controller.model.Host;
import io.migawari.controller.model.HostName;
import io.migawari.controller.store.Registry;
import io.migawari.db.DatabaseException;
import io.migawari.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plays the loss of every host through now and then, and says so when the answer changes. Its thread is {@code foresight}; the
 * newest answer may be read by any.
 */
public final class ForesightWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ForesightWatch.class);

    /** The recoveries that a start may find under way come first. */
    private static final Duration FIRST = Duration.ofSeconds(20);

    private final Registry registry;
    private final Surveyor surveyor;
    private final Duration every;
    private final Consumer<Foresight> listener;
    private final Time time;
    private final Thread thread = new Thread(this::run, "foresight");
    private volatile Foresight foresight = Foresight.NONE;

    /**
     * @param every zero: never
     * @param listener is given each new answer
     */
    public ForesightWatch(
            Registry registry, Surveyor surveyor, Duration every, Consumer<Foresight> listener, Time time) {
        this.registry = registry;
        this.surveyor = surveyor;
        this.every = every;
        this.listener = listener;
        this.time = time;
    }

    public void start() {
        if (!every.isZero()) {
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** The newest answer. */
    public Foresight foresight() {
        return foresight;
    }

    private void run() {
        try {
            time.sleep(FIRST.compareTo(every) < 0 ? FIRST : every);
            while (!Thread.currentThread().isInterrupted()) {
                look();
                time.sleep(every);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closing
        }
    }

    void look() throws InterruptedException {
        Foresight before = foresight;
        Instant begun = time.now();
        long nanos = time.nanos();
        try {
            List<HostForesight> hosts = lookAhead();
            Duration took = Duration.ofNanos(time.nanos() - nanos);
            foresight = new Foresight(Optional.of(begun), took, Optional.empty(), hosts);
            tell(before, foresight);
            listener.accept(foresight);
        } catch (CloudException e) {
            trouble(before, e.words());
        } catch (DatabaseException e) {
            trouble(before, "the database is away");
        } catch (RuntimeException | Error e) {
            log.atError().setCause(e).log("Looking ahead failed by a mistake of ours");
        }
    }

    private List<HostForesight> lookAhead() throws CloudException, InterruptedException {
        List<Host> members = registry.allHosts();
        if (members.isEmpty()) {
            return List.of();
        }
        Picture picture = surveyor.picture();
        List<HostForesight> hosts = new ArrayList<>();
        for (Host host : members) {
            Surroundings around = surveyor.surroundings(host);
            boolean hasFailed = around.reportedDead().contains(host.name());
            if (!hasFailed) {
                hosts.add(HostForesight.of(surveyor.plan(host, around, picture)));
            }
        }
        return hosts;
    }

    private void trouble(Foresight before, String words) {
        foresight = new Foresight(before.at(), before.took(), Optional.of(words), before.hosts());
        if (!before.trouble().equals(Optional.of(words))) {
            log.atWarn().log("It cannot be told which hosts may die without a loss: {}", words);
        }
    }

    private static void tell(Foresight before, Foresight after) {
        Map<HostName, HostForesight> former =
                before.hosts().stream().collect(Collectors.toMap(HostForesight::host, Function.identity()));
        for (HostForesight host : after.hosts()) {
            Optional<HostForesight> known = Optional.ofNullable(former.get(host.host()));
            boolean survived = known.map(HostForesight::survives).orElse(true);
            boolean isNews =
                    !known.map(HostForesight::homeless).orElse(List.of()).equals(host.homeless());
            if (!host.survives() && isNews) {
                log.atWarn()
                        .addKeyValue("host", host.host())
                        .addKeyValue("segment", host.segment())
                        .log("Not every loss would be survived: {}", host.words());
            } else if (host.survives() && !survived) {
                log.atInfo()
                        .addKeyValue("host", host.host())
                        .addKeyValue("segment", host.segment())
                        .log("{} again", host.words());
            }
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
