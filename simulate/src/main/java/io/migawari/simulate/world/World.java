// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.world;

import io.migawari.config.RecoverySettings;
import io.migawari.controller.intake.Intake;
import io.migawari.controller.model.Approval;
import io.migawari.controller.model.Cancellation;
import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.NotificationType;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.Pause;
import io.migawari.controller.model.PauseId;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.StepWords;
import io.migawari.controller.model.Subject;
import io.migawari.controller.store.Acceptance;
import io.migawari.controller.store.Incidents;
import io.migawari.controller.store.Report;
import io.migawari.db.DatabaseException;
import io.migawari.simulate.store.MemoryIncidents;
import io.migawari.simulate.store.MemoryNotifications;
import io.migawari.simulate.store.MemoryRegistry;
import io.migawari.simulate.store.MemoryStore;
import io.migawari.simulator.cloud.CloudOptions;
import io.migawari.simulator.cloud.SimulatedCloud;
import io.migawari.simulator.nova.Nova;
import io.migawari.simulator.nova.Refusal;
import io.migawari.simulator.nova.ServerSpec;
import io.migawari.simulator.nova.Timings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A cloud, its monitors, its people and the controllers that look after it, in virtual time. What can be done to it are the
 * events of a scenario.
 */
public final class World implements AutoCloseable {

    /** When every scenario begins. */
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** A monitor that nobody answers tries again, until somebody does. */
    private static final Duration MONITORS_RETRY = Duration.ofSeconds(5);

    private static final Duration SIGNS_EVERY = Duration.ofSeconds(10);

    private final VirtualTime time = new VirtualTime(START);
    private final Tale tale = new Tale(time, START);
    private final RecoverySettings settings;
    private final SimulatedCloud cloud;
    private final MemoryStore store;
    private final MemoryIncidents incidents;
    private final Intake intake;
    private final VirtualNova nova;
    private final VirtualFencing fencing;
    private final Invariants invariants;
    private final Map<String, String> servers = new LinkedHashMap<>();
    private final List<VirtualController> controllers = new ArrayList<>();
    private int runs;

    public World(RecoverySettings settings, Timings timings) {
        this.settings = settings;
        this.cloud = new SimulatedCloud(time, CloudOptions.DEFAULTS.withTimings(timings));
        this.store = new MemoryStore(time::trueNow, new Watcher());
        this.incidents = new MemoryIncidents(store);
        this.intake = new Intake(
                new MemoryNotifications(store),
                new MemoryRegistry(store),
                settings,
                stored -> controllers.forEach(VirtualController::wakeAll),
                time);
        this.invariants = new Invariants(settings, store, cloud, tale);
        this.nova = new VirtualNova(cloud, time, invariants::called);
        this.fencing = new VirtualFencing(cloud, time, this::losePower, invariants::called);
    }

    /** Tells what is written about incidents. */
    private final class Watcher implements MemoryStore.Watcher {

        @Override
        public void told(Incident incident, String words) {
            tale.about(incident, words);
        }

        @Override
        public void intended(Incident incident, JournalEntry entry) {
            tale.about(incident, "-> " + StepWords.of(entry.step()));
            invariants.intended(incident, entry.step());
        }

        @Override
        public void ended(Incident incident, JournalEntry entry) {
            Outcome outcome = entry.outcome().orElseThrow();
            if (outcome instanceof Outcome.Refused refused) {
                tale.about(incident, "<- refused: " + StepWords.of(entry.step()) + ": " + refused.words());
            } else if (outcome instanceof Outcome.Unknown unknown) {
                tale.about(
                        incident, "<- not known whether done: " + StepWords.of(entry.step()) + ": " + unknown.words());
            } else if (entry.step() instanceof Step.PowerOff) {
                tale.about(incident, "<- off: " + StepWords.of(entry.step()));
            }
        }

        @Override
        public void changed(Incident after) {
            invariants.changed(after);
        }
    }

    // What it consists of.

    public MemoryStore store() {
        return store;
    }

    public void addHost(String name, String zone, int room) {
        cloud.addHost(name, zone, room);
    }

    public void addServer(ServerSpec spec) {
        String id = cloud.addServer(spec);
        servers.put(spec.name(), id);
        tale.call(id, spec.name());
    }

    public void addAggregate(String name, List<String> hosts) {
        cloud.addAggregate(name, hosts);
    }

    public void addDevice(HostName host, String name, DeviceBehaviour behaviour) {
        fencing.add(host, name, behaviour);
    }

    public boolean hasHost(String name) {
        return cloud.services().stream().anyMatch(service -> service.host().equals(name));
    }

    public boolean hasServer(String name) {
        return servers.containsKey(name);
    }

    // Events of the cloud.

    /** Something happens, at a time since the start. */
    public void at(Duration when, Consumer<World> event) {
        time.after(when, () -> event.accept(this));
    }

    public void runUntil(Duration end) {
        time.runUntil(end);
        cloud.services(); // lets Nova come to the present
        invariants.atTheEnd();
    }

    public void tell(String words) {
        tale.event(words);
    }

    private void losePower(HostName host) {
        cloud.killHost(host.value());
    }

    /** The simulated cloud, for faults that are only its own. */
    public SimulatedCloud cloud() {
        return cloud;
    }

    /** A server's id by its name. */
    public String server(String name) {
        return servers.getOrDefault(name, name);
    }

    /** Somebody uses Nova directly; what Nova says to it is part of the story. */
    public void somebody(Consumer<Nova> does) {
        try {
            cloud.exclusively(there -> {
                does.accept(there);
                return there;
            });
        } catch (Refusal refusal) {
            tell("Nova refuses: " + refusal.words());
        }
    }

    public void set(DeviceBehaviour behaviour, HostName host, String device) {
        fencing.set(host, device, behaviour);
    }

    public void novaIs(NovaTrouble trouble) {
        nova.set(trouble);
    }

    public void loseAnswers(int steps) {
        nova.loseAnswers(steps);
    }

    public void databaseIsAway(boolean away) {
        store.setAway(away);
    }

    public void shiftClock(Duration by) {
        time.shiftClock(by);
    }

    // Events of the controllers.

    /** The controllers are not the first ones: somebody has watched for days. */
    public void wasWatchedBefore() {
        store.wasAlwaysWatched(START.minus(Duration.ofDays(3)));
    }

    public void startController(String name) {
        String owner = name + "/" + ++runs;
        controllers.add(new VirtualController(
                name, owner, store, incidents, nova, fencing, settings, PATIENCE, invariants::mistake, time));
    }

    public void killController(String name) {
        living(name).kill();
    }

    public void freezeController(String name, Duration lasting) {
        living(name).freeze(lasting);
    }

    private VirtualController living(String name) {
        return controllers.stream()
                .filter(controller -> controller.name().equals(name) && controller.isAlive())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no controller " + name + " runs"));
    }

    // Events of the monitors.

    /** A monitor reports something, and goes on trying until somebody takes it. */
    public void report(
            NotificationType type,
            HostName host,
            Optional<Duration> seenAt,
            Map<String, String> payload,
            Map<String, String> evidence,
            String by) {
        Instant generated = seenAt.map(START::plus).orElseGet(time::trueNow);
        deliver(new Report(type, host, generated, payload, evidence), by, true);
    }

    private void deliver(Report report, String by, boolean first) {
        boolean heard = controllers.stream().anyMatch(VirtualController::answers);
        try {
            if (heard) {
                tell(by, intake.accept(report, by));
                return;
            }
        } catch (DatabaseException e) {
            // 503: as if nobody had answered
        }
        if (first) {
            tell(by + " keeps its report and tries again: "
                    + (heard ? "the database is away" : "no controller answers"));
        }
        time.after(MONITORS_RETRY, () -> deliver(report, by, false));
    }

    private void tell(String by, Acceptance acceptance) {
        if (acceptance instanceof Acceptance.Stored stored) {
            if (stored.notification().incident().isEmpty()) {
                tell("the report of " + by + " is kept and leads to nothing"
                        + stored.notification().message().map(why -> ": " + why).orElse(""));
            }
        } else if (acceptance instanceof Acceptance.Duplicate) {
            tell("the report of " + by + " says nothing new");
        } else if (acceptance instanceof Acceptance.OnMaintenance) {
            tell("the report of " + by + " is refused: the host is on maintenance");
        } else if (acceptance instanceof Acceptance.UnknownHost) {
            tell("the report of " + by + " is refused: no segment has a host of that name");
        } else {
            throw new AssertionError(acceptance);
        }
    }

    // Events of people.

    /** The words of an operator that a host is dead. */
    public void confirmDead(HostName host, String by, String reason) {
        var evidence = new Evidence(Evidence.Kind.CONFIRMED_BY_OPERATOR, by, time.now(), "the host is dead: " + reason);
        onOpen(host, incident -> incidents.addEvidence(incident.id(), evidence));
    }

    /** The recovery of a host is called off. */
    public void cancel(HostName host, String by, String reason) {
        onOpen(host, incident -> incidents.cancel(incident.id(), new Cancellation(by, reason, time.now())));
    }

    private void onOpen(HostName host, Consumer<Incident> action) {
        List<Incident> open = store.incidents().stream()
                .filter(incident -> incident.isOpen() && incident.host().equals(host))
                .filter(incident -> !(incident.subject() instanceof Subject.Instance))
                .toList();
        if (open.isEmpty()) {
            tell("there is no open incident of " + host);
            return;
        }
        action.accept(open.get(open.size() - 1));
        controllers.forEach(VirtualController::wakeAll);
    }

    /** A person lets the recovery of a host begin in spite of a gate. */
    public void approve(HostName host, String by, String reason) {
        onOpen(host, incident -> {
            if (!incidents.approve(incident.id(), new Approval(by, reason, time.now()))) {
                tell("there is nothing to be approved of " + host);
            }
        });
    }

    /** A person wants what has failed of a host's recovery to be tried once more. */
    public void retry(HostName host, String by, String reason) {
        List<Incident> about = store.incidents().stream()
                .filter(incident -> incident.host().equals(host) && incident.subject() instanceof Subject.WholeHost)
                .toList();
        if (about.isEmpty()) {
            tell("there is no incident of " + host);
            return;
        }
        IncidentId last = about.get(about.size() - 1).id();
        if (incidents.retry(last, by, reason, time.now()) instanceof Incidents.Retry.Refused refused) {
            tell(refused.why());
        }
        controllers.forEach(VirtualController::wakeAll);
    }

    public void pause(Pause.Scope scope, Pause.Mode mode, String by, String reason, Duration lasting) {
        Instant now = time.now();
        store.begin(new Pause(new PauseId(store.id()), scope, mode, by, reason, now, now.plus(lasting)));
        controllers.forEach(VirtualController::wakeAll);
    }

    public void resume(Pause.Scope scope) {
        if (!store.end(scope)) {
            tell("there is no such pause");
        }
        controllers.forEach(VirtualController::wakeAll);
    }

    public Pause.Scope segmentScope(String name) {
        return new Pause.Scope.OfSegment(store.segmentNamed(name).id(), name);
    }

    /** The monitors of a host say that it is well, again and again, for as long as they can reach somebody. */
    public void signsOfLife(HostName host, Duration lasting) {
        try {
            store.signOfLife(host, "host-monitor");
        } catch (DatabaseException e) {
            // the next one may get through
        }
        if (lasting.compareTo(SIGNS_EVERY) >= 0) {
            time.after(SIGNS_EVERY, () -> signsOfLife(host, lasting.minus(SIGNS_EVERY)));
        }
    }

    public void setSegmentEnabled(String segment, boolean enabled) {
        store.setEnabled(segment, enabled);
    }

    public void setMaintenance(HostName host, boolean value) {
        store.setMaintenance(host, value);
    }

    public void setReserved(HostName host, boolean value) {
        store.setReserved(host, value);
        controllers.forEach(VirtualController::wakeAll);
    }

    // What came of it.

    public List<String> lines() {
        return tale.lines();
    }

    public Reading reading() {
        return new Reading(tale, store, cloud, servers);
    }

    /** Whether a line says that something has happened that must never happen. */
    public static boolean isBreach(String line) {
        return line.contains(Tale.BREACH);
    }

    @Override
    public void close() {
        time.close();
    }
}
