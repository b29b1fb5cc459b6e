// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.decision.Decision;
import io.migawari.controller.decision.Surroundings;
import io.migawari.controller.model.Approval;
import io.migawari.controller.model.Cancellation;
import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.JournalEntry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The incidents, durable and shared by all controllers. Safe for any thread. Every method throws
 * {@link io.migawari.db.DatabaseException} when the database cannot do it; nothing was changed then.
 */
public interface Incidents extends Journal<Lease> {

    /** Everything about an incident, as a basis for a decision. */
    Incident read(Lease lease) throws LeaseLostException;

    Surroundings surroundings(Incident incident);

    /**
     * Records a decision, and its steps as intended, in one transaction.
     *
     * @param before what the decision was made from
     * @return the steps as they stand in the journal, in the order of the decision
     * @throws LeaseLostException if the lease has passed to somebody else
     */
    List<JournalEntry> record(Lease lease, Incident before, Decision decision, Instant now) throws LeaseLostException;

    /**
     * Adds what somebody has seen; the next pass takes it into account.
     *
     * @return false if there is no such incident that is still open
     */
    boolean addEvidence(IncidentId incident, Evidence evidence);

    /** Wishes that no more instances are moved; {@code false} as above, also if that was wished before. */
    boolean cancel(IncidentId incident, Cancellation cancellation);

    /**
     * A person lets it begin. Only what waits for that: an approval that nobody has asked for would open gates that nobody has
     * seen shut.
     *
     * @return false if it does not wait at a gate that can be approved, or was approved before
     */
    boolean approve(IncidentId incident, Approval approval);

    /** What became of the wish that something be tried once more. */
    sealed interface Retry {

        record Begun() implements Retry {}

        /** @param why a whole sentence, with what to do instead */
        record Refused(String why) implements Retry {}
    }

    /**
     * A person wants what has failed to be tried once more: the failed moves of a host's incident, which is opened again if it
     * was over, or the restart of an instance.
     */
    Retry retry(IncidentId incident, String by, String reason, Instant at);

    /** An incident by its id, whoever works on it. */
    Optional<Incident> find(IncidentId incident);

    /** The open incident about the failure of a whole host; empty, too, if there is no such host. */
    Optional<Incident> openFailureOf(HostName host);

    /** The id of every incident, newest first. */
    List<IncidentId> list(boolean openOnly, int limit);

    /** The lines of an incident's story after a given one. */
    List<StoryLine> story(IncidentId incident, long after);

    /** Who holds the lease of an incident now. */
    Optional<String> owner(IncidentId incident);

    /** The number of open incidents; empty if the database is away. */
    OptionalLong countOpen();
}
