// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The host aggregates, with Nova's refusals. Not thread-safe. */
public final class Aggregates {

    /** The zone of the hosts that are in no aggregate with a zone. */
    static final String DEFAULT_ZONE = "nova";

    private final Agenda agenda;
    private final List<Aggregate> aggregates = new ArrayList<>();

    Aggregates(Agenda agenda) {
        this.agenda = agenda;
    }

    public List<Aggregate> all() {
        return Collections.unmodifiableList(aggregates);
    }

    public Aggregate create(String name, @Nullable String zone) {
        if (find(name).isPresent()) {
            throw Refusal.conflict("Aggregate " + name + " already exists.");
        }
        Aggregate aggregate = new Aggregate(aggregates.size() + 1, name, zone, agenda.now());
        aggregates.add(aggregate);
        return aggregate;
    }

    public Aggregate addHost(int number, SimulatedHost host) {
        Aggregate aggregate =
                numbered(number).orElseThrow(() -> Refusal.notFound("Aggregate " + number + " could not be found."));
        Optional<String> zone = aggregate.zone();
        Optional<String> present = zoneByAggregate(host.name());
        if (zone.isPresent() && present.isPresent() && !zone.equals(present)) {
            throw Refusal.conflict("Cannot add host to aggregate " + number
                    + ". Reason: One or more hosts already in availability zone(s) ['" + present.get() + "'].");
        }
        if (aggregate.hosts().contains(host.name())) {
            throw Refusal.conflict("Aggregate " + number + " already has host " + host.name() + ".");
        }
        aggregate.add(host.name());
        return aggregate;
    }

    public Aggregate removeHost(int number, String host) {
        Aggregate aggregate = numbered(number).orElseThrow(() -> cannotRemove(host, number));
        if (!aggregate.remove(host)) {
            throw cannotRemove(host, number);
        }
        return aggregate;
    }

    public String zoneOf(String host) {
        return zoneByAggregate(host).orElse(DEFAULT_ZONE);
    }

    Optional<Aggregate> find(String name) {
        return aggregates.stream()
                .filter(aggregate -> aggregate.name().equals(name))
                .findFirst();
    }

    private Optional<String> zoneByAggregate(String host) {
        return aggregates.stream()
                .filter(aggregate -> aggregate.hosts().contains(host))
                .flatMap(aggregate -> aggregate.zone().stream())
                .findFirst();
    }

    private Optional<Aggregate> numbered(int number) {
        return aggregates.stream()
                .filter(aggregate -> aggregate.number() == number)
                .findFirst();
    }

    private static Refusal cannotRemove(String host, int number) {
        return Refusal.notFound("Cannot remove host " + host + " in aggregate " + number);
    }
}
