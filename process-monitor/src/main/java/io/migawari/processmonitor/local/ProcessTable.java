// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor.local;

import io.migawari.processmonitor.process.Identity;
import io.migawari.processmonitor.process.Program;
import io.migawari.processmonitor.process.Sighting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What {@code /proc} says. A process is known by its program's exact path, never by a part of its command line; one that is
 * dead and not yet fetched by its parent is gone.
 */
final class ProcessTable {

    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,9}");

    private static final int STATE = 0;
    private static final int START_TIME = 19;

    private final Path proc;
    /** The process that was found last for each program: as long as it lives, no older one can appear. */
    private final Map<Path, Alive> found = new HashMap<>();

    ProcessTable(Path proc) {
        this.proc = proc;
    }

    private record Alive(long pid, long start) {
        Identity identity() {
            return new Identity(pid, Long.toString(start));
        }
    }

    Sighting byPidFile(Path file, Optional<Path> executable) {
        String text;
        try {
            text = Files.readString(file).strip();
        } catch (NoSuchFileException e) {
            return new Sighting.Gone("there is no " + file);
        } catch (IOException e) {
            return new Sighting.CannotSee(
                    file + " cannot be read (" + e.getClass().getSimpleName() + ")");
        }
        if (!NUMBER.matcher(text).matches()) {
            return new Sighting.CannotSee(file + " does not hold the number of a process");
        }
        try {
            needWholeTable();
            Optional<Alive> alive = alive(text);
            if (alive.isEmpty()) {
                return new Sighting.Gone("process " + text + " of " + file + " does not run");
            }
            if (executable.isPresent() && !isProgram(text, executable.get())) {
                return alive(text).isEmpty()
                        ? new Sighting.Gone("process " + text + " of " + file + " does not run")
                        : new Sighting.Gone("process " + text + " of " + file + " is not " + executable.get());
            }
            return new Sighting.Runs(alive.get().identity());
        } catch (IOException e) {
            return new Sighting.CannotSee(String.valueOf(e.getMessage()));
        }
    }

    Sighting byExecutable(Path executable) {
        Optional<Alive> oldest;
        try {
            needWholeTable();
            Optional<Alive> before = stillThere(executable);
            oldest = before.isPresent() ? before : oldest(executable);
        } catch (IOException e) {
            return new Sighting.CannotSee(String.valueOf(e.getMessage()));
        }
        oldest.ifPresentOrElse(alive -> found.put(executable, alive), () -> found.remove(executable));
        return oldest.<Sighting>map(alive -> new Sighting.Runs(alive.identity()))
                .orElseGet(() -> new Sighting.Gone("no process is " + executable));
    }

    private Optional<Alive> stillThere(Path executable) throws IOException {
        Alive before = found.get(executable);
        if (before == null) {
            return Optional.empty();
        }
        String pid = Long.toString(before.pid());
        return alive(pid).filter(before::equals).isPresent() && isProgram(pid, executable)
                ? Optional.of(before)
                : Optional.empty();
    }

    private Optional<Alive> oldest(Path executable) throws IOException {
        Optional<Alive> oldest = Optional.empty();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(
                proc, entry -> NUMBER.matcher(entry.getFileName().toString()).matches())) {
            for (Path entry : entries) {
                String pid = entry.getFileName().toString();
                if (isProgram(pid, executable)) {
                    oldest = Stream.concat(oldest.stream(), alive(pid).stream())
                            .min(Comparator.comparingLong(Alive::start).thenComparingLong(Alive::pid));
                }
            }
        }
        return oldest;
    }

    /** With hidepid, what others run is hidden, and would be taken for gone. */
    private void needWholeTable() throws IOException {
        if (!Files.isReadable(proc.resolve("1").resolve("stat"))) {
            throw new IOException(proc + " does not show the processes of others (hidepid?)");
        }
    }

    private Optional<Alive> alive(String pid) throws IOException {
        Optional<String> stat = read(pid, "stat");
        if (stat.isEmpty()) {
            return Optional.empty();
        }
        // The name in brackets may itself hold brackets and spaces; no other field does.
        String[] fields =
                stat.get().substring(stat.get().lastIndexOf(')') + 1).strip().split(" ");
        try {
            return fields[STATE].equals("Z") || fields[STATE].equals("X")
                    ? Optional.empty()
                    : Optional.of(new Alive(Long.parseLong(pid), Long.parseLong(fields[START_TIME])));
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IOException(proc + "/" + pid + "/stat cannot be understood", e);
        }
    }

    private boolean isProgram(String pid, Path executable) throws IOException {
        if (program(pid).filter(executable.toString()::equals).isPresent()) {
            return true;
        }
        List<String> words = List.of(read(pid, "cmdline").orElse("").split("\0"));
        return words.get(0).equals(executable.toString()) || Program.of(words).equals(executable.toString());
    }

    /** Its file, even if an upgrade has replaced it since; nothing if we may not know, for then its command line counts. */
    private Optional<String> program(String pid) {
        try {
            return Optional.of(Files.readSymbolicLink(proc.resolve(pid).resolve("exe"))
                    .toString()
                    .replaceFirst(" \\(deleted\\)$", ""));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Nothing if the process has ended. */
    private Optional<String> read(String pid, String name) throws IOException {
        Path file = proc.resolve(pid).resolve(name);
        try {
            return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            // A process that ends while it is read gives ESRCH, which Java has no type for.
            if (Files.notExists(file)) {
                return Optional.empty();
            }
            throw new IOException(file + " cannot be read (" + e.getMessage() + ")", e);
        }
    }
}
