// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All that there are, as without any settings, for what matters about their routes only: they are never asked anything. */
final class EveryResource {

    private static final List<Resource> OTHERS = List.of(
            new VersionsResource(),
            new HealthResource(null, null),
            new MetricsResource(null),
            new SegmentsResource(null, null, null),
            new HostsResource(null, null, null, null),
            new ReservedHostsResource(null, null, null, null),
            new NotificationsResource(null, null, null, null),
            new ExtensionsResource(),
            new SignOfLifeResource(null),
            new MayStartResource(null, null, null),
            new IncidentsResource(null, null, null, null),
            new EventsResource(null),
            new OldMonitorsResource(Optional.empty(), null),
            new ReportResource(null, null, null, null),
            new OperationsResource(null, null, null, null),
            new PausesResource(null, null, null, null, null),
            new FencingResource(null, null, null),
            new ForesightResource(null, null, null, null),
            new AlertsResource(null, null),
            new ControllersResource(null),
            new AuditResource(null));

    static final List<Resource> ALL = Stream.concat(OTHERS.stream(), Stream.of(new OpenApiResource(OTHERS)))
            .toList();

    private EveryResource() {}

    static Router router() {
        var router = new Router();
        ALL.forEach(resource -> resource.addTo(router));
        return router;
    }
}
