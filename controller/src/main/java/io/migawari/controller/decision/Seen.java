// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import java.time.Instant;
import java.util.Optional;

/**
 * The answer to one question about the world. That there was none is a value of its own and leads to waiting: it is never
 * taken for "none".
 */
public sealed interface Seen<T> {

    /** @param at when it was asked */
    record Known<T>(T value, Instant at) implements Seen<T> {}

    record Unknown<T>(String why) implements Seen<T> {}

    /** Not needed in this pass. */
    record NotAsked<T>() implements Seen<T> {}

    default boolean wasAsked() {
        return !(this instanceof NotAsked<T>);
    }

    default Optional<T> known() {
        return this instanceof Known<T> known ? Optional.of(known.value()) : Optional.empty();
    }

    /** Why it is not known, if it was asked. */
    default Optional<String> whyUnknown() {
        return this instanceof Unknown<T> unknown ? Optional.of(unknown.why()) : Optional.empty();
    }
}
