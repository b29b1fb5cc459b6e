// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.Outcome;
import java.time.Instant;

/** Where it is written down what became of the steps that were intended. The same rules as for {@link Leases}. */
public interface Journal<L extends Tenure<?>> extends Leases<L> {

    /**
     * Records what became of a step.
     *
     * @throws LeaseLostException if somebody else works on it now; nothing was written
     */
    void recordOutcome(L lease, long journalNumber, Outcome outcome, Instant at) throws LeaseLostException;
}
