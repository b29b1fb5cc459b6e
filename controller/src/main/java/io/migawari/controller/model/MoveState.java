// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

/** Where one instance is on its way. */
public enum MoveState {
    /** Waits for its turn, or for a destination. */
    PLANNED(false),
    /** Nova has been asked, or is about to be. */
    EVACUATING(false),
    /** On its new host; its former state is being restored. */
    RESTORING(false),
    /** Seen in its former state on its new host. */
    SUCCEEDED(true),
    /** Given up, with a reason. */
    FAILED(true),
    /** Not to be moved, with a reason. */
    LEFT(true);

    private final boolean end;

    MoveState(boolean end) {
        this.end = end;
    }

    public boolean isEnd() {
        return end;
    }
}
