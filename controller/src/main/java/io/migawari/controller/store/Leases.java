// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import java.time.Duration;
import java.util.List;

/**
 * Whose the open incidents, or operations, are, by the database's clock alone. Safe for any thread. Every method throws
 * {@link io.migawari.db.DatabaseException} when the database cannot do it.
 */
public interface Leases<L extends Tenure<?>> {

    /**
     * Takes open incidents that nobody holds, or whose holder has not renewed its lease in time: the most urgent first, and of
     * each segment as many as of the others. Where there are many, it takes some; whoever got any asks again.
     */
    List<L> claim(String owner, Duration lasting);

    /**
     * Prolongs all leases of an owner that have not run out, and returns them. One that has is claimed again, with a higher epoch,
     * if nobody else was faster: what was begun under the old one counts as cut off then, and is looked for, not waited for.
     */
    List<L> renew(String owner, Duration lasting);

    /** Gives all leases of an owner back, so that others need not wait for their end. */
    void release(String owner);

    /** Whether a lease is still the newest of its incident, and has not run out. */
    boolean isHeld(L lease);
}
