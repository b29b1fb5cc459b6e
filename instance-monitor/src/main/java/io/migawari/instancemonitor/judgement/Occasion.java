// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor.judgement;

import io.migawari.instancemonitor.domain.Sign;
import java.util.Locale;
import java.util.Optional;

/**
 * What can be reported: the lines of the table that the configuration holds. By default, what leaves an instance dead or
 * standing still without anybody's will. Where one mishap shows itself by several events, the one that says what became of the
 * instance is reported, and the others are its evidence.
 */
public enum Occasion {
    STOPPED_FAILED(Sign.STOPPED_FAILED, "LIFECYCLE", "STOPPED_FAILED", true),
    STOPPED_CRASHED(Sign.STOPPED_CRASHED, "LIFECYCLE", "STOPPED_CRASHED", true),
    /** Between two looks it may have been stopped by a person as well: stops in good order are the common case. */
    STOPPED_UNKNOWN(Sign.STOPPED_UNKNOWN, "LIFECYCLE", "STOPPED_UNKNOWN", false),
    STOPPED_DESTROYED(Sign.STOPPED_DESTROYED, "LIFECYCLE", "STOPPED_DESTROYED", false),
    STOPPED_SHUTDOWN(Sign.STOPPED_SHUTDOWN, "LIFECYCLE", "STOPPED_SHUTDOWN", false),

    SUSPENDED_IOERROR(Sign.SUSPENDED_IOERROR, "LIFECYCLE", "SUSPENDED_IOERROR", true),
    SUSPENDED_WATCHDOG(Sign.SUSPENDED_WATCHDOG, "LIFECYCLE", "SUSPENDED_WATCHDOG", true),
    SUSPENDED_API_ERROR(Sign.SUSPENDED_API_ERROR, "LIFECYCLE", "SUSPENDED_API_ERROR", true),
    CRASHED_PANICKED(Sign.CRASHED_PANICKED, "LIFECYCLE", "CRASHED_PANICKED", true),

    REBOOT(Sign.REBOOT, "REBOOT", "UNKNOWN", false),
    WATCHDOG_NONE(Sign.WATCHDOG_NONE, "WATCHDOG", "WATCHDOG_NONE", false),
    /** The guest is then suspended, which is reported. */
    WATCHDOG_PAUSE(Sign.WATCHDOG_PAUSE, "WATCHDOG", "WATCHDOG_PAUSE", false),
    /** The guest has been started anew already. */
    WATCHDOG_RESET(Sign.WATCHDOG_RESET, "WATCHDOG", "WATCHDOG_RESET", false),
    /** QEMU then ends, which is reported. */
    WATCHDOG_POWEROFF(Sign.WATCHDOG_POWEROFF, "WATCHDOG", "WATCHDOG_POWEROFF", false),
    /** A guest that hangs has been asked to switch itself off: whether it can or not, it needs help. */
    WATCHDOG_SHUTDOWN(Sign.WATCHDOG_SHUTDOWN, "WATCHDOG", "WATCHDOG_SHUTDOWN", true),
    WATCHDOG_DEBUG(Sign.WATCHDOG_DEBUG, "WATCHDOG", "WATCHDOG_DEBUG", false),
    WATCHDOG_INJECT_NMI(Sign.WATCHDOG_INJECT_NMI, "WATCHDOG", "WATCHDOG_INJECT_NMI", false),
    IO_ERROR_NONE(Sign.IO_ERROR_NONE, "IO_ERROR", "IO_ERROR_NONE", false),
    /** The guest is then suspended, which is reported. */
    IO_ERROR_PAUSE(Sign.IO_ERROR_PAUSE, "IO_ERROR", "IO_ERROR_PAUSE", false),
    IO_ERROR_REPORT(Sign.IO_ERROR_REPORT, "IO_ERROR", "IO_ERROR_REPORT", true),
    CONTROL_ERROR(Sign.CONTROL_ERROR, "CONTROL_ERROR", "UNKNOWN", false),
    AGENT_CONNECTED(Sign.AGENT_CONNECTED, "QEMU_GUEST_AGENT", "CONNECTED", false),
    AGENT_DISCONNECTED(Sign.AGENT_DISCONNECTED, "QEMU_GUEST_AGENT", "DISCONNECTED", false),
    /** Happens only where pings are switched on. */
    AGENT_SILENT(Sign.AGENT_SILENT, "QEMU_GUEST_AGENT_ERROR", "STOPPED_FAILED", true);

    private final Sign sign;
    private final String event;
    private final String detail;
    private final boolean reported;

    Occasion(Sign sign, String event, String detail, boolean reported) {
        this.sign = sign;
        this.event = event;
        this.detail = detail;
        this.reported = reported;
    }

    static Optional<Occasion> of(Sign sign) {
        for (Occasion occasion : values()) {
            if (occasion.sign == sign) {
                return Optional.of(occasion);
            }
        }
        return Optional.empty();
    }

    /** Its name in the configuration. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public Name ownName() {
        return new Name(event, detail);
    }

    public boolean isReportedByDefault() {
        return reported;
    }
}
