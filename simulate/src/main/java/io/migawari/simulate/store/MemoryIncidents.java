// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.store;

import io.migawari.controller.decision.Decision;
import io.migawari.controller.decision.Story;
import io.migawari.controller.decision.Surroundings;
import io.migawari.controller.model.Approval;
import io.migawari.controller.model.Cancellation;
import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.MoveState;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.Reservation;
import io.migawari.controller.model.ServiceBefore;
import io.migawari.controller.model.Subject;
import io.migawari.controller.model.Urgency;
import io.migawari.controller.store.Incidents;
import io.migawari.controller.store.Lease;
import io.migawari.controller.store.LeaseLostException;
import io.migawari.controller.store.StoryLine;
import io.migawari.db.DatabaseException;
import io.migawari.simulate.store.MemoryStore.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** {@link Incidents} in memory; it does what MariaDbIncidents does, and the same tests hold both. */
public final class MemoryIncidents implements Incidents {

    /** As in MariaDbIncidents. */
    private static final Set<Phase> WITH_RETURN = EnumSet.of(Phase.RECOVERED, Phase.PARTLY_RECOVERED, Phase.FAILED);

    private final MemoryStore store;
    private final Neighbourhood neighbourhood;

    public MemoryIncidents(MemoryStore store) {
        this.store = store;
        this.neighbourhood = new Neighbourhood(store);
    }

    @Override
    public List<Lease> claim(String owner, Duration lasting) {
        store.beReached();
        List<Lease> claimed = new ArrayList<>();
        store.openRows()
                .filter(row -> row.leaseUntil == null || row.leaseUntil.isBefore(store.now()))
                .forEach(row -> {
                    row.incident =
                            row.incident.edit().epoch(row.incident.epoch() + 1).done();
                    row.owner = owner;
                    row.leaseUntil = store.now().plus(lasting);
                    claimed.add(lease(row, owner));
                });
        return claimed;
    }

    @Override
    public List<Lease> renew(String owner, Duration lasting) {
        store.beReached();
        List<Row> mine = store.openRows()
                .filter(row -> owner.equals(row.owner))
                .filter(row -> row.leaseUntil != null && !row.leaseUntil.isBefore(store.now()))
                .toList();
        mine.forEach(row -> row.leaseUntil = store.now().plus(lasting));
        return mine.stream().map(row -> lease(row, owner)).toList();
    }

    private static Lease lease(Row row, String owner) {
        Incident incident = row.incident;
        var urgency = Urgency.valueOf(incident.subject().kind().toUpperCase(Locale.ROOT));
        return new Lease(incident.id(), owner, incident.epoch(), incident.segment(), urgency);
    }

    @Override
    public void release(String owner) {
        store.beReached();
        store.openRows().filter(row -> owner.equals(row.owner)).forEach(row -> {
            row.owner = null;
            row.leaseUntil = null;
        });
    }

    @Override
    public boolean isHeld(Lease lease) {
        store.beReached();
        Row row = store.row(lease.incident());
        return lease.owner().equals(row.owner)
                && lease.epoch() == row.incident.epoch()
                && row.leaseUntil != null
                && !row.leaseUntil.isBefore(store.now());
    }

    @Override
    public Incident read(Lease lease) throws LeaseLostException {
        return guard(lease).incident;
    }

    private Row guard(Lease lease) throws LeaseLostException {
        store.beReached();
        Row row = store.row(lease.incident());
        if (!lease.owner().equals(row.owner) || lease.epoch() != row.incident.epoch()) {
            throw new LeaseLostException(lease);
        }
        return row;
    }

    @Override
    public Surroundings surroundings(Incident incident) {
        store.beReached();
        return neighbourhood.of(incident);
    }

    @Override
    public List<JournalEntry> record(Lease lease, Incident before, Decision decision, Instant now)
            throws LeaseLostException {
        Row row = guard(lease);
        Incident next = decision.next();
        checkReservations(next);
        List<Evidence> evidence = new ArrayList<>(row.incident.evidence());
        next.evidence().stream()
                .filter(word -> !before.evidence().contains(word))
                .forEach(evidence::add);
        List<JournalEntry> intents = decision.steps().stream()
                .map(step ->
                        new JournalEntry(store.number(), lease.epoch(), step, now, Optional.empty(), Optional.empty()))
                .toList();
        List<JournalEntry> journal = new ArrayList<>(row.incident.journal());
        journal.addAll(intents);
        row.incident = next.edit()
                .epoch(row.incident.epoch())
                .cancellation(row.incident.cancellation())
                .approval(row.incident.approval())
                .retriedAt(row.incident.retriedAt())
                .evidence(evidence)
                .journal(journal)
                .done();
        store.watcher().changed(row.incident);
        next.reservations().stream()
                .filter(reservation -> !before.reservations().contains(reservation))
                .forEach(reservation ->
                        store.setReserved(reservation.host(), reservation.state() == Reservation.State.RETURNED));
        Story.of(before, decision).forEach(line -> store.tell(row, now, line.server(), line.words()));
        if (next.subject() instanceof Subject.WholeHost && WITH_RETURN.contains(next.phase())) {
            openReturn(row, next, now);
        }
        intents.forEach(entry -> store.watcher().intended(row.incident, entry));
        return intents;
    }

    /** A host that was recovered from is waited for; a return that was still open ends by the new failure. */
    private void openReturn(Row failure, Incident ended, Instant now) {
        Optional<Row> earlier = store.openRows()
                .filter(row -> row.incident.hostId().equals(ended.hostId())
                        && row.incident.subject() instanceof Subject.Return)
                .findFirst();
        if (earlier.filter(row -> row.incident.subject() instanceof Subject.Return coming
                        && coming.failure().equals(ended.id()))
                .isPresent()) {
            return; // its recovery was taken up again
        }
        Optional<ServiceBefore> before =
                earlier.flatMap(row -> row.incident.before()).or(ended::before);
        earlier.ifPresent(row -> endReturn(row, ended, now));
        store.host(ended.host()).ifPresent(host -> {
            String words = ended.host() + " has failed and was recovered from";
            Row opened = store.openIncident(host, Subject.Return.from(ended.id()), words, now);
            opened.incident = opened.incident.edit().before(before).done();
            store.tell(opened, now, Optional.empty(), words + " (incident " + ended.id() + ")");
            store.tell(
                    failure,
                    now,
                    Optional.empty(),
                    "When " + ended.host() + " comes back, that is incident " + opened.incident.id());
        });
    }

    private void endReturn(Row row, Incident because, Instant now) {
        String words = because.host() + " has failed again (incident " + because.id() + ")";
        row.incident = row.incident
                .edit()
                .phase(Phase.SKIPPED)
                .words(words)
                .gate(Optional.empty())
                .closedAt(Optional.of(now))
                .epoch(row.incident.epoch() + 1)
                .done();
        row.owner = null;
        row.leaseUntil = null;
        store.tell(row, now, Optional.empty(), Phase.SKIPPED.title() + ": " + words);
    }

    /** A reserved host stands in for one host at a time. */
    private void checkReservations(Incident next) {
        Set<HostName> wanted = next.reservations().stream()
                .filter(Reservation::isOpen)
                .map(Reservation::host)
                .collect(Collectors.toSet());
        boolean taken = store.incidents().stream()
                .filter(other -> !other.id().equals(next.id()))
                .flatMap(other -> other.reservations().stream())
                .anyMatch(reservation -> reservation.isOpen() && wanted.contains(reservation.host()));
        if (taken) {
            throw new DatabaseException(DatabaseException.Kind.DUPLICATE, "the reserved host is taken");
        }
    }

    @Override
    public void recordOutcome(Lease lease, long journalNumber, Outcome outcome, Instant at) throws LeaseLostException {
        Row row = guard(lease);
        row.incident = row.incident
                .edit()
                .journal(row.incident.journal().stream()
                        .map(entry -> entry.number() == journalNumber ? ended(entry, outcome, at) : entry)
                        .toList())
                .done();
        row.incident.journal().stream()
                .filter(entry -> entry.number() == journalNumber)
                .forEach(entry -> store.watcher().ended(row.incident, entry));
    }

    private static JournalEntry ended(JournalEntry entry, Outcome outcome, Instant at) {
        return new JournalEntry(
                entry.number(), entry.epoch(), entry.step(), entry.intendedAt(), Optional.of(outcome), Optional.of(at));
    }

    @Override
    public boolean addEvidence(IncidentId incident, Evidence evidence) {
        store.beReached();
        Optional<Row> row = store.open(incident);
        row.ifPresent(found -> {
            MemoryStore.add(found, evidence);
            store.tell(found, evidence.observedAt(), Optional.empty(), evidence.observedBy() + ": " + evidence.words());
        });
        return row.isPresent();
    }

    @Override
    public boolean cancel(IncidentId incident, Cancellation cancellation) {
        store.beReached();
        Optional<Row> row = store.open(incident)
                .filter(found -> found.incident.cancellation().isEmpty());
        row.ifPresent(found -> {
            found.incident = found.incident
                    .edit()
                    .cancellation(Optional.of(cancellation))
                    .done();
            store.tell(
                    found,
                    cancellation.at(),
                    Optional.empty(),
                    cancellation.by() + " calls the recovery off: " + cancellation.reason());
        });
        return row.isPresent();
    }

    @Override
    public boolean approve(IncidentId incident, Approval approval) {
        store.beReached();
        Optional<Row> row = store.open(incident)
                .filter(found -> found.incident.approval().isEmpty()
                        && found.incident
                                .gate()
                                .filter(gate -> gate.kind().isApprovable())
                                .isPresent());
        row.ifPresent(found -> {
            String gate = found.incident.gate().orElseThrow().words();
            found.incident =
                    found.incident.edit().approval(Optional.of(approval)).done();
            store.tell(
                    found,
                    approval.at(),
                    Optional.empty(),
                    approval.by() + " lets it begin in spite of \"" + gate + "\": " + approval.reason());
        });
        return row.isPresent();
    }

    /** For a host's incident that has failed moves; the refusals of the real store are not needed in a simulation. */
    @Override
    public Retry retry(IncidentId incident, String by, String reason, Instant at) {
        store.beReached();
        Row row = store.row(incident);
        if (row.incident.moves().stream().noneMatch(move -> move.state() == MoveState.FAILED)) {
            return new Retry.Refused("Nothing of incident " + incident + " has failed: " + row.incident.words());
        }
        store.tell(row, at, Optional.empty(), by + " has what failed tried again: " + reason);
        row.incident = row.incident
                .edit()
                .phase(row.incident.isOpen() ? row.incident.phase() : Phase.MOVING)
                .words("Tried again by the wish of " + by)
                .gate(Optional.empty())
                .closedAt(Optional.empty())
                .retriedAt(Optional.of(at))
                .epoch(row.incident.epoch() + 1)
                .moves(row.incident.moves().stream()
                        .map(move -> move.state() == MoveState.FAILED ? again(move) : move)
                        .toList())
                .reservations(row.incident.reservations().stream()
                        .map(reservation -> reservation.state() == Reservation.State.KEPT
                                ? reservation.in(Reservation.State.TAKEN)
                                : reservation)
                        .toList())
                .done();
        row.owner = null;
        row.leaseUntil = null;
        return new Retry.Begun();
    }

    private static Move again(Move move) {
        return new Move(
                move.id(),
                move.server(),
                move.serverName(),
                move.rank(),
                move.former(),
                move.wanted(),
                MoveState.PLANNED,
                Optional.empty(),
                "tried again",
                move.attempt(),
                0,
                move.baseline(),
                Optional.empty(),
                move.startedAt(),
                Optional.empty());
    }

    @Override
    public Optional<Incident> find(IncidentId incident) {
        store.beReached();
        return Optional.ofNullable(store.incidents.get(incident)).map(row -> row.incident);
    }

    @Override
    public Optional<Incident> openFailureOf(HostName host) {
        store.beReached();
        return store.openRows()
                .map(row -> row.incident)
                .filter(incident -> incident.subject() instanceof Subject.WholeHost
                        && incident.host().equals(host))
                .findFirst();
    }

    @Override
    public List<IncidentId> list(boolean openOnly, int limit) {
        store.beReached();
        List<IncidentId> newestFirst = store.incidents().stream()
                .filter(incident -> incident.isOpen() || !openOnly)
                .map(Incident::id)
                .collect(Collectors.toCollection(ArrayList::new));
        Collections.reverse(newestFirst);
        return newestFirst.stream().limit(limit).toList();
    }

    @Override
    public List<StoryLine> story(IncidentId incident, long after) {
        store.beReached();
        return store.story(incident).stream()
                .filter(line -> line.number() > after)
                .toList();
    }

    @Override
    public Optional<String> owner(IncidentId incident) {
        store.beReached();
        return store.open(incident)
                .filter(row -> row.leaseUntil != null && !row.leaseUntil.isBefore(store.now()))
                .flatMap(row -> Optional.ofNullable(row.owner));
    }

    @Override
    public OptionalLong countOpen() {
        return OptionalLong.of(store.openRows().count());
    }
}
