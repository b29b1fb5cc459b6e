// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor.process;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How a process is found. */
public sealed interface Where {

    /** As it is kept; {@link #read} reads it again. */
    Map<String, String> texts();

    /** @param name with its {@code .service} */
    record Unit(String name) implements Where {

        /** Of a name with or without its {@code .service}. */
        public static Unit of(String name) {
            return new Unit(name.endsWith(".service") ? name : name + ".service");
        }

        public boolean isValid() {
            return name.matches("[A-Za-z0-9:_.@\\\\][A-Za-z0-9:_.@\\\\-]{0,254}");
        }

        @Override
        public Map<String, String> texts() {
            return Map.of("unit", name);
        }

        @Override
        public String toString() {
            return "unit " + name;
        }
    }

    /** @param executable what the process of that number must be; absent means that the number alone is believed */
    record PidFile(Path file, Optional<Path> executable) implements Where {

        @Override
        public Map<String, String> texts() {
            var texts = new TreeMap<>(Map.of("pid-file", file.toString()));
            executable.ifPresent(path -> texts.put("executable", path.toString()));
            return texts;
        }

        @Override
        public String toString() {
            return "the process of " + file;
        }
    }

    /** The oldest process of that program. */
    record Executable(Path path) implements Where {

        @Override
        public Map<String, String> texts() {
            return Map.of("executable", path.toString());
        }

        @Override
        public String toString() {
            return "the program " + path;
        }
    }

    /** Where it was kept to be, or nothing if these texts do not say it. */
    static Optional<Where> read(Map<String, String> texts) {
        try {
            Optional<Path> executable =
                    Optional.ofNullable(texts.get("executable")).map(Path::of);
            if (texts.containsKey("unit")) {
                return Optional.of(new Unit(texts.get("unit")))
                        .filter(Unit::isValid)
                        .map(unit -> unit);
            }
            if (texts.containsKey("pid-file")) {
                return Optional.of(new PidFile(Path.of(texts.get("pid-file")), executable));
            }
            return executable.map(Executable::new);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
