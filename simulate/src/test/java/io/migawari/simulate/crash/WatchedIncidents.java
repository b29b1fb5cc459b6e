// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.crash;

import io.migawari.controller.decision.Decision;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.store.Incidents;
import io.migawari.controller.store.Lease;
import io.migawari.controller.store.LeaseLostException;
import io.migawari.simulate.store.ForwardingIncidents;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/** Tells a {@link Watch} what controllers do with their incidents. */
final class WatchedIncidents extends ForwardingIncidents {

    private final Supplier<Watch> watch;

    WatchedIncidents(Incidents incidents, Supplier<Watch> watch) {
        super(incidents);
        this.watch = watch;
    }

    @Override
    public List<Lease> claim(String owner, Duration lasting) {
        List<Lease> claimed = super.claim(owner, lasting);
        claimed.forEach(watch.get()::claimed);
        return claimed;
    }

    @Override
    public Incident read(Lease lease) throws LeaseLostException {
        Incident incident = super.read(lease);
        watch.get().looked(lease);
        return incident;
    }

    @Override
    public List<JournalEntry> record(Lease lease, Incident before, Decision decision, Instant now)
            throws LeaseLostException {
        List<JournalEntry> intended = super.record(lease, before, decision, now);
        watch.get().recorded(lease, intended);
        return intended;
    }

    @Override
    public void recordOutcome(Lease lease, long journalNumber, Outcome outcome, Instant at) throws LeaseLostException {
        super.recordOutcome(lease, journalNumber, outcome, at);
        watch.get().ended(lease, journalNumber);
    }
}
