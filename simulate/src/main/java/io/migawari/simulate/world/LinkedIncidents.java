// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.world;

import io.migawari.controller.decision.Decision;
import io.migawari.controller.decision.Surroundings;
import io.migawari.controller.model.Approval;
import io.migawari.controller.model.Cancellation;
import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.store.Incidents;
import io.migawari.controller.store.Lease;
import io.migawari.controller.store.LeaseLostException;
import io.migawari.controller.store.StoryLine;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The incidents as one controller reaches them, over its {@link Links}. */
final class LinkedIncidents implements Incidents {

    private interface Call<T, X extends Exception> {
        T make() throws X;
    }

    private final Incidents incidents;
    private final Links links;
    private final VirtualTime.Crew crew;
    private final Invariants invariants;

    LinkedIncidents(Incidents incidents, Links links, VirtualTime.Crew crew, Invariants invariants) {
        this.incidents = incidents;
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

    @Override
    public boolean addEvidence(IncidentId incident, Evidence evidence) {
        return incidents.addEvidence(incident, evidence);
    }

    @Override
    public boolean cancel(IncidentId incident, Cancellation cancellation) {
        return incidents.cancel(incident, cancellation);
    }

    @Override
    public boolean approve(IncidentId incident, Approval approval) {
        return incidents.approve(incident, approval);
    }

    @Override
    public Retry retry(IncidentId incident, String by, String reason, Instant at) {
        return incidents.retry(incident, by, reason, at);
    }

    @Override
    public Optional<Incident> find(IncidentId incident) {
        return incidents.find(incident);
    }

    @Override
    public List<IncidentId> list(boolean openOnly, int limit) {
        return incidents.list(openOnly, limit);
    }

    @Override
    public List<StoryLine> story(IncidentId incident, long after) {
        return incidents.story(incident, after);
    }

    @Override
    public Optional<String> owner(IncidentId incident) {
        return incidents.owner(incident);
    }

    @Override
    public OptionalLong countOpen() {
        return incidents.countOpen();
    }
}
