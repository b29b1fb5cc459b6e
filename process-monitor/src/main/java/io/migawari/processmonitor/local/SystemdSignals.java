// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor.local;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import io.migawari.time.Time;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on the system's D-Bus to what systemd says about units. A thread of its own owns the connection, for sd-bus wants
 * that; it connects again after a while if the connection ends. The rest is safe for any thread.
 */
public final class SystemdSignals implements UnitSignals {

    private static final Logger log = LoggerFactory.getLogger(SystemdSignals.class);

    private static final String SYSTEMD = "org.freedesktop.systemd1";
    private static final String UNITS = "/org/freedesktop/systemd1/unit/";
    private static final String PROPERTIES = "org.freedesktop.DBus.Properties";
    private static final Duration AGAIN = Duration.ofSeconds(5);
    private static final Duration LONGEST_AGAIN = Duration.ofMinutes(1);
    private static final long CALL_MICROSECONDS = 5_000_000;

    /** After so long it is seen that other units are to be listened to. */
    private static final long WAIT_MICROSECONDS = 2_000_000;

    private final Runnable bell;
    private final Time time;
    private volatile Set<String> wanted = Set.of();
    private volatile Set<String> heard = Set.of();
    private final AtomicBoolean changed = new AtomicBoolean(true);
    private boolean begun;
    private boolean saidWhyNot;

    /** @param bell rung when something changes; must not wait */
    public SystemdSignals(Runnable bell, Time time) {
        this.bell = bell;
        this.time = time;
    }

    /** Begins to listen, too, if it was not asked before: without units nothing is loaded for this. */
    @Override
    public synchronized boolean areHeardFor(Set<String> units) {
        wanted = Set.copyOf(units);
        if (!begun) {
            begun = true;
            var thread = new Thread(this::run, "unit-signals");
            thread.setDaemon(true);
            thread.start();
        }
        return heard.equals(units);
    }

    @Override
    public boolean takeChanged() {
        return changed.getAndSet(false);
    }

    private void run() {
        Duration pause = AGAIN;
        try {
            while (true) {
                try {
                    listen();
                    pause = AGAIN;
                } catch (IOException e) {
                    sayWhyNot(e);
                    time.sleep(pause);
                    pause = pause.multipliedBy(2).compareTo(LONGEST_AGAIN) < 0 ? pause.multipliedBy(2) : LONGEST_AGAIN;
                }
            }
        } catch (LinkageError e) {
            sayWhyNot(new IOException("libsystemd cannot be used: " + e.getMessage(), e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sayWhyNot(IOException e) {
        if (!saidWhyNot) {
            log.atInfo().log("systemd is not listened to, and asked instead at each look: {}", e.getMessage());
        }
        saidWhyNot = true;
    }

    /** Until other units are wanted, or the connection ends. */
    private void listen() throws IOException {
        var reference = new PointerByReference();
        check(LibSystemd.sd_bus_open_system(reference), "no connection to the system's D-Bus");
        Pointer bus = reference.getValue();
        Set<String> units = wanted;
        try {
            for (String unit : units) {
                call(bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "AddMatch", matchOf(unit));
            }
            // Nobody is told anything by systemd as long as nobody has asked for it.
            call(bus, SYSTEMD, "/org/freedesktop/systemd1", "Subscribe", "");
            heard = units;
            ring();
            log.atInfo().addKeyValue("units", units.size()).log("Listening to systemd");
            saidWhyNot = false;
            while (units.equals(wanted)) {
                next(bus);
            }
        } finally {
            heard = Set.of();
            ring();
            LibSystemd.sd_bus_flush_close_unref(bus);
        }
    }

    private void next(Pointer bus) throws IOException {
        var message = new PointerByReference();
        int done = check(LibSystemd.sd_bus_process(bus, message), "the connection to D-Bus ended");
        Pointer said = message.getValue();
        if (said != null) {
            if (LibSystemd.sd_bus_message_is_signal(said, PROPERTIES, "PropertiesChanged") > 0) {
                ring();
            }
            LibSystemd.sd_bus_message_unref(said);
        }
        if (done == 0) {
            check(LibSystemd.sd_bus_wait(bus, WAIT_MICROSECONDS), "the connection to D-Bus ended");
        }
    }

    private void ring() {
        changed.set(true);
        bell.run();
    }

    private static void call(Pointer bus, String destination, String path, String member, String argument)
            throws IOException {
        String type = destination.equals(SYSTEMD) ? SYSTEMD + ".Manager" : destination;
        var message = new PointerByReference();
        check(LibSystemd.sd_bus_message_new_method_call(bus, message, destination, path, type, member), member);
        try {
            if (!argument.isEmpty()) {
                check(LibSystemd.sd_bus_message_append_basic(message.getValue(), (byte) 's', argument), member);
            }
            check(LibSystemd.sd_bus_call(bus, message.getValue(), CALL_MICROSECONDS, null, null), member);
        } finally {
            LibSystemd.sd_bus_message_unref(message.getValue());
        }
    }

    private static int check(int result, String what) throws IOException {
        if (result < 0) {
            throw new IOException(what + " (errno " + -result + ")");
        }
        return result;
    }

    static String matchOf(String unit) {
        return "type='signal',sender='" + SYSTEMD + "',interface='" + PROPERTIES + "',member='PropertiesChanged',path='"
                + UNITS + label(unit) + "'";
    }

    /** As systemd writes a name into a path of D-Bus: what is neither a letter nor a digit by its number. */
    private static String label(String name) {
        var label = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            boolean plain =
                    (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9' && !label.isEmpty());
            label.append(plain ? String.valueOf((char) b) : String.format("_%02x", b & 0xff));
        }
        return label.toString();
    }
}
