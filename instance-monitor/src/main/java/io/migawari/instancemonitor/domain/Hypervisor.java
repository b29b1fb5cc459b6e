// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor.domain;

import java.time.Duration;
import java.util.Optional;

/** A hypervisor that tells what happens to its domains, and can be asked. Used by one thread; each call takes a bounded time. */
public interface Hypervisor {

    /** The next that has happened, in order, if it does within that time. Also looks after the connection. */
    Optional<Happening> next(Duration most) throws InterruptedException;

    /** All domains as they are now. */
    Sighting look() throws InterruptedException;

    /** Whether Nova has made this domain; nothing if that cannot be found out. */
    Optional<Boolean> isNovas(Domain domain) throws InterruptedException;

    /** Why nothing is heard of it now, if so. Safe for any thread. */
    Optional<String> trouble();
}
