// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

import java.time.Duration;

/**
 * What is wrong with a host, though it lives.
 *
 * @param spawnDelay added to each rebuild there
 * @param spawnFailures how many of the next rebuilds there fail; {@link #ALWAYS} for all
 * @param flapping the service is reported up for so long, then down for so long, and so on; zero: it does not flap
 * @param heartbeat between two reports of its nova-compute; zero: as the others
 */
public record HostFaults(Duration spawnDelay, int spawnFailures, Duration flapping, Duration heartbeat) {

    public static final int ALWAYS = Integer.MAX_VALUE;

    public static final HostFaults NONE = new HostFaults(Duration.ZERO, 0, Duration.ZERO, Duration.ZERO);

    public HostFaults withSpawnDelay(Duration delay) {
        return new HostFaults(delay, spawnFailures, flapping, heartbeat);
    }

    public HostFaults withSpawnFailures(int number) {
        return new HostFaults(spawnDelay, number, flapping, heartbeat);
    }

    public HostFaults withFlapping(Duration period) {
        return new HostFaults(spawnDelay, spawnFailures, period, heartbeat);
    }

    public HostFaults withHeartbeat(Duration interval) {
        return new HostFaults(spawnDelay, spawnFailures, flapping, interval);
    }
}
