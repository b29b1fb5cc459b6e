// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller;

import io.migawari.config.ControllerSettings;
import io.migawari.config.LogSettings;
import io.migawari.systemd.Systemd;
import io.migawari.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of the controller's process. When it is told to read its configuration again, its daemon is stopped in order and another
 * one started, as systemd would do it with the process; what cannot be used changes nothing. {@link #hangUp} and {@link #close}
 * are for any thread, the rest is for one.
 */
public final class ControllerLife implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ControllerLife.class);

    /** Several within any time that one would tell systemd to wait for a sign of life. */
    private static final Duration BETWEEN_SIGNS = Duration.ofSeconds(1);

    private final Supplier<ControllerSettings> configuration;
    private final Consumer<LogSettings> logging;
    private final Systemd systemd;
    private final Time time;
    private final AtomicBoolean hungUp = new AtomicBoolean();
    private ControllerSettings settings;
    private volatile ControllerDaemon daemon;
    private volatile boolean stops;

    /**
     * Makes the daemon; nothing is served yet.
     *
     * @param configuration reads it; what it throws at the start is thrown here
     * @param logging told how to log, before anything else
     */
    public ControllerLife(
            Supplier<ControllerSettings> configuration, Consumer<LogSettings> logging, Systemd systemd, Time time) {
        this.configuration = configuration;
        this.logging = logging;
        this.systemd = systemd;
        this.time = time;
        this.settings = configuration.get();
        logging.accept(settings.log());
        this.daemon = new ControllerDaemon(settings, time);
    }

    /** What {@link ControllerDaemon#start} does and throws. */
    public void start() throws IOException, UnsuitableSchemaException, InterruptedException {
        daemon.start(systemd);
    }

    /** Until it is stopped; it throws what {@link #start} does if it cannot go on even with the configuration that it had. */
    public void live() throws IOException, UnsuitableSchemaException, InterruptedException {
        while (!stops) {
            turn();
            time.sleep(BETWEEN_SIGNS);
        }
    }

    void turn() throws IOException, UnsuitableSchemaException, InterruptedException {
        if (hungUp.getAndSet(false)) {
            reload();
        }
        if (daemon.isTurning()) {
            systemd.alive();
        }
    }

    /** SIGHUP: the configuration is read again at the next turn, within a second. */
    public void hangUp() {
        hungUp.set(true);
    }

    private void reload() throws IOException, UnsuitableSchemaException, InterruptedException {
        systemd.reloading();
        ControllerSettings next;
        try {
            next = configuration.get();
        } catch (RuntimeException e) {
            goesOnAsBefore(e);
            systemd.ready();
            return;
        }
        daemon.close();
        ControllerSettings former = settings;
        try {
            restart(next);
            log.atInfo().log("The configuration is read again, all of it");
        } catch (IOException | UnsuitableSchemaException | RuntimeException e) {
            try {
                restart(former);
            } finally { // should that fail as well, this is why it was needed
                goesOnAsBefore(e);
            }
        }
    }

    /** One that is told to stop meanwhile ends with the process, as if it had been killed: others go on with its work. */
    private void restart(ControllerSettings next) throws IOException, UnsuitableSchemaException, InterruptedException {
        if (stops) {
            return;
        }
        if (!next.log().equals(settings.log())) {
            logging.accept(next.log());
        }
        settings = next;
        var another = new ControllerDaemon(next, time);
        daemon = another;
        try {
            another.start(systemd);
        } catch (IOException | UnsuitableSchemaException | RuntimeException e) {
            another.close();
            throw e;
        }
    }

    private static void goesOnAsBefore(Exception e) {
        log.atError().log("Not reloaded, going on as before: {}", e.getMessage());
    }

    /** Stops in order; see {@link ControllerDaemon#close}. */
    @Override
    public void close() {
        stops = true;
        systemd.stopping();
        daemon.close();
    }
}
