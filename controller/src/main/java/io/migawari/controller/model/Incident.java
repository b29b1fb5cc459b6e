// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One failure and everything that has been found, decided and done about it. This is all that a decision may rely on besides
 * a fresh look at the world: nothing is remembered elsewhere.
 *
 * @param epoch of the lease under which it was read
 * @param host the one that has failed, or on which an instance or a process has
 * @param words why it is in this phase, for an operator
 * @param before the host's service as it was; absent until it was first seen
 * @param novaDownSince since when Nova calls the host down, as far as we have looked
 * @param approval a person's word that it may begin in spite of the gates
 * @param retriedAt when a person last wanted that what had failed be tried once more
 * @param stormSeenAt when it was last held by a storm
 * @param moves by rank; only of a host's incident, as the reservations
 * @param journal in the order of the entries
 */
public record Incident(
        IncidentId id,
        long epoch,
        Subject subject,
        HostId hostId,
        HostName host,
        SegmentId segment,
        Instant openedAt,
        Phase phase,
        Optional<Gate> gate,
        String words,
        Optional<ServiceBefore> before,
        Optional<Instant> novaDownSince,
        Optional<Cancellation> cancellation,
        Optional<Approval> approval,
        Optional<Instant> retriedAt,
        Optional<Instant> stormSeenAt,
        List<Evidence> evidence,
        List<Move> moves,
        List<Reservation> reservations,
        List<JournalEntry> journal,
        Optional<Instant> closedAt) {

    public Incident {
        evidence = List.copyOf(evidence);
        moves = List.copyOf(moves);
        reservations = List.copyOf(reservations);
        journal = List.copyOf(journal);
    }

    /** One that has just been opened: nothing is known yet but what it is about, and no lease was ever taken. */
    public static Incident opened(IncidentId id, Subject subject, Host host, String words, Instant now) {
        return new Incident(
                id,
                0,
                subject,
                host.id(),
                host.name(),
                host.segment(),
                now,
                subject.firstPhase(),
                Optional.empty(),
                words,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty());
    }

    /** The same with something changed. */
    public EditedIncident edit() {
        return new EditedIncident(this);
    }

    public Optional<Evidence> proof() {
        return evidence.stream().filter(e -> e.kind().provesDeath()).findFirst();
    }

    /** The processes of the host that are down, as far as it was reported. */
    public List<String> stoppedProcesses() {
        return StoppedProcesses.in(evidence);
    }

    /** What an operator can do about what it waits for; his commands with their arguments filled in. */
    public Optional<String> nextStep() {
        return gate.map(reason -> {
            String words =
                    reason.kind().nextStep().replace("INCIDENT", id.toString()).replace("FAILED-HOST", host.value());
            if (subject instanceof Subject.WholeHost) {
                return words; // which other host or instance it is about, the reason says
            }
            String here = words.replace("HOST", host.value());
            return subject instanceof Subject.Instance instance
                    ? here.replace("SERVER", instance.server().toString())
                    : here;
        });
    }

    /** From when it counts how long something is tried. */
    public Instant triedSince() {
        return retriedAt.orElse(openedAt);
    }

    public boolean isOpen() {
        return !phase.isEnd();
    }
}
