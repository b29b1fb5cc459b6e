// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.scenario;

import io.migawari.config.ConfigException;
import io.migawari.config.RecoverySettings;
import io.migawari.config.Section;
import io.migawari.config.YamlFile;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.RecoveryMethod;
import io.migawari.simulate.world.DeviceBehaviour;
import io.migawari.simulate.world.World;
import io.migawari.simulator.nova.ServerSpec;
import io.migawari.simulator.nova.Timings;
import io.migawari.simulator.nova.VmState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Scenario files. Whatever is wrong with one is said with its line, all at once. */
public final class ScenarioFile {

    private static final Pattern CASE = Pattern.compile("T-[A-Z]+\\d+|W\\d+|[A-M]");
    private static final Pattern STAMP = Pattern.compile("(?:(\\d{1,3}):)?(\\d{1,2}):(\\d\\d)");
    private static final String STORY = "story: |\n";
    private static final String INDENT = "  ";
    private static final Duration DAY = Duration.ofDays(1);
    private static final int MOST_HOSTS = 200;

    private final List<Consumer<World>> set = new ArrayList<>();
    private final Names names = new Names();

    private ScenarioFile() {}

    /** What a scenario may speak of. */
    static final class Names {
        final Set<String> segments = new HashSet<>();
        final Set<String> hosts = new HashSet<>();
        final Set<String> instances = new HashSet<>();
        final Map<String, Set<String>> devices = new HashMap<>();
    }

    /** @throws ConfigException with everything that is wrong with the file */
    public static Scenario read(Path file) {
        return YamlFile.read(file, Map.of(), section -> new ScenarioFile().scenario(section));
    }

    /** The same from a text that is in no file yet. */
    public static Scenario readText(String name, String text) {
        return YamlFile.readText(name, text, Map.of(), section -> new ScenarioFile().scenario(section));
    }

    /** Rewrites what the file expects to be told; the rest of it stays as it is. */
    public static void update(Path file, Played played) {
        try {
            String text = Files.readString(file);
            int at = text.startsWith(STORY) ? 0 : text.indexOf("\n" + STORY) + 1;
            String head = at > 0 ? text.substring(0, at) : text.endsWith("\n") ? text : text + "\n";
            var story = new StringBuilder(STORY);
            played.story().forEach(line -> story.append(INDENT).append(line).append('\n'));
            Files.writeString(file, head + story);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Scenario scenario(Section file) {
        String title = file.string("title");
        List<String> cases = cases(file);
        String why = file.string("why").strip();
        RecoverySettings settings = RecoverySettings.read(file.section("recovery"));
        Timings timings = timings(file.section("nova"));
        segments(file);
        aggregates(file);
        instances(file);
        fencing(file);
        List<String> controllers = file.has("controllers") ? file.strings("controllers") : List.of("controller");
        if (file.flag("watched-before", true)) {
            set.add(World::wasWatchedBefore);
        }
        controllers.forEach(name -> set.add(world -> world.startController(name)));
        List<Scenario.Event> events = new ArrayList<>();
        for (Section event : file.sections("events")) {
            Duration at = stamp(event, "at").orElse(Duration.ZERO);
            Verbs.read(event, names)
                    .map(read -> new Scenario.Event(at, read.words(), read.what()))
                    .ifPresent(events::add);
        }
        Duration until = stamp(file, "until").orElse(Duration.ZERO);
        End end = end(file.section("end"));
        return new Scenario(
                title,
                cases,
                why,
                settings,
                timings,
                world -> set.forEach(part -> part.accept(world)),
                events,
                until,
                end,
                file.string("story", ""));
    }

    private static List<String> cases(Section file) {
        List<String> cases = file.strings("cases");
        cases.stream()
                .filter(id -> !CASE.matcher(id).matches())
                .forEach(id -> file.expected("cases", "ids such as T-F01, or of Masakari's flaws such as W9", id));
        return cases;
    }

    /** {@code 02:05} are two minutes and five seconds, {@code 1:02:05} an hour more. */
    static Optional<Duration> stamp(Section section, String key) {
        String text = section.string(key);
        var match = STAMP.matcher(text);
        if (match.matches()) {
            long hours = match.group(1) == null ? 0 : Long.parseLong(match.group(1));
            return Optional.of(Duration.ofHours(hours)
                    .plusMinutes(Long.parseLong(match.group(2)))
                    .plusSeconds(Long.parseLong(match.group(3))));
        }
        if (section.has(key)) {
            section.expected(key, "a time since the start, as 02:05 or 1:02:05", text);
        }
        return Optional.empty();
    }

    /** What a cloud with Nova's own defaults is like. */
    private static Timings timings(Section nova) {
        Duration least = Duration.ofMillis(100);
        Timings.Evacuation evacuation = new Timings.Evacuation(
                Duration.ofSeconds(1),
                nova.duration("evacuation", Duration.ofSeconds(6), least, DAY),
                nova.duration("evacuation-turn", Duration.ofMillis(500), least, DAY),
                Duration.ofSeconds(1));
        return new Timings(
                nova.duration("heartbeat", Duration.ofSeconds(10), least, DAY),
                nova.duration("down-after", Duration.ofMinutes(1), least, DAY),
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                evacuation,
                Duration.ofSeconds(2),
                Duration.ofSeconds(1),
                Duration.ofSeconds(15),
                Duration.ofSeconds(23),
                Timings.DEFAULTS.live(),
                Timings.DEFAULTS.cold());
    }

    private void segments(Section file) {
        Map<String, Section> segments = file.named("segments");
        if (segments.isEmpty()) {
            file.problem("segments", "missing; at least one segment with its hosts is needed");
        }
        segments.forEach((name, segment) -> {
            names.segments.add(name);
            RecoveryMethod method = segment.choice("method", RecoveryMethod.class, RecoveryMethod.AUTO);
            boolean enabled = segment.flag("enabled", true);
            List<String> reserved = hosts(segment, "reserved");
            List<String> hosts = hosts(segment, "hosts");
            set.add(world -> {
                var made = world.store().addSegment(name, method, enabled);
                hosts.forEach(host -> world.store().addHost(made.id(), new HostName(host), false, false));
                reserved.forEach(host -> world.store().addHost(made.id(), new HostName(host), true, false));
            });
            special(segment, hosts, reserved);
        });
    }

    private List<String> hosts(Section segment, String key) {
        List<String> hosts = new ArrayList<>();
        for (String text : segment.strings(key)) {
            for (String host : expanded(text)) {
                if (!HostName.isValid(host)) {
                    segment.expected(key, "names of hosts", host);
                } else if (!names.hosts.add(host)) {
                    segment.problem(key, host + " appears twice");
                } else {
                    hosts.add(host);
                }
            }
        }
        return hosts;
    }

    /** {@code compute1..30} are thirty hosts. */
    private static List<String> expanded(String text) {
        var range = Pattern.compile("([A-Za-z._-]*)(\\d{1,4})\\.\\.(\\d{1,4})").matcher(text);
        if (!range.matches()) {
            return List.of(text);
        }
        List<String> all = new ArrayList<>();
        int last = Math.min(Integer.parseInt(range.group(3)), Integer.parseInt(range.group(2)) + MOST_HOSTS);
        for (int number = Integer.parseInt(range.group(2)); number <= last; number++) {
            all.add(range.group(1) + number);
        }
        return all;
    }

    /** What is special about some hosts of a segment. */
    private void special(Section segment, List<String> hosts, List<String> reserved) {
        List<String> all = new ArrayList<>(hosts);
        all.addAll(reserved);
        Map<String, Section> special = segment.named("special");
        special.keySet().stream()
                .filter(name -> !all.contains(name))
                .forEach(name -> segment.problem("special", "the segment has no host " + name));
        for (String name : all) {
            Optional<Section> host = Optional.ofNullable(special.get(name));
            int room = host.map(s -> s.integer("room", 1000, 0, 1000)).orElse(1000);
            String novaName = host.map(s -> s.string("nova-name", name)).orElse(name);
            String spare = reserved.contains(name) ? "spare" : "";
            String reason = host.map(s -> s.string("disabled", spare)).orElse(spare);
            boolean maintenance = host.filter(s -> s.flag("maintenance", false)).isPresent();
            set.add(world -> {
                world.addHost(novaName, "nova", room);
                if (!reason.isEmpty()) {
                    world.cloud().disableService(novaName, reason);
                }
                if (maintenance) {
                    world.store().setMaintenance(new HostName(name), true);
                }
            });
        }
    }

    private void aggregates(Section file) {
        Section aggregates = file.section("aggregates");
        for (String name : aggregates.inOrder()) {
            List<String> hosts = aggregates.strings(name);
            hosts.stream()
                    .filter(host -> !names.hosts.contains(host))
                    .forEach(host -> aggregates.expected(name, "hosts of segments", host));
            set.add(world -> world.addAggregate(name, hosts));
        }
    }

    private void instances(Section file) {
        file.named("instances").forEach((name, instance) -> {
            names.instances.add(name);
            String host = instance.string("on");
            if (!names.hosts.contains(host)) {
                instance.expected("on", "a host of a segment", host);
            }
            VmState state = instance.choice("state", VmState.class, VmState.ACTIVE);
            ServerSpec spec = ServerSpec.active(name, host).in(state);
            if (instance.has("task")) {
                spec = spec.withTask(instance.string("task"));
            }
            if (instance.flag("locked", false)) {
                spec = spec.withLock();
            }
            if (instance.flag("never-ran", false)) {
                spec = spec.neverLaunched();
            }
            spec = spec.withKind(instance.choice("disk", ServerSpec.Kind.class, ServerSpec.Kind.IMAGE))
                    .withMetadata(texts(instance.section("metadata")))
                    .withFlavorExtraSpecs(texts(instance.section("flavor")));
            ServerSpec made = spec;
            set.add(world -> world.addServer(made));
        });
    }

    private static Map<String, String> texts(Section section) {
        Map<String, String> texts = new HashMap<>();
        section.keys().forEach(key -> texts.put(key, section.string(key)));
        return texts;
    }

    private void fencing(Section file) {
        file.named("fencing").forEach((host, devices) -> {
            if (!names.hosts.contains(host)) {
                file.problem("fencing", "no segment has a host " + host);
            }
            for (String device : devices.inOrder()) {
                DeviceBehaviour.Kind kind =
                        devices.choice(device, DeviceBehaviour.Kind.class, DeviceBehaviour.Kind.WORKS);
                names.devices.computeIfAbsent(host, unused -> new HashSet<>()).add(device);
                set.add(world -> world.addDevice(new HostName(host), device, DeviceBehaviour.of(kind)));
            }
        });
    }

    private End end(Section end) {
        Map<String, String> instances = expectations(end, "instances", names.instances);
        Map<String, String> hosts = expectations(end, "hosts", names.hosts);
        Map<String, String> incidents = texts(end.section("incidents"));
        boolean settled = end.flag("settled", false);
        if (instances.isEmpty() && hosts.isEmpty() && incidents.isEmpty() && !settled) {
            end.problem("instances", "missing; say how instances, hosts or incidents are expected to stand at the end");
        }
        return new End(instances, hosts, incidents, settled, end.strings("ran-twice"));
    }

    private static Map<String, String> expectations(Section end, String key, Set<String> known) {
        Section section = end.section(key);
        Map<String, String> texts = texts(section);
        texts.keySet().stream()
                .filter(name -> !known.contains(name))
                .forEach(name -> section.problem(name, "there is none of that name"));
        return texts;
    }
}
