// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One instance on its way from a failed host.
 *
 * @param rank the order in which moves are started, lowest first
 * @param former the state before the failure, as Nova's vm_state/task_state; recorded once and never changed
 * @param wanted what has to be restored
 * @param destination where it goes or went; absent while unknown, or while Nova's scheduler chooses
 * @param words why it is in this state, for an operator
 * @param attempt how many evacuations were asked for
 * @param failures how many of them failed by another reason than the lack of room
 * @param baseline the newest evacuation record that Nova had of the instance before this attempt; newer ones are ours
 * @param notBefore the earliest time of the next attempt
 * @param startedAt of the first attempt
 */
public record Move(
        MoveId id,
        ServerId server,
        String serverName,
        int rank,
        String former,
        WantedState wanted,
        MoveState state,
        Optional<HostName> destination,
        String words,
        int attempt,
        int failures,
        long baseline,
        Optional<Instant> notBefore,
        Optional<Instant> startedAt,
        Optional<Instant> endedAt) {

    /** The same move in another state. */
    public Move in(MoveState next, String why) {
        return copy(copy -> {
            copy.state = next;
            copy.words = why;
        });
    }

    /** The same move, ended. */
    public Move ended(MoveState end, String why, Instant now) {
        if (!end.isEnd()) {
            throw new IllegalArgumentException("not an end: " + end);
        }
        return copy(copy -> {
            copy.state = end;
            copy.words = why;
            copy.notBefore = Optional.empty();
            copy.endedAt = Optional.of(now);
        });
    }

    public Move to(Optional<HostName> host) {
        return copy(copy -> copy.destination = host);
    }

    /** The same move at the start of its next attempt. */
    public Move attempted(Optional<HostName> host, long newestRecord, String why, Instant now) {
        return copy(copy -> {
            copy.state = MoveState.EVACUATING;
            copy.destination = host;
            copy.words = why;
            copy.attempt++;
            copy.baseline = newestRecord;
            copy.notBefore = Optional.empty();
            copy.startedAt = startedAt.or(() -> Optional.of(now));
        });
    }

    /** The same move, waiting for another attempt. */
    public Move again(String why, boolean countsAsFailure, Instant earliest) {
        return copy(copy -> {
            copy.state = MoveState.PLANNED;
            copy.destination = Optional.empty();
            copy.words = why;
            copy.failures += countsAsFailure ? 1 : 0;
            copy.notBefore = Optional.of(earliest);
        });
    }

    private Move copy(Consumer<Copy> change) {
        var copy = new Copy(this);
        change.accept(copy);
        return new Move(
                id,
                server,
                serverName,
                rank,
                former,
                wanted,
                copy.state,
                copy.destination,
                copy.words,
                copy.attempt,
                copy.failures,
                copy.baseline,
                copy.notBefore,
                copy.startedAt,
                copy.endedAt);
    }

    /** What of a move changes in the course of it, while a copy is being made. */
    private static final class Copy {
        private MoveState state;
        private Optional<HostName> destination;
        private String words;
        private int attempt;
        private int failures;
        private long baseline;
        private Optional<Instant> notBefore;
        private Optional<Instant> startedAt;
        private Optional<Instant> endedAt;

        Copy(Move move) {
            state = move.state;
            destination = move.destination;
            words = move.words;
            attempt = move.attempt;
            failures = move.failures;
            baseline = move.baseline;
            notBefore = move.notBefore;
            startedAt = move.startedAt;
            endedAt = move.endedAt;
        }
    }
}
