// SPDX-License-Identifier: Apache-2.0
package io.migawari.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.simulator.cloud.LedgerReading;
import io.migawari.simulator.cloud.ServerReading;
import io.migawari.simulator.cloud.SimulatedCloud;
import io.migawari.simulator.nova.HostFaults;
import io.migawari.simulator.nova.ServerFaults;
import io.migawari.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One scenario from its beginning to its end. It knows the truth from the simulated hypervisors, the rest from the
 * controller's public API, and shows both as they change.
 */
final class Demonstration {

    private static final String VICTIM = "compute1";
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    /** How long an operator of the demonstration takes to notice that something is asked of him. */
    private static final Duration OPERATOR_NOTICES = Duration.ofSeconds(3);

    /** Longer than any scenario takes (the longest: about 15 s); then something is wrong. */
    private static final Duration LONGEST = Duration.ofSeconds(90);

    private final Scenario scenario;
    private final SimulatedCloud cloud;
    private final ControllerApi api;
    private final Screen screen;
    private final Time time;
    private final Map<String, Actor> actors = new LinkedHashMap<>();
    private final Map<String, Long> storyRead = new HashMap<>();
    private long began;
    private Instant beganAt = Instant.EPOCH;

    Demonstration(Scenario scenario, SimulatedCloud cloud, ControllerApi api, Screen screen, Time time) {
        this.scenario = scenario;
        this.cloud = cloud;
        this.api = api;
        this.screen = screen;
        this.time = time;
    }

    /** @return whether every instance is where it should be, running once */
    boolean play() throws IOException, InterruptedException {
        prepare();
        screen.say("");
        screen.say("Before:");
        screen.show(lines());
        screen.settle();
        screen.say("");
        strike();
        follow();
        screen.show(lines());
        screen.settle();
        return conclude();
    }

    private void prepare() throws IOException, InterruptedException {
        for (int i = 1; i <= 3; i++) {
            cloud.addHost("compute" + i);
        }
        api.createSegment("rack1");
        api.addHost("compute1");
        api.addHost("compute2");
        if (scenario != Scenario.NO_RESERVED_HOST) {
            api.addReservedHost("compute3");
        }
        if (scenario == Scenario.SECOND_HOST_DIES) {
            cloud.addHost("compute4");
            api.addReservedHost("compute4");
            cloud.setFaults("compute3", HostFaults.NONE.withSpawnDelay(Duration.ofSeconds(30)));
        }
        for (Actor actor : Actor.cast()) {
            actors.put(cloud.addServer(actor.spec()), actor);
        }
        if (scenario == Scenario.ONE_REFUSED) {
            cloud.setServerFaults(idOf("web-1"), ServerFaults.refusedWith(403));
        }
    }

    private String idOf(String name) {
        return actors.entrySet().stream()
                .filter(entry -> entry.getValue().name().equals(name))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    /** The power fails; a moment later the cluster has fenced the host, and a monitor reports it. */
    private void strike() throws IOException, InterruptedException {
        began = time.nanos();
        beganAt = time.now();
        cloud.killHost(VICTIM);
        say("compute1 loses its power, and all its guests with it");
        api.report(VICTIM, time.now());
        say("the monitors of its cluster report it, fenced");
    }

    private void follow() throws IOException, InterruptedException {
        var patience = time.deadlineAfter(LONGEST);
        boolean secondStrike = scenario == Scenario.SECOND_HOST_DIES;
        Optional<Instant> asked = Optional.empty();
        while (!patience.isPast()) {
            List<JsonNode> open = new ArrayList<>();
            for (JsonNode incident : api.incidents()) {
                if (incident.path("kind").asText().equals("return")) {
                    continue; // it waits for a host that nobody switches on here
                }
                tellStory(incident);
                if (incident.path("open").asBoolean()) {
                    open.add(incident);
                }
            }
            screen.show(lines());
            if (open.isEmpty()) {
                return;
            }
            if (secondStrike
                    && cloud.servers().stream()
                            .anyMatch(server -> server.status().equals("REBUILD"))) {
                secondStrike = false;
                cloud.killHost("compute3");
                say("compute3, which has just begun to take the instances, loses its power as well");
                api.report("compute3", time.now());
            }
            if (scenario == Scenario.NO_RESERVED_HOST
                    && open.get(0).at("/waiting/for").asText().equals("no_destination")
                    && asked.isEmpty()) {
                asked = Optional.of(time.now());
            }
            if (asked.isPresent() && asked.get().plus(OPERATOR_NOTICES).isBefore(time.now())) {
                asked = Optional.of(Instant.MAX.minus(OPERATOR_NOTICES));
                say("an operator does what is asked: migawari reserved-host add rack1 compute3");
                api.addReservedHost("compute3");
            }
            time.sleep(LOOK_EVERY);
        }
        say("this takes too long; something is wrong (see the log)");
    }

    private void tellStory(JsonNode incident) throws IOException, InterruptedException {
        String id = incident.path("uuid").asText();
        String host = incident.path("host").asText();
        for (JsonNode line : api.story(id, storyRead.getOrDefault(id, 0L)).path("story")) {
            storyRead.put(id, line.path("number").asLong());
            Duration since =
                    Duration.between(beganAt, Instant.parse(line.path("at").asText() + "Z"));
            screen.say(stamp(since) + "[" + host + "] " + line.path("message").asText());
        }
    }

    private void say(String words) {
        screen.say(stamp(Duration.ofNanos(time.nanos() - began)) + words);
    }

    private static String stamp(Duration since) {
        return String.format(Locale.ROOT, "%6.2f s  ", since.toMillis() / 1000.0);
    }

    /** Every instance with where it is now. */
    private List<String> lines() {
        LedgerReading ledger = cloud.ledger();
        return servers().stream()
                .map(server -> String.format(
                        Locale.ROOT,
                        "    %-9s %-32s %-14s on %-9s %s",
                        server.name(),
                        actorOf(server).kind(),
                        server.status(),
                        server.host().orElse("-"),
                        ledger.runsOn(server.id()).isEmpty()
                                ? "guest off"
                                : "guest runs on " + String.join(" and ", ledger.runsOn(server.id()))))
                .toList();
    }

    private Actor actorOf(ServerReading server) {
        return Optional.ofNullable(actors.get(server.id())).orElseThrow();
    }

    private List<ServerReading> servers() {
        List<String> order = List.copyOf(actors.keySet());
        return cloud.servers().stream()
                .sorted(Comparator.comparingInt(server -> order.indexOf(server.id())))
                .toList();
    }

    private boolean conclude() throws IOException, InterruptedException {
        LedgerReading ledger = cloud.ledger();
        List<Verdict> verdicts = servers().stream()
                .map(server -> Verdict.of(actorOf(server), server, ledger, VICTIM))
                .toList();
        Map<String, JsonNode> moves = new HashMap<>();
        for (JsonNode incident : api.incidents()) {
            api.incident(incident.path("uuid").asText())
                    .path("moves")
                    .forEach(
                            move -> moves.putIfAbsent(move.path("instance_uuid").asText(), move));
        }
        screen.say("");
        screen.say("What became of them:");
        verdicts.forEach(verdict -> screen.say(
                line(verdict, Optional.ofNullable(moves.get(verdict.now().id())))));
        long wrong = verdicts.stream().filter(v -> v.problem().isPresent()).count();
        screen.say("");
        screen.say(
                wrong == 0
                        ? "Every instance is where it should be, running once."
                        : wrong == 1
                                ? "1 instance is not where it should be."
                                : wrong + " instances are not where they should be.");
        return wrong == 0;
    }

    private String line(Verdict verdict, Optional<JsonNode> move) {
        String what = move.map(m -> switch (m.path("state").asText()) {
                    case "succeeded" -> "moved to " + m.path("destination").asText() + " in " + seconds(m);
                    case "left" -> "left: " + m.path("message").asText();
                    case "failed" -> "FAILED: " + m.path("message").asText();
                    default -> m.path("message").asText();
                })
                .orElse("not touched");
        String mark = verdict.problem().isEmpty() ? "ok " : "!! ";
        return "  " + mark + String.format(Locale.ROOT, "%-9s ", verdict.actor().name()) + what
                + verdict.problem().map(problem -> "  (" + problem + ")").orElse("");
    }

    /** From the failure until the instance was seen in its place. */
    private String seconds(JsonNode move) {
        Duration took =
                Duration.between(beganAt, Instant.parse(move.path("ended_at").asText() + "Z"));
        return String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1000.0);
    }
}
