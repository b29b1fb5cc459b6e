// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.controller.model.Host;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Segment;
import java.util.List;
import java.util.Set;

/**
 * What our own database says about the neighbourhood of an incident.
 *
 * @param segment of the failed host, as it is now
 * @param hosts of the segment, oldest first
 * @param reportedDead hosts with an open incident
 * @param provenDead those of them whose death is proved
 * @param takenByOthers reserved hosts that stand in for other hosts, or did so at some time since this incident was opened
 * @param usedByOthers hosts that instances of other incidents went to since this incident was opened
 */
public record Surroundings(
        Segment segment,
        List<Host> hosts,
        Set<HostName> reportedDead,
        Set<HostName> provenDead,
        Set<HostName> takenByOthers,
        Set<HostName> usedByOthers) {

    public Surroundings {
        hosts = List.copyOf(hosts);
        reportedDead = Set.copyOf(reportedDead);
        provenDead = Set.copyOf(provenDead);
        takenByOthers = Set.copyOf(takenByOthers);
        usedByOthers = Set.copyOf(usedByOthers);
    }
}
