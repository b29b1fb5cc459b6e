// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision.operation;

import io.migawari.controller.model.HostName;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.operation.OperationId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What our own database says about the neighbourhood of an operation.
 *
 * @param failures hosts with an open incident about their failure
 * @param dead hosts whose death was proved since the operation was asked for, whether that incident is over or not
 * @param movers the open operations, by the instances that each has still to move or is moving
 */
public record Vicinity(Map<HostName, Failure> failures, Set<HostName> dead, Map<ServerId, OperationId> movers) {

    /**
     * An open incident about a host as a whole.
     *
     * @param proven whether the host is known to be dead, so that its recovery goes on; otherwise it is still being asked
     */
    public record Failure(IncidentId incident, boolean proven) {}

    public Vicinity {
        failures = Map.copyOf(failures);
        dead = Set.copyOf(dead);
        movers = Map.copyOf(movers);
    }

    public Optional<Failure> failure(HostName host) {
        return Optional.ofNullable(failures.get(host));
    }

    /** The other operation that has the instance. */
    Optional<OperationId> moverOtherThan(OperationId operation, ServerId server) {
        return Optional.ofNullable(movers.get(server)).filter(mover -> !mover.equals(operation));
    }
}
