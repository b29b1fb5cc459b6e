// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor.check;

import io.migawari.controller.model.HostName;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** An instance that Nova has been doing something to for more than a quarter of an hour. */
final class StuckTask implements Check {

    @Override
    public String id() {
        return "stuck-task";
    }

    @Override
    public String finds() {
        return "an instance that Nova has been doing something to for more than a quarter of an hour";
    }

    @Override
    public String why() {
        return "its task was probably forgotten; whether it is evacuated, and into which state, goes by its task";
    }

    @Override
    public String nextStep() {
        return "look at it; if nothing is going on: openstack server set --state active SUBJECT";
    }

    private static final Duration LONG = Duration.ofMinutes(15);

    @Override
    public List<Finding> look(Facts facts) {
        Set<HostName> failed = facts.members().stream()
                .filter(Facts.Member::hasFailed)
                .map(Facts.Member::name)
                .collect(Collectors.toSet());
        return facts.residents().known().orElse(List.of()).stream()
                .filter(resident -> resident.server().taskState().isPresent())
                .filter(resident -> resident.updatedAt().plus(LONG).isBefore(facts.now()))
                .filter(resident ->
                        resident.server().host().filter(failed::contains).isEmpty())
                .map(resident -> warning(
                        resident.server().id().toString(),
                        resident.server().name() + " is " + resident.server().states() + " since "
                                + resident.updatedAt()))
                .toList();
    }
}
