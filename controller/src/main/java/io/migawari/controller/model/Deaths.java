// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.time.Instant;
import java.util.Optional;

/**
 * How many instances of a segment have died alone of late.
 *
 * @param inLastMinute incidents about instances that were opened within it, the own one among them
 * @param stormSeenAt when one of them was last held because of too many
 */
public record Deaths(int inLastMinute, Optional<Instant> stormSeenAt) {

    public static Deaths none() {
        return new Deaths(0, Optional.empty());
    }
}
