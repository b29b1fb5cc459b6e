// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

import java.time.Instant;

/** What was done to a server, as Nova remembers it. Not thread-safe. */
public final class PastAction {

    private final String name;
    private final Requester requester;
    private final Instant startedAt;
    private Instant updatedAt;
    private boolean failed;

    PastAction(String name, Requester requester, Instant startedAt) {
        this.name = name;
        this.requester = requester;
        this.startedAt = startedAt;
        this.updatedAt = startedAt;
    }

    public String name() {
        return name;
    }

    public Requester requester() {
        return requester;
    }

    public Instant startedAt() {
        return startedAt;
    }

    public Instant updatedAt() {
        return updatedAt;
    }

    /** Nova says no more of it than {@code Error}. */
    public boolean failed() {
        return failed;
    }

    void ended(boolean well, Instant now) {
        failed = !well;
        updatedAt = now;
    }
}
