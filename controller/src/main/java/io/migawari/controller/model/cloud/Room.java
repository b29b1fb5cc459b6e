// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model.cloud;

import io.migawari.controller.model.HostName;
import java.util.Map;

/**
 * What is free on a host, as Placement counts it: with reserves and overcommitment, and without what instances still hold
 * there that were evacuated away and whose host has not come back.
 *
 * @param free by resource class
 */
public record Room(HostName host, Map<String, Long> free) {

    public Room {
        free = Map.copyOf(free);
    }
}
