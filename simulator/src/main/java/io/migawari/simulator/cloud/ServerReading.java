// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.cloud;

import io.migawari.simulator.nova.SimulatedServer;
import io.migawari.simulator.nova.VmState;
import java.util.Optional;

/** A server as Nova has it at one moment. */
public record ServerReading(
        String id,
        String name,
        Optional<String> host,
        String status,
        VmState vmState,
        Optional<String> taskState,
        Optional<String> fault) {

    static ServerReading of(SimulatedServer server) {
        return new ServerReading(
                server.id(),
                server.name(),
                server.host(),
                server.status(),
                server.vmState(),
                Optional.ofNullable(server.taskState()),
                server.fault().map(SimulatedServer.Fault::message));
    }
}
