// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model.cloud;

import io.migawari.controller.model.ServerId;
import java.util.Set;

/**
 * A server group of Nova.
 *
 * @param members deleted ones may be among them
 */
public record ServerGroup(String name, Policy policy, Set<ServerId> members) {

    /** How strictly its members belong together or apart. */
    public enum Policy {
        /** All on one host. The host of an instance that is evacuated counts, so that it can go nowhere else. */
        AFFINITY,
        ANTI_AFFINITY,
        /** A wish (the soft policies), or one that this list lacks. */
        OTHER;

        public static Policy of(String name) {
            return switch (name) {
                case "affinity" -> AFFINITY;
                case "anti-affinity" -> ANTI_AFFINITY;
                default -> OTHER;
            };
        }
    }

    public ServerGroup {
        members = Set.copyOf(members);
    }
}
