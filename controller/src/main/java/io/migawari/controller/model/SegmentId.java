// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.util.Objects;
import java.util.UUID;

/** Identifies a failover segment. */
public record SegmentId(UUID value) {

    public SegmentId {
        Objects.requireNonNull(value, "value");
    }

    public static SegmentId random() {
        return new SegmentId(UUID.randomUUID());
    }

    /** @throws IllegalArgumentException if the text is no UUID */
    public static SegmentId parse(String text) {
        return new SegmentId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
