// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.store;

import io.migawari.controller.decision.Decision;
import io.migawari.controller.decision.Surroundings;
import io.migawari.controller.model.Approval;
import io.migawari.controller.model.Cancellation;
import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.HostName;
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

/**
 * Comes between a controller and its incidents, and does nothing of its own: whoever extends it says with each method that it
 * overrides what is different there.
 */
public abstract class ForwardingIncidents implements Incidents {

    protected final Incidents incidents;

    protected ForwardingIncidents(Incidents incidents) {
        this.incidents = incidents;
    }

    @Override
    public List<Lease> claim(String owner, Duration lasting) {
        return incidents.claim(owner, lasting);
    }

    @Override
    public List<Lease> renew(String owner, Duration lasting) {
        return incidents.renew(owner, lasting);
    }

    @Override
    public void release(String owner) {
        incidents.release(owner);
    }

    @Override
    public boolean isHeld(Lease lease) {
        return incidents.isHeld(lease);
    }

    @Override
    public Incident read(Lease lease) throws LeaseLostException {
        return incidents.read(lease);
    }

    @Override
    public Surroundings surroundings(Incident incident) {
        return incidents.surroundings(incident);
    }

    @Override
    public List<JournalEntry> record(Lease lease, Incident before, Decision decision, Instant now)
            throws LeaseLostException {
        return incidents.record(lease, before, decision, now);
    }

    @Override
    public void recordOutcome(Lease lease, long journalNumber, Outcome outcome, Instant at) throws LeaseLostException {
        incidents.recordOutcome(lease, journalNumber, outcome, at);
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
    public Optional<Incident> openFailureOf(HostName host) {
        return incidents.openFailureOf(host);
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
