// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.controller.api.Router.Access;
import io.migawari.controller.decision.StartOrder;
import io.migawari.controller.model.Host;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.store.Incidents;
import io.migawari.controller.store.Operations;
import io.migawari.controller.store.Registry;
import java.util.Optional;

/**
 * {@code /migawari/v1/hosts/{host}/may-start}: whether nova-compute may start on a host that is back. It tells a host about itself
 * and names no instance, so that monitors may ask it, who may not look at incidents.
 */
public final class MayStartResource implements Resource {

    private final Registry registry;
    private final Incidents incidents;
    private final Operations operations;

    public MayStartResource(Registry registry, Incidents incidents, Operations operations) {
        this.registry = registry;
        this.incidents = incidents;
        this.operations = operations;
    }

    @Override
    public void addTo(Router router) {
        router.add("GET", "/migawari/v1/hosts/{host}/may-start", Access.MONITOR, this::answer);
    }

    /** An unknown host is a 400, as in a sign of life: a 404 tells a monitor that we are no Migawari. */
    private Reply answer(Call call) throws ApiException {
        String name = call.pathValue("host");
        Optional<HostName> host =
                HostName.isValid(name) ? registry.hostByName(new HostName(name)).map(Host::name) : Optional.empty();
        if (host.isEmpty()) {
            throw ApiException.badRequest("Host with name " + name + " could not be found.");
        }
        StartOrder order =
                StartOrder.of(host.get(), incidents.openFailureOf(host.get()), operations.evacuating(host.get()));
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putObject("may_start")
                .put("host", host.get().value())
                .put("answer", order.mayStart())
                .put("incident_uuid", order.incident().map(IncidentId::toString).orElse(null))
                .put("message", order.words());
        return Reply.ok(body);
    }
}
