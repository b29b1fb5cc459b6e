// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor.masakari;

import io.migawari.config.ConfigException;
import io.migawari.config.Section;
import io.migawari.config.YamlFile;
import io.migawari.processmonitor.process.Program;
import io.migawari.processmonitor.process.WatchedProcess;
import io.migawari.processmonitor.process.Where;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Masakari's {@code process_list.yaml}, as far as it can be taken over, and what was made of each entry. Masakari looks for
 * a text anywhere in the output of {@code ps -ef}; here a process is known by its unit, if the commands of the entry say
 * which, or by its program's path, or not at all.
 *
 * @param words one sentence for each entry
 */
public record ProcessList(List<WatchedProcess> processes, List<String> words) {

    private static final Pattern SYSTEMCTL =
            Pattern.compile("(?:sudo +)?(?:/(?:usr/)?bin/)?systemctl +(?:re)?start +([^ ;&|]+)");
    private static final Pattern SERVICE =
            Pattern.compile("(?:sudo +)?(?:/usr/sbin/)?service +([^ ;&|]+) +(?:re)?start");

    public static final ProcessList NONE = new ProcessList(List.of(), List.of());

    public ProcessList {
        processes = List.copyOf(processes);
        words = List.copyOf(words);
    }

    /**
     * @param listed the names that our own list has already; their entries here are left out
     * @throws ConfigException if it is no such list
     */
    public static ProcessList read(Path file, Set<String> listed) {
        return YamlFile.readList(file, Map.of(), entries -> {
            List<WatchedProcess> processes = new ArrayList<>();
            List<String> words = new ArrayList<>();
            Set<String> names = new HashSet<>(listed);
            for (Section section : entries) {
                Entry entry = Entry.read(section);
                String about = file.getFileName() + ":" + section.line() + ": " + entry.processName() + ": ";
                Taken taken = take(entry, names);
                if (taken.process().isPresent()) {
                    names.add(taken.process().get().name());
                    processes.add(taken.process().get());
                }
                words.add(about + taken.words());
            }
            return new ProcessList(processes, words);
        });
    }

    /** One entry as it stands there; what is missing is empty. */
    private record Entry(
            String processName,
            String start,
            String beforeStart,
            String afterStart,
            String restart,
            String beforeRestart,
            String afterRestart,
            boolean asRoot) {

        static Entry read(Section section) {
            var entry = new Entry(
                    section.string("process_name", "").strip(),
                    section.string("start_command", "").strip(),
                    section.string("pre_start_command", "").strip(),
                    section.string("post_start_command", "").strip(),
                    section.string("restart_command", "").strip(),
                    section.string("pre_restart_command", "").strip(),
                    section.string("post_restart_command", "").strip(),
                    section.flag("run_as_root", false));
            section.ignoreOtherKeys();
            return entry;
        }

        /** What Masakari runs when the process is missing; its start commands it runs at its own start only. */
        boolean restarts() {
            return !restart.isEmpty();
        }
    }

    /** What was made of one entry. */
    private record Taken(Optional<WatchedProcess> process, String words) {

        static Taken not(String why) {
            return new Taken(Optional.empty(), "NOT taken over: " + why);
        }
    }

    private static Taken take(Entry entry, Set<String> names) {
        if (entry.processName().isEmpty()) {
            return Taken.not("it has no process_name");
        }
        // The last part of its path is what Masakari reports.
        String program = Program.of(List.of(entry.processName().split(" +")));
        String name = program.substring(program.lastIndexOf('/') + 1);
        if (!WatchedProcess.isName(name)) {
            return Taken.not("\"" + name + "\" cannot be the name of a process in a notification");
        }
        if (names.contains(name)) {
            return Taken.not("there is a " + name + " already");
        }
        Optional<String> startsUnit = unit(entry.start());
        Optional<String> restartsUnit = unit(entry.restart());
        if (startsUnit.isPresent() && restartsUnit.isPresent() && !startsUnit.equals(restartsUnit)) {
            return Taken.not("its commands name two units, " + startsUnit.get() + " and " + restartsUnit.get());
        }
        List<String> before = shell(entry.restarts() ? entry.beforeRestart() : entry.beforeStart());
        List<String> after = shell(entry.restarts() ? entry.afterRestart() : entry.afterStart());
        Optional<Where> unit = restartsUnit.or(() -> startsUnit).map(Where.Unit::of);
        if (unit.isPresent()) {
            return taken(name, unit.get(), "started by systemctl", List.of(), before, after, entry);
        }
        if (!program.startsWith("/") || program.indexOf('\0') >= 0) {
            return Taken.not("a part of a command line is no certain sign of a process, and its commands name no unit; "
                    + "put it into processes, with unit, pid-file or executable");
        }
        String command = entry.restarts() ? entry.restart() : entry.start();
        String how = command.isEmpty() ? "started by nobody, for it has no command" : "started by \"" + command + "\"";
        return taken(name, new Where.Executable(Path.of(program)), how, shell(command), before, after, entry);
    }

    private static Taken taken(
            String name,
            Where where,
            String how,
            List<String> command,
            List<String> before,
            List<String> after,
            Entry entry) {
        var words = new StringBuilder("watched as ")
                .append(name)
                .append(", ")
                .append(where)
                .append(", ")
                .append(how)
                .append(" when it is missing");
        if (!before.isEmpty() || !after.isEmpty()) {
            words.append(
                    before.isEmpty()
                            ? ", with its hook after that"
                            : after.isEmpty()
                                    ? ", with its hook before that"
                                    : ", with its hooks before and after that");
        }
        boolean hasCommands = !command.isEmpty() || !before.isEmpty() || !after.isEmpty();
        if (hasCommands && !entry.asRoot()) {
            words.append("; its commands ran as Masakari's user and would run as ours (run_as_root is not true)");
        }
        if (entry.restarts() && !(entry.beforeStart() + entry.afterStart()).isEmpty()) {
            words.append("; its hooks of start_command are left out, for nothing is started at our own start");
        }
        return new Taken(Optional.of(WatchedProcess.of(name, where, command, before, after)), words.toString());
    }

    private static Optional<String> unit(String command) {
        for (Pattern pattern : List.of(SYSTEMCTL, SERVICE)) {
            Matcher matcher = pattern.matcher(command);
            if (matcher.matches() && Where.Unit.of(matcher.group(1)).isValid()) {
                return Optional.of(Where.Unit.of(matcher.group(1)).name());
            }
        }
        return Optional.empty();
    }

    private static List<String> shell(String command) {
        return command.isEmpty() ? List.of() : List.of("/bin/sh", "-c", command);
    }
}
