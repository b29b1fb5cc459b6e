// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor.domain;

import java.util.EnumSet;
import java.util.Set;

/**
 * What libvirt shows of a domain, by an event or by the state in which a look finds it: one vocabulary for both, so that it
 * makes no difference by which way something becomes known.
 */
public enum Sign {
    RUNS,
    /** Stands still, because somebody wants it to. */
    PAUSED,
    /** The receiving side of a migration: for now, the instance runs where it comes from. */
    ARRIVING,

    /** Stands still since a disk failed. */
    SUSPENDED_IOERROR,
    /** Stands still since its watchdog was not fed. */
    SUSPENDED_WATCHDOG,
    /** Stands still since libvirt could not finish something. */
    SUSPENDED_API_ERROR,
    /** Its kernel panicked, and it was left as it is for somebody to look at ({@code on_crash=preserve}). */
    CRASHED_PANICKED,

    /** Its kernel panics; what becomes of it now depends on {@code on_crash}. */
    PANICS,

    /** The guest has switched itself off. */
    STOPPED_SHUTDOWN,
    /** Somebody has switched it off through libvirt. */
    STOPPED_DESTROYED,
    /** Migrated, saved, or reverted to a snapshot. */
    STOPPED_OTHERWISE,
    /** Its kernel panicked, and it was switched off for that. */
    STOPPED_CRASHED,
    /** QEMU has died. */
    STOPPED_FAILED,
    /** It is off, and libvirt does not know any more why. */
    STOPPED_UNKNOWN,

    REBOOT,
    WATCHDOG_NONE,
    WATCHDOG_PAUSE,
    WATCHDOG_RESET,
    WATCHDOG_POWEROFF,
    WATCHDOG_SHUTDOWN,
    WATCHDOG_DEBUG,
    WATCHDOG_INJECT_NMI,
    /** A disk failed, and the guest is not told. */
    IO_ERROR_NONE,
    IO_ERROR_PAUSE,
    /** A disk failed, and the guest is told. */
    IO_ERROR_REPORT,
    /** libvirt cannot talk to QEMU any more, which may well go on. */
    CONTROL_ERROR,
    AGENT_CONNECTED,
    AGENT_DISCONNECTED,
    /** The guest agent was asked several times and does not answer. */
    AGENT_SILENT,

    /** Nothing follows from it. */
    OTHER;

    private static final Set<Sign> STATES = EnumSet.range(RUNS, STOPPED_UNKNOWN);

    /** Whether it says what has become of the domain. */
    public boolean isState() {
        return STATES.contains(this);
    }
}
