// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.time.Instant;
import java.util.Optional;

/**
 * A failover segment: hosts that back each other up.
 *
 * @param number the integer id that Masakari's API shows beside the UUID
 * @param enabled a disabled segment's failures are recorded and not recovered
 */
public record Segment(
        long number,
        SegmentId id,
        String name,
        RecoveryMethod method,
        String serviceType,
        boolean enabled,
        Optional<String> description,
        Instant createdAt,
        Optional<Instant> updatedAt) {}
