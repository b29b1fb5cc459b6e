// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.controller.model.Move;
import io.migawari.controller.model.MoveState;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * How soon to look again while instances move: when a third of those under way should have arrived, going by how many have
 * come in so far. So the number of looks grows with the logarithm of the number of instances, Nova is asked least when it
 * is busiest, and free places are filled long before the others run out.
 */
final class Pace {

    private static final int PART = 3;

    private static final Duration SHORTEST = Duration.ofMillis(500);

    /** However slow Nova is: what else happens should not go unnoticed. */
    private static final Duration LONGEST = Duration.ofSeconds(8);

    /** At most this for each move under way, so that a few slow ones are not left waiting once they have arrived. */
    private static final Duration LONGEST_PER_MOVE = Duration.ofMillis(200);

    private Pace() {}

    static Duration pause(List<Move> moves, Instant now) {
        long underWay = moves.stream()
                .filter(move -> move.state() == MoveState.EVACUATING || move.state() == MoveState.RESTORING)
                .count();
        long arrived = moves.stream()
                .filter(move -> move.state().isEnd() && move.attempt() > 0)
                .count();
        Duration soFar = moves.stream()
                .flatMap(move -> move.startedAt().stream())
                .min(Comparator.naturalOrder())
                .map(begun -> Duration.between(begun, now))
                .orElse(Duration.ZERO);
        return pause(underWay, arrived, soFar);
    }

    static Duration pause(long underWay, long arrived, Duration soFar) {
        Duration forOne = soFar.dividedBy(arrived + 1);
        Duration forAPart = forOne.multipliedBy(underWay).dividedBy(PART);
        return longer(SHORTEST, shorter(LONGEST, shorter(LONGEST_PER_MOVE.multipliedBy(underWay), forAPart)));
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }
}
