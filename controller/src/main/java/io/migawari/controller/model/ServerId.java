// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.util.Objects;
import java.util.UUID;

/** Identifies an instance: Nova's server id. */
public record ServerId(UUID value) {

    public ServerId {
        Objects.requireNonNull(value, "value");
    }

    public static ServerId random() {
        return new ServerId(UUID.randomUUID());
    }

    /** @throws IllegalArgumentException if the text is no UUID */
    public static ServerId parse(String text) {
        return new ServerId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
