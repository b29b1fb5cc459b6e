// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.Host;
import io.migawari.controller.model.HostId;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.RecoveryMethod;
import io.migawari.controller.model.Segment;
import io.migawari.controller.model.SegmentId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The segments and their hosts, durable and shared by all controllers. Safe for any thread. Every method throws
 * {@link io.migawari.db.DatabaseException} when the database cannot do it; nothing was changed then.
 */
public interface Registry {

    /** What became of a change. */
    sealed interface Change<T> {

        record Done<T>(T value) implements Change<T> {}

        /** Another segment, or another host of any segment, has that name. */
        record NameTaken<T>() implements Change<T> {}

        record NotFound<T>() implements Change<T> {}

        /** An open incident depends on what would be changed. */
        record InUse<T>() implements Change<T> {}
    }

    /** A segment to be created. */
    record NewSegment(
            String name, RecoveryMethod method, String serviceType, boolean enabled, Optional<String> description) {

        /** As one that there is. */
        public static NewSegment like(Segment segment) {
            return new NewSegment(
                    segment.name(), segment.method(), segment.serviceType(), segment.enabled(), segment.description());
        }
    }

    /** A host to be created. */
    record NewHost(HostName name, String type, String controlAttributes, boolean reserved, boolean onMaintenance) {

        /** As one that there is. */
        public static NewHost like(Host host) {
            return new NewHost(
                    host.name(), host.type(), host.controlAttributes(), host.reserved(), host.onMaintenance());
        }
    }

    Change<Segment> create(NewSegment segment, Instant now);

    /** Replaces everything but the id. Allowed while an incident is open: the recovery takes it into account. */
    Change<Segment> update(SegmentId id, NewSegment segment, Instant now);

    /** Removes a segment and its hosts. */
    Change<Segment> delete(SegmentId id, Instant now);

    Optional<Segment> segment(SegmentId id);

    Optional<Segment> segmentByNumber(long number);

    /** Filters: recovery_method, service_type, enabled, name. */
    List<Segment> segments(ListRequest request) throws BadListRequestException;

    /** All segments, oldest first. */
    List<Segment> allSegments();

    Change<Host> create(SegmentId segment, NewHost host, Instant now);

    /** Replaces everything but the id. The name cannot be changed while an incident of the host is open. */
    Change<Host> update(HostId id, NewHost host, Instant now);

    Change<Host> delete(HostId id, Instant now);

    Optional<Host> host(HostId id);

    Optional<Host> hostByNumber(long number);

    Optional<Host> hostByName(HostName name);

    /** Filters: type, on_maintenance, reserved, name. */
    List<Host> hosts(SegmentId segment, ListRequest request) throws BadListRequestException;

    /** All hosts of all segments, oldest first. */
    List<Host> allHosts();

    /** All reserved hosts of all segments. */
    List<Host> reservedHosts();
}
