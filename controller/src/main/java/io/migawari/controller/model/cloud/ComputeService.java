// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model.cloud;

import io.migawari.controller.model.HostName;
import java.time.Instant;
import java.util.Optional;

/**
 * A nova-compute service as Nova shows it.
 *
 * @param up Nova's opinion, from heartbeats; false also when it was forced down
 * @param updatedAt by Nova's clock: the last heartbeat, or a later change of the service by an administrator
 */
public record ComputeService(
        HostName host,
        boolean enabled,
        boolean up,
        boolean forcedDown,
        Optional<String> disabledReason,
        Optional<Instant> updatedAt) {

    /** Whether instances can be sent there now. */
    public boolean takesInstances() {
        return enabled && up && !forcedDown;
    }
}
