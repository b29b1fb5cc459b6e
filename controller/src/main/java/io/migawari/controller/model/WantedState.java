// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

/** The state in which an instance has to be found again: the one it had before its host failed. */
public enum WantedState {
    RUNNING,
    STOPPED,
    /** In Nova's state ERROR while its guest ran. */
    ERROR_RUNNING,
    /** In Nova's state ERROR without a running guest. */
    ERROR_STOPPED;

    /** Whether its guest ran. */
    public boolean runs() {
        return this == RUNNING || this == ERROR_RUNNING;
    }
}
