// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cloud;

import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.Outcome.Refusal;
import java.time.Duration;
import java.util.Optional;

/** The cloud gave no answer to a question, or none that can be relied on. */
public final class CloudException extends Exception {

    private static final long serialVersionUID = 1;

    /** What kind of failure it was. */
    public enum Kind {
        /** No connection: nothing was sent. */
        UNREACHABLE,
        /** No whole answer within the caller's patience. */
        TIMED_OUT,
        /** 5xx, or a connection that broke. */
        UNAVAILABLE,
        /** 401 even with a fresh token, or Keystone refuses to give one. */
        UNAUTHORIZED,
        /** 403. */
        FORBIDDEN,
        /** 404. */
        NOT_FOUND,
        /** 409. */
        CONFLICT,
        /** 400 and the rest of 4xx. */
        REJECTED,
        /** 413 or 429. */
        THROTTLED,
        /** An answer that is not what the API describes. */
        GARBLED,
        /** A service or version that we need is not there. */
        UNSUITABLE;

        /** What an HTTP status from 400 on means. */
        public static Kind of(int status) {
            return switch (status) {
                case 401 -> UNAUTHORIZED;
                case 403 -> FORBIDDEN;
                case 404 -> NOT_FOUND;
                case 406 -> UNSUITABLE;
                case 409 -> CONFLICT;
                case 413, 429 -> THROTTLED;
                default -> status >= 500 ? UNAVAILABLE : REJECTED;
            };
        }
    }

    private final Kind kind;
    private final String words;
    private final transient Optional<String> requestId;
    private final transient Optional<Duration> retryAfter;

    public CloudException(Kind kind, String message) {
        this(kind, message, Optional.empty(), Optional.empty());
    }

    public CloudException(Kind kind, String message, Optional<String> requestId, Optional<Duration> retryAfter) {
        super(message);
        this.kind = kind;
        this.words = message;
        this.requestId = requestId;
        this.retryAfter = retryAfter;
    }

    public Kind kind() {
        return kind;
    }

    /** What happened, for an operator; never a secret. */
    public String words() {
        return words;
    }

    public Optional<String> requestId() {
        return requestId;
    }

    public Optional<Duration> retryAfter() {
        return retryAfter;
    }

    /** What it means for the step that was asked for. */
    public Outcome outcome() {
        return switch (kind) {
            case TIMED_OUT, UNAVAILABLE, GARBLED -> new Outcome.Unknown(words);
            case UNREACHABLE -> refused(Refusal.NOT_SENT);
            case UNAUTHORIZED, FORBIDDEN -> refused(Refusal.FORBIDDEN);
            case NOT_FOUND -> refused(Refusal.NOT_FOUND);
            case CONFLICT -> refused(Refusal.WRONG_STATE);
            case THROTTLED -> refused(Refusal.THROTTLED);
            case REJECTED ->
                // Nova's words for ComputeServiceInUse; it has no code of its own
                refused(words.contains("still in use") ? Refusal.SOURCE_IS_UP : Refusal.OTHER);
            case UNSUITABLE -> refused(Refusal.OTHER);
        };
    }

    private Outcome refused(Refusal refusal) {
        return new Outcome.Refused(refusal, words, requestId, retryAfter);
    }
}
