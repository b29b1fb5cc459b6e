// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.cloud;

import io.migawari.simulator.truth.Guest;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the ledger says at one moment.
 *
 * @param guests by server, then by host
 * @param doubles the servers whose guest runs on more than one host
 * @param everRanTwice the servers for which that was ever so
 * @param withoutTheirVolume the running guests of which a volume is not exported to their host
 */
public record LedgerReading(
        List<Guest> guests, Set<String> doubles, Set<String> everRanTwice, List<Guest> withoutTheirVolume) {

    public LedgerReading {
        guests = List.copyOf(guests);
        doubles = Set.copyOf(doubles);
        everRanTwice = Set.copyOf(everRanTwice);
        withoutTheirVolume = List.copyOf(withoutTheirVolume);
    }

    /** The hosts on which a server's guest runs. */
    public List<String> runsOn(String server) {
        return guests.stream()
                .filter(guest -> guest.running() && guest.server().equals(server))
                .map(Guest::host)
                .toList();
    }

    /** The guest of a server on a host, running or not. */
    public Optional<Guest> guest(String server, String host) {
        return guests.stream()
                .filter(guest -> guest.server().equals(server) && guest.host().equals(host))
                .findFirst();
    }
}
