// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

/** The controllers that share the database. Safe for any thread. */
public interface Controllers {

    /**
     * Notes that a controller watches: it takes reports and works on incidents. To be called at its start and then every few
     * seconds. As long as there is one sign within every half minute, whoever it is from, there was always somebody watching;
     * a longer gap and the watch begins anew.
     *
     * @param name of the controller
     * @param run this process, and no other run of it
     * @throws io.migawari.db.DatabaseException when the database cannot do it
     */
    void watching(String name, String run);

    /**
     * A controller says that it stops, so that nobody misses it. Does nothing if another run of it watches by now.
     *
     * @throws io.migawari.db.DatabaseException as above
     */
    void stopped(String name, String run);

    /**
     * All controllers, and what each works on.
     *
     * @throws io.migawari.db.DatabaseException as above
     */
    Crew crew();
}
