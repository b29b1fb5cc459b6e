// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.life;

import io.migawari.monitor.controller.ControllerClient;
import io.migawari.monitor.controller.Heard;
import io.migawari.monitor.settings.MonitorSettings;
import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the controller every few seconds that this host is well, so that nobody takes it for dead and switches it off because
 * of what others say. It is said only as long as the watcher says so itself, at each of its turns: a monitor that hangs or is
 * blind says nothing. Nothing of it is kept: a sign that could not be given is never given later. On the thread
 * {@code sign-of-life}, with a client of its own, so that no report of a failure waits for it.
 */
public final class SignOfLife implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SignOfLife.class);

    /** How long the watcher's word holds; its turns are seconds apart. */
    private static final Duration WORD_HOLDS = Duration.ofSeconds(30);

    /** A Masakari may be replaced by our controller behind the same address. */
    private static final Duration NOT_UNDERSTOOD = Duration.ofHours(1);

    private static final Duration REFUSED = Duration.ofMinutes(10);

    /** Takes a sign. */
    interface Listener {
        Heard give(String host);
    }

    private record Word(String host, Deadline until) {}

    private final Listener listener;
    private final Duration interval;
    private final RandomGenerator random;
    private final Time time;
    private final Thread thread = new Thread(this::run, "sign-of-life");
    private volatile @Nullable Word word;
    private @Nullable Class<?> lastHeard;
    private boolean understood;

    SignOfLife(Listener listener, Duration interval, RandomGenerator random, Time time) {
        this.listener = listener;
        this.interval = interval;
        this.random = random;
        this.time = time;
        thread.setDaemon(true);
    }

    /** @param monitor what it calls itself */
    public static SignOfLife of(String monitor, MonitorSettings settings, Time time) {
        var client = new ControllerClient(settings, time);
        return new SignOfLife(
                host -> client.signOfLife(host, monitor), settings.controller().signOfLife(), new SecureRandom(), time);
    }

    public void start() {
        if (!interval.isZero()) {
            thread.start();
        }
    }

    /** The watcher's word, to be given at each turn. */
    public void well(String host) {
        word = new Word(host, time.deadlineAfter(WORD_HOLDS));
    }

    /** As {@link #well(String)} if there is a host to say it of; otherwise the former word is taken back. */
    public void well(Optional<String> host) {
        host.ifPresentOrElse(this::well, () -> word = null);
    }

    private void run() {
        try {
            // so that a thousand hosts that were started together do not speak together
            time.sleep(Duration.ofNanos(random.nextLong(interval.toNanos())));
            while (!Thread.currentThread().isInterrupted()) {
                time.sleep(step());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closing
        }
    }

    /** @return how long nothing is to be said */
    Duration step() {
        Word given = word;
        if (given == null || given.until().isPast()) {
            return interval;
        }
        Heard heard;
        try {
            heard = listener.give(given.host());
        } catch (RuntimeException | Error e) {
            log.atError().setCause(e).log("A sign of life failed by a mistake of ours");
            return REFUSED;
        }
        if (heard instanceof Heard.NotUnderstood && understood) {
            // More likely something that says 404 while it is away than a Masakari in its place, and an hour of silence
            // after its return could make it switch this host off.
            heard = new Heard.NotHeard("who has listened before does not know what a sign of life is");
        }
        boolean isNews = !heard.getClass().equals(lastHeard);
        lastHeard = heard.getClass();
        if (heard instanceof Heard.Taken) {
            understood = true;
            if (isNews) {
                log.atInfo().addKeyValue("host", given.host()).log("The controller hears that this host is well");
            }
            return interval;
        }
        if (heard instanceof Heard.NotUnderstood) {
            if (isNews) {
                log.atInfo().log("The controller is not one that listens to signs of life; asked again every hour");
            }
            return NOT_UNDERSTOOD;
        }
        if (heard instanceof Heard.Refused refused) {
            if (isNews) {
                log.atWarn()
                        .addKeyValue("host", given.host())
                        .log("The controller does not want our sign of life: {}", refused.why());
            }
            return REFUSED;
        }
        if (heard instanceof Heard.NotHeard not) {
            if (isNews) {
                log.atInfo().log("Nobody hears our sign of life: {}", not.why());
            }
            return interval;
        }
        throw new AssertionError(heard);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
