// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.fencing;

import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/** What a device says about the machine that it belongs to. */
sealed interface Identity {

    /**
     * @param shown how it is shown and remembered
     * @param meanings makers do not agree in which order a UUID's bytes are sent; it is one of these
     */
    record Told(String shown, Set<UUID> meanings) implements Identity {

        public Told {
            meanings = Set.copyOf(meanings);
        }
    }

    /** It cannot tell, or tells what its maker says of every machine. */
    record Nothing() implements Identity {}

    /** It did not tell this time. */
    record Unreadable(Trouble why) implements Identity {}

    /** What some boards say whose maker has not given them a UUID. */
    Set<String> OF_NO_MACHINE = Set.of(
            "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
            "03000200-0400-0500-0006-000700080009",
            "12345678-1234-5678-90ab-cddeefaabbcc");

    static Identity of(UUID uuid) {
        return of(uuid, Set.of(uuid));
    }

    static Identity of(UUID shown, Set<UUID> meanings) {
        boolean ofNoMachine = meanings.stream()
                .map(uuid -> uuid.toString().toLowerCase(Locale.ROOT))
                .anyMatch(OF_NO_MACHINE::contains);
        return ofNoMachine ? new Nothing() : new Told(shown.toString(), meanings);
    }
}
