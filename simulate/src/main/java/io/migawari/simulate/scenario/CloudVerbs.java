// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.scenario;

import io.migawari.config.Durations;
import io.migawari.config.Section;
import io.migawari.simulate.scenario.Verbs.Read;
import io.migawari.simulate.scenario.Verbs.Subject;
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
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import java.util.function.ObjIntConsumer;

/** What happens to the machines, to Nova and to the instances. */
final class CloudVerbs {

    private static final Requester PERSON = new Requester("req-person", "ann", "admin");

    private final Verbs verbs;

    private CloudVerbs(Verbs verbs) {
        this.verbs = verbs;
    }

    static void addTo(Verbs verbs) {
        var these = new CloudVerbs(verbs);
        these.machines();
        these.nova();
        these.instances();
    }

    private void onHost(String name, String meaning, String words, BiConsumer<SimulatedCloud, String> what) {
        verbs.add(
                name,
                name + ": compute1",
                meaning,
                Subject.HOST,
                (event, host) -> new Read(words.replace("HOST", host), world -> what.accept(world.cloud(), host)));
    }

    private void machines() {
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
        verbs.add(
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
        verbs.add(
                "spawn-slow",
                "spawn-slow: compute2, by: 10m",
                "Each rebuild on a host takes so much longer.",
                Subject.HOST,
                (event, host) -> {
                    Duration by = event.duration("by", Duration.ofMinutes(1), Duration.ZERO, Verbs.DAY);
                    return new Read(
                            "rebuilds on " + host + " take " + Durations.format(by) + " longer",
                            world -> world.cloud().setFaults(host, HostFaults.NONE.withSpawnDelay(by)));
                });
        verbs.add(
                "flap",
                "flap: compute1, every: 20s",
                "Nova calls a host that lives up, then down, and so on.",
                Subject.HOST,
                (event, host) -> {
                    Duration every = event.duration("every", Duration.ofSeconds(20), Duration.ofSeconds(1), Verbs.DAY);
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

    private void nova() {
        verbs.add(
                "nova",
                "nova: unreachable",
                "What is wrong with nova-api: `unreachable` (no connection), `silent` (no answer), `failing` (500), "
                        + "`garbled` (answers without their end), `well`.",
                Subject.OTHER,
                (event, unused) -> {
                    NovaTrouble trouble = event.choice("nova", NovaTrouble.class, NovaTrouble.WELL);
                    return new Read(
                            "nova-api is " + trouble.name().toLowerCase(Locale.ROOT), world -> world.novaIs(trouble));
                });
        onNextRequests(
                "lose-answers",
                "Nova does the next so many things that it is asked for, and the answers are lost.",
                "the next NUMBER answers of Nova get lost",
                World::loseAnswers);
        onNextRequests(
                "lose-requests",
                "The next so many things that Nova is asked for get lost on their way, which looks the same from outside.",
                "the next NUMBER requests to Nova get lost",
                World::loseRequests);
        onNextRequests(
                "refuse-requests",
                "Nova refuses the next so many things that it is asked for, because it has too much to do (429).",
                "Nova refuses the next NUMBER requests",
                World::refuseRequests);
        verbs.add(
                "hide-migrations",
                "hide-migrations: 10s",
                "Nova lists a new migration only after a while, as a database does that lags.",
                Subject.OTHER,
                (event, unused) -> {
                    Duration lag = event.duration("hide-migrations", Duration.ofSeconds(10), Duration.ZERO, Verbs.DAY);
                    return new Read(
                            "Nova lists new migrations only after " + Durations.format(lag),
                            world -> world.cloud().hideNewMigrationsFor(lag));
                });
        verbs.add(
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
        verbs.add(
                "enable",
                "enable: compute1",
                "A person enables a host in Nova.",
                Subject.HOST,
                (event, host) -> new Read(
                        "ann enables " + host + " in Nova",
                        world -> world.somebody(
                                nova -> nova.change(host(nova, host), new ServiceChange(Status.ENABLED, null, null)))));
        verbs.add(
                "lift-force-down",
                "lift-force-down: compute1",
                "A person takes a host's force-down away.",
                Subject.HOST,
                (event, host) -> new Read(
                        "ann no longer forces " + host + " down in Nova",
                        world -> world.somebody(
                                nova -> nova.change(host(nova, host), new ServiceChange(null, null, false)))));
    }

    private void onNextRequests(String name, String meaning, String words, ObjIntConsumer<World> what) {
        verbs.add(name, name + ": 2", meaning, Subject.OTHER, (event, unused) -> {
            int number = event.integer(name, 1, 1, 1000);
            return new Read(words.replace("NUMBER", Integer.toString(number)), world -> what.accept(world, number));
        });
    }

    private static SimulatedHost host(Nova nova, String name) {
        return nova.host(name).orElseThrow(() -> new IllegalArgumentException("Nova has no host " + name));
    }

    private interface Action {
        void carryOut(ServerActions actions, SimulatedServer server);
    }

    private void onInstance(String name, String meaning, String words, Action action) {
        verbs.add(
                name,
                name + ": web1",
                meaning,
                Subject.INSTANCE,
                (event, server) -> new Read(
                        words.replace("INSTANCE", server),
                        world -> world.somebody(
                                nova -> action.carryOut(nova.actions(), nova.server(world.server(server))))));
    }

    private void instances() {
        verbs.add(
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
        verbs.add(
                "evacuate",
                "evacuate: web1, to: compute3",
                "A person evacuates an instance by hand; with `from`, if it is still there and Nova was never asked to.",
                Subject.INSTANCE,
                (event, server) -> {
                    Optional<String> to = event.find("to");
                    Optional<String> from = event.find("from");
                    return new Read(
                            "ann evacuates " + server + " by hand",
                            world -> world.somebody(nova -> {
                                SimulatedServer instance = nova.server(world.server(server));
                                boolean asked = nova.migrations().listed().stream()
                                        .anyMatch(record -> record.server().equals(instance));
                                if (from.isEmpty() || (from.equals(instance.host()) && !asked)) {
                                    nova.actions()
                                            .evacuate(
                                                    instance,
                                                    new Evacuation(to.orElse(null), false, null, false),
                                                    PERSON);
                                }
                            }));
                });
        verbs.add(
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

    private void spoilt(String name, String meaning, String words, IntFunction<ServerFaults> faults) {
        verbs.add(name, name + ": web1, times: 2", meaning, Subject.INSTANCE, (event, server) -> {
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
}
