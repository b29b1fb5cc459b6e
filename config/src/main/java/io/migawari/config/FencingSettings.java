// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which devices switch which hosts off.
 *
 * @param agents the directory of the fence agents
 * @param checkEvery how often every device is asked for its host's power, so that a dead one is known before it is needed
 * @param pollEvery how often the power is read while a host is being switched off
 * @param hosts by their names
 */
public record FencingSettings(Path agents, Duration checkEvery, Duration pollEvery, Map<String, Host> hosts) {

    private static final Pattern HOST = Pattern.compile("[a-zA-Z0-9._-]{1,255}");
    private static final Pattern DEVICE = Pattern.compile("[a-zA-Z0-9._-]{1,100}");
    private static final Pattern PLUG = Pattern.compile("[\\x21-\\x7e]([\\x20-\\x7e]{0,98}[\\x21-\\x7e])?");
    private static final Pattern AGENT = Pattern.compile("fence_[a-z0-9_]{1,60}");
    private static final Pattern PARAMETER = Pattern.compile("[a-zA-Z][a-zA-Z0-9_-]{0,60}");
    private static final Pattern SOUNDS_SECRET =
            Pattern.compile("(?i).*(passw|secret|token|api[_-]?key|community|hexadecimal[_-]kg).*");

    /** All of them together, and their values, have to fit into a pipe that nobody reads yet. */
    private static final int LONGEST_VALUE = 1000;

    private static final int MOST_PARAMETERS = 40;

    /** What an agent is asked to do is said by us alone. */
    private static final Set<String> ACTIONS = Set.of("action", "option", "o");

    /** They write what is said between agent and device, passwords included, where anybody may read it. */
    private static final Set<String> TALKATIVE = Set.of("debug", "debug_file", "verbose", "verbose_level");

    /** What tells one outlet of a device from another. */
    private static final List<String> PLUGS = List.of("plug", "port");

    /** What tells one device, and one outlet of it, from another; the rest is how it is spoken to. */
    private static final List<String> ADDRESS =
            List.of("ip", "ipaddr", "ipport", "plug", "port", "systems_uri", "target", "uuid");

    private static final Set<String> IPMI = Set.of(
            "fence_ipmilan", "fence_ipmilanplus", "fence_idrac", "fence_imm", "fence_ilo3", "fence_ilo4", "fence_ilo5");

    /** How a device tells which machine it belongs to. */
    public enum Identity {
        /** The system's GUID, asked for with ipmitool. */
        IPMI,
        /** The UUID of the Redfish ComputerSystem. */
        REDFISH,
        /** Not at all, as an outlet of a power switch. */
        NONE
    }

    /**
     * A host and what it can be switched off with.
     *
     * @param uuid of its mainboard, as its firmware tells the operating system
     * @param levels in the order in which they are to be tried; the devices of one level have to work together
     */
    public record Host(Optional<UUID> uuid, List<List<Device>> levels) {

        public Host {
            levels = levels.stream().map(List::copyOf).toList();
        }
    }

    /**
     * One device, as one host is wired to it.
     *
     * @param name with the outlet, if it was given with the host: {@code pdu1:7}
     * @param parameters what the agent is told, without the secrets
     * @param timeout how long it may take to tell the power, or who it is
     * @param offWithin how long the power may take, from the order to switch off, until it reads as off
     */
    public record Device(
            String name,
            String agent,
            Map<String, String> parameters,
            Map<String, Secret> secrets,
            Duration timeout,
            Duration offWithin,
            Identity identity) {

        public Device {
            parameters = Map.copyOf(parameters);
            secrets = Map.copyOf(secrets);
        }

        /** A parameter or a secret by the first of its names that is given. */
        public Optional<String> find(String... names) {
            for (String name : names) {
                String found = Optional.ofNullable(secrets.get(name))
                        .map(Secret::reveal)
                        .orElse(parameters.get(name));
                if (found != null) {
                    return Optional.of(found);
                }
            }
            return Optional.empty();
        }

        private Device at(String plug) {
            Map<String, String> more = new HashMap<>(parameters);
            more.put("plug", plug);
            return new Device(name + ":" + plug, agent, more, secrets, timeout, offWithin, identity);
        }

        private boolean hasPlug() {
            return PLUGS.stream().anyMatch(parameters::containsKey);
        }

        private Map<String, String> address() {
            Map<String, String> address = new TreeMap<>();
            ADDRESS.forEach(name -> Optional.ofNullable(parameters.get(name)).ifPresent(value -> {
                String modern = name.equals("ipaddr") ? "ip" : name.equals("port") ? "plug" : name;
                address.put(modern, value);
            }));
            return address;
        }
    }

    public FencingSettings {
        hosts = Map.copyOf(hosts);
    }

    /** Where the devices are: all their addresses. */
    public Set<String> addresses() {
        return hosts.values().stream()
                .flatMap(host -> host.levels().stream())
                .flatMap(List::stream)
                .flatMap(device -> device.find("ip", "ipaddr").stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** A site without fencing by Migawari. */
    public static FencingSettings none() {
        return YamlFile.readText("defaults", "", Map.of(), FencingSettings::read);
    }

    static FencingSettings read(Section section) {
        Duration second = Duration.ofSeconds(1);
        Map<String, Device> devices = new LinkedHashMap<>();
        section.named("devices").forEach((name, device) -> devices.put(name, device(name, device)));
        return new FencingSettings(
                section.findPath("agents-directory").orElse(Path.of("/usr/sbin")),
                section.duration("check-every", Duration.ofMinutes(5), Duration.ofSeconds(10), Duration.ofDays(1)),
                section.duration("poll-every", second, Duration.ofMillis(100), Duration.ofSeconds(30)),
                hosts(section, devices));
    }

    private static Device device(String name, Section section) {
        if (!DEVICE.matcher(name).matches()) {
            section.problem("agent", "the name of a device is made of letters, digits, dots, dashes and underscores");
        }
        String agent = section.string("agent");
        if (!agent.isEmpty() && !AGENT.matcher(agent).matches()) {
            section.expected("agent", "the name of a fence agent such as fence_ipmilan, without a path", agent);
        }
        Map<String, String> parameters = parameters(section.section("parameters"));
        Map<String, Secret> secrets = secrets(section.section("secrets"));
        if (parameters.size() + secrets.size() > MOST_PARAMETERS) {
            section.problem("parameters", "more than " + MOST_PARAMETERS);
        }
        secrets.keySet().stream()
                .filter(parameters::containsKey)
                .forEach(twice -> section.section("secrets").problem(twice, "is among the parameters, too"));
        Duration second = Duration.ofSeconds(1);
        return new Device(
                name,
                agent,
                parameters,
                secrets,
                section.duration("timeout", Duration.ofSeconds(20), second, Duration.ofMinutes(2)),
                section.duration("off-within", Duration.ofSeconds(40), second, Duration.ofMinutes(10)),
                section.choice("identity", Identity.class, usual(agent)));
    }

    private static Identity usual(String agent) {
        if (IPMI.contains(agent)) {
            return Identity.IPMI;
        }
        return agent.equals("fence_redfish") ? Identity.REDFISH : Identity.NONE;
    }

    private static Map<String, String> parameters(Section section) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String key : section.keys()) {
            String value = section.string(key, "");
            if (SOUNDS_SECRET.matcher(key).matches()) {
                section.problem(key, "belongs under secrets, so that it is never shown");
            } else if (isAllowed(section, key) && isFit(section, key, value)) {
                parameters.put(key, value);
            }
        }
        return parameters;
    }

    private static Map<String, Secret> secrets(Section section) {
        Set<String> names = section.keys().stream()
                .map(key -> key.replaceFirst("-(file|env)$", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        Map<String, Secret> secrets = new LinkedHashMap<>();
        for (String name : names) {
            Secret secret = section.secret(name);
            if (isAllowed(section, name) && isFit(section, name, secret.reveal())) {
                secrets.put(name, secret);
            }
        }
        return secrets;
    }

    private static boolean isAllowed(Section section, String name) {
        String modern = name.replace('-', '_');
        if (!PARAMETER.matcher(name).matches()) {
            section.problem(name, "expected the name of a parameter of the agent");
        } else if (ACTIONS.contains(modern)) {
            section.problem(name, "what an agent is asked to do is not configured");
        } else if (TALKATIVE.contains(modern)) {
            section.problem(name, "would write the device's password where others may read it");
        } else {
            return true;
        }
        return false;
    }

    /** Agents read one parameter a line, without the blanks around it. */
    private static boolean isFit(Section section, String name, String value) {
        if (value.chars().anyMatch(Character::isISOControl)) {
            section.problem(name, "contains a line break or another control character");
        } else if (!value.strip().equals(value)) {
            section.problem(name, "begins or ends with a blank, which fence agents cut off");
        } else if (value.length() > LONGEST_VALUE) {
            section.problem(name, "is longer than " + LONGEST_VALUE + " characters");
        } else {
            return true;
        }
        return false;
    }

    private static Map<String, Host> hosts(Section fencing, Map<String, Device> devices) {
        Map<String, Host> hosts = new LinkedHashMap<>();
        Map<UUID, String> byUuid = new HashMap<>();
        Map<Map<String, String>, String> byAddress = new HashMap<>();
        fencing.named("hosts").forEach((name, section) -> {
            if (!HOST.matcher(name).matches()) {
                section.problem("levels", "\"" + name + "\" is not the name of a host");
            }
            Optional<UUID> uuid = section.find("uuid").flatMap(text -> uuid(section, text));
            uuid.map(id -> byUuid.put(id, name))
                    .ifPresent(other -> section.problem("uuid", "is that of " + other + ", too"));
            List<List<Device>> levels = levels(section, devices);
            Set<String> mine = new TreeSet<>();
            for (List<Device> level : levels) {
                for (Device device : level) {
                    if (!mine.add(device.name())) {
                        section.problem("levels", "names the device " + device.name() + " twice");
                    }
                    Map<String, String> address = device.address();
                    String other = address.isEmpty()
                            ? byAddress.put(Map.of("", device.name()), name)
                            : byAddress.put(address, name);
                    if (other != null && !other.equals(name)) {
                        section.problem(
                                "levels",
                                device.name() + " is the same device, and the same outlet, as one of " + other
                                        + "; to switch this host off would switch that one off");
                    }
                }
            }
            hosts.put(name, new Host(uuid, levels));
        });
        return hosts;
    }

    private static Optional<UUID> uuid(Section section, String text) {
        try {
            UUID uuid = UUID.fromString(text);
            if (text.length() == uuid.toString().length()) {
                return Optional.of(uuid);
            }
        } catch (IllegalArgumentException e) {
            // the problem below says what was expected
        }
        section.expected("uuid", "a UUID, as in /sys/class/dmi/id/product_uuid on the host", text);
        return Optional.empty();
    }

    private static List<List<Device>> levels(Section section, Map<String, Device> devices) {
        List<List<Device>> levels = new ArrayList<>();
        for (List<String> names : section.lists("levels")) {
            List<Device> level = new ArrayList<>();
            names.forEach(name -> find(section, name, devices).ifPresent(level::add));
            if (names.isEmpty()) {
                section.problem("levels", "has a level without devices");
            } else if (!level.isEmpty()) {
                levels.add(level);
            }
        }
        if (levels.isEmpty()) {
            section.problem("levels", "names no device");
        }
        return levels;
    }

    private static Optional<Device> find(Section section, String name, Map<String, Device> devices) {
        int colon = name.indexOf(':');
        Device device = devices.get(colon < 0 ? name : name.substring(0, colon));
        String plug = colon < 0 ? "" : name.substring(colon + 1);
        if (device == null) {
            section.problem(
                    "levels",
                    "no device \"" + name + "\" under fencing.devices; there are "
                            + (devices.isEmpty() ? "none" : String.join(", ", devices.keySet())));
            return Optional.empty();
        }
        if (colon < 0) {
            return Optional.of(device);
        }
        if (device.hasPlug()) {
            section.problem("levels", name + " names an outlet, and the device's own parameters name one, too");
        } else if (PLUG.matcher(plug).matches()) {
            return Optional.of(device.at(plug));
        } else {
            section.problem("levels", name + " names no outlet");
        }
        return Optional.empty();
    }
}
