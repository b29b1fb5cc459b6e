// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.util.Objects;
import java.util.UUID;

/** Identifies an incident. */
public record IncidentId(UUID value) {

    public IncidentId {
        Objects.requireNonNull(value, "value");
    }

    public static IncidentId random() {
        return new IncidentId(UUID.randomUUID());
    }

    /** @throws IllegalArgumentException if the text is no UUID */
    public static IncidentId parse(String text) {
        return new IncidentId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
