// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.world;

import io.migawari.controller.decision.Decision;
import io.migawari.controller.decision.Surroundings;
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

/**
 * The incidents as one controller reaches them, over its {@link Links}. What only the API asks of them has no part in a pass, and
 * goes to them directly.
 */
final class LinkedIncidents extends ForwardingIncidents {

    private interface Call<T, X extends Exception> {
        T make() throws X;
    }

    private final Links links;
    private final VirtualTime.Crew crew;
    private final Invariants invariants;

    LinkedIncidents(Incidents incidents, Links links, VirtualTime.Crew crew, Invariants invariants) {
        super(incidents);
        this.links = links;
        this.crew = crew;
        this.invariants = invariants;
    }

    private <T, X extends Exception> T reads(Call<T, X> call) throws X {
        links.pass(crew, Trap.Calls.READ, Trap.Moment.BEFORE);
        links.reachDatabase();
        T answer = call.make();
        links.pass(crew, Trap.Calls.READ, Trap.Moment.AFTER);
        return answer;
    }

    private <T, X extends Exception> T writes(Trap.Calls kind, Call<T, X> call) throws X {
        links.pass(crew, kind, Trap.Moment.BEFORE);
        links.reachDatabase();
        links.beforeCommit();
        T answer = call.make();
        links.afterCommit();
        links.pass(crew, kind, Trap.Moment.AFTER);
        return answer;
    }

    @Override
    public List<Lease> claim(String owner, Duration lasting) {
        links.reachDatabase();
        return incidents.claim(owner, lasting);
    }

    @Override
    public List<Lease> renew(String owner, Duration lasting) {
        links.reachDatabase();
        return incidents.renew(owner, lasting);
    }

    @Override
    public void release(String owner) {
        links.reachDatabase();
        incidents.release(owner);
    }

    @Override
    public boolean isHeld(Lease lease) {
        return reads(() -> incidents.isHeld(lease));
    }

    @Override
    public Incident read(Lease lease) throws LeaseLostException {
        return reads(() -> incidents.read(lease));
    }

    @Override
    public Surroundings surroundings(Incident incident) {
        return reads(() -> incidents.surroundings(incident));
    }

    @Override
    public List<JournalEntry> record(Lease lease, Incident before, Decision decision, Instant now)
            throws LeaseLostException {
        return writes(Trap.Calls.RECORD, () -> {
            boolean mayWrite = invariants.holds(lease);
            List<JournalEntry> entries = incidents.record(lease, before, decision, now);
            invariants.written(lease, mayWrite);
            return entries;
        });
    }

    @Override
    public void recordOutcome(Lease lease, long journalNumber, Outcome outcome, Instant at) throws LeaseLostException {
        writes(Trap.Calls.RESULT, () -> {
            boolean mayWrite = invariants.holds(lease);
            incidents.recordOutcome(lease, journalNumber, outcome, at);
            invariants.written(lease, mayWrite);
            return lease;
        });
    }
}
