// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model.cloud;

import java.util.Locale;

/** Nova's vm_state. */
public enum VmState {
    ACTIVE,
    BUILDING,
    PAUSED,
    SUSPENDED,
    STOPPED,
    RESCUED,
    RESIZED,
    SOFT_DELETED,
    DELETED,
    ERROR,
    SHELVED,
    SHELVED_OFFLOADED,
    /** One that this list lacks. */
    UNKNOWN;

    /** The state of that name in Nova's answers ({@code soft-delete} is the API's name of {@code soft-deleted}). */
    public static VmState of(String name) {
        String constant = name.equals("soft-delete")
                ? "SOFT_DELETED"
                : name.toUpperCase(Locale.ROOT).replace('-', '_');
        for (VmState state : values()) {
            if (state.name().equals(constant)) {
                return state;
            }
        }
        return UNKNOWN;
    }

    /** As Nova writes it. */
    public String novaName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
