// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

/** The controller could not be asked, or said no. */
final class ApiFailure extends Exception {

    private static final long serialVersionUID = 1;

    private final int exitCode;
    private final String words;
    private final boolean mayPass;

    ApiFailure(int exitCode, String words) {
        this(exitCode, words, false);
    }

    private ApiFailure(int exitCode, String words, boolean mayPass) {
        super(words);
        this.exitCode = exitCode;
        this.words = words;
        this.mayPass = mayPass;
    }

    /** Nobody was there, or nobody who could answer now. */
    static ApiFailure unavailable(String words) {
        return new ApiFailure(Failures.UNREACHABLE, words, true);
    }

    int exitCode() {
        return exitCode;
    }

    String words() {
        return words;
    }

    /** Whether the same question may be answered later, without anybody's doing. */
    boolean mayPass() {
        return mayPass;
    }
}
