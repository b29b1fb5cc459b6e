// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An incident that is to be as it was, but for what is said here. Lives within one method; not thread-safe. */
public final class EditedIncident {

    private final Incident former;
    private long epoch;
    private Subject subject;
    private Phase phase;
    private Optional<Gate> gate;
    private String words;
    private Optional<ServiceBefore> before;
    private Optional<Instant> novaDownSince;
    private Optional<Cancellation> cancellation;
    private Optional<Approval> approval;
    private Optional<Instant> retriedAt;
    private Optional<Instant> stormSeenAt;
    private List<Evidence> evidence;
    private List<Move> moves;
    private List<Reservation> reservations;
    private List<JournalEntry> journal;
    private Optional<Instant> closedAt;

    EditedIncident(Incident former) {
        this.former = former;
        this.epoch = former.epoch();
        this.subject = former.subject();
        this.phase = former.phase();
        this.gate = former.gate();
        this.words = former.words();
        this.before = former.before();
        this.novaDownSince = former.novaDownSince();
        this.cancellation = former.cancellation();
        this.approval = former.approval();
        this.retriedAt = former.retriedAt();
        this.stormSeenAt = former.stormSeenAt();
        this.evidence = former.evidence();
        this.moves = former.moves();
        this.reservations = former.reservations();
        this.journal = former.journal();
        this.closedAt = former.closedAt();
    }

    public EditedIncident epoch(long epoch) {
        this.epoch = epoch;
        return this;
    }

    public EditedIncident subject(Subject subject) {
        this.subject = subject;
        return this;
    }

    public EditedIncident phase(Phase phase) {
        this.phase = phase;
        return this;
    }

    public EditedIncident gate(Optional<Gate> gate) {
        this.gate = gate;
        return this;
    }

    public EditedIncident words(String words) {
        this.words = words;
        return this;
    }

    public EditedIncident before(Optional<ServiceBefore> before) {
        this.before = before;
        return this;
    }

    public EditedIncident novaDownSince(Optional<Instant> novaDownSince) {
        this.novaDownSince = novaDownSince;
        return this;
    }

    public EditedIncident cancellation(Optional<Cancellation> cancellation) {
        this.cancellation = cancellation;
        return this;
    }

    public EditedIncident approval(Optional<Approval> approval) {
        this.approval = approval;
        return this;
    }

    public EditedIncident retriedAt(Optional<Instant> retriedAt) {
        this.retriedAt = retriedAt;
        return this;
    }

    public EditedIncident stormSeenAt(Optional<Instant> stormSeenAt) {
        this.stormSeenAt = stormSeenAt;
        return this;
    }

    public EditedIncident evidence(List<Evidence> evidence) {
        this.evidence = evidence;
        return this;
    }

    public EditedIncident add(Evidence more) {
        List<Evidence> all = new ArrayList<>(evidence);
        all.add(more);
        return evidence(all);
    }

    public EditedIncident moves(List<Move> moves) {
        this.moves = moves;
        return this;
    }

    public EditedIncident reservations(List<Reservation> reservations) {
        this.reservations = reservations;
        return this;
    }

    public EditedIncident journal(List<JournalEntry> journal) {
        this.journal = journal;
        return this;
    }

    public EditedIncident closedAt(Optional<Instant> closedAt) {
        this.closedAt = closedAt;
        return this;
    }

    public Incident done() {
        return new Incident(
                former.id(),
                epoch,
                subject,
                former.hostId(),
                former.host(),
                former.segment(),
                former.openedAt(),
                phase,
                gate,
                words,
                before,
                novaDownSince,
                cancellation,
                approval,
                retriedAt,
                stormSeenAt,
                evidence,
                moves,
                reservations,
                journal,
                closedAt);
    }
}
