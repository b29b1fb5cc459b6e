// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.store;

import io.migawari.controller.model.Host;
import io.migawari.controller.model.HostId;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Segment;
import io.migawari.controller.model.SegmentId;
import io.migawari.controller.store.ListRequest;
import io.migawari.controller.store.Registry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** {@link Registry} in memory, to be looked into; a scenario makes its segments and hosts itself. */
public final class MemoryRegistry implements Registry {

    private final MemoryStore store;

    public MemoryRegistry(MemoryStore store) {
        this.store = store;
    }

    private static UnsupportedOperationException notHere() {
        return new UnsupportedOperationException("nobody administers a simulation over the API");
    }

    @Override
    public Change<Segment> create(NewSegment segment, Instant now) {
        throw notHere();
    }

    @Override
    public Change<Segment> update(SegmentId id, NewSegment segment, Instant now) {
        throw notHere();
    }

    @Override
    public Change<Segment> delete(SegmentId id, Instant now) {
        throw notHere();
    }

    @Override
    public Optional<Segment> segment(SegmentId id) {
        store.beReached();
        return Optional.ofNullable(store.segments.get(id));
    }

    @Override
    public Optional<Segment> segmentByNumber(long number) {
        return allSegments().stream()
                .filter(segment -> segment.number() == number)
                .findFirst();
    }

    @Override
    public List<Segment> segments(ListRequest request) {
        return allSegments();
    }

    @Override
    public List<Segment> allSegments() {
        store.beReached();
        return List.copyOf(store.segments.values());
    }

    @Override
    public Change<Host> create(SegmentId segment, NewHost host, Instant now) {
        throw notHere();
    }

    @Override
    public Change<Host> update(HostId id, NewHost host, Instant now) {
        throw notHere();
    }

    @Override
    public Change<Host> delete(HostId id, Instant now) {
        throw notHere();
    }

    @Override
    public Optional<Host> host(HostId id) {
        store.beReached();
        return Optional.ofNullable(store.hosts.get(id));
    }

    @Override
    public Optional<Host> hostByNumber(long number) {
        return allHosts().stream().filter(host -> host.number() == number).findFirst();
    }

    @Override
    public Optional<Host> hostByName(HostName name) {
        store.beReached();
        return store.host(name);
    }

    @Override
    public List<Host> hosts(SegmentId segment, ListRequest request) {
        return allHosts().stream()
                .filter(host -> host.segment().equals(segment))
                .toList();
    }

    @Override
    public List<Host> allHosts() {
        store.beReached();
        return List.copyOf(store.hosts.values());
    }

    @Override
    public List<Host> reservedHosts() {
        return allHosts().stream().filter(Host::reserved).toList();
    }
}
