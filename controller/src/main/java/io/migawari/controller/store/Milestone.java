// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import java.time.Instant;

/** When a recovery had come so far. */
public record Milestone(What what, Instant at) {

    /** In the order in which they are reached. */
    public enum What {
        /** The host was proved to be dead, and taking its instances elsewhere was begun. */
        PROVED,
        /** The first instance was seen to run, or to be as it was, on its new host. */
        FIRST_BACK,
        /** Every instance had its end, and at least one was brought back. */
        ALL_BACK
    }
}
