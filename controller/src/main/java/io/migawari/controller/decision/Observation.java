// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.Power;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.cloud.Aggregate;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.cloud.Evacuation;
import io.migawari.controller.model.cloud.InstanceAction;
import io.migawari.controller.model.cloud.Server;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The world as one pass found it.
 *
 * @param services all of the cloud
 * @param serversOnHost those that Nova has on the failed host
 * @param changed those of the whole cloud that changed since shortly before the incident, deleted ones among them
 * @param evacuations those from the failed host since then, newest first
 * @param liveMigrations where the instances were going that Nova takes to be migrating live from the failed host
 * @param instance the one that the incident is about; known and empty: Nova has none of that id
 * @param actions what was done to it, newest first
 * @param fenceable whether fencing devices are configured for the failed host
 * @param power of the failed host, as its fencing devices show it
 */
public record Observation(
        Seen<List<ComputeService>> services,
        Seen<List<Server>> serversOnHost,
        Seen<List<Server>> changed,
        Seen<List<Evacuation>> evacuations,
        Seen<Map<ServerId, HostName>> liveMigrations,
        Seen<List<Aggregate>> aggregates,
        Seen<Optional<Server>> instance,
        Seen<List<InstanceAction>> actions,
        boolean fenceable,
        Seen<Power> power,
        Surroundings surroundings) {

    /** The same, seen in these surroundings. */
    public Observation in(Surroundings later) {
        return new Observation(
                services,
                serversOnHost,
                changed,
                evacuations,
                liveMigrations,
                aggregates,
                instance,
                actions,
                fenceable,
                power,
                later);
    }

    public Optional<ComputeService> service(HostName host) {
        return services.known().orElse(List.of()).stream()
                .filter(service -> service.host().equals(host))
                .findFirst();
    }

    /** Nova's records of a move's present attempt: newer than all that there were before it. */
    Stream<Evacuation> records(Move move) {
        return evacuations.known().orElse(List.of()).stream()
                .filter(record -> record.server().equals(move.server()) && record.number() > move.baseline());
    }
}
