// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.util.Objects;
import java.util.UUID;

/** Identifies a move (a vmove of Masakari's API). */
public record MoveId(UUID value) {

    public MoveId {
        Objects.requireNonNull(value, "value");
    }

    public static MoveId random() {
        return new MoveId(UUID.randomUUID());
    }

    /** @throws IllegalArgumentException if the text is no UUID */
    public static MoveId parse(String text) {
        return new MoveId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
