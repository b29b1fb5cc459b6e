// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.UUID;

/** Identifies a move (a vmove of Masakari's API). */
public record MoveId(UUID value) {

    public MoveId {
        Objects.requireNonNull(value, "value");
    }

    /** The move of an instance in an incident; always the same for the same two, however often it is decided. */
    public static MoveId of(IncidentId incident, ServerId server) {
        return new MoveId(UUID.nameUUIDFromBytes((incident + "/" + server).getBytes(StandardCharsets.UTF_8)));
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
