// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.util.Objects;
import java.util.UUID;

/** Identifies a {@link Pause}. */
public record PauseId(UUID value) {

    public PauseId {
        Objects.requireNonNull(value, "value");
    }

    public static PauseId random() {
        return new PauseId(UUID.randomUUID());
    }

    /** @throws IllegalArgumentException if the text is no UUID */
    public static PauseId parse(String text) {
        return new PauseId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
