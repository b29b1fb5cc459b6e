// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor.membership;

/** A membership layer that is asked who is there. Called by one thread. */
public interface Membership {

    /** What it says now. Takes a bounded time; trouble of any kind is {@link Sighting.CannotSee}. */
    Sighting look() throws InterruptedException;
}
