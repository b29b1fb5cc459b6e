// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor.check;

import io.migawari.controller.model.HostName;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A compute host of Nova that is in no segment. */
final class InNoSegment implements Check {

    @Override
    public String id() {
        return "in-no-segment";
    }

    @Override
    public String finds() {
        return "a compute host of Nova that is in no segment";
    }

    @Override
    public String why() {
        return "what is reported about it is refused, and its instances are not recovered";
    }

    @Override
    public String nextStep() {
        return "migawari host create SEGMENT SUBJECT";
    }

    @Override
    public List<Finding> look(Facts facts) {
        Set<HostName> members = facts.members().stream().map(Facts.Member::name).collect(Collectors.toSet());
        return facts.services().known().orElse(List.of()).stream()
                .filter(service -> !members.isEmpty() && !members.contains(service.host()))
                .map(service -> warning(
                        service.host().value(),
                        "the host is in no segment; "
                                + facts.residentsOf(service.host()).size() + " instances are on it"))
                .toList();
    }
}
