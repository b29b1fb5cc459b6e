// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

import io.migawari.simulator.truth.Ids;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A host aggregate; with a zone, its hosts are in that availability zone. Not thread-safe. */
public final class Aggregate {

    private final int number;
    private final String name;
    private final @Nullable String zone;
    private final Instant createdAt;
    private final List<String> hosts = new ArrayList<>();

    Aggregate(int number, String name, @Nullable String zone, Instant createdAt) {
        this.number = number;
        this.name = name;
        this.zone = zone;
        this.createdAt = createdAt;
    }

    public int number() {
        return number;
    }

    public String id() {
        return Ids.uuid("aggregate", number);
    }

    public String name() {
        return name;
    }

    public Optional<String> zone() {
        return Optional.ofNullable(zone);
    }

    public Instant createdAt() {
        return createdAt;
    }

    public List<String> hosts() {
        return Collections.unmodifiableList(hosts);
    }

    void add(String host) {
        hosts.add(host);
    }

    boolean remove(String host) {
        return hosts.remove(host);
    }
}
