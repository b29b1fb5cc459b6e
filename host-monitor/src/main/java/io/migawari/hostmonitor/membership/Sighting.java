// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor.membership;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What one look at the membership layer has shown. */
public sealed interface Sighting {

    /**
     * The membership layer has told about all hosts.
     *
     * @param self our own name in it
     * @param quorate whether our side may decide; without that, everything here is only what a minority believes
     * @param fencingEnabled whether the cluster makes sure of what it calls dead
     * @param handsOff whether a person has told the cluster to keep its hands off (cluster-wide maintenance)
     * @param hosts by their names in it
     */
    record Partition(
            String self, boolean quorate, boolean fencingEnabled, boolean handsOff, Map<String, SeenHost> hosts)
            implements Sighting {

        public Partition {
            hosts = java.util.Collections.unmodifiableMap(new TreeMap<>(hosts));
        }

        public Optional<SeenHost> host(String name) {
            return Optional.ofNullable(hosts.get(name));
        }
    }

    /** Nothing can be said about anybody. */
    record CannotSee(String why) implements Sighting {}
}
