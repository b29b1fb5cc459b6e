// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.node;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What was found on this machine. Absent: the program or the file is not there, or says nothing, and nothing is concluded.
 *
 * @param hostName what the machine calls itself
 * @param nova what nova.conf says; absent: there is none, so this is no compute node
 * @param clusterName of this node in Pacemaker
 * @param namesAreMapped whether the host monitor's configuration maps the cluster's names to Nova's; it checks them itself
 * @param totem Corosync's times
 * @param guestsStartOnBoot libvirt-guests starts the guests that ran before
 * @param knownHosts those of all segments; absent: the controller was not reached
 * @param controllerAhead how far the controller's clock is ahead of this machine's
 */
public record NodeFacts(
        String hostName,
        Optional<NovaConf> nova,
        Optional<String> clusterName,
        boolean namesAreMapped,
        Optional<Totem> totem,
        boolean guestsStartOnBoot,
        Optional<Set<String>> knownHosts,
        Optional<Duration> controllerAhead) {

    /**
     * What matters here of nova.conf.
     *
     * @param host the name under which nova-compute reports; absent: that of the machine
     */
    public record NovaConf(Optional<String> host, boolean resumesGuests) {}

    /** How long Corosync takes to notice a loss, with what it adds for each node. */
    public record Totem(Duration token, Duration consensus) {}

    public NodeFacts {
        knownHosts = knownHosts.map(Set::copyOf);
    }

    /** Nova's name of this host. */
    String novaName() {
        return nova.flatMap(NovaConf::host).orElse(hostName);
    }
}
