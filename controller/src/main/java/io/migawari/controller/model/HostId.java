// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.util.Objects;
import java.util.UUID;

/** Identifies a host's membership in a segment; a host that is removed and added again gets another one. */
public record HostId(UUID value) {

    public HostId {
        Objects.requireNonNull(value, "value");
    }

    public static HostId random() {
        return new HostId(UUID.randomUUID());
    }

    /** @throws IllegalArgumentException if the text is no UUID */
    public static HostId parse(String text) {
        return new HostId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
