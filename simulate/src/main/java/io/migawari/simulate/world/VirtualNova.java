// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.world;

import io.migawari.controller.cloud.Cloud;
import io.migawari.controller.cloud.CloudException;
import io.migawari.controller.cloud.CloudException.Kind;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.cloud.Aggregate;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.cloud.Evacuation;
import io.migawari.controller.model.cloud.InstanceAction;
import io.migawari.controller.model.cloud.Server;
import io.migawari.controller.model.cloud.VmState;
import io.migawari.simulator.cloud.SimulatedCloud;
import io.migawari.simulator.nova.Migration;
import io.migawari.simulator.nova.Nova;
import io.migawari.simulator.nova.PastAction;
import io.migawari.simulator.nova.PowerState;
import io.migawari.simulator.nova.Refusal;
import io.migawari.simulator.nova.Requester;
import io.migawari.simulator.nova.ServiceChange;
import io.migawari.simulator.nova.SimulatedHost;
import io.migawari.simulator.nova.SimulatedServer;
import io.migawari.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The simulated cloud as the controller's port sees it, without HTTP between them. What the contract of the port says holds
 * here, too.
 */
final class VirtualNova implements Cloud {

    private static final String NO_SERVICE = "Nova has no nova-compute service on ";

    private final SimulatedCloud cloud;
    private final Time time;
    private final AtomicInteger requests = new AtomicInteger();
    private volatile NovaTrouble trouble = NovaTrouble.WELL;
    private final AtomicInteger answersToLose = new AtomicInteger();
    private final AtomicInteger requestsToLose = new AtomicInteger();
    private final AtomicInteger requestsToRefuse = new AtomicInteger();

    VirtualNova(SimulatedCloud cloud, Time time) {
        this.cloud = cloud;
        this.time = time;
    }

    void set(NovaTrouble value) {
        trouble = value;
    }

    /** Nothing more is lost or refused. */
    void heal() {
        trouble = NovaTrouble.WELL;
        answersToLose.set(0);
        requestsToLose.set(0);
        requestsToRefuse.set(0);
    }

    /** Nova does the next so many steps, and nobody hears that it has. */
    void loseAnswers(int steps) {
        answersToLose.set(steps);
    }

    /** The next so many steps get lost on their way, and nobody can tell that from a lost answer. */
    void loseRequests(int steps) {
        requestsToLose.set(steps);
    }

    /** Nova refuses the next so many steps, as one does that has too much to do. */
    void refuseRequests(int steps) {
        requestsToRefuse.set(steps);
    }

    private static boolean isNext(AtomicInteger counter) {
        return counter.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    }

    private <T> T read(Duration patience, Function<Nova, T> question) throws CloudException, InterruptedException {
        beReached(patience);
        try {
            return cloud.exclusively(question);
        } catch (Refusal refusal) {
            throw said(refusal);
        }
    }

    private void beReached(Duration patience) throws CloudException, InterruptedException {
        if (Thread.interrupted()) { // the controller was killed
            throw new InterruptedException();
        }
        switch (trouble) {
            case WELL -> {
                // it answers
            }
            case UNREACHABLE -> throw new CloudException(Kind.UNREACHABLE, "no connection to Nova");
            case SILENT -> {
                time.sleep(patience);
                throw new CloudException(Kind.TIMED_OUT, "no whole answer in " + patience.toSeconds() + " s");
            }
            case FAILING -> throw new CloudException(Kind.UNAVAILABLE, "Unexpected API Error (500)");
            case GARBLED -> throw new CloudException(Kind.GARBLED, "the answer ends in the middle");
        }
    }

    private static CloudException said(Refusal refusal) {
        // that a service does not exist is found out from the list of them, without asking for it
        String status = refusal.words().startsWith(NO_SERVICE) ? "" : " (" + refusal.status() + ")";
        return new CloudException(Kind.of(refusal.status()), refusal.words() + status);
    }

    @Override
    public List<ComputeService> computeServices(Duration patience) throws CloudException, InterruptedException {
        return read(
                patience,
                nova -> nova.hosts().stream().map(VirtualNova::service).toList());
    }

    private static ComputeService service(SimulatedHost host) {
        return new ComputeService(
                new HostName(host.name()),
                !host.disabled(),
                host.isUp(),
                host.forcedDown(),
                Optional.ofNullable(host.disabledReason()),
                Optional.of(stored(host.updatedAt())));
    }

    /** Nova's database keeps whole seconds. */
    private static Instant stored(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS);
    }

    @Override
    public List<Server> serversOn(HostName host, Duration patience) throws CloudException, InterruptedException {
        return read(
                patience,
                nova -> nova.servers().stream()
                        .filter(server -> server.host().equals(Optional.of(host.value())))
                        .filter(server -> !server.deleted()
                                && server.vmState() != io.migawari.simulator.nova.VmState.SOFT_DELETED)
                        .map(VirtualNova::server)
                        .toList());
    }

    @Override
    public List<Server> serversChangedSince(Instant since, Duration patience)
            throws CloudException, InterruptedException {
        return read(
                patience,
                nova -> nova.servers().stream()
                        .filter(server -> !stored(server.updatedAt()).isBefore(stored(since)))
                        .map(VirtualNova::server)
                        .toList());
    }

    private static Server server(SimulatedServer server) {
        boolean showsFault = server.vmState() == io.migawari.simulator.nova.VmState.ERROR || server.deleted();
        return new Server(
                ServerId.parse(server.id()),
                server.name(),
                server.host().map(HostName::new),
                VmState.of(server.vmState().novaName()),
                Optional.ofNullable(server.taskState()),
                server.powerState() == PowerState.RUNNING,
                server.launchedAt() != null,
                server.deleted(),
                server.metadata(),
                server.flavorExtraSpecs(),
                showsFault ? server.fault().map(SimulatedServer.Fault::message) : Optional.empty());
    }

    @Override
    public List<Evacuation> evacuationsFrom(HostName source, Instant since, Duration patience)
            throws CloudException, InterruptedException {
        return read(
                patience,
                nova -> nova.migrations().listed().stream()
                        .filter(record -> record.type() == Migration.Type.EVACUATION)
                        .filter(record -> record.source().name().equals(source.value()))
                        .filter(record -> !stored(record.createdAt()).isBefore(since))
                        .map(VirtualNova::evacuation)
                        .sorted(Comparator.comparing(Evacuation::number).reversed())
                        .toList());
    }

    @Override
    public Map<ServerId, HostName> liveMigrationsFrom(HostName source, Duration patience)
            throws CloudException, InterruptedException {
        return read(patience, nova -> {
            Map<ServerId, HostName> destinations = new HashMap<>();
            nova.migrations().listed().stream()
                    .filter(record -> record.type() == Migration.Type.LIVE)
                    .filter(record -> record.source().name().equals(source.value()))
                    .sorted(Comparator.comparing(Migration::number))
                    .forEach(record -> {
                        ServerId server = ServerId.parse(record.server().id());
                        destinations.remove(server); // the newest counts
                        if (mayHaveArrived(record.status())) {
                            record.destination().ifPresent(host -> destinations.put(server, new HostName(host.name())));
                        }
                    });
            return destinations;
        });
    }

    private static boolean mayHaveArrived(Migration.Status status) {
        return switch (io.migawari.controller.model.cloud.Migration.Status.of(status.novaName())) {
            case UNDER_WAY, DONE -> true;
            case FINISHED, CALLED_OFF, FAILED, UNKNOWN -> false;
        };
    }

    private static Evacuation evacuation(Migration record) {
        return new Evacuation(
                record.number(),
                ServerId.parse(record.server().id()),
                new HostName(record.source().name()),
                record.destination().map(SimulatedHost::name).map(HostName::new),
                Evacuation.Status.of(record.status().novaName()),
                stored(record.createdAt()),
                Optional.ofNullable(record.updatedAt())
                        .filter(at -> record.takenOn())
                        .map(VirtualNova::stored));
    }

    @Override
    public List<Aggregate> aggregates(Duration patience) throws CloudException, InterruptedException {
        return read(
                patience,
                nova -> nova.aggregates().all().stream()
                        .map(found -> new Aggregate(
                                found.number(),
                                found.name(),
                                found.hosts().stream().map(HostName::new).collect(Collectors.toSet())))
                        .toList());
    }

    @Override
    public Server server(ServerId id, Duration patience) throws CloudException, InterruptedException {
        return read(patience, nova -> server(nova.server(id.toString())));
    }

    @Override
    public List<InstanceAction> actions(ServerId server, Duration patience)
            throws CloudException, InterruptedException {
        return read(
                patience,
                nova -> nova.server(server.toString()).actions().stream()
                        .map(VirtualNova::action)
                        .toList());
    }

    private static InstanceAction action(PastAction action) {
        Requester requester = action.requester();
        return new InstanceAction(
                action.name(),
                requester.requestId(),
                Optional.ofNullable(requester.user()),
                stored(action.startedAt()),
                action.failed());
    }

    @Override
    public Outcome carryOut(Step step, Duration patience) throws InterruptedException {
        try {
            beReached(patience);
            if (isNext(requestsToRefuse)) {
                throw new CloudException(Kind.THROTTLED, "too many requests (429)");
            }
            if (isNext(requestsToLose)) {
                throw new CloudException(Kind.UNAVAILABLE, "the connection broke before the answer");
            }
            var requester = new Requester("req-" + requests.incrementAndGet(), "migawari", "admin");
            Optional<SimulatedHost> waitsFor = cloud.exclusively(nova -> ask(nova, step, requester));
            if (waitsFor.isPresent()) {
                Duration held = held(waitsFor.get());
                if (held.compareTo(patience) >= 0) {
                    throw new CloudException(Kind.TIMED_OUT, "no whole answer in " + patience.toSeconds() + " s");
                }
            }
            if (isNext(answersToLose)) {
                throw new CloudException(Kind.UNAVAILABLE, "the connection broke before the answer");
            }
            return new Outcome.Accepted(Optional.of(requester.requestId()));
        } catch (CloudException e) {
            return e.outcome();
        } catch (Refusal refusal) {
            return said(refusal).outcome();
        }
    }

    /** Nova waits for an answer of a nova-compute that is dead, or until it is back. */
    private Duration held(SimulatedHost host) throws InterruptedException {
        Duration longest = cloud.exclusively(nova -> nova.timings().rpcTimeout());
        Duration held = Duration.ZERO;
        while (held.compareTo(longest) < 0 && !cloud.exclusively(nova -> host.serviceRuns())) {
            Duration second = Duration.ofSeconds(1);
            time.sleep(second);
            held = held.plus(second);
        }
        return held;
    }

    /** @return the dead nova-compute that Nova asks before it answers, if it does */
    private static Optional<SimulatedHost> ask(Nova nova, Step step, Requester requester) {
        if (step instanceof Step.ForceDown s) {
            return change(nova, s.host(), new ServiceChange(null, null, true));
        }
        if (step instanceof Step.LiftForceDown s) {
            return change(nova, s.host(), new ServiceChange(null, null, false));
        }
        if (step instanceof Step.DisableService s) {
            return change(nova, s.host(), new ServiceChange(ServiceChange.Status.DISABLED, s.reason(), null));
        }
        if (step instanceof Step.EnableService s) {
            return change(nova, s.host(), new ServiceChange(ServiceChange.Status.ENABLED, null, null));
        }
        if (step instanceof Step.AddToAggregate s) {
            nova.aggregates().addHost((int) s.aggregate(), host(nova, s.host()));
            return Optional.empty();
        }
        if (step instanceof Step.RemoveFromAggregate s) {
            nova.aggregates().removeHost((int) s.aggregate(), s.host().value());
            return Optional.empty();
        }
        if (step instanceof Step.Evacuate s) {
            @Nullable String destination = s.destination().map(HostName::value).orElse(null);
            nova.actions()
                    .evacuate(
                            nova.server(s.server().toString()),
                            new io.migawari.simulator.nova.Evacuation(destination, false, null, false),
                            requester);
            return Optional.empty();
        }
        if (step instanceof Step.Stop s) {
            nova.actions().stop(nova.server(s.server().toString()), requester);
            return Optional.empty();
        }
        if (step instanceof Step.Start s) {
            nova.actions().start(nova.server(s.server().toString()), requester);
            return Optional.empty();
        }
        if (step instanceof Step.ResetToError s) {
            nova.actions()
                    .resetState(
                            nova.server(s.server().toString()), io.migawari.simulator.nova.VmState.ERROR, requester);
            return Optional.empty();
        }
        if (step instanceof Step.LiveMigrate s) {
            nova.moves().liveMigrate(server(nova, s.server()), value(s.destination()), requester);
            return Optional.empty();
        }
        if (step instanceof Step.ColdMigrate s) {
            nova.moves().coldMigrate(server(nova, s.server()), value(s.destination()), requester);
            return Optional.empty();
        }
        if (step instanceof Step.ConfirmMigration s) {
            nova.moves().confirm(server(nova, s.server()), requester);
            return Optional.empty();
        }
        if (step instanceof Step.RevertMigration s) {
            nova.moves().revert(server(nova, s.server()), requester);
            return Optional.empty();
        }
        if (step instanceof Step.AbortLiveMigration s) {
            nova.moves().abort(server(nova, s.server()), String.valueOf(s.migration()), false, requester);
            return Optional.empty();
        }
        if (step instanceof Step.ForceComplete s) {
            nova.moves().forceComplete(server(nova, s.server()), String.valueOf(s.migration()), requester);
            return Optional.empty();
        }
        throw new AssertionError(step);
    }

    private static SimulatedServer server(Nova nova, ServerId id) {
        return nova.server(id.toString());
    }

    private static @Nullable String value(Optional<HostName> destination) {
        return destination.map(HostName::value).orElse(null);
    }

    private static Optional<SimulatedHost> change(Nova nova, HostName name, ServiceChange change) {
        SimulatedHost host = host(nova, name);
        return nova.change(host, change) ? Optional.of(host) : Optional.empty();
    }

    private static SimulatedHost host(Nova nova, HostName name) {
        return nova.host(name.value()).orElseThrow(() -> Refusal.notFound(NO_SERVICE + name));
    }
}
