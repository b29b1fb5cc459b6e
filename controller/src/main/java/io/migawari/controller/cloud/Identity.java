// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cloud;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** Tells who a token belongs to. Safe for any thread. */
public interface Identity {

    /** The owner of a good token, and what he may do where. */
    record Caller(String user, String userId, Scope scope, Set<String> roles, Instant expiresAt) {

        public Caller {
            roles = Set.copyOf(roles);
        }
    }

    /** What a token is for. */
    sealed interface Scope {

        /** @param isOurs whether it is the one that we sign in to ourselves */
        record Project(String id, String name, boolean isOurs) implements Scope {}

        /** The whole cloud. */
        record WholeSystem() implements Scope {}

        /** A domain, or nothing at all. */
        record Other() implements Scope {}
    }

    /** Where callers without a token get one. */
    URI signInAddress();

    /**
     * @return nothing if the token is unknown, expired or withdrawn
     * @throws CloudException if that cannot be found out now
     */
    Optional<Caller> callerOf(String token, Duration patience) throws CloudException, InterruptedException;
}
