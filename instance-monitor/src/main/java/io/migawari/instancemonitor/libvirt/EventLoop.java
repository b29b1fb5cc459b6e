// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor.libvirt;

import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * libvirt's own event loop, of which a process has one, on the thread {@code libvirt-events}. It must exist before the first
 * connection, or that connection can never use keep-alive; all callbacks run on it. It ends with the process.
 */
final class EventLoop {

    private static final Logger log = LoggerFactory.getLogger(EventLoop.class);

    private static final int TICK_MILLISECONDS = 1_000;

    /** A loop that has not turned for so long is stuck in something. */
    private static final Duration LATE = Duration.ofSeconds(10);

    private static @Nullable EventLoop running;

    // libvirt holds them by address; the garbage collector must not find them unused.
    private final Libvirt.ErrorCallback silence = (userData, error) -> {};
    private final Libvirt.TimeoutCallback tick = (timer, opaque) -> {};

    private final Time time;
    private volatile Deadline late;

    private EventLoop(Time time) {
        this.time = time;
        this.late = time.deadlineAfter(LATE);
    }

    static synchronized EventLoop start(Time time) throws IOException {
        if (running == null) {
            var loop = new EventLoop(time);
            loop.begin();
            running = loop;
        }
        return running;
    }

    private void begin() throws IOException {
        Libvirt.load();
        if (Libvirt.virInitialize() != 0) {
            throw Libvirt.failure("libvirt cannot be initialized");
        }
        // By default, every error is written to standard error as well.
        Libvirt.virSetErrorFunc(null, silence);
        if (Libvirt.virEventRegisterDefaultImpl() != 0) {
            throw Libvirt.failure("libvirt's event loop cannot be made");
        }
        // Without it, the loop would not turn as long as nothing happens, and could not be told from one that is stuck.
        if (Libvirt.virEventAddTimeout(TICK_MILLISECONDS, tick, null, null) < 0) {
            throw Libvirt.failure("libvirt's event loop has no timer");
        }
        var thread = new Thread(this::run, "libvirt-events");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            if (Libvirt.virEventRunDefaultImpl() == 0) {
                late = time.deadlineAfter(LATE);
                continue;
            }
            log.atError().log("libvirt's event loop: {}", Libvirt.text(Libvirt.virGetLastErrorMessage()));
            try {
                time.sleep(Duration.ofSeconds(1));
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    Optional<String> trouble() {
        return late.isPast()
                ? Optional.of("libvirt's event loop has not turned for " + LATE.toSeconds() + " s")
                : Optional.empty();
    }
}
