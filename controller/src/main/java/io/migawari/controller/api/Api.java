// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import io.migawari.config.ApiSettings;
import io.migawari.controller.alert.AlertDesk;
import io.migawari.controller.cloud.Cloud;
import io.migawari.controller.cloud.Identity;
import io.migawari.controller.doctor.Examination;
import io.migawari.controller.fencing.DeviceWatch;
import io.migawari.controller.fencing.FenceAgents;
import io.migawari.controller.foresight.Foresight;
import io.migawari.controller.foresight.Surveyor;
import io.migawari.controller.intake.Intake;
import io.migawari.controller.intake.Pulse;
import io.migawari.controller.ops.CloudWatch;
import io.migawari.controller.ops.Metrics;
import io.migawari.controller.ops.Readiness;
import io.migawari.controller.store.Alerts;
import io.migawari.controller.store.Audit;
import io.migawari.controller.store.Incidents;
import io.migawari.controller.store.Notifications;
import io.migawari.controller.store.Pauses;
import io.migawari.controller.store.Registry;
import io.migawari.time.Time;
import java.time.Duration;
import java.util.function.Supplier;

/** All resources behind one server. */
public final class Api {

    private Api() {}

    /**
     * @param callPatience how long a call of the cloud may take that a request depends on
     * @param wakeRecovery called when a person has said or changed something that a recovery may be waiting for
     * @return a server that is not started yet
     */
    public static ApiServer server(
            ApiSettings settings,
            Registry registry,
            Notifications notifications,
            Incidents incidents,
            Pauses pauses,
            Intake intake,
            Pulse pulse,
            Cloud cloud,
            Identity identity,
            Surveyor surveyor,
            Supplier<Foresight> foresight,
            Examination examination,
            Readiness readiness,
            CloudWatch watch,
            Audit audit,
            Alerts alerts,
            AlertDesk alertDesk,
            Metrics metrics,
            FenceAgents fencing,
            DeviceWatch devices,
            Duration callPatience,
            Runnable wakeRecovery,
            Time time) {
        var router = new Router();
        var nova = new NovaHosts(cloud, callPatience);
        new VersionsResource().addTo(router);
        new HealthResource(readiness, watch).addTo(router);
        new SegmentsResource(registry, wakeRecovery, time).addTo(router);
        new HostsResource(registry, nova, wakeRecovery, time).addTo(router);
        new NotificationsResource(intake, notifications).addTo(router);
        new IncidentsResource(incidents, notifications, wakeRecovery, time).addTo(router);
        new PausesResource(pauses, registry, incidents, wakeRecovery, time).addTo(router);
        new SignOfLifeResource(pulse).addTo(router);
        new ForesightResource(registry, surveyor, foresight, examination).addTo(router);
        new ReportResource(incidents, registry, audit, time).addTo(router);
        new AuditResource(audit).addTo(router);
        new AlertsResource(alerts, alertDesk).addTo(router);
        new MetricsResource(metrics).addTo(router);
        new ReservedHostsResource(registry, nova, wakeRecovery, time).addTo(router);
        new FencingResource(fencing, devices, wakeRecovery).addTo(router);
        return new ApiServer(
                settings,
                router,
                new Authenticator(settings.authentication(), identity, time),
                new AuditTrail(audit, time),
                metrics);
    }
}
