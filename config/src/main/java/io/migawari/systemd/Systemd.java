// SPDX-License-Identifier: Apache-2.0
package io.migawari.systemd;

import com.sun.jna.Native;
import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd how we do, if it has started us and wants to know; otherwise does nothing and loads nothing. Java has no
 * datagram sockets with names in the file system, so libsystemd is called. Safe for any thread.
 */
public final class Systemd {

    private static final Logger log = LoggerFactory.getLogger(Systemd.class);

    /** What sd_notify(3) does. */
    @FunctionalInterface
    public interface Notify {
        void send(String state);
    }

    private static final class Library {

        static native int sd_notify(int unsetEnvironment, String state);

        static void load() {
            Native.register(Library.class, "libsystemd.so.0");
        }

        private Library() {}
    }

    private final Notify notify;
    private final Time time;
    private final Optional<Duration> watchdogPause;
    private Deadline nextSign;
    private boolean hasStatus;

    /** @param watchdog how long systemd waits for a sign of life */
    public Systemd(Notify notify, Optional<Duration> watchdog, Time time) {
        this.notify = notify;
        this.time = time;
        // Three signs within the time that systemd waits for one.
        this.watchdogPause = watchdog.map(whole -> whole.dividedBy(3));
        this.nextSign = time.deadlineAfter(Duration.ZERO);
    }

    public static Systemd of(Map<String, String> environment, Time time) {
        if (environment.getOrDefault("NOTIFY_SOCKET", "").isEmpty()) {
            return new Systemd(state -> {}, Optional.empty(), time);
        }
        try {
            Library.load();
        } catch (UnsatisfiedLinkError e) {
            log.atWarn().log("systemd wants to be told how we do, but libsystemd cannot be loaded: {}", e.getMessage());
            return new Systemd(state -> {}, Optional.empty(), time);
        }
        return new Systemd(Systemd::send, watchdog(environment), time);
    }

    private static void send(String state) {
        int result = Library.sd_notify(0, state);
        if (result <= 0) {
            log.atWarn().log("systemd could not be told {} ({})", state, result);
        }
    }

    private static Optional<Duration> watchdog(Map<String, String> environment) {
        String micros = environment.getOrDefault("WATCHDOG_USEC", "");
        String pid = environment.getOrDefault("WATCHDOG_PID", "");
        boolean ours = pid.isEmpty()
                || pid.equals(Long.toString(ProcessHandle.current().pid()));
        return ours && micros.matches("\\d{1,15}")
                ? Optional.of(Duration.ofNanos(Long.parseLong(micros) * 1000))
                : Optional.empty();
    }

    /** The start waits for something, which may take this long from now: {@code why} is what {@code systemctl status} shows. */
    public synchronized void starting(String why, Duration more) {
        hasStatus = true;
        notify.send("EXTEND_TIMEOUT_USEC=" + more.toNanos() / 1000 + "\nSTATUS=" + why);
    }

    public synchronized void ready() {
        notify.send(hasStatus ? "READY=1\nSTATUS=" : "READY=1");
        hasStatus = false;
    }

    /** To be followed by {@link #ready}, whatever comes of it. The time is for units of the type notify-reload. */
    public void reloading() {
        // On Linux, the clock that systemd means: CLOCK_MONOTONIC.
        notify.send("RELOADING=1\nMONOTONIC_USEC=" + time.nanos() / 1000);
    }

    public void stopping() {
        notify.send("STOPPING=1");
    }

    /** A sign of life; to be called by the loop that does the work, as often as it likes. */
    public synchronized void alive() {
        if (watchdogPause.isPresent() && nextSign.isPast()) {
            notify.send("WATCHDOG=1");
            nextSign = time.deadlineAfter(watchdogPause.get());
        }
    }
}
