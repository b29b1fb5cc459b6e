// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.util.Objects;
import java.util.UUID;

/** Identifies a notification. */
public record NotificationId(UUID value) {

    public NotificationId {
        Objects.requireNonNull(value, "value");
    }

    public static NotificationId random() {
        return new NotificationId(UUID.randomUUID());
    }

    /** @throws IllegalArgumentException if the text is no UUID */
    public static NotificationId parse(String text) {
        return new NotificationId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
