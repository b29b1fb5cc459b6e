// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model.cloud;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * As whom Nova lets us in, and what it speaks.
 *
 * @param newest its newest microversion is 2.this
 * @param clock what its clock showed in its answer, in whole seconds
 * @param askedAt by our clock, just before
 * @param answeredAt by our clock, just after
 */
public record NovaAccess(
        Set<String> roles, int oldest, int newest, Optional<Instant> clock, Instant askedAt, Instant answeredAt) {

    public NovaAccess {
        roles = Set.copyOf(roles);
    }
}
