// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.controller.decision.InstanceTable.Treatment;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.MoveId;
import io.migawari.controller.model.MoveState;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.WantedState;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.cloud.Evacuation;
import io.migawari.controller.model.cloud.Server;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes one move for each instance of the failed host: where it must end up, or why it is left, and who goes first. */
final class Planner {

    /** Nova shows the new host a moment after the record's end; the rest is for clocks, and for answers that were long on their way. */
    private static final Duration ABOUT_TO_END = Duration.ofMinutes(1);

    private Planner() {}

    /** Adds moves for those servers that have none yet. */
    static void plan(Draft draft, List<Server> servers, List<Evacuation> evacuations) {
        Set<ServerId> planned = draft.moves().stream().map(Move::server).collect(Collectors.toSet());
        List<Server> inOrder = servers.stream()
                .filter(server -> !planned.contains(server.id()))
                .sorted(importantFirst())
                .toList();
        int rank = draft.moves().stream().mapToInt(Move::rank).max().orElse(0);
        for (Server server : inOrder) {
            draft.put(move(draft, server, ++rank, newest(evacuations, server.id())));
        }
    }

    /** Instances whose owners have asked for it, then those that ran, then by name, so that equal cases look equal. */
    private static Comparator<Server> importantFirst() {
        return Comparator.comparing(
                        (Server server) -> !InstanceTable.tag(server).orElse(false))
                .thenComparing(server -> !server.guestRuns())
                .thenComparing(Server::name)
                .thenComparing(server -> server.id().value());
    }

    private static Move move(Draft draft, Server server, int rank, Optional<Evacuation> newest) {
        var id = MoveId.of(draft.incident.id(), server.id());
        Treatment treatment = InstanceTable.treat(server, draft.policy.instances());
        if (treatment instanceof Treatment.Leave leave) {
            return move(id, server, rank, WantedState.RUNNING, MoveState.LEFT, leave.why(), 0, Optional.of(draft.now));
        }
        if (treatment instanceof Treatment.Evacuate evacuate) {
            if (newest.isPresent() && isUnderWay(draft, server, newest.get())) {
                return move(
                        id,
                        server,
                        rank,
                        evacuate.wanted(),
                        MoveState.EVACUATING,
                        "Nova is evacuating it already; followed",
                        newest.get().number() - 1,
                        Optional.empty());
            }
            // a server may have been read before somebody evacuated it, and the records after that: the next look tells
            long baseline = newest.map(record ->
                            record.status() == Evacuation.Status.UNDER_WAY ? record.number() - 1 : record.number())
                    .orElse(0L);
            return move(
                    id,
                    server,
                    rank,
                    evacuate.wanted(),
                    MoveState.PLANNED,
                    "waits for its turn",
                    baseline,
                    Optional.empty());
        }
        throw new AssertionError(treatment);
    }

    private static Move move(
            MoveId id,
            Server server,
            int rank,
            WantedState wanted,
            MoveState state,
            String words,
            long baseline,
            Optional<Instant> endedAt) {
        return new Move(
                id,
                server.id(),
                server.name(),
                rank,
                server.states(),
                wanted,
                state,
                Optional.empty(),
                words,
                0,
                0,
                baseline,
                Optional.empty(),
                Optional.empty(),
                endedAt);
    }

    /**
     * Whether a record is that of an evacuation that is really going on. The record of one whose destination died stays
     * "pre-migrating" for ever (seen on Nova 26.2); only a server that is being rebuilt has a live one. But at the very end the
     * server has no task any more and is still shown on its source, and the record is about to be done, or only just is.
     */
    static boolean isUnderWay(Draft draft, Server server, Evacuation record) {
        return switch (record.status()) {
            case UNDER_WAY ->
                isBeingRebuilt(server) || (isAtTheHandsOfALivingHost(draft, record) && isRecent(draft, record));
            case DONE ->
                record.destinationActedAt()
                        .filter(at -> Duration.between(at, draft.now).abs().compareTo(ABOUT_TO_END) < 0)
                        .isPresent();
            case CLEARED, FAILED, UNKNOWN -> false;
        };
    }

    /** A destination that lives has taken it on; one that was restarted since has forgotten it. */
    static boolean isAtTheHandsOfALivingHost(Draft draft, Evacuation record) {
        return record.destinationActedAt().isPresent()
                && record.destination()
                        .flatMap(draft.seen::service)
                        .filter(ComputeService::up)
                        .isPresent();
    }

    private static boolean isRecent(Draft draft, Evacuation record) {
        return record.createdAt().plus(draft.policy.overdueAfter()).isAfter(draft.now);
    }

    static boolean isBeingRebuilt(Server server) {
        return server.taskState().filter(task -> task.startsWith("rebuild")).isPresent();
    }

    static Optional<Evacuation> newest(List<Evacuation> evacuations, ServerId server) {
        return evacuations.stream()
                .filter(e -> e.server().equals(server))
                .max(Comparator.comparingLong(Evacuation::number));
    }
}
