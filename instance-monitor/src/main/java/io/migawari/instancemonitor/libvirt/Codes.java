// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor.libvirt;

import io.migawari.instancemonitor.domain.Sign;

/**
 * What libvirt's numbers mean. Later versions may have more of them; a number that is not known here is {@link Sign#OTHER},
 * except that a domain that has stopped for an unknown reason is off, and nobody knows why.
 */
final class Codes {

    private Codes() {}

    static Sign lifecycle(int event, int detail) {
        return switch (event) {
            case 2 -> detail == 1 ? Sign.ARRIVING : Sign.RUNS; // started
            case 3 -> suspended(detail);
            // A post-copy migration that failed has left the guest standing still on both sides.
            case 4 -> detail == 4 ? Sign.OTHER : Sign.RUNS; // resumed
            case 5 -> stopped(detail);
            case 7 -> Sign.PAUSED; // asleep, by its own will
            case 8 -> detail == 0 ? Sign.PANICS : Sign.OTHER; // 1: a crash kernel is at work
            default -> Sign.OTHER; // 0 defined, 1 undefined, 6 about to stop
        };
    }

    private static Sign suspended(int detail) {
        return switch (detail) {
            case 2 -> Sign.SUSPENDED_IOERROR;
            case 3 -> Sign.SUSPENDED_WATCHDOG;
            case 6 -> Sign.SUSPENDED_API_ERROR;
            default -> Sign.PAUSED; // by a person, for a migration, a save or a snapshot
        };
    }

    private static Sign stopped(int detail) {
        return switch (detail) {
            case 0 -> Sign.STOPPED_SHUTDOWN;
            case 1 -> Sign.STOPPED_DESTROYED;
            case 2 -> Sign.STOPPED_CRASHED;
            case 3, 4, 6 -> Sign.STOPPED_OTHERWISE; // migrated, saved, back to a snapshot
            case 5 -> Sign.STOPPED_FAILED;
            default -> Sign.STOPPED_UNKNOWN;
        };
    }

    static Sign state(int state, int reason) {
        return switch (state) {
            case 1, 2 -> Sign.RUNS; // running; blocked
            case 3 -> paused(reason);
            case 5 -> off(reason);
            case 6 -> Sign.CRASHED_PANICKED;
            case 7 -> Sign.PAUSED; // asleep, by its own will
            default -> Sign.OTHER; // 0 none, 4 about to stop
        };
    }

    private static Sign paused(int reason) {
        return switch (reason) {
            case 2 -> Sign.ARRIVING; // or leaving; who was up before stays up
            case 5 -> Sign.SUSPENDED_IOERROR;
            case 6 -> Sign.SUSPENDED_WATCHDOG;
            case 10 -> Sign.OTHER; // on_crash is being carried out
            case 14 -> Sign.SUSPENDED_API_ERROR;
            default -> Sign.PAUSED;
        };
    }

    private static Sign off(int reason) {
        return switch (reason) {
            case 1 -> Sign.STOPPED_SHUTDOWN;
            case 2 -> Sign.STOPPED_DESTROYED;
            // Crashed: which libvirt says of a QEMU that died and of a guest that panicked alike. Failed. Lost by
            // libvirt.
            case 3, 6, 8 -> Sign.STOPPED_FAILED;
            case 4, 5, 7 -> Sign.STOPPED_OTHERWISE; // migrated, saved, back to a snapshot
            default -> Sign.STOPPED_UNKNOWN;
        };
    }

    static Sign watchdog(int action) {
        return switch (action) {
            case 0 -> Sign.WATCHDOG_NONE;
            case 1 -> Sign.WATCHDOG_PAUSE;
            case 2 -> Sign.WATCHDOG_RESET;
            case 3 -> Sign.WATCHDOG_POWEROFF;
            case 4 -> Sign.WATCHDOG_SHUTDOWN;
            case 5 -> Sign.WATCHDOG_DEBUG;
            case 6 -> Sign.WATCHDOG_INJECT_NMI;
            default -> Sign.OTHER;
        };
    }

    static Sign ioError(int action) {
        return switch (action) {
            case 0 -> Sign.IO_ERROR_NONE;
            case 1 -> Sign.IO_ERROR_PAUSE;
            case 2 -> Sign.IO_ERROR_REPORT;
            default -> Sign.OTHER;
        };
    }

    static Sign agent(int state) {
        return switch (state) {
            case 1 -> Sign.AGENT_CONNECTED;
            case 2 -> Sign.AGENT_DISCONNECTED;
            default -> Sign.OTHER;
        };
    }
}
