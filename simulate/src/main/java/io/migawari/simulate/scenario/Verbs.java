// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.scenario;

import io.migawari.config.Durations;
import io.migawari.config.Section;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.NotificationType;
import io.migawari.controller.model.Pause;
import io.migawari.simulate.scenario.ScenarioFile.Names;
import io.migawari.simulate.world.DeviceBehaviour;
import io.migawari.simulate.world.NovaTrouble;
import io.migawari.simulate.world.World;
import io.migawari.simulator.cloud.SimulatedCloud;
import io.migawari.simulator.nova.Evacuation;
import io.migawari.simulator.nova.HostFaults;
import io.migawari.simulator.nova.Nova;
import io.migawari.simulator.nova.Requester;
import io.migawari.simulator.nova.ServerActions;
import io.migawari.simulator.nova.ServerFaults;
import io.migawari.simulator.nova.ServiceChange;
import io.migawari.simulator.nova.ServiceChange.Status;
import io.migawari.simulator.nova.SimulatedHost;
import io.migawari.simulator.nova.SimulatedServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/** What can happen in a scenario: each event of a file has the key of one of these. */
public final class Verbs {

    /** An event as it was read. */
    record Read(String words, Consumer<World> what) {}

    private interface Reader {
        Read read(Section event, String subject);
    }

    /** What the value of the key names. */
    private enum Subject {
        HOST,
        INSTANCE,
        SEGMENT,
        OTHER
    }

    /**
     * One of them.
     *
     * @param example the event without its time
     */
    public record Verb(String name, String example, String meaning) {}

    private record Known(Verb verb, Subject subject, Reader reader) {}

    private static final Map<String, Known> ALL = new LinkedHashMap<>();
    private static final Duration DAY = Duration.ofDays(1);
    private static final Requester PERSON = new Requester("req-person", "ann", "admin");

    static {
        machines();
        nova();
        instances();
        monitors();
        signs();
        fencing();
        controllers();
        people();
    }

    private Verbs() {}

    /** All of them, in the order in which they are explained. */
    public static List<Verb> all() {
        return ALL.values().stream().map(Known::verb).toList();
    }

    static Optional<Read> read(Section event, Names names) {
        Set<String> keys = event.keys();
        List<Known> found = ALL.values().stream()
                .filter(known -> keys.contains(known.verb().name()))
                .toList();
        if (found.size() != 1) {
            event.problem(
                    "at",
                    "expected one thing that happens, found " + (found.isEmpty() ? "none" : "several") + "; known: "
                            + String.join(", ", ALL.keySet()));
            event.ignoreOtherKeys();
            return Optional.empty();
        }
        Known known = found.get(0);
        String subject = event.string(known.verb().name());
        Optional<Set<String>> allowed = switch (known.subject()) {
            case HOST -> Optional.of(names.hosts);
            case INSTANCE -> Optional.of(names.instances);
            case SEGMENT -> Optional.of(names.segments);
            case OTHER -> Optional.empty();
        };
        if (allowed.isPresent() && !allowed.get().contains(subject) && !event.flag("unknown-on-purpose", false)) {
            event.expected(
                    known.verb().name(),
                    "one of " + allowed.get().stream().sorted().collect(Collectors.joining(", ")),
                    subject);
            event.ignoreOtherKeys();
            return Optional.empty();
        }
        return Optional.of(known.reader().read(event, subject));
    }

    private static void add(String name, String example, String meaning, Subject subject, Reader reader) {
        ALL.put(name, new Known(new Verb(name, example, meaning), subject, reader));
    }

    private static void onHost(String name, String meaning, String words, BiConsumer<SimulatedCloud, String> what) {
        add(
                name,
                name + ": compute1",
                meaning,
                Subject.HOST,
                (event, host) -> new Read(words.replace("HOST", host), world -> what.accept(world.cloud(), host)));
    }

    private static void machines() {
        onHost(
                "crash",
                "The machine loses its power, with all its guests.",
                "HOST loses its power",
                SimulatedCloud::killHost);
        onHost(
                "boot",
                "The machine comes back, and its nova-compute with it; if they run, nova-compute is restarted.",
                "HOST boots, and its nova-compute starts",
                SimulatedCloud::startHost);
        onHost(
                "stop-compute",
                "Only nova-compute stops, or loses its message bus: the guests run on, and Nova calls the host down after a while.",
                "nova-compute of HOST stops, its guests run on",
                SimulatedCloud::killService);
        onHost(
                "stop-libvirt",
                "libvirtd dies: the guests run on, and nova-compute disables itself.",
                "libvirtd of HOST dies, its guests run on",
                SimulatedCloud::killHypervisor);
        onHost("start-libvirt", "libvirtd is back.", "libvirtd of HOST starts", SimulatedCloud::startHypervisor);
        add(
                "spawn-fails",
                "spawn-fails: compute2, times: 3",
                "The next rebuilds on a host fail after they were accepted; without `times`, all of them.",
                Subject.HOST,
                (event, host) -> {
                    int times = times(event);
                    return new Read(
                            "rebuilds fail on " + host + times(times),
                            world -> world.cloud().setFaults(host, HostFaults.NONE.withSpawnFailures(times)));
                });
        add(
                "spawn-slow",
                "spawn-slow: compute2, by: 10m",
                "Each rebuild on a host takes so much longer.",
                Subject.HOST,
                (event, host) -> {
                    Duration by = event.duration("by", Duration.ofMinutes(1), Duration.ZERO, DAY);
                    return new Read(
                            "rebuilds on " + host + " take " + Durations.format(by) + " longer",
                            world -> world.cloud().setFaults(host, HostFaults.NONE.withSpawnDelay(by)));
                });
        add(
                "flap",
                "flap: compute1, every: 20s",
                "Nova calls a host that lives up, then down, and so on.",
                Subject.HOST,
                (event, host) -> {
                    Duration every = event.duration("every", Duration.ofSeconds(20), Duration.ofSeconds(1), DAY);
                    return new Read(
                            "Nova's opinion of " + host + " begins to flap",
                            world -> world.cloud().setFaults(host, HostFaults.NONE.withFlapping(every)));
                });
        onHost(
                "heal",
                "Whatever makes rebuilds on a host fail or crawl is gone.",
                "HOST is well again",
                (cloud, host) -> cloud.setFaults(host, HostFaults.NONE));
    }

    private static void nova() {
        add(
                "nova",
                "nova: unreachable",
                "What is wrong with nova-api: `unreachable` (no connection), `silent` (no answer), `failing` (500), `well`.",
                Subject.OTHER,
                (event, unused) -> {
                    NovaTrouble trouble = event.choice("nova", NovaTrouble.class, NovaTrouble.WELL);
                    return new Read(
                            "nova-api is " + trouble.name().toLowerCase(Locale.ROOT), world -> world.novaIs(trouble));
                });
        add(
                "lose-answers",
                "lose-answers: 2",
                "Nova does the next so many things that it is asked for, and the answers are lost.",
                Subject.OTHER,
                (event, unused) -> {
                    int steps = event.integer("lose-answers", 1, 1, 1000);
                    return new Read(
                            "the next " + steps + " answers of Nova get lost", world -> world.loseAnswers(steps));
                });
        add(
                "hide-migrations",
                "hide-migrations: 10s",
                "Nova lists a new migration only after a while, as a database does that lags.",
                Subject.OTHER,
                (event, unused) -> {
                    Duration lag = event.duration("hide-migrations", Duration.ofSeconds(10), Duration.ZERO, DAY);
                    return new Read(
                            "Nova lists new migrations only after " + Durations.format(lag),
                            world -> world.cloud().hideNewMigrationsFor(lag));
                });
        add(
                "disable",
                "disable: compute1, reason: disk change",
                "A person disables a host in Nova.",
                Subject.HOST,
                (event, host) -> {
                    String reason = event.string("reason", "maintenance");
                    return new Read(
                            "ann disables " + host + " in Nova: " + reason,
                            world -> world.cloud().disableService(host, reason));
                });
        add(
                "enable",
                "enable: compute1",
                "A person enables a host in Nova.",
                Subject.HOST,
                (event, host) -> new Read(
                        "ann enables " + host + " in Nova",
                        world -> world.somebody(
                                nova -> nova.change(host(nova, host), new ServiceChange(Status.ENABLED, null, null)))));
        add(
                "lift-force-down",
                "lift-force-down: compute1",
                "A person takes a host's force-down away.",
                Subject.HOST,
                (event, host) -> new Read(
                        "ann no longer forces " + host + " down in Nova",
                        world -> world.somebody(
                                nova -> nova.change(host(nova, host), new ServiceChange(null, null, false)))));
    }

    private static SimulatedHost host(Nova nova, String name) {
        return nova.host(name).orElseThrow(() -> new IllegalArgumentException("Nova has no host " + name));
    }

    private interface Action {
        void carryOut(ServerActions actions, SimulatedServer server);
    }

    private static void onInstance(String name, String meaning, String words, Action action) {
        add(
                name,
                name + ": web1",
                meaning,
                Subject.INSTANCE,
                (event, server) -> new Read(
                        words.replace("INSTANCE", server),
                        world -> world.somebody(
                                nova -> action.carryOut(nova.actions(), nova.server(world.server(server))))));
    }

    private static void instances() {
        add(
                "kill-guest",
                "kill-guest: web1",
                "The QEMU process of an instance dies. Nova notices after 15 s, and stops the instance.",
                Subject.INSTANCE,
                (event, server) -> new Read(
                        "the QEMU process of " + server + " dies",
                        world -> world.cloud().killGuest(world.server(server))));
        onInstance(
                "delete", "Its owner deletes an instance.", "INSTANCE is deleted by its owner", ServerActions::delete);
        onInstance(
                "stop",
                "Its owner stops an instance.",
                "INSTANCE is stopped by its owner",
                (actions, server) -> actions.stop(server, PERSON));
        onInstance(
                "start",
                "Its owner starts an instance.",
                "INSTANCE is started by its owner",
                (actions, server) -> actions.start(server, PERSON));
        add(
                "evacuate",
                "evacuate: web1, to: compute3",
                "A person evacuates an instance by hand.",
                Subject.INSTANCE,
                (event, server) -> {
                    Optional<String> to = event.find("to");
                    return new Read(
                            "ann evacuates " + server + " by hand",
                            world -> world.somebody(nova -> nova.actions()
                                    .evacuate(
                                            nova.server(world.server(server)),
                                            new Evacuation(to.orElse(null), false, null, false),
                                            PERSON)));
                });
        add(
                "evacuation-refused",
                "evacuation-refused: web1, status: 403",
                "Nova refuses to evacuate an instance.",
                Subject.INSTANCE,
                (event, server) -> {
                    int status = event.integer("status", 403, 400, 599);
                    return new Read(
                            "Nova will not evacuate " + server,
                            world -> world.cloud()
                                    .setServerFaults(world.server(server), ServerFaults.refusedWith(status)));
                });
        spoilt(
                "evacuation-fails",
                "The next evacuations of an instance are accepted, and fail; without `times`, all of them.",
                "evacuations of INSTANCE will fail",
                ServerFaults::failing);
        spoilt(
                "start-fails",
                "The next starts of an instance are accepted, and fail.",
                "starts of INSTANCE will fail",
                ServerFaults::notStarting);
    }

    private static void spoilt(String name, String meaning, String words, IntFunction<ServerFaults> faults) {
        add(name, name + ": web1, times: 2", meaning, Subject.INSTANCE, (event, server) -> {
            int times = times(event);
            return new Read(
                    words.replace("INSTANCE", server) + times(times),
                    world -> world.cloud().setServerFaults(world.server(server), faults.apply(times)));
        });
    }

    private static int times(Section event) {
        return event.integer("times", HostFaults.ALWAYS, 1, HostFaults.ALWAYS);
    }

    private static String times(int times) {
        return times == HostFaults.ALWAYS ? "" : times == 1 ? " once" : " " + times + " times";
    }

    /** What a monitor says of a power state. */
    private enum SeenPower {
        OFF,
        UNKNOWN
    }

    private enum Says {
        STOPPED,
        STARTED
    }

    private static void monitors() {
        add(
                "report",
                "report: compute1, power: off, fenced-at: 00:12, seen-at: 00:10, by: monitor on compute2",
                "A host monitor reports a host as stopped, or with `says: started` as running. `power: off`: it has read its "
                        + "power as off (Masakari's NORMAL); otherwise it could not (UNKNOWN). `fenced-at`: it shows when "
                        + "Pacemaker has fenced the host. All but the host may be left out.",
                Subject.HOST,
                (event, host) -> {
                    boolean stopped = event.choice("says", Says.class, Says.STOPPED) == Says.STOPPED;
                    SeenPower power = event.choice("power", SeenPower.class, SeenPower.UNKNOWN);
                    Map<String, String> evidence = new HashMap<>();
                    optionalStamp(event, "fenced-at").ifPresent(at -> {
                        evidence.put("fenced_at", World.START.plus(at).toString());
                        evidence.put("fenced_by", event.string("fenced-by", "stonith"));
                    });
                    Map<String, String> payload = new HashMap<>();
                    payload.put("event", stopped ? "STOPPED" : "STARTED");
                    if (stopped) {
                        payload.put("host_status", power == SeenPower.OFF ? "NORMAL" : "UNKNOWN");
                        payload.put("cluster_status", "OFFLINE");
                    }
                    return report(event, NotificationType.COMPUTE_HOST, host, payload, evidence);
                });
        add(
                "report-guest",
                "report-guest: web1, host: compute1, event: LIFECYCLE, detail: STOPPED_FAILED",
                "An instance monitor reports that something has happened to a guest.",
                Subject.INSTANCE,
                (event, server) -> {
                    String kind = event.string("event", "LIFECYCLE");
                    String detail = event.string("detail", "STOPPED_FAILED");
                    Optional<Duration> seenAt = optionalStamp(event, "seen-at");
                    String host = event.string("host");
                    String by = event.string("by", "instance monitor");
                    return new Read("", world -> {
                        Map<String, String> payload = Map.of(
                                "event", kind, "vir_domain_event", detail, "instance_uuid", world.server(server));
                        world.report(NotificationType.VM, new HostName(host), seenAt, payload, Map.of(), by);
                    });
                });
        add(
                "report-process",
                "report-process: compute1, process: libvirtd, says: stopped",
                "A process monitor reports that it could not bring a process back, or that it runs again.",
                Subject.HOST,
                (event, host) -> {
                    boolean stopped = event.choice("says", Says.class, Says.STOPPED) == Says.STOPPED;
                    Map<String, String> payload = Map.of(
                            "event",
                            stopped ? "STOPPED" : "STARTED",
                            "process_name",
                            event.string("process", "libvirtd"));
                    return report(event, NotificationType.PROCESS, host, payload, Map.of());
                });
    }

    private static void signs() {
        add(
                "sign-of-life",
                "sign-of-life: compute1, for: 2m",
                "The monitors of a host say every 10 s that it is well, for so long.",
                Subject.HOST,
                (event, host) -> {
                    Duration lasting = event.duration("for", Duration.ZERO, Duration.ZERO, DAY);
                    String how = lasting.isZero() ? "" : ", every 10 s for " + Durations.format(lasting);
                    return new Read(
                            "host-monitor of " + host + " says that it is well" + how,
                            world -> world.signsOfLife(new HostName(host), lasting));
                });
    }

    private static Read report(
            Section event,
            NotificationType type,
            String host,
            Map<String, String> payload,
            Map<String, String> evidence) {
        Optional<Duration> seenAt = optionalStamp(event, "seen-at");
        String by = event.string("by", "monitor");
        return new Read("", world -> world.report(type, new HostName(host), seenAt, payload, evidence, by));
    }

    private static Optional<Duration> optionalStamp(Section event, String key) {
        return event.has(key) ? ScenarioFile.stamp(event, key) : Optional.empty();
    }

    private static void fencing() {
        add(
                "device",
                "device: compute1, name: ipmi, becomes: dead",
                "A fencing device of a host begins to behave otherwise.",
                Subject.HOST,
                (event, host) -> {
                    String name = event.string("name");
                    DeviceBehaviour.Kind kind =
                            event.choice("becomes", DeviceBehaviour.Kind.class, DeviceBehaviour.Kind.WORKS);
                    return new Read(
                            name + " of " + host + ": " + kind.name().toLowerCase(Locale.ROOT) + " from now on",
                            world -> world.set(DeviceBehaviour.of(kind), new HostName(host), name));
                });
    }

    private static void controllers() {
        add(
                "kill-controller",
                "kill-controller: controller",
                "A controller dies as by kill -9.",
                Subject.OTHER,
                (event, name) -> new Read(name + " is killed", world -> world.killController(name)));
        add(
                "start-controller",
                "start-controller: controller",
                "A controller is started.",
                Subject.OTHER,
                (event, name) -> new Read(name + " is started", world -> world.startController(name)));
        add(
                "freeze-controller",
                "freeze-controller: controller, for: 20s",
                "A controller stands still for a while, as in a long pause of its virtual machine, and then goes on.",
                Subject.OTHER,
                (event, name) -> {
                    Duration lasting = event.duration("for", Duration.ofSeconds(20), Duration.ZERO, DAY);
                    return new Read(
                            name + " stands still for " + Durations.format(lasting),
                            world -> world.freezeController(name, lasting));
                });
        add(
                "database",
                "database: away",
                "The database cannot be reached (`away`), or can again (`back`).",
                Subject.OTHER,
                (event, unused) -> {
                    boolean away = event.choice("database", Database.class, Database.BACK) == Database.AWAY;
                    return new Read("the database is " + (away ? "away" : "back"), world -> world.databaseIsAway(away));
                });
        add(
                "clock",
                "clock: ahead, by: 1h",
                "Somebody sets the controllers' clock `ahead` or `back`.",
                Subject.OTHER,
                (event, unused) -> {
                    boolean ahead = event.choice("clock", Clock.class, Clock.AHEAD) == Clock.AHEAD;
                    Duration by = event.duration("by", Duration.ofMinutes(1), Duration.ZERO, DAY);
                    return new Read(
                            "the controllers' clock is set " + (ahead ? "ahead" : "back") + " by "
                                    + Durations.format(by),
                            world -> world.shiftClock(ahead ? by : by.negated()));
                });
    }

    private enum Database {
        AWAY,
        BACK
    }

    private enum Clock {
        AHEAD,
        BACK
    }

    private static void people() {
        aWord(
                "confirm-dead",
                "I pulled the plug",
                "An operator gives his word that a host is off.",
                (world, word) -> world.confirmDead(word.host, word.by, word.reason));
        aWord(
                "cancel",
                "a mistake",
                "An operator calls the recovery of a host off, or the keeping out of one with a process down.",
                (world, word) -> world.cancel(word.host, word.by, word.reason));
        aWord(
                "approve",
                "the switch is known to be at fault",
                "An operator lets the recovery of a host begin in spite of a gate.",
                (world, word) -> world.approve(word.host, word.by, word.reason));
        aWord(
                "retry",
                "the image is back",
                "An operator has what failed of a host's recovery tried once more.",
                (world, word) -> world.retry(word.host, word.by, word.reason));
        add(
                "pause",
                "pause: everything, for: 30m, mode: freeze, reason: firmware of the switches",
                "An operator pauses recovery, of `everything`, of a segment or of a host. `freeze`: reports lead to incidents "
                        + "that wait; `ignore`: reports lead to nothing.",
                Subject.OTHER,
                (event, what) -> {
                    Duration lasting = event.duration("for", Duration.ofHours(1), Duration.ofSeconds(1), DAY);
                    Pause.Mode mode = event.choice("mode", Pause.Mode.class, Pause.Mode.FREEZE);
                    String reason = event.string("reason");
                    String by = event.string("by", "ann");
                    return new Read(
                            by + " pauses recovery of " + what + " for " + Durations.format(lasting) + " ("
                                    + mode.name().toLowerCase(Locale.ROOT) + "): " + reason,
                            world -> world.pause(scope(world, what), mode, by, reason, lasting));
                });
        add(
                "resume",
                "resume: everything",
                "An operator ends a pause before its time.",
                Subject.OTHER,
                (event, what) -> new Read("ann ends the pause of " + what, world -> world.resume(scope(world, what))));
        add(
                "segment",
                "segment: rack1, enabled: false",
                "An operator enables or disables a segment.",
                Subject.SEGMENT,
                (event, segment) -> {
                    boolean enabled = event.flag("enabled", true);
                    return new Read(
                            "ann " + (enabled ? "enables" : "disables") + " the segment " + segment,
                            world -> world.setSegmentEnabled(segment, enabled));
                });
        add(
                "maintenance",
                "maintenance: compute1, on: true",
                "An operator declares that a host is on maintenance, or no longer.",
                Subject.HOST,
                (event, host) -> {
                    boolean on = event.flag("on", true);
                    return new Read(
                            "ann declares " + host + (on ? " to be on maintenance" : " to be back from maintenance"),
                            world -> world.setMaintenance(new HostName(host), on));
                });
        add(
                "reserve",
                "reserve: compute9",
                "An operator makes a host a reserved one, and disables it.",
                Subject.HOST,
                (event, host) -> new Read("ann makes " + host + " a reserved host", world -> {
                    world.cloud().disableService(host, "spare");
                    world.setReserved(new HostName(host), true);
                }));
    }

    private static Pause.Scope scope(World world, String what) {
        if (what.equals("everything")) {
            return new Pause.Scope.Everything();
        }
        return world.hasHost(what) ? new Pause.Scope.OfHost(new HostName(what)) : world.segmentScope(what);
    }

    private record Word(HostName host, String by, String reason) {}

    private static void aWord(String name, String reason, String meaning, BiConsumer<World, Word> what) {
        String example = name + ": compute1, by: ann, reason: " + reason;
        add(name, example, meaning, Subject.HOST, (event, host) -> {
            var word = new Word(new HostName(host), event.string("by", "ann"), event.string("reason"));
            return new Read("", world -> what.accept(world, word));
        });
    }
}
