// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.seed;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A small cloud with its settings and its controllers, as chance has it. */
final class RandomCloud {

    private final Chance chance;
    private final Script script;
    private final List<String> segments = new ArrayList<>();
    private final List<String> hosts = new ArrayList<>();
    private final Map<String, String> hostOf = new LinkedHashMap<>();
    private final Map<String, List<String>> devices = new LinkedHashMap<>();
    private final List<String> controllers = new ArrayList<>();
    private boolean novaIsEnough;

    RandomCloud(Chance chance, Script script) {
        this.chance = chance;
        this.script = script;
    }

    List<String> segments() {
        return segments;
    }

    /** Those in use and the reserved ones. */
    List<String> hosts() {
        return hosts;
    }

    List<String> instances() {
        return List.copyOf(hostOf.keySet());
    }

    /** Where an instance is in the beginning. */
    String hostOf(String instance) {
        return hostOf.getOrDefault(instance, "");
    }

    List<String> devicesOf(String host) {
        return devices.getOrDefault(host, List.of());
    }

    List<String> controllers() {
        return controllers;
    }

    /** By the site's policy Nova's "down" is a proof of death, which then must not be a lie. */
    boolean novaIsEnough() {
        return novaIsEnough;
    }

    void write() {
        writeSegments();
        writeInstances();
        writeFencing();
        writeRecovery();
        script.line("nova: {evacuation: " + chance.between(1, 20) + "s}");
        controllers.addAll(List.of("north", "south", "east").subList(0, chance.between(1, 3)));
        script.line("controllers: " + controllers);
        script.line("watched-before: " + chance.percent(90));
    }

    private void writeSegments() {
        script.line("segments:");
        int count = chance.percent(70) ? 1 : 2;
        int number = 0;
        for (int i = 1; i <= count; i++) {
            String segment = "rack" + i;
            segments.add(segment);
            List<String> used = new ArrayList<>();
            for (int h = chance.between(2, 5); h > 0; h--) {
                used.add("compute" + ++number);
            }
            List<String> reserved = new ArrayList<>();
            String method = chance.of("auto", "auto", "reserved-host", "auto-priority", "rh-priority");
            for (int r = method.equals("auto") ? 0 : chance.between(0, 2); r > 0; r--) {
                reserved.add("spare" + i + r);
            }
            hosts.addAll(used);
            hosts.addAll(reserved);
            script.line("  " + segment + ":");
            script.line("    method: " + method);
            script.line("    hosts: " + used);
            script.line("    reserved: " + reserved);
            Map<String, String> special = special(used);
            if (!special.isEmpty()) {
                script.line("    special:");
                special.forEach((host, words) -> script.line("      " + host + ": " + words));
            }
        }
    }

    private Map<String, String> special(List<String> used) {
        Map<String, String> special = new LinkedHashMap<>();
        for (String host : used) {
            if (chance.percent(8)) {
                special.put(host, "{disabled: disk change}");
            } else if (chance.percent(15)) {
                special.put(host, "{room: " + chance.between(1, 5) + "}");
            }
        }
        return special;
    }

    private void writeInstances() {
        List<String> used =
                hosts.stream().filter(host -> host.startsWith("compute")).toList();
        script.line("instances:");
        for (int i = chance.between(1, 8); i > 0; i--) {
            String host = chance.of(used);
            hostOf.put("web" + i, host);
            String state = chance.percent(70)
                    ? "active"
                    : chance.of("stopped", "stopped", "error", "paused", "suspended", "rescued");
            script.line("  web" + i + ": {on: " + host + ", state: " + state
                    + (chance.percent(10) ? ", locked: true" : "")
                    + (chance.percent(10) ? ", disk: " + chance.of("volume", "image-local-disk") : "")
                    + (chance.percent(30) ? ", metadata: {HA_Enabled: \"" + chance.of("True", "False") + "\"}" : "")
                    + "}");
        }
    }

    private void writeFencing() {
        hosts.stream()
                .filter(host -> chance.percent(50))
                .forEach(host -> devices.put(host, chance.percent(30) ? List.of("ipmi", "pdu") : List.of("ipmi")));
        if (devices.isEmpty()) {
            return;
        }
        script.line("fencing:");
        devices.forEach((host, names) -> {
            List<String> behaviours = names.stream()
                    .map(name -> name + ": "
                            + (chance.percent(55)
                                    ? "works"
                                    : chance.of("slow", "lies", "dead", "refuses", "mute", "foreign")))
                    .toList();
            script.line("  " + host + ": {" + String.join(", ", behaviours) + "}");
        });
    }

    private void writeRecovery() {
        novaIsEnough = chance.percent(12);
        script.line("recovery:");
        script.line("  proof-of-death: " + (novaIsEnough ? "nova-down" : "required"));
        script.line("  fence-after: " + chance.of("0s", "15s", "20s", "45s"));
        script.line("  instances: " + (chance.percent(85) ? "all" : "tagged"));
        script.line("  parallel: " + chance.of(1, 2, 60));
        script.line("  parallel-per-destination: " + chance.of(1, 3, 30));
        script.line("  attempts: " + chance.between(1, 3));
        script.line("  give-up-after: " + chance.of("5m", "1h", "24h"));
        script.line("  overdue-after: " + chance.of("30s", "5m"));
        script.line("  restarts: {limit: " + chance.between(1, 3) + ", window: " + chance.of("2m", "10m") + ", storm: "
                + chance.of(1, 20) + "}");
        script.line("  gates:");
        script.line("    storm-percent-of-segment: " + chance.of(30, 50, 100));
        script.line("    storm-percent-overall: " + chance.of(30, 50, 100));
        script.line("    storm-cool-down: " + chance.of("0s", "1m", "5m"));
        script.line("    watch-first: " + chance.of("0s", "30s"));
        script.line("    seen-percent: " + chance.of(0, 50));
        script.line("    disabled-hosts: " + chance.of("ask", "recover"));
        script.line("  return: {automatic: " + chance.percent(80) + ", healthy-for: " + chance.of("10s", "1m")
                + ", failures: " + chance.between(2, 3) + ", role: " + chance.of("normal", "reserved") + "}");
    }
}
