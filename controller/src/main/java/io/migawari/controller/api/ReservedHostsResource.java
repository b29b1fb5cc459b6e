// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.controller.api.Router.Access;
import io.migawari.controller.model.Host;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Segment;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.store.Registry;
import io.migawari.controller.store.Registry.Change;
import io.migawari.controller.store.Registry.NewHost;
import io.migawari.time.Time;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * {@code /migawari/v1/reserved-hosts}: spares, registered and prepared in one go. A reserved host is a host of a segment
 * whose nova-compute is disabled, so that Nova puts nothing there before it is needed.
 */
public final class ReservedHostsResource implements Resource {

    private static final Logger log = LoggerFactory.getLogger(ReservedHostsResource.class);
    private static final String REASON = "Migawari: reserved host";

    private final Registry registry;
    private final NovaHosts nova;
    private final Runnable wakeRecovery;
    private final Time time;

    public ReservedHostsResource(Registry registry, NovaHosts nova, Runnable wakeRecovery, Time time) {
        this.registry = registry;
        this.nova = nova;
        this.wakeRecovery = wakeRecovery;
        this.time = time;
    }

    @Override
    public void addTo(Router router) {
        String all = "/migawari/v1/reserved-hosts";
        router.add("GET", all, Access.LOOK, this::list)
                .add("POST", all, Access.ADMIN, this::add)
                .add("PUT", all + "/{host}", Access.ADMIN, this::update)
                .add("DELETE", all + "/{host}", Access.ADMIN, this::remove);
    }

    private Reply list(Call call) throws ApiException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode all = body.putArray("reserved_hosts");
        for (Host host : registry.reservedHosts()) {
            all.add(view(host));
        }
        return Reply.ok(body);
    }

    private Reply add(Call call) throws ApiException, InterruptedException {
        Fields fields = Fields.under("reserved_host", call.json());
        Segment segment = SegmentsResource.find(registry, fields.name("segment"));
        HostName name = hostName(fields);
        fields.refuseUnknown();

        ComputeService service = nova.require(name);
        Optional<Host> known = registry.hostByName(name);
        if (known.isPresent() && !known.get().segment().equals(segment.id())) {
            throw ApiException.conflict("Host " + name + " belongs to another segment.");
        }
        int instances = nova.serversOn(name).size();
        if (instances > 0) {
            throw ApiException.conflict("Host " + name + " has " + instances
                    + " instances; a reserved host has to be empty. Move them away first.");
        }
        if (service.enabled()) {
            nova.carryOut(new Step.DisableService(name, REASON));
        }
        Change<Host> change = known.isPresent()
                ? registry.update(known.get().id(), reserved(known.get(), true), time.now())
                : registry.create(segment.id(), new NewHost(name, "COMPUTE", "none", true, false), time.now());
        Host added = done(change, name);
        told(call, added).log("Reserved host added");
        return reply(added, 201);
    }

    private Reply update(Call call) throws ApiException {
        Host host = find(call);
        Fields fields = Fields.under("reserved_host", call.json());
        boolean onMaintenance = fields.flag("on_maintenance");
        fields.refuseUnknown();
        var changed = new NewHost(host.name(), host.type(), host.controlAttributes(), true, onMaintenance);
        Host updated = done(registry.update(host.id(), changed, time.now()), host.name());
        told(call, updated).log("Reserved host changed");
        return reply(updated, 200);
    }

    /** It becomes a host like others; with {@code ?enable=true} Nova may use it from now on. */
    private Reply remove(Call call) throws ApiException, InterruptedException {
        Host host = find(call);
        boolean enable = call.parameter("enable").map(Boolean::parseBoolean).orElse(false);
        Host updated = done(registry.update(host.id(), reserved(host, false), time.now()), host.name());
        if (enable) {
            nova.carryOut(new Step.EnableService(host.name()));
        }
        told(call, updated).addKeyValue("enabled", enable).log("Reserved host removed");
        return reply(updated, 200);
    }

    private static LoggingEventBuilder told(Call call, Host host) {
        return log.atInfo().addKeyValue("host", host.name()).addKeyValue("by", call.caller());
    }

    private Reply reply(Host host, int status) throws ApiException {
        return Reply.of(status, JsonNodeFactory.instance.objectNode().set("reserved_host", view(host)));
    }

    private static NewHost reserved(Host host, boolean reserved) {
        return new NewHost(host.name(), host.type(), host.controlAttributes(), reserved, host.onMaintenance());
    }

    /** A recovery may be waiting for just this change. */
    private Host done(Change<Host> change, HostName name) throws ApiException {
        if (change instanceof Change.Done<Host> done) {
            wakeRecovery.run();
            return done.value();
        }
        throw ApiException.conflict("Host " + name + " was changed by somebody else meanwhile; look again.");
    }

    private static HostName hostName(Fields fields) throws ApiException {
        String name = fields.name("host");
        if (!HostName.isValid(name)) {
            throw ApiException.badRequest("Compute service with name " + name + " could not be found.");
        }
        return new HostName(name);
    }

    private Host find(Call call) throws ApiException {
        String name = call.pathValue("host");
        return Optional.of(name)
                .filter(HostName::isValid)
                .flatMap(valid -> registry.hostByName(new HostName(valid)))
                .filter(Host::reserved)
                .orElseThrow(() -> ApiException.notFound("No reserved host with name " + name + "."));
    }

    private ObjectNode view(Host host) throws ApiException {
        Segment segment = registry.segment(host.segment())
                .orElseThrow(() -> ApiException.notFound("No failover segment with id " + host.segment() + "."));
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("host", host.name().value());
        json.put("uuid", host.id().toString());
        json.put("segment", segment.name());
        json.put("segment_uuid", segment.id().toString());
        json.put("reserved", host.reserved());
        json.put("on_maintenance", host.onMaintenance());
        json.put("created_at", Times.write(host.createdAt()));
        json.put("updated_at", Times.write(host.updatedAt()));
        return json;
    }
}
