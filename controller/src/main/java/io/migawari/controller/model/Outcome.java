// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.time.Duration;
import java.util.Optional;

/** What became of a {@link Step}, as far as the call itself can tell: accepted is not done. */
public sealed interface Outcome {

    /** The other side took it on. */
    record Accepted(Optional<String> requestId) implements Outcome {}

    /**
     * The other side refused it; nothing has happened.
     *
     * @param retryAfter when it asked us to try again, if it did
     */
    record Refused(Refusal refusal, String words, Optional<String> requestId, Optional<Duration> retryAfter)
            implements Outcome {}

    /** No answer, or one that does not tell: it may have happened or may yet happen. */
    record Unknown(String words) implements Outcome {}

    /** Why something was refused. */
    enum Refusal {
        /** The host that is to be evacuated is up, as Nova sees it. */
        SOURCE_IS_UP,
        /** No such instance, host, service or aggregate. */
        NOT_FOUND,
        /** Not in the present state of the instance. */
        WRONG_STATE,
        /** Not allowed to us. */
        FORBIDDEN,
        /** Too many requests. */
        THROTTLED,
        /** It could not be reached, so it was not asked at all. */
        NOT_SENT,
        /** Any other refusal. */
        OTHER
    }
}
