// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.life;

import io.migawari.logging.LogSetup;
import io.migawari.systemd.Hangup;
import io.migawari.systemd.Systemd;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The life of a monitor's process after its start: reload on SIGHUP, and a stop that takes 5 s at most. */
public final class Life {

    private static final Logger log = LoggerFactory.getLogger(Life.class);

    /** systemd and an operator's patience; what hangs longer than this is left to the process's end. */
    private static final Duration MOST_STOPPING = Duration.ofMillis(4_500);

    private Life() {}

    /**
     * Arranges that the process stops in order when it is told to, and reloads.
     *
     * @param stop closes everything; called once, on a thread of its own
     * @param reload reads again what may change; its failure is logged and changes nothing
     */
    public static void arrange(Systemd systemd, Runnable stop, Runnable reload) {
        Hangup.handle(() -> reload(systemd, reload));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(systemd, stop, MOST_STOPPING), "stop"));
    }

    static void reload(Systemd systemd, Runnable reload) {
        systemd.reloading();
        try {
            reload.run();
        } catch (RuntimeException e) {
            log.atError().log("Not reloaded, going on as before: {}", e.getMessage());
        } finally {
            systemd.ready();
        }
    }

    /** @return whether everything was closed in time */
    static boolean stop(Systemd systemd, Runnable stop, Duration most) {
        log.atInfo().log("Stopping");
        systemd.stopping();
        var closing = Executors.newSingleThreadExecutor(work -> {
            var thread = new Thread(work, "closing");
            thread.setDaemon(true);
            return thread;
        });
        try {
            closing.submit(stop).get(most.toMillis(), TimeUnit.MILLISECONDS);
            log.atInfo().log("Stopped");
            return true;
        } catch (TimeoutException e) {
            log.atInfo().log("Something did not stop in time; what is not delivered is in the spool");
        } catch (ExecutionException e) {
            log.atInfo().log("Not stopped cleanly: {}", String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closing.shutdownNow();
            LogSetup.flush();
        }
        return false;
    }
}
