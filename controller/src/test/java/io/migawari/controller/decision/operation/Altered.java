// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision.operation;

import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.operation.Abort;
import io.migawari.controller.model.operation.Operation;
import java.util.List;
import java.util.Optional;

/** Operations as they are read again after the database was written to. */
final class Altered {

    private Altered() {}

    static Operation calledOff(Operation operation, Abort abort) {
        return with(operation, Optional.of(abort), operation.journal());
    }

    static Operation with(Operation operation, Optional<Abort> abort, List<JournalEntry> journal) {
        return new Operation(
                operation.id(),
                operation.epoch(),
                operation.order(),
                operation.requestedBy(),
                operation.reason(),
                operation.openedAt(),
                operation.state(),
                operation.words(),
                operation.before(),
                abort,
                operation.forcedAt(),
                operation.retried(),
                operation.transfers(),
                journal,
                operation.closedAt());
    }
}
