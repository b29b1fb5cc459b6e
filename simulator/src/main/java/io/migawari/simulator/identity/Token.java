// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.identity;

import java.time.Instant;

/**
 * @param method how the user signed in: password or application_credential
 * @param scoped whether it is for the user's project; without that it has no roles
 */
public record Token(String value, User user, String method, boolean scoped, Instant issuedAt, Instant expiresAt) {

    public boolean isAdmin() {
        return scoped && user.roles().contains("admin");
    }

    @Override
    public String toString() {
        return "Token[" + user.name() + "]";
    }
}
