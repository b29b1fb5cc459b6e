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

    /** What happens to the request. */
    public sealed interface Effect {

        /** It is carried out and answered, but so much later. */
        record Delay(Duration time) implements Effect {}

        /**
         * It is answered with an error and not carried out.
         *
         * @param retryAfterSeconds sent as the header Retry-After; 0: not sent
         */
        record Refuse(int status, int retryAfterSeconds) implements Effect {}

        /** It is carried out, then answered with an error. */
        record FailAfterwards(int status) implements Effect {}

        /** The connection is closed without an answer; it is not carried out. */
        record DropBefore() implements Effect {}

        /** It is carried out, then the connection is closed without an answer. */
        record DropAfterwards() implements Effect {}

        /** It is carried out; the answer is not JSON. */
        record Garbage() implements Effect {}

        /** It is carried out; the answer ends in the middle. */
        record Truncate() implements Effect {}

        /** It is carried out; each list in the answer is empty. */
        record EmptyLists() implements Effect {}
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
