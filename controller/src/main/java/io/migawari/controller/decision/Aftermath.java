// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.controller.model.Move;
import java.util.List;

/**
 * What the recovery from a failure has left behind for the time when the host comes back.
 *
 * @param tookReservedHost whether a reserved host has taken the failed one's place for good
 * @param left the moves of the instances that stayed on the host, or may have
 */
public record Aftermath(boolean tookReservedHost, List<Move> left) {

    public Aftermath {
        left = List.copyOf(left);
    }
}
