// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The failure of one host and everything that has been found, decided and done about it. This is all that a decision may
 * rely on besides a fresh look at the world: nothing is remembered elsewhere.
 *
 * @param epoch of the lease under which it was read
 * @param words why it is in this phase, for an operator
 * @param before the host's service as it was; absent until it was first seen
 * @param novaDownSince since when Nova calls the host down, as far as we have looked
 * @param moves by rank
 * @param journal in the order of the entries
 */
public record Incident(
        IncidentId id,
        long epoch,
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

    public Optional<Evidence> proof() {
        return evidence.stream().filter(e -> e.kind().provesDeath()).findFirst();
    }

    public boolean isOpen() {
        return !phase.isEnd();
    }
}
