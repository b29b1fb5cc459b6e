// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor.pacemaker;

/** The output of a command is not what it should be. The message says what is wrong with it. */
final class UnreadableException extends Exception {

    private static final long serialVersionUID = 1;

    UnreadableException(String message) {
        super(message);
    }
}
