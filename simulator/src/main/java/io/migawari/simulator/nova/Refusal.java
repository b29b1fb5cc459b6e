// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

/** Nova says no, at once and in its own words; nothing has been changed. */
public final class Refusal extends RuntimeException {

    private final int status;

    private Refusal(int status, String message) {
        super(message);
        this.status = status;
    }

    /** The HTTP status of the answer. */
    public int status() {
        return status;
    }

    /** The words of the answer. */
    public String words() {
        return String.valueOf(getMessage());
    }

    public static Refusal with(int status, String words) {
        return new Refusal(status, words);
    }

    public static Refusal badRequest(String words) {
        return new Refusal(400, words);
    }

    public static Refusal forbidden(String words) {
        return new Refusal(403, words);
    }

    public static Refusal notFound(String words) {
        return new Refusal(404, words);
    }

    public static Refusal conflict(String words) {
        return new Refusal(409, words);
    }

    /** The action exists in OpenStack, or may, but not here: better than an answer that is silently wrong. */
    public static Refusal notSimulated(String what) {
        return new Refusal(501, "The simulator has no " + what + ".");
    }
}
