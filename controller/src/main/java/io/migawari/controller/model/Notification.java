// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A stored report.
 *
 * @param number the integer id that Masakari's API shows beside the UUID
 * @param incident what it led to, if anything
 * @param message what an operator should know about its status
 */
public record Notification(
        long number,
        NotificationId id,
        HostId host,
        SegmentId segment,
        NotificationType type,
        Instant generatedTime,
        Map<String, String> payload,
        NotificationStatus status,
        Optional<String> message,
        Optional<IncidentId> incident,
        Instant createdAt) {

    public Notification {
        payload = Map.copyOf(payload);
    }
}
