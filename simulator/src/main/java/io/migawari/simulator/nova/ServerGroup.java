// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

import io.migawari.simulator.truth.Ids;
import java.util.Set;

/** A server group. */
public record ServerGroup(int number, String name, Policy policy, String project, Set<String> members) {

    /** The policies that the scheduler has to obey. */
    public enum Policy {
        AFFINITY,
        ANTI_AFFINITY;

        /** As the API writes it. */
        public String novaName() {
            return this == AFFINITY ? "affinity" : "anti-affinity";
        }
    }

    public ServerGroup {
        members = Set.copyOf(members);
    }

    public String id() {
        return Ids.uuid("server-group", number);
    }
}
