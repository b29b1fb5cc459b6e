// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

import io.migawari.simulator.http.RequestIds;
import org.jspecify.annotations.Nullable;

/**
 * Who asked Nova for an action on a server.
 *
 * @param requestId the same that the answer has in its header
 * @param user absent, as the project: nova-compute itself
 */
public record Requester(
        String requestId, @Nullable String user, @Nullable String project) {

    static Requester novaItself() {
        return new Requester(RequestIds.next(), null, null);
    }
}
