// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor.process;

import io.migawari.config.Section;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One entry of the list of processes.
 *
 * @param name what it is called in notifications
 * @param start what starts it if it is gone; empty means that nothing does
 * @param restart what restarts it if it is useless
 * @param before what is run before either; if it fails, that try is over
 * @param after what is run after either has ended well
 * @param commandTimeout how long each of these may take
 * @param tries how often it is started for one loss
 * @param pause what the first start is given to show its effect; doubled for each further one
 * @param patience how long systemd is left alone with it
 * @param stable how long it must run to be called back
 */
public record WatchedProcess(
        String name,
        Where where,
        List<String> start,
        List<String> restart,
        List<String> before,
        List<String> after,
        Duration commandTimeout,
        int tries,
        Duration pause,
        Duration patience,
        Duration stable,
        Optional<Health> health,
        WhenLost whenLost) {

    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(30);
    private static final int TRIES = 3;
    private static final Duration PAUSE = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration STABLE = Duration.ofSeconds(30);

    /** What comes after the last try. */
    public enum WhenLost {
        NOTIFY,
        LOG
    }

    /**
     * How it is asked whether it works.
     *
     * @param failures how many in a row make it useless
     */
    public record Health(List<String> command, Duration timeout, Duration interval, int failures) {
        public Health {
            command = List.copyOf(command);
        }
    }

    public WatchedProcess {
        start = List.copyOf(start);
        restart = List.copyOf(restart);
        before = List.copyOf(before);
        after = List.copyOf(after);
    }

    /** Whether a notification can bear it. */
    public static boolean isName(String name) {
        return name.matches("[!-~]{1,255}");
    }

    /** With the defaults for all that is not said. */
    public static WatchedProcess of(
            String name, Where where, List<String> start, List<String> before, List<String> after) {
        return new WatchedProcess(
                name,
                where,
                systemctl(where, "start", start),
                systemctl(where, "restart", start),
                before,
                after,
                COMMAND_TIMEOUT,
                TRIES,
                PAUSE,
                PATIENCE,
                STABLE,
                Optional.empty(),
                WhenLost.NOTIFY);
    }

    /** One that nobody starts and that is looked for only, until it is back. */
    public static WatchedProcess awaited(String name, Where where) {
        return new WatchedProcess(
                name,
                where,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                COMMAND_TIMEOUT,
                0,
                PAUSE,
                PATIENCE,
                STABLE,
                Optional.empty(),
                WhenLost.NOTIFY);
    }

    public static WatchedProcess read(String name, Section section) {
        Where where = where(section);
        return new WatchedProcess(
                name,
                where,
                systemctl(where, "start", command(section, "start")),
                systemctl(where, "restart", command(section, "restart")),
                command(section, "before"),
                command(section, "after"),
                section.duration("command-timeout", COMMAND_TIMEOUT, Duration.ofMillis(100), Duration.ofMinutes(5)),
                section.integer("tries", TRIES, 0, 100),
                section.duration("pause", PAUSE, Duration.ofMillis(100), Duration.ofMinutes(5)),
                section.duration("patience", PATIENCE, Duration.ZERO, Duration.ofHours(1)),
                section.duration("stable", STABLE, Duration.ZERO, Duration.ofHours(1)),
                health(section.section("health")),
                section.choice("when-lost", WhenLost.class, WhenLost.NOTIFY));
    }

    /** Not waited for: what comes of it is seen, and a unit may take minutes. */
    private static List<String> systemctl(Where where, String verb, List<String> given) {
        return given.isEmpty() && where instanceof Where.Unit unit
                ? List.of("systemctl", "--no-block", verb, unit.name())
                : given;
    }

    private static Where where(Section section) {
        Optional<String> unit = section.find("unit");
        Optional<Path> pidFile = absolute(section, "pid-file");
        Optional<Path> executable = absolute(section, "executable");
        if (unit.isPresent() == (pidFile.isPresent() || executable.isPresent())) {
            section.problem("unit", "give either unit, or pid-file, or executable, or the last two together");
        }
        if (unit.isPresent()) {
            Where.Unit service = Where.Unit.of(unit.get());
            if (!service.isValid()) {
                section.expected("unit", "the name of one systemd service", unit.get());
            }
            return service;
        }
        if (pidFile.isPresent()) {
            return new Where.PidFile(pidFile.get(), executable);
        }
        return new Where.Executable(executable.orElse(Path.of("/")));
    }

    private static Optional<Path> absolute(Section section, String key) {
        Optional<String> text = section.find(key);
        text.filter(path -> !path.startsWith("/"))
                .ifPresent(path -> section.expected(key, "a path that starts with /", path));
        return text.map(Path::of);
    }

    /** One text is for the shell; a list is a program and its arguments. */
    private static List<String> command(Section section, String key) {
        List<String> words = section.strings(key);
        return words.size() == 1 ? List.of("/bin/sh", "-c", words.get(0)) : words;
    }

    private static Optional<Health> health(Section section) {
        List<String> command = command(section, "command");
        var health = new Health(
                command,
                section.duration("time-out", Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofMinutes(1)),
                section.duration("interval", Duration.ofSeconds(30), Duration.ofMillis(100), Duration.ofHours(1)),
                section.integer("failures", 3, 1, 100));
        if (command.isEmpty() && !section.keys().isEmpty()) {
            section.problem("command", "missing");
        }
        return command.isEmpty() ? Optional.empty() : Optional.of(health);
    }
}
