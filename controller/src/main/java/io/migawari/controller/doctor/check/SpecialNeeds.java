// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor.check;

import java.util.List;

/** An instance whose place depends on a device, an accelerator or a NUMA node. */
final class SpecialNeeds implements Check {

    @Override
    public String id() {
        return "instance-needs";
    }

    @Override
    public String finds() {
        return "an instance whose place depends on a device, an accelerator or a NUMA node";
    }

    @Override
    public String why() {
        return "whether another host has one free is known to Nova's filters alone; a device of the dead host does not come along";
    }

    @Override
    public String nextStep() {
        return "make sure that the hosts of the segment have such devices to spare";
    }

    @Override
    public List<Finding> look(Facts facts) {
        return facts.members().stream()
                .flatMap(member -> facts.residentsOf(member.name()).stream())
                .flatMap(resident -> resident
                        .needsMore()
                        .map(more -> note(
                                resident.server().id().toString(),
                                resident.server().name() + " needs " + more))
                        .stream())
                .toList();
    }
}
