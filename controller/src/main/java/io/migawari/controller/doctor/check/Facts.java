// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor.check;

import io.migawari.config.RecoverySettings;
import io.migawari.controller.decision.Policy;
import io.migawari.controller.decision.Seen;
import io.migawari.controller.decision.Surroundings;
import io.migawari.controller.foresight.Plan;
import io.migawari.controller.model.Host;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Power;
import io.migawari.controller.model.Segment;
import io.migawari.controller.model.cloud.Aggregate;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.cloud.Evacuation;
import io.migawari.controller.model.cloud.NovaAccess;
import io.migawari.controller.model.cloud.Resident;
import io.migawari.controller.model.cloud.Room;
import io.migawari.controller.model.cloud.ServerGroup;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that the checks look at, read once. What could not be read is an answer of its own, and no check takes it for
 * "none".
 *
 * @param now by our clock
 * @param webhooks how many are configured
 * @param databaseClock how far it is ahead of ours, in milliseconds
 * @param ready whether the database has the schema that we know; otherwise what is wrong
 * @param plans one for each host that has not failed, if they could be made
 */
public record Facts(
        Instant now,
        RecoverySettings settings,
        int webhooks,
        Optional<String> ready,
        Seen<Long> databaseClock,
        Seen<NovaAccess> access,
        Seen<List<ComputeService>> services,
        Seen<List<Resident>> residents,
        Seen<List<Aggregate>> aggregates,
        Seen<List<Room>> rooms,
        Seen<List<ServerGroup>> groups,
        Seen<Map<HostName, String>> zones,
        Seen<List<Evacuation>> unfinished,
        List<Segment> segments,
        List<Member> members,
        List<Plan> plans) {

    /**
     * A host of a segment.
     *
     * @param hasFailed an incident of the whole host is open
     */
    public record Member(
            Host host, Segment segment, Surroundings around, boolean hasFailed, boolean hasFencing, Seen<Power> power) {

        public HostName name() {
            return host.name();
        }
    }

    public Facts {
        segments = List.copyOf(segments);
        members = List.copyOf(members);
        plans = List.copyOf(plans);
    }

    /** Its service in Nova, if that could be read and has it. */
    public Optional<ComputeService> service(HostName host) {
        return services.known().orElse(List.of()).stream()
                .filter(service -> service.host().equals(host))
                .findFirst();
    }

    public List<Resident> residentsOf(HostName host) {
        return residents.known().orElse(List.of()).stream()
                .filter(resident -> resident.server().isOn(host))
                .toList();
    }

    public List<Member> membersOf(Segment segment) {
        return members.stream()
                .filter(member -> member.segment().id().equals(segment.id()))
                .toList();
    }

    public List<Member> reservedHosts() {
        return members.stream().filter(member -> member.host().reserved()).toList();
    }

    public Policy policy(Segment segment) {
        return Policy.of(settings, segment.name());
    }
}
