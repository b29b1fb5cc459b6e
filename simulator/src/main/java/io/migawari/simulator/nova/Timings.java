// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

import java.time.Duration;

/**
 * How long things take. The defaults are what a small real cloud showed (Nova 26.2 with a report interval of 1 s and a
 * service down time of 6 s); Nova's own defaults for these two are 10 s and 60 s.
 *
 * @param heartbeat between two reports of a nova-compute
 * @param serviceDownTime a service whose last report is older is down
 * @param rpcTimeout how long Nova waits for the answer of a nova-compute that is dead (rpc_response_timeout)
 * @param scheduling from an accepted evacuation until its destination takes it on
 * @param rebuild from there until the guest runs at the destination, if nothing else is rebuilt there
 * @param rebuildTurn how long a rebuild keeps the next one at the same destination from beginning
 * @param handOver from there until the server is at the destination in Nova's database
 * @param power stopping, starting or rebooting a guest
 * @param deletion deleting a guest
 * @param periodicUpdate until nova-compute notices by itself that it was enabled or disabled
 */
public record Timings(
        Duration heartbeat,
        Duration serviceDownTime,
        Duration rpcTimeout,
        Duration scheduling,
        Duration rebuild,
        Duration rebuildTurn,
        Duration handOver,
        Duration power,
        Duration deletion,
        Duration periodicUpdate) {

    public static final Timings DEFAULTS = new Timings(
            Duration.ofSeconds(1),
            Duration.ofSeconds(6),
            Duration.ofSeconds(60),
            Duration.ofMillis(300),
            Duration.ofMillis(800),
            Duration.ofMillis(100),
            Duration.ofMillis(200),
            Duration.ofMillis(300),
            Duration.ofMillis(200),
            Duration.ofSeconds(60));

    public Timings {
        if (heartbeat.isZero() || heartbeat.isNegative()) {
            throw new IllegalArgumentException("heartbeat: " + heartbeat + ", expected more than 0");
        }
    }

    public Timings withServiceDownTime(Duration value) {
        return new Timings(
                heartbeat,
                value,
                rpcTimeout,
                scheduling,
                rebuild,
                rebuildTurn,
                handOver,
                power,
                deletion,
                periodicUpdate);
    }

    public Timings withRpcTimeout(Duration value) {
        return new Timings(
                heartbeat,
                serviceDownTime,
                value,
                scheduling,
                rebuild,
                rebuildTurn,
                handOver,
                power,
                deletion,
                periodicUpdate);
    }

    public Timings withRebuild(Duration value) {
        return new Timings(
                heartbeat,
                serviceDownTime,
                rpcTimeout,
                scheduling,
                value,
                rebuildTurn,
                handOver,
                power,
                deletion,
                periodicUpdate);
    }

    public Timings withRebuildTurn(Duration value) {
        return new Timings(
                heartbeat,
                serviceDownTime,
                rpcTimeout,
                scheduling,
                rebuild,
                value,
                handOver,
                power,
                deletion,
                periodicUpdate);
    }
}
