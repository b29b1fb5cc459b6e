// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor.check;

import java.util.List;

/** A host of a segment that Nova calls down, or that is forced down, and that no incident is about. */
final class HostDown implements Check {

    @Override
    public String id() {
        return "host-down";
    }

    @Override
    public String finds() {
        return "a host of a segment that Nova calls down, or that is forced down, and that no incident is about";
    }

    @Override
    public String why() {
        return "either it has failed and nobody has reported it, or its nova-compute alone is dead; a host that is forced down does not come up by itself";
    }

    @Override
    public String nextStep() {
        return "look at the host; if it is dead: migawari notification create SUBJECT; if it is well and forced down: openstack compute service set --up SUBJECT nova-compute";
    }

    @Override
    public List<Finding> look(Facts facts) {
        return facts.members().stream()
                .filter(member -> !member.hasFailed()
                        && !member.host().onMaintenance()
                        && !member.host().reserved())
                .flatMap(member -> facts
                        .service(member.name())
                        .filter(service -> !service.up())
                        .map(service -> warning(
                                member.name().value(),
                                (service.forcedDown() ? "it is forced down" : "Nova calls it down")
                                        + ", and no incident is open about it"))
                        .stream())
                .toList();
    }
}
