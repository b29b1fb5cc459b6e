// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.fencing;

import io.migawari.config.FencingSettings.Device;
import io.migawari.controller.model.Power.Reading;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A fence agent, called as ClusterLabs' FenceAgentAPI says: parameters one a line over standard input, the answer as an exit
 * code. Only {@code status} and {@code off} are ever asked for. Safe for any thread.
 */
final class Agent {

    private static final int ON = 0;
    private static final int OFF = 2;

    /** How a shell, and what stands in for one, says that there was nothing to run. */
    private static final int NOT_RUN = 126;

    private static final Pattern SAYS_OFF = Pattern.compile("(?im)^\\s*(status:\\s*)?off\\s*$");

    /** A mistake in the agent, or something that it needs is missing on this machine. */
    private static final Pattern CRASHED = Pattern.compile(
            "Traceback \\(most recent call last\\)|not found or not accessible|Unable to run |: not found$",
            Pattern.MULTILINE);

    private static final Pattern CLOCK = Pattern.compile("^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\S* ");
    private static final String HINT = "Please use '-h' for usage";
    private static final int LONGEST_WORDS = 300;

    private final Path directory;

    Agent(Path directory) {
        this.directory = directory;
    }

    /** What a device said about the power, or why that is not known. */
    record Answer(Reading reading, Optional<Trouble> trouble) {}

    Answer status(Device device, Scrubber scrubber) throws InterruptedException {
        var ending = ask(device, "status", device.timeout(), scrubber);
        if (ending instanceof Program.Ending.Exited exited) {
            boolean saysOff = SAYS_OFF.matcher(exited.output()).find();
            boolean saysNothing = (exited.output() + exited.errors()).isBlank();
            if (exited.code() == ON && !saysOff) {
                return new Answer(new Reading.On(), Optional.empty());
            }
            // Shells and interpreters, too, end with 2 when something is wrong; they say what.
            if (exited.code() == OFF && (saysOff || saysNothing)) {
                return new Answer(new Reading.Off(), Optional.empty());
            }
        }
        Trouble trouble = trouble(device.agent(), "status", ending);
        return new Answer(new Reading.Unknown(trouble.words()), Optional.of(trouble));
    }

    /**
     * Orders the host to be switched off. What counts is the power afterwards, not this answer.
     *
     * @return why the agent is not content
     */
    Optional<Trouble> off(Device device, Duration most, Scrubber scrubber) throws InterruptedException {
        var ending = ask(device, "off", most, scrubber);
        return ending instanceof Program.Ending.Exited exited && exited.code() == 0
                ? Optional.empty()
                : Optional.of(trouble(device.agent(), "off", ending));
    }

    private Program.Ending ask(Device device, String action, Duration most, Scrubber scrubber)
            throws InterruptedException {
        var input = new StringBuilder();
        new TreeMap<>(device.parameters()).forEach((name, value) -> line(input, name, value));
        new TreeMap<>(device.secrets()).forEach((name, value) -> line(input, name, value.reveal()));
        line(input, "action", action);
        return Program.run(directory.resolve(device.agent()), List.of(), input.toString(), most, scrubber);
    }

    private static void line(StringBuilder input, String name, String value) {
        input.append(name).append('=').append(value).append('\n');
    }

    static Trouble trouble(String program, String action, Program.Ending ending) {
        if (ending instanceof Program.Ending.NotStarted not) {
            return broken("the fence agent cannot be run on this controller: " + not.why());
        }
        if (ending instanceof Program.Ending.TookTooLong slow) {
            return new Trouble(
                    Trouble.Kind.NO_ANSWER,
                    program + " got no answer to \"" + action + "\" within "
                            + slow.most().toMillis() / 1000.0 + " s");
        }
        if (ending instanceof Program.Ending.Exited exited) {
            String words = words(exited);
            if (exited.code() >= NOT_RUN || CRASHED.matcher(exited.errors()).find()) {
                return broken(program + " is broken on this controller: " + words);
            }
            return new Trouble(Trouble.Kind.NO_ANSWER, program + " failed at \"" + action + "\": " + words);
        }
        throw new AssertionError(ending);
    }

    private static Trouble broken(String words) {
        return new Trouble(Trouble.Kind.AGENT_BROKEN, words);
    }

    /** The last thing that it said, on one line, with its exit code. */
    private static String words(Program.Ending.Exited exited) {
        String last = (exited.output() + "\n" + exited.errors())
                .lines()
                .map(line -> CLOCK.matcher(line.strip()).replaceFirst(""))
                .filter(line -> !line.isEmpty() && !line.contains(HINT))
                .reduce((first, second) -> second)
                .orElse("it said nothing");
        String printable = last.replaceAll("\\p{Cntrl}", " ");
        String cut = printable.length() > LONGEST_WORDS ? printable.substring(0, LONGEST_WORDS) + "…" : printable;
        return cut + " (exit code " + exited.code() + ")";
    }
}
