// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor.check;

import io.migawari.controller.model.HostName;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.cloud.Evacuation;
import io.migawari.controller.model.cloud.Resident;
import io.migawari.controller.model.cloud.Server;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A record of an evacuation that nothing will ever end, or that the host it left has not cleared although it is back. */
final class StaleEvacuation implements Check {

    @Override
    public String id() {
        return "stale-evacuation";
    }

    @Override
    public String finds() {
        return "a record of an evacuation that nothing will ever end, or that the host it left has not cleared although it is back";
    }

    @Override
    public String why() {
        return "when an instance is later moved back to that host and its nova-compute starts, Nova destroys the healthy instance and still calls it active";
    }

    @Override
    public String nextStep() {
        return "restart nova-compute on SUBJECT before anything is moved there; see docs/operations.md, \"When the failed host comes back\"";
    }

    private static final Duration LONG = Duration.ofMinutes(15);

    @Override
    public List<Finding> look(Facts facts) {
        Set<HostName> failed = facts.members().stream()
                .filter(Facts.Member::hasFailed)
                .map(Facts.Member::name)
                .collect(Collectors.toSet());
        Set<ServerId> beingRebuilt = facts.residents().known().orElse(List.of()).stream()
                .map(Resident::server)
                .filter(server -> server.taskState().isPresent())
                .map(Server::id)
                .collect(Collectors.toSet());
        boolean canTell = facts.residents().known().isPresent();
        return facts.unfinished().known().orElse(List.of()).stream()
                .filter(evacuation -> canTell && !failed.contains(evacuation.source()))
                .filter(evacuation -> evacuation.createdAt().plus(LONG).isBefore(facts.now()))
                .flatMap(
                        evacuation -> complaint(facts, evacuation, beingRebuilt)
                                .map(words -> error(evacuation.source().value(), words))
                                .stream())
                .toList();
    }

    private static Optional<String> complaint(Facts facts, Evacuation evacuation, Set<ServerId> beingRebuilt) {
        String which = "evacuation " + evacuation.number() + " of " + evacuation.server();
        return switch (evacuation.status()) {
            case UNDER_WAY ->
                beingRebuilt.contains(evacuation.server())
                        ? Optional.empty()
                        : Optional.of(which + " is recorded as under way since " + evacuation.createdAt()
                                + ", and nothing is done to the instance");
            case DONE ->
                facts.service(evacuation.source()).filter(ComputeService::up).isPresent()
                        ? Optional.of(which + " is done and was not cleared, although the host is up again")
                        : Optional.empty();
            case CLEARED, FAILED, UNKNOWN -> Optional.empty();
        };
    }
}
