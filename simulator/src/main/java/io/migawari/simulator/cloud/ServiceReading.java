// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.cloud;

import io.migawari.simulator.nova.SimulatedHost;

/**
 * A nova-compute at one moment.
 *
 * @param enabled as Nova has it, and so are the next two
 * @param serviceRuns what is really the case, and so is the next
 */
public record ServiceReading(
        String host, boolean enabled, boolean up, boolean forcedDown, boolean serviceRuns, boolean machineRuns) {

    static ServiceReading of(SimulatedHost host) {
        return new ServiceReading(
                host.name(), !host.disabled(), host.isUp(), host.forcedDown(), host.serviceRuns(), host.machineRuns());
    }
}
