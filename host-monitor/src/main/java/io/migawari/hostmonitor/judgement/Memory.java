// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor.judgement;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the judge knows from earlier sightings, by host. Immutable.
 *
 * @param facts what was told last about each host, by this process or one before it
 * @param losses hosts that are being lost without fencing, and how many equal sightings have shown it
 */
public record Memory(Map<String, HostFact> facts, Map<String, Loss> losses) {

    /** @param since the first of the sightings in a row */
    public record Loss(Instant since, int sightings) {}

    public static final Memory EMPTY = new Memory(Map.of(), Map.of());

    public Memory {
        facts = Collections.unmodifiableMap(new TreeMap<>(facts));
        losses = Collections.unmodifiableMap(new TreeMap<>(losses));
    }

    public static Memory of(Map<String, HostFact> facts) {
        return new Memory(facts, Map.of());
    }

    /** The same rows of sightings, with other facts. */
    public Memory with(Map<String, HostFact> others) {
        return new Memory(others, losses);
    }

    public Optional<HostFact> fact(String host) {
        return Optional.ofNullable(facts.get(host));
    }

    Optional<Loss> loss(String host) {
        return Optional.ofNullable(losses.get(host));
    }
}
