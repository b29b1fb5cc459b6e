// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.time.Instant;
import java.util.Optional;

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
        return new Move(
                id,
                server,
                serverName,
                rank,
                former,
                wanted,
                next,
                destination,
                why,
                attempt,
                failures,
                baseline,
                notBefore,
                startedAt,
                endedAt);
    }

    /** The same move, ended. */
    public Move ended(MoveState end, String why, Instant now) {
        if (!end.isEnd()) {
            throw new IllegalArgumentException("not an end: " + end);
        }
        return new Move(
                id,
                server,
                serverName,
                rank,
                former,
                wanted,
                end,
                destination,
                why,
                attempt,
                failures,
                baseline,
                Optional.empty(),
                startedAt,
                Optional.of(now));
    }

    public Move to(Optional<HostName> host) {
        return new Move(
                id,
                server,
                serverName,
                rank,
                former,
                wanted,
                state,
                host,
                words,
                attempt,
                failures,
                baseline,
                notBefore,
                startedAt,
                endedAt);
    }

    /** The same move at the start of its next attempt. */
    public Move attempted(Optional<HostName> host, long newestRecord, String why, Instant now) {
        return new Move(
                id,
                server,
                serverName,
                rank,
                former,
                wanted,
                MoveState.EVACUATING,
                host,
                why,
                attempt + 1,
                failures,
                newestRecord,
                Optional.empty(),
                startedAt.or(() -> Optional.of(now)),
                Optional.empty());
    }

    /** The same move, waiting for another attempt. */
    public Move again(String why, boolean countsAsFailure, Instant earliest) {
        return new Move(
                id,
                server,
                serverName,
                rank,
                former,
                wanted,
                MoveState.PLANNED,
                Optional.empty(),
                why,
                attempt,
                failures + (countsAsFailure ? 1 : 0),
                baseline,
                Optional.of(earliest),
                startedAt,
                Optional.empty());
    }
}
