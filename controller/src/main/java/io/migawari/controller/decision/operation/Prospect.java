// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision.operation;

import io.migawari.controller.decision.Seen;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Power;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.cloud.Removal;
import io.migawari.controller.model.cloud.Resident;
import io.migawari.controller.model.cloud.Room;
import io.migawari.controller.model.cloud.Server;
import io.migawari.controller.model.cloud.ServerGroup;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The world when somebody asks for an operation.
 *
 * @param services all of the cloud
 * @param servers those that it is about
 * @param zones the availability zone of each compute host
 * @param residents all instances, with what they need
 * @param power of the host that is said to be dead, as its fencing devices show it
 * @param liveMigrations where the instances were going that were migrating live when their host died
 * @param removal of the instance that shall move into another zone
 * @param groups the server groups of all projects
 */
public record Prospect(
        List<ComputeService> services,
        List<Server> servers,
        Seen<Map<HostName, String>> zones,
        Seen<List<Resident>> residents,
        Seen<List<Room>> rooms,
        Vicinity vicinity,
        Power power,
        Seen<Map<ServerId, HostName>> liveMigrations,
        Seen<Removal> removal,
        Seen<List<ServerGroup>> groups) {

    public Prospect {
        services = List.copyOf(services);
        servers = List.copyOf(servers);
    }

    Optional<ComputeService> service(HostName host) {
        return services.stream().filter(service -> service.host().equals(host)).findFirst();
    }

    /** The hosts of a zone to which Nova's scheduler may send something. */
    List<HostName> takersIn(String zone) {
        return services.stream()
                .filter(ComputeService::takesInstances)
                .map(ComputeService::host)
                .filter(host -> zone(host).filter(zone::equals).isPresent())
                .toList();
    }

    Optional<String> zone(HostName host) {
        return zones.known().map(known -> known.get(host));
    }

    /** What it takes of each resource class; absent if that is not known. */
    Optional<Map<String, Long>> needs(ServerId server) {
        return residents.known().orElse(List.of()).stream()
                .filter(resident -> resident.server().id().equals(server))
                .map(Resident::needs)
                .findFirst();
    }

    /** Whether its root disk is a volume, as far as that is known. */
    Optional<Boolean> isOnVolume(ServerId server) {
        return residents.known().orElse(List.of()).stream()
                .filter(resident -> resident.server().id().equals(server))
                .map(Resident::rootOnVolume)
                .findFirst();
    }
}
