// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

import java.util.Optional;

/** A server on its way to another host. Not thread-safe. */
sealed interface Move permits Rebuild, LiveMigration, ColdMigration {

    /** The host, beside the one that the server is on, on which it takes room now. */
    Optional<SimulatedHost> alsoOn();

    /** A machine has died with all that was under way on it. */
    void machineDies(SimulatedHost host);
}
