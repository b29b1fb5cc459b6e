// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.http;

import java.util.UUID;

/** The ids by which a service's log and its answer name one request. */
public final class RequestIds {

    private RequestIds() {}

    public static String next() {
        return "req-" + UUID.randomUUID();
    }
}
