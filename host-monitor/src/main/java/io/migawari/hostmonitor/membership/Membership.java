// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor.membership;

/** A membership layer that is asked who is there. Called by one thread. */
public interface Membership {

    /** What it says now. Takes a bounded time; trouble of any kind is {@link Sighting.CannotSee}. */
    Sighting look() throws InterruptedException;

    /**
     * For calm times: a look that may cost less, and may show what the last one has shown as long as nothing is known to have
     * changed since. What it shows anew was looked at as by {@link #look}.
     */
    default Sighting glance() throws InterruptedException {
        return look();
    }

    /** Takes part, where a host is a member only as long as its monitor says so. */
    default void join() {}

    /** Leaves in good order; the end of {@link #join}. Takes a bounded time. */
    default void leave() {}
}
