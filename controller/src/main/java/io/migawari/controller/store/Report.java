// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.HostName;
import io.migawari.controller.model.NotificationType;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a monitor has reported, before it is stored. The payload's order of keys does not matter.
 *
 * @param evidence why the monitor believes it, in its own keys; no part of what makes two reports the same
 */
public record Report(
        NotificationType type,
        HostName host,
        Instant generatedTime,
        Map<String, String> payload,
        Map<String, String> evidence) {

    public Report {
        payload = Map.copyOf(new TreeMap<>(payload));
        evidence = Map.copyOf(evidence);
    }
}
