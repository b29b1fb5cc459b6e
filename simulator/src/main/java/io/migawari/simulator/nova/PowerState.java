// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

/** Nova's power_state. */
public enum PowerState {
    NOSTATE(0),
    RUNNING(1),
    PAUSED(3),
    SHUTDOWN(4);

    private final int number;

    PowerState(int number) {
        this.number = number;
    }

    /** As the API writes it. */
    public int number() {
        return number;
    }

    /** Whether there is a guest in memory that holds its disks. */
    boolean guestIsAlive() {
        return this == RUNNING || this == PAUSED;
    }
}
