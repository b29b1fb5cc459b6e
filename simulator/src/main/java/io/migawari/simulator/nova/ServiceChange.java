// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an administrator asks of a compute service; what is absent stays as it is.
 *
 * @param reason goes with {@link Status#DISABLED}; disabling without one takes the old one away
 */
public record ServiceChange(
        @Nullable Status status,
        @Nullable String reason,
        @Nullable Boolean forcedDown) {

    /** Whether instances may be scheduled to it. */
    public enum Status {
        ENABLED,
        DISABLED
    }

    boolean changes(SimulatedHost host) {
        boolean statusChanges = status != null
                && (host.disabled() != (status == Status.DISABLED) || !Objects.equals(host.disabledReason(), reason));
        return statusChanges || (forcedDown != null && forcedDown != host.forcedDown());
    }
}
