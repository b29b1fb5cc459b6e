// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.HostName;

/** What hosts say of themselves, durable and shared by all controllers. Safe for any thread. */
public interface SignsOfLife {

    /**
     * Notes that a monitor of a host says, now, that all is well there.
     *
     * @param monitor which of the host's monitors
     * @return false if no segment has a host of that name
     * @throws io.migawari.db.DatabaseException when the database cannot do it
     */
    boolean given(HostName host, String monitor);
}
