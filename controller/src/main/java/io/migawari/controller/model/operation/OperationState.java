// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model.operation;

/** How far an operation has come. */
public enum OperationState {
    /** The host that it is about is made ready: taken out of scheduling, or put back into it. */
    PREPARING("preparing"),
    /** Instances move. */
    MOVING("moving"),
    /** The end: everything is where it should be. */
    DONE("done"),
    /** The end: some instances are not where they should be; each says why. */
    PARTLY_DONE("partly done"),
    /** The end: nothing is where it should be. */
    FAILED("failed"),
    /** The end: a person called it off. */
    ABORTED("aborted");

    private final String words;

    OperationState(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }

    public boolean isEnd() {
        return switch (this) {
            case DONE, PARTLY_DONE, FAILED, ABORTED -> true;
            case PREPARING, MOVING -> false;
        };
    }
}
