// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import java.time.Duration;

/** A request that is answered with a fault; the message is for the one who asked. */
final class ApiException extends Exception {

    private static final long serialVersionUID = 1;

    private final int status;
    private final String words;

    /** How long to wait before asking again; zero: nothing is said about that. */
    private final Duration retryAfter;

    ApiException(int status, String words) {
        this(status, words, Duration.ZERO);
    }

    private ApiException(int status, String words, Duration retryAfter) {
        super(words);
        this.status = status;
        this.words = words;
        this.retryAfter = retryAfter;
    }

    static ApiException tooMany(Duration retryAfter) {
        return new ApiException(429, "This client asks too often; nothing was stored. Try again later.", retryAfter);
    }

    /** How it is answered. */
    Reply reply() {
        Reply fault = Reply.fault(status, words);
        long seconds = retryAfter.plusSeconds(1).minusNanos(1).toSeconds();
        return seconds == 0 ? fault : fault.with("Retry-After", Long.toString(seconds));
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
