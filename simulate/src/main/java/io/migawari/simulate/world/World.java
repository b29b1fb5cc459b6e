// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.world;

import io.migawari.config.RecoverySettings;
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
import io.migawari.simulate.store.MemoryStore;
import io.migawari.simulator.cloud.CloudOptions;
import io.migawari.simulator.cloud.SimulatedCloud;
import io.migawari.simulator.nova.HostFaults;
import io.migawari.simulator.nova.Nova;
import io.migawari.simulator.nova.Refusal;
import io.migawari.simulator.nova.ServerFaults;
import io.migawari.simulator.nova.ServerSpec;
import io.migawari.simulator.nova.Timings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A cloud, its monitors, its people and the controllers that look after it, in virtual time. What can be done to it are the
 * events of a scenario.
 */
public final class World implements AutoCloseable {

    /** When every scenario begins. */
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    /** A monitor that nobody answers tries again, until somebody does. */
    private static final Duration MONITORS_RETRY = Duration.ofSeconds(5);

    private static final Duration SIGNS_EVERY = Duration.ofSeconds(10);

    private final VirtualTime time = new VirtualTime(START);
    private final Tale tale = new Tale(time, START);
    private final SimulatedCloud cloud;
    private final MemoryStore store;
    private final MemoryIncidents incidents;
    private final VirtualNova nova;
    private final VirtualFencing fencing;
    private final Invariants invariants;
    private final Map<String, String> servers = new LinkedHashMap<>();
    private final List<VirtualController> controllers = new ArrayList<>();
    private final Map<String, Links> links = new LinkedHashMap<>();
    private final VirtualController.Surrounding surrounding;
    private Onlooker onlooker = (controller, step) -> {};
    private int runs;

    public World(RecoverySettings settings, Timings timings) {
        this(settings, timings, incidents -> incidents);
    }

    /** @param inBetween comes between the controllers and the incidents, to show what is found of a mistake in between */
    public World(RecoverySettings settings, Timings timings, UnaryOperator<Incidents> inBetween) {
        this.cloud = new SimulatedCloud(time, CloudOptions.DEFAULTS.withTimings(timings));
        this.store = new MemoryStore(time::trueNow, new Watcher());
        this.incidents = new MemoryIncidents(store);
        this.invariants = new Invariants(settings, store, cloud, time::trueNow, tale);
        this.nova = new VirtualNova(cloud, time);
        this.fencing = new VirtualFencing(cloud, time, this::losePower);
        this.surrounding = new VirtualController.Surrounding(
                store,
                inBetween.apply(incidents),
                nova,
                fencing,
                invariants,
                settings,
                time.crew(),
                time,
                () -> controllers.forEach(VirtualController::wakeAll),
                (controller, step) -> onlooker.asks(controller, step));
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

    /** It has been as it is for long: Nova does not list it among what has changed of late. */
    public void addServer(ServerSpec spec) {
        Instant since = START.minus(Duration.ofDays(1));
        String id = cloud.exclusively(nova -> nova.addServer(spec, since).id());
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
        time.after(when, () -> {
            try {
                event.accept(this);
            } catch (Refusal refusal) { // what it is about is gone
                tell("Nova refuses: " + refusal.words());
            }
        });
    }

    /** Lets everything happen that is due until then; there is more to come. */
    public void runTo(Duration then) {
        time.runUntil(then);
    }

    /** Lets everything happen that is due until the end. */
    public void runUntil(Duration end) {
        time.runUntil(end);
        cloud.services(); // lets Nova come to the present
        invariants.atTheEnd();
    }

    public void tell(String words) {
        tale.event(words);
    }

    public Duration sinceStart() {
        return time.sinceStart();
    }

    /** From now on it sees all that is asked of this world. */
    public void letLookOn(Onlooker looksOn) {
        onlooker = looksOn;
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
            invariants.byPerson(() -> cloud.exclusively(there -> {
                does.accept(there);
                return there;
            }));
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

    public void loseRequests(int steps) {
        nova.loseRequests(steps);
    }

    public void refuseRequests(int steps) {
        nova.refuseRequests(steps);
    }

    /** Nothing is wrong any more: with the cloud, the devices, the database and the ways to them; all controllers run. */
    public void heal() {
        nova.heal();
        fencing.heal();
        store.setAway(false);
        time.resetClock();
        cloud.hideNewMigrationsFor(Duration.ZERO);
        cloud.services().forEach(service -> cloud.setFaults(service.host(), HostFaults.NONE));
        cloud.servers().forEach(server -> cloud.setServerFaults(server.id(), ServerFaults.NONE));
        links.values().forEach(Links::mend);
        controllers.forEach(VirtualController::heal);
        controllers.stream()
                .map(VirtualController::name)
                .distinct()
                .filter(name -> alive(name).isEmpty())
                .toList()
                .forEach(this::startController);
    }

    public void databaseIsAway(boolean away) {
        store.setAway(away);
    }

    public void shiftClock(Duration by) {
        invariants.clockSet(by);
        time.shiftClock(by);
    }

    // Events of the controllers.

    /** The controllers are not the first ones: somebody has watched for days. */
    public void wasWatchedBefore() {
        store.wasAlwaysWatched(START.minus(Duration.ofDays(3)));
    }

    public void startController(String name) {
        if (alive(name).isPresent()) {
            tell(name + " runs already");
            return;
        }
        String owner = name + "/" + ++runs;
        linksOf(name).disarm();
        controllers.add(new VirtualController(name, owner, linksOf(name), surrounding));
    }

    public void killController(String name) {
        onController(name, VirtualController::kill);
    }

    public void freezeController(String name, Duration lasting) {
        onController(name, controller -> controller.freeze(lasting));
    }

    /** The clock of one controller's machine is set. */
    public void shiftClock(String name, Duration by) {
        invariants.clockSet(by);
        onController(name, controller -> controller.shiftClock(by));
    }

    private void onController(String name, Consumer<VirtualController> what) {
        alive(name).ifPresentOrElse(what, () -> tell("no controller " + name + " runs"));
    }

    private Optional<VirtualController> alive(String name) {
        return controllers.stream()
                .filter(controller -> controller.name().equals(name) && controller.isAlive())
                .findFirst();
    }

    private Links linksOf(String name) {
        return links.computeIfAbsent(name, unused -> new Links(name, this::tell));
    }

    /** What a controller can no longer reach. */
    public void cut(String name, Collection<Way> ways) {
        linksOf(name).cut(ways);
    }

    /** Requests of a controller to Nova, and the answers, take so long. */
    public void slowToNova(String name, Duration lasting) {
        linksOf(name).slowToNova(lasting);
    }

    /** The next commits of a controller fail. */
    public void refuseCommits(String name, int next) {
        linksOf(name).refuseCommits(next);
    }

    /** The next commits of a controller are done, and it never hears of that. */
    public void loseCommits(String name, int next) {
        linksOf(name).loseCommits(next);
    }

    public void arm(String name, Trap trap) {
        linksOf(name).arm(trap);
    }

    /** Nothing is wrong any more with what a controller has to do with. */
    public void mend(String name) {
        linksOf(name).mend();
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
        List<VirtualController> heard =
                controllers.stream().filter(VirtualController::answers).toList();
        for (VirtualController controller : heard) { // a monitor that gets a 503 tries the next one
            try {
                Acceptance acceptance = controller.accept(report, by);
                invariants.reported(report, acceptance);
                tell(by, acceptance);
                return;
            } catch (DatabaseException e) {
                // 503: as if it had not answered
            }
        }
        if (first) {
            tell(by + " keeps its report and tries again: "
                    + (heard.isEmpty() ? "no controller answers" : "the database is away"));
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
        asks("the one who asks for it", () -> action.accept(open.get(open.size() - 1)));
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
        asks(by, () -> {
            if (incidents.retry(last, by, reason, time.now()) instanceof Incidents.Retry.Refused refused) {
                tell(refused.why());
            } else {
                incidents.find(last).ifPresent(invariants::retried);
            }
        });
    }

    /** A person uses the API of a controller. */
    private void asks(String who, Runnable what) {
        try {
            what.run();
        } catch (DatabaseException e) {
            tell(who + " is answered that the database is away");
        }
        controllers.forEach(VirtualController::wakeAll);
    }

    public void pause(Pause.Scope scope, Pause.Mode mode, String by, String reason, Duration lasting) {
        Instant now = time.now();
        asks(
                by,
                () -> store.begin(new Pause(new PauseId(store.id()), scope, mode, by, reason, now, now.plus(lasting))));
    }

    public void resume(Pause.Scope scope) {
        asks("the one who ends it", () -> {
            if (!store.end(scope)) {
                tell("there is no such pause");
            }
        });
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
