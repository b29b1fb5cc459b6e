// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model.cloud;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * An instance with what decides where it would find room.
 *
 * @param needs how much it takes of each resource class of Placement ({@code VCPU}, {@code MEMORY_MB}, {@code DISK_GB} …), as
 *     Nova works it out from the flavor
 * @param needsMore it also asks for something that its flavor does not put in numbers: a device, a NUMA node
 * @param rootOnVolume its root disk is a volume, and not on its host's storage
 * @param zone the availability zone of its host; whether it was asked for is not told
 * @param updatedAt by Nova's clock
 */
public record Resident(
        Server server,
        Map<String, Long> needs,
        Optional<String> needsMore,
        boolean rootOnVolume,
        Optional<String> zone,
        Instant updatedAt) {

    public Resident {
        needs = Map.copyOf(needs);
    }
}
