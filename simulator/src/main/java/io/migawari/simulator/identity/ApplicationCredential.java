// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.identity;

/** A secret with which to sign in as a user, without the user's password. */
public record ApplicationCredential(String id, String name, String secret, User user) {

    @Override
    public String toString() {
        return "ApplicationCredential[" + id + "]";
    }
}
