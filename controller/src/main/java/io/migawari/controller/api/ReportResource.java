// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import io.migawari.controller.api.Router.Access;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.Segment;
import io.migawari.controller.store.Audit;
import io.migawari.controller.store.Incidents;
import io.migawari.controller.store.Registry;
import io.migawari.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** {@code /migawari/v1/incidents/{incident}/report} and {@code …/decisions}: an incident for those who were not there. */
public final class ReportResource implements Resource {

    /** What was changed shortly before the report may have to do with it. */
    private static final Duration BEFORE = Duration.ofMinutes(10);

    private final Incidents incidents;
    private final Registry registry;
    private final Audit audit;
    private final Time time;

    public ReportResource(Incidents incidents, Registry registry, Audit audit, Time time) {
        this.incidents = incidents;
        this.registry = registry;
        this.audit = audit;
        this.time = time;
    }

    @Override
    public void addTo(Router router) {
        String one = "/migawari/v1/incidents/{incident}";
        router.add("GET", one + "/report", Access.LOOK, this::report)
                .add("GET", one + "/decisions", Access.LOOK, this::decisions);
    }

    private Reply report(Call call) throws ApiException {
        Incident incident = find(call);
        Instant now = time.now();
        Instant end = incident.closedAt().orElse(now);
        List<Incident> related = audit.related(incident.id()).stream()
                .flatMap(id -> incidents.find(id).stream())
                .toList();
        var material = new Report.Material(
                incident,
                registry.segment(incident.segment()).map(Segment::name),
                incidents.story(incident.id(), 0),
                audit.decisions(incident.id()),
                audit.milestones(incident.id()),
                audit.concerning(incident.id(), incident.openedAt().minus(BEFORE), end),
                related);
        return Reply.ok(ReportViews.report(Report.of(material, now)));
    }

    private Reply decisions(Call call) throws ApiException {
        return Reply.ok(ReportViews.decisions(audit.decisions(find(call).id())));
    }

    private Incident find(Call call) throws ApiException {
        String id = call.pathValue("incident");
        return Uuids.find(id)
                .flatMap(uuid -> incidents.find(new IncidentId(uuid)))
                .orElseThrow(() -> ApiException.notFound("No incident with id " + id + "."));
    }
}
