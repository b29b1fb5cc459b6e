// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor.libvirt;

import com.sun.jna.Callback;
import com.sun.jna.Pointer;
import io.migawari.instancemonitor.domain.Domain;
import io.migawari.instancemonitor.domain.Happening;
import io.migawari.instancemonitor.domain.Sign;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What libvirt calls back for, on its loop's thread, where nothing must be done but to copy and to enqueue: the domain is only
 * lent. Bounded; when it is full, what comes is counted as missed, which calls for a look at everything. Held for as long as
 * the process lives, because libvirt holds the callbacks by their addresses.
 */
final class EventQueue {

    private static final Logger log = LoggerFactory.getLogger(EventQueue.class);

    private static final int MOST = 10_000;

    private final BlockingQueue<Happening> queue = new ArrayBlockingQueue<>(MOST);
    private final AtomicBoolean missed = new AtomicBoolean();

    private final Libvirt.TwoNumbersCallback lifecycle = (connection, domain, event, detail, opaque) ->
            note(domain, Codes.lifecycle(event, detail), "lifecycle event " + event + "/" + detail);
    private final Libvirt.NoNumberCallback reboot =
            (connection, domain, opaque) -> note(domain, Sign.REBOOT, "reboot event");
    private final Libvirt.WatchdogCallback watchdog =
            (connection, domain, action, opaque) -> note(domain, Codes.watchdog(action), "watchdog event " + action);
    private final Libvirt.IoErrorCallback ioError = (connection, domain, path, device, action, reason, opaque) ->
            note(domain, Codes.ioError(action), ioErrorWords(path, device, action, reason));
    private final Libvirt.NoNumberCallback controlError =
            (connection, domain, opaque) -> note(domain, Sign.CONTROL_ERROR, "control error event");
    private final Libvirt.TwoNumbersCallback agent = (connection, domain, state, reason, opaque) ->
            note(domain, Codes.agent(state), "guest agent event " + state + "/" + reason);

    /** By the numbers of the events, the one that must be had first. */
    Map<Integer, Callback> callbacks() {
        Map<Integer, Callback> all = new LinkedHashMap<>();
        all.put(Libvirt.EVENT_LIFECYCLE, lifecycle);
        all.put(Libvirt.EVENT_REBOOT, reboot);
        all.put(Libvirt.EVENT_WATCHDOG, watchdog);
        all.put(Libvirt.EVENT_IO_ERROR_REASON, ioError);
        all.put(Libvirt.EVENT_CONTROL_ERROR, controlError);
        all.put(Libvirt.EVENT_AGENT_LIFECYCLE, agent);
        return all;
    }

    private static String ioErrorWords(
            @Nullable Pointer path, @Nullable Pointer device, int action, @Nullable Pointer reason) {
        String why = Libvirt.text(reason);
        return "I/O error event " + action + " of " + Libvirt.text(device) + (why.isEmpty() ? "" : ", reason " + why)
                + ", " + Libvirt.text(path);
    }

    private int note(Pointer domain, Sign sign, String words) {
        try {
            put(new Happening.OfDomain(
                    new Domain(Libvirt.uuid(domain), Libvirt.text(Libvirt.virDomainGetName(domain))), sign, words));
        } catch (RuntimeException | Error e) {
            // It would end in the native code that has called us.
            missed.set(true);
            log.atError().setCause(e).log("An event of libvirt was lost by a mistake of ours");
        }
        return 0;
    }

    void put(Happening happening) {
        if (!queue.offer(happening)) {
            missed.set(true);
        }
    }

    Optional<Happening> take(Duration most) throws InterruptedException {
        if (missed.getAndSet(false)) {
            return Optional.of(new Happening.Missed());
        }
        return Optional.ofNullable(queue.poll(most.toNanos(), TimeUnit.NANOSECONDS));
    }
}
