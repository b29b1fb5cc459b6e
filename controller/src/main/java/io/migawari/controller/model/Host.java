// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.time.Instant;
import java.util.Optional;

/**
 * A compute host in a segment.
 *
 * @param number the integer id that Masakari's API shows beside the UUID
 * @param type free text that Masakari's API demands; nothing depends on it
 * @param controlAttributes the same
 * @param reserved a spare: its nova-compute stays disabled until it stands in for a failed host
 * @param onMaintenance set by people: reports about the host are refused and it takes nobody's place
 */
public record Host(
        long number,
        HostId id,
        HostName name,
        SegmentId segment,
        String type,
        String controlAttributes,
        boolean reserved,
        boolean onMaintenance,
        Instant createdAt,
        Optional<Instant> updatedAt) {}
