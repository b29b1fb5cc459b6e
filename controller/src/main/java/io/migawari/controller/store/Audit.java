// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.IncidentId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What was asked and decided, for those who want to know later. Nothing here is ever changed or removed. Safe for any thread;
 * every method throws {@link io.migawari.db.DatabaseException} when the database cannot do it.
 */
public interface Audit {

    /**
     * Writes down what somebody asks, before it is done.
     *
     * @return its number
     */
    long asked(Asked asked);

    /** Writes down what he was answered; once. */
    void answered(long number, AuditLine.Answer answer, Instant at);

    /** Everything that was asked from a moment on, newest first. */
    List<AuditLine> list(Optional<Instant> since, int limit);

    /** What was asked about an incident, and whatever else was changed between two moments; oldest first. */
    List<AuditLine> concerning(IncidentId incident, Instant from, Instant until);

    /** The decisions about an incident, oldest first. */
    List<DecisionLine> decisions(IncidentId incident);

    /** How far an incident has come, in the order in which it did. */
    List<Milestone> milestones(IncidentId incident);

    /** The incident of the host's return after this one, or the failure that this is the return from. */
    List<IncidentId> related(IncidentId incident);
}
