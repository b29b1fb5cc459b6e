// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

/** Identifies an alert. */
public record AlertId(UUID value) {

    public AlertId {
        Objects.requireNonNull(value, "value");
    }

    /** The alert about something since a moment; always the same for the same two. */
    public static AlertId of(String about, Instant since) {
        return new AlertId(UUID.nameUUIDFromBytes((about + "/" + since).getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
