// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cloud;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** Tells who a token belongs to. Safe for any thread. */
public interface Identity {

    /** The owner of a good token. */
    record Caller(String user, String userId, String projectId, Set<String> roles, Instant expiresAt) {

        public Caller {
            roles = Set.copyOf(roles);
        }
    }

    /**
     * @return nothing if the token is unknown, expired or withdrawn
     * @throws CloudException if that cannot be found out now
     */
    Optional<Caller> callerOf(String token, Duration patience) throws CloudException, InterruptedException;
}
