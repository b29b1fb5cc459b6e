// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model.operation;

import java.util.Objects;
import java.util.UUID;

/** Identifies an operation. */
public record OperationId(UUID value) {

    public OperationId {
        Objects.requireNonNull(value, "value");
    }

    public static OperationId random() {
        return new OperationId(UUID.randomUUID());
    }

    /** @throws IllegalArgumentException if the text is no UUID */
    public static OperationId parse(String text) {
        return new OperationId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
