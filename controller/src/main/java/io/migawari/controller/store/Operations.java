// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.decision.operation.OperationDecision;
import io.migawari.controller.decision.operation.Vicinity;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.operation.Abort;
import io.migawari.controller.model.operation.Operation;
import io.migawari.controller.model.operation.OperationId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The operations, durable and shared by all controllers. Safe for any thread. Every method throws
 * {@link io.migawari.db.DatabaseException} when the database cannot do it; nothing was changed then.
 */
public interface Operations extends Journal<OperationLease> {

    /** What became of a wish. */
    sealed interface Answer {

        record Taken() implements Answer {}

        /** @param why a whole sentence, with what to do instead */
        record Refused(String why) implements Answer {}
    }

    /** Records a new one, unless another open one is about the same host, or moves one of the same instances. */
    Answer begin(Operation operation);

    /** Everything about an operation, as a basis for a decision. */
    Operation read(OperationLease lease) throws LeaseLostException;

    /** What is known of hosts' failures, and of who moves what. */
    Vicinity vicinity(Instant since);

    /** The open operation that evacuates from a host. */
    Optional<OperationId> evacuating(HostName host);

    /**
     * Records a decision, and its steps as intended, in one transaction.
     *
     * @param before what the decision was made from
     * @return the steps as they stand in the journal, in the order of the decision
     * @throws LeaseLostException if the lease has passed to somebody else
     */
    List<JournalEntry> record(OperationLease lease, Operation before, OperationDecision decision, Instant now)
            throws LeaseLostException;

    /** Wishes that it end; refused if it is over, or has to end already in this way. */
    Answer abort(OperationId operation, Abort abort);

    /** Wishes that the live migrations that are under way be completed at once. */
    Answer force(OperationId operation, String by, Instant at);

    /** Wishes that what is not where it should be be tried once more; opens it again. */
    Answer retry(OperationId operation, String by, String reason, Instant at);

    /** An operation by its id, whoever works on it. */
    Optional<Operation> find(OperationId operation);

    /** The newest drain of a host, if there was one. */
    Optional<Operation> lastDrain(HostName host);

    /** The id of every operation, newest first. */
    List<OperationId> list(boolean openOnly, int limit);

    /** The lines of an operation's story after a given one. */
    List<StoryLine> story(OperationId operation, long after);

    /** Who holds its lease now. */
    Optional<String> owner(OperationId operation);
}
