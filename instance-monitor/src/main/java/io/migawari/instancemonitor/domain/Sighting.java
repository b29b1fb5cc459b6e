// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor.domain;

import java.util.List;

/** What one look at the hypervisor has shown. */
public sealed interface Sighting {

    /** All domains, the inactive ones as well. */
    record Domains(List<Seen> all) implements Sighting {
        public Domains {
            all = List.copyOf(all);
        }
    }

    /** Nothing can be said about any domain. */
    record CannotSee(String why) implements Sighting {}

    /** @param words the state as libvirt says it, with its numbers */
    record Seen(Domain domain, Sign sign, String words) {}
}
