// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor.local;

import io.migawari.processmonitor.process.Identity;
import io.migawari.processmonitor.process.Sighting;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What systemd says about services, all of them in one question. Whatever is not understood is not seen. */
final class Units {

    private static final String PROPERTIES =
            "Names,LoadState,ActiveState,SubState,Result,NRestarts,MainPID,ExecMainStartTimestampMonotonic";

    private final String systemctl;
    private final Commands commands;
    private final Duration most;

    Units(String systemctl, Commands commands, Duration most) {
        this.systemctl = systemctl;
        this.commands = commands;
        this.most = most;
    }

    Map<String, Sighting> look(Set<String> units) throws InterruptedException {
        if (units.isEmpty()) {
            return Map.of();
        }
        List<String> names = List.copyOf(units);
        List<String> command = new ArrayList<>(List.of(systemctl, "show", "-p", PROPERTIES, "--"));
        command.addAll(names);
        try {
            Commands.Result result = commands.ask(command, most);
            if (result.exit() != 0) {
                return blind(names, "systemctl ended with " + result.exit());
            }
            return read(names, result.output());
        } catch (IOException | Commands.TooSlowException e) {
            return blind(names, String.valueOf(e.getMessage()));
        }
    }

    /** One block of lines for each unit, in the order in which they were asked for, with an empty line between. */
    static Map<String, Sighting> read(List<String> names, String output) {
        String[] blocks = output.strip().split("\n\n");
        if (blocks.length != names.size()) {
            return blind(names, "systemctl speaks of " + blocks.length + " units instead of " + names.size());
        }
        Map<String, Sighting> seen = new LinkedHashMap<>();
        for (int i = 0; i < blocks.length; i++) {
            seen.put(names.get(i), sighting(names.get(i), properties(blocks[i])));
        }
        return seen;
    }

    private static Map<String, String> properties(String block) {
        Map<String, String> properties = new HashMap<>();
        block.lines().forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0) {
                properties.put(line.substring(0, equals), line.substring(equals + 1));
            }
        });
        return properties;
    }

    private static Sighting sighting(String name, Map<String, String> unit) {
        if (!List.of(unit.getOrDefault("Names", "").split(" ")).contains(name)) {
            return new Sighting.CannotSee("systemctl speaks of another unit than " + name);
        }
        String load = unit.getOrDefault("LoadState", "?");
        if (!load.equals("loaded") && !load.equals("masked")) {
            return new Sighting.CannotSee("systemd has no usable unit " + name + " (" + load + ")");
        }
        String active = unit.getOrDefault("ActiveState", "?");
        String result = unit.getOrDefault("Result", "?");
        String words = "systemd says " + active + " (" + unit.getOrDefault("SubState", "?") + "), result " + result
                + ", restarts " + unit.getOrDefault("NRestarts", "?");
        return switch (active) {
            case "active", "reloading", "refreshing" -> runs(unit, words);
            case "activating", "deactivating", "maintenance" -> new Sighting.Changing(words);
            case "failed" -> new Sighting.Gone(words);
            case "inactive" -> result.equals("success") ? new Sighting.Stopped(words) : new Sighting.Gone(words);
            default -> new Sighting.CannotSee(words);
        };
    }

    private static Sighting runs(Map<String, String> unit, String words) {
        try {
            return new Sighting.Runs(new Identity(
                    Long.parseLong(unit.getOrDefault("MainPID", "")),
                    unit.getOrDefault("ExecMainStartTimestampMonotonic", "")));
        } catch (NumberFormatException e) {
            return new Sighting.CannotSee(words + ", without a MainPID");
        }
    }

    private static Map<String, Sighting> blind(List<String> names, String why) {
        Map<String, Sighting> seen = new LinkedHashMap<>();
        names.forEach(name -> seen.put(name, new Sighting.CannotSee(why)));
        return seen;
    }
}
