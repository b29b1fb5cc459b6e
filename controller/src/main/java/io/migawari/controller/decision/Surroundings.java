// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.controller.model.Deaths;
import io.migawari.controller.model.Host;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Outages;
import io.migawari.controller.model.Pause;
import io.migawari.controller.model.Segment;
import io.migawari.controller.model.SignOfLife;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What our own database says about the neighbourhood of an incident.
 *
 * @param segment of the failed host, as it is now
 * @param hosts of the segment, oldest first
 * @param reportedDead hosts with an open incident of their own
 * @param provenDead hosts whose death was proved since this incident was opened
 * @param takenByOthers reserved hosts that stand in for other hosts, or did so at some time since this incident was opened
 * @param usedByOthers hosts that instances of other incidents went to since this incident was opened
 * @param withProcessesDown hosts with an open incident about their processes
 * @param outages how many hosts are out at once
 * @param deaths of instances in the segment; only asked for an incident about an instance
 * @param pauses those that hold now and cover the host
 * @param watchingSince since when there was always a controller that watched; empty: not known
 * @param signOfLife the host's own word that it is healthy
 * @param formerFailures when the host had failed before, as far as it was not called off; newest first
 * @param aftermath of the failure that the host of this incident returns from, if it is about a return
 * @param restarts when the instance of this incident was last started by each earlier incident about it
 */
public record Surroundings(
        Segment segment,
        List<Host> hosts,
        Set<HostName> reportedDead,
        Map<HostName, ProvenDeath> provenDead,
        Set<HostName> takenByOthers,
        Set<HostName> usedByOthers,
        Set<HostName> withProcessesDown,
        Outages outages,
        Deaths deaths,
        List<Pause> pauses,
        Optional<Instant> watchingSince,
        Optional<SignOfLife> signOfLife,
        List<Instant> formerFailures,
        Optional<Aftermath> aftermath,
        List<Instant> restarts) {

    public Surroundings {
        hosts = List.copyOf(hosts);
        reportedDead = Set.copyOf(reportedDead);
        provenDead = Map.copyOf(provenDead);
        takenByOthers = Set.copyOf(takenByOthers);
        usedByOthers = Set.copyOf(usedByOthers);
        withProcessesDown = Set.copyOf(withProcessesDown);
        pauses = List.copyOf(pauses);
        formerFailures = List.copyOf(formerFailures);
        restarts = List.copyOf(restarts);
    }

    /** The same, but so many hosts are out. */
    public Surroundings with(Outages outages) {
        return new Surroundings(
                segment,
                hosts,
                reportedDead,
                provenDead,
                takenByOthers,
                usedByOthers,
                withProcessesDown,
                outages,
                deaths,
                pauses,
                watchingSince,
                signOfLife,
                formerFailures,
                aftermath,
                restarts);
    }
}
