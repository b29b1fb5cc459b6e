// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

/** A request that is answered with a fault; the message is for the one who asked. */
final class ApiException extends Exception {

    private static final long serialVersionUID = 1;

    private final int status;
    private final String words;

    ApiException(int status, String words) {
        super(words);
        this.status = status;
        this.words = words;
    }

    static ApiException badRequest(String message) {
        return new ApiException(400, message);
    }

    static ApiException notFound(String message) {
        return new ApiException(404, message);
    }

    static ApiException conflict(String message) {
        return new ApiException(409, message);
    }

    int status() {
        return status;
    }

    String words() {
        return words;
    }
}
