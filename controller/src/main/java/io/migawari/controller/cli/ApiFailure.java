// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

/** The controller could not be asked, or said no. */
final class ApiFailure extends Exception {

    private static final long serialVersionUID = 1;

    private final int exitCode;
    private final String words;

    ApiFailure(int exitCode, String words) {
        super(words);
        this.exitCode = exitCode;
        this.words = words;
    }

    int exitCode() {
        return exitCode;
    }

    String words() {
        return words;
    }
}
