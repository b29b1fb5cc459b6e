// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor.check;

import io.migawari.controller.model.HostName;
import java.util.ArrayList;
import java.util.List;

/** A reserved host that is down, enabled, on maintenance, not empty, or kept out by stopped processes. */
final class ReservedHostReady implements Check {

    @Override
    public String id() {
        return "reserved-host";
    }

    @Override
    public String finds() {
        return "a reserved host that is down, enabled, on maintenance, not empty, or kept out by stopped processes";
    }

    @Override
    public String why() {
        return "it cannot take the place of a failed host, or Nova fills it before that with instances that then take its room";
    }

    @Override
    public String nextStep() {
        return "down: start its nova-compute; enabled: openstack compute service set --disable SUBJECT nova-compute; not empty: move its instances away; on maintenance: migawari reserved-host update SUBJECT --on-maintenance false";
    }

    @Override
    public List<Finding> look(Facts facts) {
        List<Finding> findings = new ArrayList<>();
        for (Facts.Member member : facts.reservedHosts()) {
            HostName name = member.name();
            boolean isTaken = member.around().takenByOthers().contains(name);
            if (member.hasFailed() || isTaken) {
                continue;
            }
            if (member.host().onMaintenance()) {
                findings.add(warning(name.value(), "the reserved host is on maintenance"));
            }
            if (member.around().withProcessesDown().contains(name)) {
                findings.add(error(name.value(), "processes of the reserved host are reported as stopped"));
            }
            facts.service(name).ifPresent(service -> {
                if (!service.up()) {
                    findings.add(error(
                            name.value(),
                            service.forcedDown()
                                    ? "the reserved host is forced down"
                                    : "Nova calls the reserved host down"));
                }
                if (service.enabled()) {
                    findings.add(warning(name.value(), "the reserved host is enabled in Nova"));
                }
            });
            int instances = facts.residentsOf(name).size();
            if (instances > 0) {
                findings.add(warning(
                        name.value(),
                        instances + (instances == 1 ? " instance is" : " instances are") + " on the reserved host"));
            }
        }
        return findings;
    }
}
