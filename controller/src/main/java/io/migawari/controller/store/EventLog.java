// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import java.util.List;

/**
 * What happens to all incidents, whichever controller works on them. Safe for any thread; every method throws
 * {@link io.migawari.db.DatabaseException} when the database cannot do it.
 */
public interface EventLog {

    /** The number of the newest line; 0 if there is none. */
    long newest();

    /**
     * The lines after a number, by their numbers. They are given out when a transaction begins to write, and seen when it has
     * ended: of two, the later one may be seen first.
     */
    List<Event> after(long number, int limit);
}
