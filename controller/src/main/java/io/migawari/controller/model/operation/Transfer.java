// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model.operation;

import io.migawari.controller.model.HostName;
import io.migawari.controller.model.ServerId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One instance on its way by an operation.
 *
 * @param rank the order in which they are started, lowest first
 * @param source the host that it leaves
 * @param wishes where it may go; empty: wherever Nova's scheduler puts it
 * @param former the state before the move, as Nova's vm_state/task_state; recorded once and never changed
 * @param runs whether it is to run afterwards
 * @param destination where it goes or went; absent while unknown, or while the scheduler chooses
 * @param successor the instance that takes its place in another zone, as soon as it was seen
 * @param words why it is in this state, for an operator
 * @param attempts how often Nova was asked
 * @param baseline the newest record of a move that Nova had of the instance before this attempt; newer ones are ours
 * @param percent how much of what has to be copied is copied, as far as the hypervisor tells
 * @param notBefore the earliest time of the next attempt
 * @param startedAt of the first attempt
 */
public record Transfer(
        ServerId server,
        String serverName,
        int rank,
        Way way,
        HostName source,
        List<HostName> wishes,
        String former,
        boolean runs,
        State state,
        Optional<HostName> destination,
        Optional<ServerId> successor,
        String words,
        int attempts,
        long baseline,
        Optional<Integer> percent,
        Optional<Instant> notBefore,
        Optional<Instant> startedAt,
        Optional<Instant> endedAt) {

    /** How far it has come. */
    public enum State {
        PLANNED,
        /** Nova was asked, and is at it. */
        MOVING,
        /** Migrated cold, and being confirmed. */
        CONFIRMING,
        /** Migrated cold, and being put back. */
        REVERTING,
        /** It has arrived; its former state is being restored. */
        RESTORING,
        /** It cannot be moved, and is being stopped. */
        STOPPING,
        /** The end: at its destination, as it was. */
        SUCCEEDED,
        /** The end: it could not be moved. */
        FAILED,
        /** The end: it stays where it is, and was not tried or not tried any more. */
        LEFT,
        /** The end: it was deleted, or somebody else has moved it away. */
        GONE,
        /** The end: where it was, because a person called it off. */
        ABORTED;

        public boolean isEnd() {
            return switch (this) {
                case SUCCEEDED, FAILED, LEFT, GONE, ABORTED -> true;
                case PLANNED, MOVING, CONFIRMING, REVERTING, RESTORING, STOPPING -> false;
            };
        }

        /** Whether nothing is left to be wished for. */
        public boolean isWell() {
            return this == SUCCEEDED || this == GONE;
        }

        /** Whether Nova may be at it. */
        public boolean isUnderWay() {
            return !isEnd() && this != PLANNED;
        }
    }

    public Transfer {
        wishes = List.copyOf(wishes);
    }

    /** One that has just been planned. */
    public static Transfer planned(
            ServerId server,
            String name,
            int rank,
            Way way,
            HostName source,
            List<HostName> wishes,
            String former,
            boolean runs,
            String words) {
        return new Transfer(
                server,
                name,
                rank,
                way,
                source,
                wishes,
                former,
                runs,
                State.PLANNED,
                Optional.empty(),
                Optional.empty(),
                words,
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** The same in another state. */
    public Transfer in(State next, String why) {
        return copy(copy -> {
            copy.state = next;
            copy.words = why;
        });
    }

    /** The same, ended. */
    public Transfer ended(State end, String why, Instant now) {
        if (!end.isEnd()) {
            throw new IllegalArgumentException("not an end: " + end);
        }
        return copy(copy -> {
            copy.state = end;
            copy.words = why;
            copy.percent = Optional.empty();
            copy.notBefore = Optional.empty();
            copy.endedAt = Optional.of(now);
        });
    }

    public Transfer to(Optional<HostName> host) {
        return copy(copy -> copy.destination = host);
    }

    /** The same, that may go to one host only. */
    public Transfer wishing(HostName host) {
        return copy(copy -> copy.wishes = List.of(host));
    }

    /** The same, with the instance that takes its place. */
    public Transfer succeededBy(ServerId made) {
        return copy(copy -> copy.successor = Optional.of(made));
    }

    public Transfer at(Optional<Integer> percentCopied) {
        return copy(copy -> copy.percent = percentCopied);
    }

    /** The same, to go another way. */
    public Transfer by(Way another, String why) {
        return copy(copy -> {
            copy.way = another;
            copy.state = State.PLANNED;
            copy.destination = Optional.empty();
            copy.words = why;
            copy.percent = Optional.empty();
            copy.attempts = 0;
        });
    }

    /** The same at the start of its next attempt. */
    public Transfer attempted(Optional<HostName> host, long newestRecord, String why, Instant now) {
        return copy(copy -> {
            copy.state = State.MOVING;
            copy.destination = host;
            copy.words = why;
            copy.attempts++;
            copy.baseline = newestRecord;
            copy.percent = Optional.empty();
            copy.notBefore = Optional.empty();
            copy.startedAt = startedAt.or(() -> Optional.of(now));
        });
    }

    /** The same, waiting for another attempt. */
    public Transfer again(String why, Instant earliest) {
        return copy(copy -> {
            copy.state = State.PLANNED;
            copy.destination = Optional.empty();
            copy.words = why;
            copy.percent = Optional.empty();
            copy.notBefore = Optional.of(earliest);
        });
    }

    /** The same as if it had never been tried: a person wants it once more. */
    public Transfer anew(String why) {
        return copy(copy -> {
            copy.state = State.PLANNED;
            copy.destination = Optional.empty();
            copy.successor = Optional.empty();
            copy.words = why;
            copy.attempts = 0;
            copy.percent = Optional.empty();
            copy.notBefore = Optional.empty();
            copy.startedAt = Optional.empty();
            copy.endedAt = Optional.empty();
        });
    }

    private Transfer copy(Consumer<Copy> change) {
        var copy = new Copy(this);
        change.accept(copy);
        return new Transfer(
                server,
                serverName,
                rank,
                copy.way,
                source,
                copy.wishes,
                former,
                runs,
                copy.state,
                copy.destination,
                copy.successor,
                copy.words,
                copy.attempts,
                copy.baseline,
                copy.percent,
                copy.notBefore,
                copy.startedAt,
                copy.endedAt);
    }

    /** What changes in the course of it, while a copy is being made. */
    private static final class Copy {
        private Way way;
        private List<HostName> wishes;
        private State state;
        private Optional<HostName> destination;
        private Optional<ServerId> successor;
        private String words;
        private int attempts;
        private long baseline;
        private Optional<Integer> percent;
        private Optional<Instant> notBefore;
        private Optional<Instant> startedAt;
        private Optional<Instant> endedAt;

        Copy(Transfer transfer) {
            way = transfer.way;
            wishes = transfer.wishes;
            state = transfer.state;
            destination = transfer.destination;
            successor = transfer.successor;
            words = transfer.words;
            attempts = transfer.attempts;
            baseline = transfer.baseline;
            percent = transfer.percent;
            notBefore = transfer.notBefore;
            startedAt = transfer.startedAt;
            endedAt = transfer.endedAt;
        }
    }
}
