// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model.operation;

import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.ServiceBefore;
import io.migawari.controller.model.ZoneStep;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a person has asked for, and everything that was decided and done about it. This is all that a decision may rely on besides
 * a fresh look at the world.
 *
 * @param epoch of the lease under which it was read
 * @param requestedBy who has asked for it
 * @param reason in the words of that person; may be empty
 * @param words how it stands, for an operator
 * @param before the service of the host that it is about, as it was; absent until it was first seen
 * @param forcedAt when a person last wanted its live migrations to be completed at once
 * @param retried that a person wanted what had failed to be tried once more; the last time
 * @param transfers by rank
 * @param journal in the order of the entries
 */
public record Operation(
        OperationId id,
        long epoch,
        Order order,
        String requestedBy,
        String reason,
        Instant openedAt,
        OperationState state,
        String words,
        Optional<ServiceBefore> before,
        Optional<Abort> abort,
        Optional<Instant> forcedAt,
        Optional<Retried> retried,
        List<Transfer> transfers,
        List<JournalEntry> journal,
        Optional<Instant> closedAt) {

    /** @param firstEntry the least number that an entry of the journal of this try may have */
    public record Retried(Instant at, long firstEntry) {}

    public Operation {
        transfers = List.copyOf(transfers);
        journal = List.copyOf(journal);
    }

    /** One that has just been asked for. */
    public static Operation opened(
            OperationId id,
            Order order,
            String requestedBy,
            String reason,
            Optional<ServiceBefore> before,
            List<Transfer> transfers,
            Instant now) {
        return new Operation(
                id,
                0,
                order,
                requestedBy,
                reason,
                now,
                OperationState.PREPARING,
                "asked for by " + requestedBy,
                before,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                transfers,
                List.of(),
                Optional.empty());
    }

    /** The same after a decision. */
    public Operation after(
            OperationState next,
            String why,
            Optional<ServiceBefore> service,
            List<Transfer> moved,
            Optional<Instant> closed) {
        return new Operation(
                id,
                epoch,
                order,
                requestedBy,
                reason,
                openedAt,
                next,
                why,
                service,
                abort,
                forcedAt,
                retried,
                moved,
                journal,
                closed);
    }

    public boolean isOpen() {
        return !state.isEnd();
    }

    /** What was done since a person last wanted it. By number: clocks differ, and may be set back. */
    public List<JournalEntry> journalOfThisTry() {
        long first = retried.map(Retried::firstEntry).orElse(0L);
        return journal.stream().filter(entry -> entry.number() >= first).toList();
    }

    /** Of a move into another zone: the volumes that were taken from the old instance, in that order. */
    public Set<String> takenVolumes() {
        Set<String> volumes = new LinkedHashSet<>();
        journalOfThisTry().forEach(entry -> {
            if (entry.step() instanceof ZoneStep.DetachVolume step) {
                volumes.add(step.volume());
            }
        });
        return volumes;
    }

    /** Of a move into another zone: the instance that has taken the old one's place. */
    public Optional<ServerId> successor() {
        return transfers.stream()
                .filter(transfer ->
                        transfer.state() == Transfer.State.CONFIRMING || transfer.state() == Transfer.State.SUCCEEDED)
                .flatMap(transfer -> transfer.successor().stream())
                .findFirst();
    }

    /** Since when Nova's records may be ours. */
    public Instant triedSince() {
        return retried.map(Retried::at).orElse(openedAt);
    }
}
