// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller;

import io.migawari.config.ApiSettings.Authentication;
import io.migawari.config.ControllerSettings;
import io.migawari.controller.alert.AlertDesk;
import io.migawari.controller.api.AlertsResource;
import io.migawari.controller.api.ApiServer;
import io.migawari.controller.api.AuditResource;
import io.migawari.controller.api.ControllersResource;
import io.migawari.controller.api.EventFeed;
import io.migawari.controller.api.EventsResource;
import io.migawari.controller.api.ExtensionsResource;
import io.migawari.controller.api.FencingResource;
import io.migawari.controller.api.ForesightResource;
import io.migawari.controller.api.HealthResource;
import io.migawari.controller.api.HostsResource;
import io.migawari.controller.api.IncidentsResource;
import io.migawari.controller.api.MayStartResource;
import io.migawari.controller.api.MetricsResource;
import io.migawari.controller.api.NotificationsResource;
import io.migawari.controller.api.NovaHosts;
import io.migawari.controller.api.OldMonitorsResource;
import io.migawari.controller.api.OperationsResource;
import io.migawari.controller.api.PausesResource;
import io.migawari.controller.api.ReportResource;
import io.migawari.controller.api.ReservedHostsResource;
import io.migawari.controller.api.SegmentsResource;
import io.migawari.controller.api.SignOfLifeResource;
import io.migawari.controller.api.VersionsResource;
import io.migawari.controller.cloud.OpenStackCloud;
import io.migawari.controller.doctor.Examination;
import io.migawari.controller.fencing.DeviceWatch;
import io.migawari.controller.fencing.FenceAgents;
import io.migawari.controller.fencing.Sight;
import io.migawari.controller.foresight.ForesightWatch;
import io.migawari.controller.foresight.Surveyor;
import io.migawari.controller.intake.Intake;
import io.migawari.controller.intake.Pulse;
import io.migawari.controller.model.Alert;
import io.migawari.controller.model.Host;
import io.migawari.controller.operation.OperationsRunner;
import io.migawari.controller.operation.OrderDesk;
import io.migawari.controller.ops.CloudWatch;
import io.migawari.controller.ops.FigureCollector;
import io.migawari.controller.ops.HistoryKeeper;
import io.migawari.controller.ops.Metrics;
import io.migawari.controller.ops.Readiness;
import io.migawari.controller.recovery.Recoveries;
import io.migawari.controller.store.DatabaseClock;
import io.migawari.controller.store.MariaDbAlerts;
import io.migawari.controller.store.MariaDbAttestations;
import io.migawari.controller.store.MariaDbAudit;
import io.migawari.controller.store.MariaDbControllers;
import io.migawari.controller.store.MariaDbEventLog;
import io.migawari.controller.store.MariaDbFigures;
import io.migawari.controller.store.MariaDbIncidents;
import io.migawari.controller.store.MariaDbNotifications;
import io.migawari.controller.store.MariaDbOperations;
import io.migawari.controller.store.MariaDbPauses;
import io.migawari.controller.store.MariaDbRegistry;
import io.migawari.controller.store.MariaDbSignsOfLife;
import io.migawari.db.Database;
import io.migawari.db.Purge;
import io.migawari.db.Schema;
import io.migawari.systemd.Systemd;
import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The controller: everything wired together, started and stopped in order. */
public final class ControllerDaemon implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ControllerDaemon.class);

    /** What is still at work after this is left to the end of the process; there is a second left for closing the database. */
    private static final Duration LONGEST_STOP = Duration.ofSeconds(4);

    /** Work is looked for each second; what has not done so for this long, and the database's time-outs, hangs. */
    private static final Duration LONGEST_TURN = Duration.ofSeconds(20);

    private final Database database;
    private final Database leaseDatabase;
    private final SchemaCheck schemaCheck;
    private final Readiness readiness;
    private final CloudWatch watch;
    private final DeviceWatch devices;
    private final Recoveries recoveries;
    private final OperationsRunner operations;
    private final ForesightWatch foresight;
    private final HistoryKeeper history;
    private final AlertDesk alertDesk;
    private final EventFeed events;
    private final Metrics metrics;
    private final ApiServer api;
    private final Duration longestTurn;
    private final Time time;

    public ControllerDaemon(ControllerSettings settings, Time time) {
        this.time = time;
        // A database that hangs is waited out: for a connection, and for the statements of one look.
        this.longestTurn = LONGEST_TURN.plus(settings.database()
                .connectTimeout()
                .plus(settings.database().queryTimeout())
                .multipliedBy(4));
        this.database = Database.open(settings.database(), "database");
        // However many requests and passes wait for a connection, the leases are renewed in time.
        this.leaseDatabase = Database.open(settings.database().withPoolSize(2), "leases");
        var schema = new Schema(database);
        this.schemaCheck = new SchemaCheck(schema, time);
        this.readiness = new Readiness(schema);
        Duration patience = settings.openStack().callTimeout();
        var cloud = new OpenStackCloud(settings.openStack(), time);
        var incidents = new MariaDbIncidents(database);
        var notifications = new MariaDbNotifications(database);
        var registry = new MariaDbRegistry(database);
        var fencing = new FenceAgents(settings.fencing(), new MariaDbAttestations(database), time);
        this.watch = new CloudWatch(cloud, patience, time);
        var alerts = new MariaDbAlerts(database);
        this.recoveries = new Recoveries(
                settings.name(),
                incidents,
                new MariaDbIncidents(leaseDatabase),
                new MariaDbControllers(leaseDatabase, version()),
                cloud,
                fencing,
                settings.recovery(),
                patience,
                time);
        var operationStore = new MariaDbOperations(database);
        this.operations = new OperationsRunner(
                settings.name(),
                operationStore,
                new MariaDbOperations(leaseDatabase),
                cloud,
                cloud.migrations(),
                cloud.zoneMoves(),
                fencing,
                settings.operations(),
                patience,
                time);
        var desk = new OrderDesk(
                operationStore, cloud, cloud.migrations(), cloud.zoneMoves(), cloud.survey(), fencing, patience, time);
        var intake = new Intake(notifications, registry, settings.recovery(), recoveries::heard, time);
        var surveyor = new Surveyor(cloud, cloud.survey(), incidents, settings.recovery(), patience, time);
        this.alertDesk = new AlertDesk(settings.name(), alerts, settings.alerts(), time);
        this.metrics = new Metrics(
                        new FigureCollector(new MariaDbFigures(database), watch, recoveries::leases, time), version())
                .withJvm();
        this.devices = new DeviceWatch(
                fencing,
                settings.fencing().checkEvery(),
                found -> {
                    metrics.fencingDevices(found.stream()
                            .collect(Collectors.toMap(
                                    sight -> new Metrics.Device(sight.device(), sight.host()), Sight::isUsable)));
                    alerts.hold(
                            "fencing on " + settings.name(),
                            found.stream()
                                    .filter(sight -> !sight.isUsable())
                                    .map(sight -> unusable(settings.name(), sight))
                                    .toList(),
                            "The fencing device can be used again",
                            time.now());
                },
                time);
        this.foresight = new ForesightWatch(
                registry,
                surveyor,
                settings.foresight().every(),
                seen -> {
                    metrics.survival(seen);
                    alerts.hold("foresight", seen.alerts(), "There is room for its instances again", time.now());
                },
                time);
        this.history = new HistoryKeeper(
                new Purge(database), settings.history().keep(), new DatabaseClock(database)::now, time);
        var examination = new Examination(
                registry,
                cloud,
                cloud.survey(),
                fencing,
                surveyor,
                readiness,
                new DatabaseClock(database),
                settings.recovery(),
                settings.alerts(),
                patience,
                time);
        this.events = new EventFeed(new MariaDbEventLog(database), time);
        var pauses = new MariaDbPauses(database);
        var audit = new MariaDbAudit(database);
        var novaHosts = new NovaHosts(cloud, patience);
        Runnable wake = recoveries::wake; // when a person says or changes something that a recovery may be waiting for
        this.api = new ApiServer(
                settings.api(),
                List.of(
                        new VersionsResource(),
                        new HealthResource(readiness, watch),
                        new MetricsResource(metrics),
                        new SegmentsResource(registry, wake, time),
                        new HostsResource(registry, novaHosts, wake, time),
                        new ReservedHostsResource(registry, novaHosts, wake, time),
                        new NotificationsResource(intake, notifications, incidents, audit),
                        new OldMonitorsResource(settings.api().oldMonitors(), intake),
                        new ExtensionsResource(),
                        new SignOfLifeResource(new Pulse(new MariaDbSignsOfLife(database), time)),
                        new MayStartResource(registry, incidents, operationStore),
                        new IncidentsResource(incidents, notifications, wake, time),
                        new OperationsResource(operationStore, desk, operations::wake, time),
                        new EventsResource(events),
                        new ReportResource(incidents, registry, audit, time),
                        new PausesResource(pauses, registry, incidents, wake, time),
                        new FencingResource(fencing, devices, wake),
                        new ForesightResource(registry, surveyor, foresight::foresight, examination),
                        new AlertsResource(alerts, alertDesk),
                        new ControllersResource(new MariaDbControllers(database, version())),
                        new AuditResource(audit)),
                settings.fencing().addresses(),
                host -> registry.hostByName(host).map(Host::segment),
                cloud.identity(),
                audit,
                metrics,
                time);
        if (settings.api().authentication() == Authentication.NONE) {
            log.atWarn().log("Nobody is asked who he is: anybody on this machine may command the controller");
        }
    }

    private static Alert unusable(String controller, Sight sight) {
        return new Alert(
                "fencing device " + sight.device() + " of " + sight.host() + " on " + controller,
                Alert.Kind.FENCING_DEVICE,
                Alert.Severity.WARNING,
                Optional.empty(),
                Optional.of(sight.host()),
                Optional.empty(),
                Optional.empty(),
                sight.trouble().map(trouble -> trouble.words()).orElse("") + " (seen by the controller " + controller
                        + ")",
                sight.nextStep());
    }

    private static String version() {
        return Optional.ofNullable(ControllerDaemon.class.getPackage().getImplementationVersion())
                .orElse("(not from a jar)");
    }

    /**
     * Serves the API, waits for the database, and then begins to recover.
     *
     * @param systemd told when all of this is done
     * @throws UnsuitableSchemaException if the database's schema is not the one that this program knows
     * @throws IOException if the API's address cannot be listened on
     */
    public void start(Systemd systemd) throws IOException, UnsuitableSchemaException, InterruptedException {
        api.start();
        log.atInfo()
                .addKeyValue("url", api.url())
                .addKeyValue("health", api.healthUrl())
                .log("The API is served");
        readiness.schemaIsCurrent(schemaCheck.await(() -> {
            systemd.starting("Waiting for the database", longestTurn);
            systemd.alive(); // expected of one that follows another in the same process
        }));
        watch.start();
        devices.start();
        recoveries.start();
        operations.start();
        foresight.start();
        history.start();
        alertDesk.start();
        events.start();
        systemd.ready();
        log.atInfo().log("The controller is ready");
    }

    /** Whether recoveries and operations go on; what no longer does so is better started anew. */
    public boolean isTurning() {
        return recoveries.isTurning(longestTurn) && operations.isTurning(longestTurn);
    }

    public URI url() {
        return api.url();
    }

    /**
     * Stops within 5 s, whatever hangs: Nova, a fencing device, the database, a webhook. What is under way is found again by
     * whoever goes on with it.
     */
    @Override
    public void close() {
        log.atInfo().log("Stopping");
        Deadline deadline = time.deadlineAfter(LONGEST_STOP);
        together(
                deadline,
                () -> {
                    events.close(); // an API that somebody watches does not end by itself
                    api.close();
                },
                foresight::close,
                history::close,
                alertDesk::close,
                recoveries::close,
                operations::close,
                devices::close,
                watch::close);
        together(time.deadlineAfter(Duration.ofMillis(500)), database::close, leaseDatabase::close);
        log.atInfo().log("Stopped");
    }

    /** Each beside the others, so that one that takes its time costs no other its own. */
    private static void together(Deadline deadline, Runnable... parts) {
        List<Thread> stopping = new ArrayList<>();
        for (Runnable part : parts) {
            var thread = new Thread(part, "stop-" + (stopping.size() + 1));
            thread.setDaemon(true);
            thread.start();
            stopping.add(thread);
        }
        try {
            for (Thread thread : stopping) {
                thread.join(Math.max(1, deadline.left().toMillis()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
