// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.foresight;

import io.migawari.controller.decision.Seen;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.cloud.Aggregate;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.cloud.Resident;
import io.migawari.controller.model.cloud.Room;
import io.migawari.controller.model.cloud.ServerGroup;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The cloud as it was found. Without services and instances there is none; what else could not be read makes what follows
 * from it less certain, which is said.
 *
 * @param zones the availability zone of each host
 */
public record Picture(
        Instant at,
        List<ComputeService> services,
        List<Resident> residents,
        Seen<List<Aggregate>> aggregates,
        Seen<List<Room>> rooms,
        Seen<List<ServerGroup>> groups,
        Seen<Map<HostName, String>> zones) {

    public Picture {
        services = List.copyOf(services);
        residents = List.copyOf(residents);
    }
}
