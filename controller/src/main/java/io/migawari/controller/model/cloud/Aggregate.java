// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model.cloud;

import io.migawari.controller.model.HostName;
import java.util.Set;

/** A host aggregate of Nova. */
public record Aggregate(long number, String name, Set<HostName> hosts) {

    public Aggregate {
        hosts = Set.copyOf(hosts);
    }
}
