// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor.check;

import io.migawari.controller.model.HostName;
import io.migawari.controller.model.cloud.Aggregate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A reserved host in another availability zone than hosts of its segment, or outside aggregates that they are in. */
final class ReservedHostPlace implements Check {

    @Override
    public String id() {
        return "reserved-host-place";
    }

    @Override
    public String finds() {
        return "a reserved host in another availability zone than hosts of its segment, or outside aggregates that they are in";
    }

    @Override
    public String why() {
        return "Nova refuses an instance that was created for a zone on a host of another, and one whose flavor asks for an aggregate outside of it";
    }

    @Override
    public String nextStep() {
        return "openstack aggregate add host AGGREGATE SUBJECT, or recovery.add-reserved-host-to-aggregates: true";
    }

    @Override
    public List<Finding> look(Facts facts) {
        if (facts.settings().addToAggregates()) {
            return List.of(); // it joins them when it is needed
        }
        List<Finding> findings = new ArrayList<>();
        for (Facts.Member spare : facts.reservedHosts()) {
            List<HostName> others = facts.membersOf(spare.segment()).stream()
                    .filter(member -> !member.host().reserved())
                    .map(Facts.Member::name)
                    .toList();
            Map<HostName, String> zones = facts.zones().known().orElse(Map.of());
            String zone = zones.getOrDefault(spare.name(), "");
            Set<String> missedZones = new TreeSet<>();
            others.stream()
                    .map(host -> zones.getOrDefault(host, zone))
                    .filter(other -> !other.equals(zone))
                    .forEach(missedZones::add);
            if (!zone.isEmpty() && !missedZones.isEmpty()) {
                findings.add(warning(
                        spare.name().value(),
                        "it is in the zone " + zone + ", and hosts of its segment are in "
                                + String.join(", ", missedZones)));
                continue;
            }
            String missed = facts.aggregates().known().orElse(List.of()).stream()
                    .filter(aggregate -> !aggregate.hosts().contains(spare.name())
                            && others.stream().anyMatch(aggregate.hosts()::contains))
                    .map(Aggregate::name)
                    .sorted()
                    .collect(Collectors.joining(", "));
            if (!missed.isEmpty()) {
                findings.add(note(
                        spare.name().value(), "hosts of its segment are in aggregates that it is not in: " + missed));
            }
        }
        return findings;
    }
}
