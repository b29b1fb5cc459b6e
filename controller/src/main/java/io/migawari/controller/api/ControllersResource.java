// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.controller.api.Router.Access;
import io.migawari.controller.store.Controllers;
import io.migawari.controller.store.Crew;
import java.util.Locale;

/** {@code /migawari/v1/controllers}: who of the controllers is there, and which open incident is whose. */
public final class ControllersResource implements Resource {

    private final Controllers controllers;

    public ControllersResource(Controllers controllers) {
        this.controllers = controllers;
    }

    @Override
    public void addTo(Router router) {
        router.add("GET", "/migawari/v1/controllers", Access.LOOK, call -> Reply.ok(view(controllers.crew())));
    }

    private static ObjectNode view(Crew crew) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("at", Times.write(crew.at()));
        ArrayNode members = json.putArray("controllers");
        crew.members()
                .forEach(member -> members.addObject()
                        .put("name", member.name())
                        .put("state", lower(crew.state(member).name()))
                        .put("version", member.version().isEmpty() ? null : member.version())
                        .put("run", member.run())
                        .put("started_at", Times.write(member.startedAt()))
                        .put("heard_at", Times.write(member.seenAt()))
                        .put("stopped_at", Times.write(member.stoppedAt()))
                        .put("incidents", member.leases()));
        ArrayNode incidents = json.putArray("incidents");
        crew.incidents().forEach(work -> incidents.add(view(crew, work)));
        ArrayNode problems = json.putArray("problems");
        crew.problems()
                .forEach(problem ->
                        problems.addObject().put("message", problem.what()).put("next_step", problem.nextStep()));
        return json;
    }

    private static ObjectNode view(Crew crew, Crew.Work work) {
        boolean isHeld = work.owner().isPresent();
        return JsonNodeFactory.instance
                .objectNode()
                .put("uuid", work.incident().toString())
                .put("kind", lower(work.kind()))
                .put("host", work.host().value())
                .put("segment", work.segment())
                .put("phase", lower(work.phase().name()))
                .put("controller", crew.holder(work).map(Crew.Member::name).orElse(null))
                .put("run", work.owner().orElse(null))
                .put("epoch", work.epoch())
                .put("lease_until", isHeld ? Times.write(work.until()) : null)
                .put("unowned_since", isHeld ? null : Times.write(work.until()));
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
