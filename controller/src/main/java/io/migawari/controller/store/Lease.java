// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.SegmentId;
import io.migawari.controller.model.Urgency;
import java.time.Duration;

/**
 * The right to work on an incident. It lasts as long as it is renewed in time; whoever takes it over gets a higher epoch,
 * and nothing can be written under a lower one any more.
 *
 * @param owner this process, and no other run of it
 * @param segment of the incident's host
 * @param urgency of the incident
 */
public record Lease(IncidentId incident, String owner, long epoch, SegmentId segment, Urgency urgency)
        implements Tenure<IncidentId> {

    /** So long after its last renewal a controller is taken for dead; three renewals have to fail for that. */
    public static final Duration LASTING = Duration.ofSeconds(6);

    @Override
    public IncidentId work() {
        return incident;
    }

    @Override
    public String kind() {
        return "incident";
    }
}
