// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.controller.api.Router.Access;
import io.migawari.controller.model.RecoveryMethod;
import io.migawari.controller.model.Segment;
import io.migawari.controller.model.SegmentId;
import io.migawari.controller.store.BadListRequestException;
import io.migawari.controller.store.Registry;
import io.migawari.controller.store.Registry.Change;
import io.migawari.controller.store.Registry.NewSegment;
import io.migawari.time.Time;
import java.util.Optional;

/** {@code /v1/segments}. */
public final class SegmentsResource implements Resource {

    private final Registry registry;
    private final Runnable wakeRecovery;
    private final Time time;

    public SegmentsResource(Registry registry, Runnable wakeRecovery, Time time) {
        this.registry = registry;
        this.wakeRecovery = wakeRecovery;
        this.time = time;
    }

    @Override
    public void addTo(Router router) {
        router.add("GET", "/v1/segments", Access.INVENTORY, this::list)
                .add("POST", "/v1/segments", Access.ADMIN, this::create)
                .add("GET", "/v1/segments/{segment}", Access.INVENTORY, call -> Reply.ok(wrapped(find(call))))
                .add("PUT", "/v1/segments/{segment}", Access.ADMIN, this::update)
                .add("DELETE", "/v1/segments/{segment}", Access.ADMIN, this::delete);
    }

    private Reply list(Call call) throws ApiException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode segments = body.putArray("segments");
        try {
            registry.segments(call.listRequest()).forEach(segment -> segments.add(Views.segment(segment)));
        } catch (BadListRequestException e) {
            throw ApiException.badRequest(e.words());
        }
        return Reply.ok(body);
    }

    private Reply create(Call call) throws ApiException {
        Fields fields = Fields.under("segment", call.json());
        var segment = new NewSegment(
                fields.name("name"),
                fields.choice("recovery_method", RecoveryMethod.class),
                fields.name("service_type"),
                !call.version().canDisableSegments() || fields.flag("enabled", true),
                fields.findProse("description"));
        fields.refuseUnknown();
        return Reply.of(201, wrapped(done(registry.create(segment, time.now()), segment.name(), "")));
    }

    private Reply update(Call call) throws ApiException {
        Segment before = find(call);
        Fields fields = Fields.under("segment", call.json());
        fields.requireOne();
        var segment = new NewSegment(
                fields.has("name") ? fields.name("name") : before.name(),
                fields.has("recovery_method")
                        ? fields.choice("recovery_method", RecoveryMethod.class)
                        : before.method(),
                fields.has("service_type") ? fields.name("service_type") : before.serviceType(),
                call.version().canDisableSegments() ? fields.flag("enabled", before.enabled()) : before.enabled(),
                fields.has("description") ? fields.findProse("description") : before.description());
        fields.refuseUnknown();
        if (segment.equals(NewSegment.like(before))) {
            return Reply.ok(wrapped(before));
        }
        return Reply.ok(wrapped(done(registry.update(before.id(), segment, time.now()), segment.name(), "updated")));
    }

    private Reply delete(Call call) throws ApiException {
        Segment segment = find(call);
        done(registry.delete(segment.id(), time.now()), segment.id().toString(), "deleted");
        return Reply.noContent();
    }

    /** A recovery may be waiting for just this change. */
    private Segment done(Change<Segment> change, String subject, String verb) throws ApiException {
        if (change instanceof Change.Done<Segment> done) {
            wakeRecovery.run();
            return done.value();
        }
        if (change instanceof Change.NameTaken<Segment>) {
            throw ApiException.conflict("Failover segment with name " + subject + " already exists.");
        }
        if (change instanceof Change.InUse<Segment>) {
            throw ApiException.conflict("Failover segment (" + subject + ") can't be " + verb
                    + " as it is in-use to process notifications.");
        }
        if (change instanceof Change.NotFound<Segment>) {
            throw ApiException.notFound("No failover segment with id " + subject + ".");
        }
        throw new AssertionError(change);
    }

    private Segment find(Call call) throws ApiException {
        return find(registry, call.pathValue("segment"));
    }

    /** By UUID, or by the integer id, which openstacksdk puts into URLs. */
    static Segment find(Registry registry, String id) throws ApiException {
        Optional<Segment> segment = id.matches("\\d{1,9}")
                ? registry.segmentByNumber(Long.parseLong(id))
                : Uuids.find(id).flatMap(uuid -> registry.segment(new SegmentId(uuid)));
        return segment.orElseThrow(() -> ApiException.notFound("No failover segment with id " + id + "."));
    }

    private static ObjectNode wrapped(Segment segment) {
        return JsonNodeFactory.instance.objectNode().set("segment", Views.segment(segment));
    }
}
