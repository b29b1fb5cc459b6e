// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.http;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Something that goes wrong with certain requests.
 *
 * @param service the first segment of the path: identity, compute, image or volume; absent: any
 * @param method absent: any
 * @param path matches somewhere in the path
 * @param containing stands somewhere in the path, the query or the body, as a server's id or a host's name; absent: no
 *     matter
 * @param times how many requests it hits; {@link #ALWAYS} until it is removed
 */
public record RequestFault(
        @Nullable String service,
        @Nullable String method,
        Pattern path,
        @Nullable String containing,
        int times,
        Effect effect) {

    public static final int ALWAYS = Integer.MAX_VALUE;

    /** What happens to a request. */
    public enum Kind {
        /** It is carried out and answered, but later. */
        DELAY,
        /** It is answered with an error and not carried out. */
        REFUSE,
        /** It is carried out, then answered with an error. */
        FAIL_AFTERWARDS,
        /** The connection is closed without an answer; it is not carried out. */
        DROP,
        /** It is carried out, then the connection is closed without an answer. */
        DROP_AFTERWARDS,
        /** It is carried out; the answer is not JSON. */
        GARBAGE,
        /** It is carried out; the answer ends in the middle. */
        TRUNCATE,
        /** It is carried out; each list in the answer is empty. */
        EMPTY_LISTS
    }

    /**
     * @param delay of {@link Kind#DELAY}
     * @param status of {@link Kind#REFUSE} and {@link Kind#FAIL_AFTERWARDS}
     * @param retryAfterSeconds sent by {@link Kind#REFUSE} as the header Retry-After; 0: not sent
     */
    public record Effect(Kind kind, Duration delay, int status, int retryAfterSeconds) {

        public Effect {
            boolean answersWithAnError = kind == Kind.REFUSE || kind == Kind.FAIL_AFTERWARDS;
            if (answersWithAnError && (status < 400 || status > 599)) {
                throw new IllegalArgumentException("status: " + status + ", expected 400 to 599");
            }
        }

        public static Effect delay(Duration delay) {
            return new Effect(Kind.DELAY, delay, 0, 0);
        }

        public static Effect refuse(int status, int retryAfterSeconds) {
            return new Effect(Kind.REFUSE, Duration.ZERO, status, retryAfterSeconds);
        }

        public static Effect failAfterwards(int status) {
            return new Effect(Kind.FAIL_AFTERWARDS, Duration.ZERO, status, 0);
        }

        /** One of the kinds that need no more than their name. */
        public static Effect of(Kind kind) {
            return new Effect(kind, Duration.ZERO, 0, 0);
        }
    }

    public RequestFault {
        if (times < 1) {
            throw new IllegalArgumentException("times: " + times + ", expected 1 or more");
        }
    }

    /** Hits each request of a service whose path matches, until it is removed. */
    public static RequestFault on(String service, String path, Effect effect) {
        return new RequestFault(service, null, Pattern.compile(path), null, ALWAYS, effect);
    }

    public RequestFault times(int value) {
        return new RequestFault(service, method, path, containing, value, effect);
    }

    public RequestFault method(String value) {
        return new RequestFault(service, value, path, containing, times, effect);
    }

    public RequestFault containing(String value) {
        return new RequestFault(service, method, path, value, times, effect);
    }

    boolean hits(Call call) {
        return (service == null || call.path().startsWith("/" + service + "/"))
                && (method == null || method.equals(call.method()))
                && path.matcher(call.path()).find()
                && (containing == null || call.everything().contains(containing));
    }
}
