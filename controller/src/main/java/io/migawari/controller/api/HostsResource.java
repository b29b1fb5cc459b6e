// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.controller.api.Router.Access;
import io.migawari.controller.model.Host;
import io.migawari.controller.model.HostId;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Segment;
import io.migawari.controller.store.BadListRequestException;
import io.migawari.controller.store.Registry;
import io.migawari.controller.store.Registry.Change;
import io.migawari.controller.store.Registry.NewHost;
import io.migawari.time.Time;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code /v1/segments/SEGMENT/hosts}. */
public final class HostsResource implements Resource {

    private static final Pattern TYPE = Pattern.compile("[a-zA-Z0-9]*");
    private static final int LONGEST_TYPE = 255;
    private static final int LONGEST_CONTROL_ATTRIBUTES = 65535;

    private final Registry registry;
    private final NovaHosts nova;
    private final Runnable wakeRecovery;
    private final Time time;

    public HostsResource(Registry registry, NovaHosts nova, Runnable wakeRecovery, Time time) {
        this.registry = registry;
        this.nova = nova;
        this.wakeRecovery = wakeRecovery;
        this.time = time;
    }

    @Override
    public void addTo(Router router) {
        String all = "/v1/segments/{segment}/hosts";
        router.add("GET", all, Access.INVENTORY, this::list)
                .add("POST", all, Access.ADMIN, this::create)
                .add("GET", all + "/{host}", Access.INVENTORY, call -> Reply.ok(wrapped(find(call), segment(call))))
                .add("PUT", all + "/{host}", Access.ADMIN, this::update)
                .add("DELETE", all + "/{host}", Access.ADMIN, this::delete);
    }

    private Reply list(Call call) throws ApiException {
        Segment segment = segment(call);
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode hosts = body.putArray("hosts");
        try {
            registry.hosts(segment.id(), call.listRequest()).forEach(host -> hosts.add(Views.host(host, segment)));
        } catch (BadListRequestException e) {
            throw ApiException.badRequest(e.words());
        }
        return Reply.ok(body);
    }

    private Reply create(Call call) throws ApiException, InterruptedException {
        Segment segment = segment(call);
        Fields fields = Fields.under("host", call.json());
        var host = new NewHost(
                hostName(fields),
                fields.matching("type", TYPE, 0, LONGEST_TYPE),
                fields.text("control_attributes", 0, LONGEST_CONTROL_ATTRIBUTES),
                fields.flag("reserved", false),
                fields.flag("on_maintenance", false));
        fields.refuseUnknown();
        nova.require(host.name());
        return Reply.of(
                201,
                wrapped(
                        done(
                                registry.create(segment.id(), host, time.now()),
                                host.name().value(),
                                ""),
                        segment));
    }

    private Reply update(Call call) throws ApiException, InterruptedException {
        Segment segment = segment(call);
        Host before = find(call);
        Fields fields = Fields.under("host", call.json());
        fields.requireOne();
        var host = new NewHost(
                fields.has("name") ? hostName(fields) : before.name(),
                fields.has("type") ? fields.matching("type", TYPE, 0, LONGEST_TYPE) : before.type(),
                fields.has("control_attributes")
                        ? fields.text("control_attributes", 0, LONGEST_CONTROL_ATTRIBUTES)
                        : before.controlAttributes(),
                fields.flag("reserved", before.reserved()),
                fields.flag("on_maintenance", before.onMaintenance()));
        fields.refuseUnknown();
        if (host.equals(NewHost.like(before))) {
            return Reply.ok(wrapped(before, segment));
        }
        if (!host.name().equals(before.name())) {
            nova.require(host.name());
        }
        return Reply.ok(wrapped(
                done(registry.update(before.id(), host, time.now()), host.name().value(), "updated"), segment));
    }

    private Reply delete(Call call) throws ApiException {
        Host host = find(call);
        done(registry.delete(host.id(), time.now()), host.id().toString(), "deleted");
        return Reply.noContent();
    }

    private static HostName hostName(Fields fields) throws ApiException {
        String name = fields.name("name");
        if (!HostName.isValid(name)) {
            throw ApiException.badRequest("Compute service with name " + name + " could not be found.");
        }
        return new HostName(name);
    }

    /** A recovery may be waiting for just this change. */
    private Host done(Change<Host> change, String subject, String verb) throws ApiException {
        if (change instanceof Change.Done<Host> done) {
            wakeRecovery.run();
            return done.value();
        }
        if (change instanceof Change.NameTaken<Host>) {
            throw ApiException.conflict("Host with name " + subject + " already exists.");
        }
        if (change instanceof Change.InUse<Host>) {
            throw ApiException.conflict(
                    "Host " + subject + " can't be " + verb + " as it is in-use to process notifications.");
        }
        if (change instanceof Change.NotFound<Host>) {
            throw ApiException.notFound("No host with id " + subject + ".");
        }
        throw new AssertionError(change);
    }

    private Segment segment(Call call) throws ApiException {
        return SegmentsResource.find(registry, call.pathValue("segment"));
    }

    private Host find(Call call) throws ApiException {
        Segment segment = segment(call);
        String id = call.pathValue("host");
        Optional<Host> host = id.matches("\\d{1,9}")
                ? registry.hostByNumber(Long.parseLong(id))
                : Uuids.find(id).flatMap(uuid -> registry.host(new HostId(uuid)));
        boolean couldBeOne = host.isPresent() || Uuids.find(id).isPresent();
        return host.filter(found -> found.segment().equals(segment.id()))
                .orElseThrow(() -> ApiException.notFound(
                        couldBeOne
                                ? "Host '" + id + "' under failover_segment '" + segment.id() + "' could not be found."
                                : "No host with id " + id + "."));
    }

    private static ObjectNode wrapped(Host host, Segment segment) {
        return JsonNodeFactory.instance.objectNode().set("host", Views.host(host, segment));
    }
}
