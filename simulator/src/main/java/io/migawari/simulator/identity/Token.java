// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.identity;

import java.time.Instant;
import java.util.Set;

/**
 * @param method how the user signed in: password or application_credential
 */
public record Token(String value, User user, String method, Scope scope, Instant issuedAt, Instant expiresAt) {

    /** What it is for. */
    public enum Scope {
        /** Nothing: it has no roles. */
        NONE,
        /** The user's project. */
        PROJECT,
        /** The whole cloud. */
        SYSTEM
    }

    public boolean isAdmin() {
        return roles().contains("admin");
    }

    Set<String> roles() {
        return switch (scope) {
            case NONE -> Set.of();
            case PROJECT -> user.roles();
            case SYSTEM -> user.systemRoles();
        };
    }

    @Override
    public String toString() {
        return "Token[" + user.name() + "]";
    }
}
