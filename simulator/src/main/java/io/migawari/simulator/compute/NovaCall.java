// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.compute;

import io.migawari.simulator.http.Call;
import io.migawari.simulator.identity.Token;
import io.migawari.simulator.nova.Refusal;
import io.migawari.simulator.nova.Requester;

/** A call of Nova's API that is signed in and has a version that Nova speaks. */
record NovaCall(Call call, Token token, Microversion version, String requestId) {

    Requester requester() {
        return new Requester(requestId, token.user().id(), token.user().projectId());
    }

    /** @param policy the name of the rule, which Nova tells the caller */
    void requireAdmin(String policy) {
        if (!token.isAdmin()) {
            throw Refusal.forbidden("Policy doesn't allow " + policy + " to be performed.");
        }
    }
}
