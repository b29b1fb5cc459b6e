// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.life;

import io.migawari.config.ConfigException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The command line that every monitor has, {@code --config FILE [--once --dry-run | --check]}, and what its exit codes mean. Without a
 * library for it, which would cost every monitor some megabytes.
 *
 * @param name of the command
 * @param usage what {@code --help} prints
 */
public record MonitorCommand(String name, String usage) {

    public static final int DONE = 0;
    public static final int CANNOT_START = 1;
    public static final int WRONG_USE = 2;

    /** What a monitor does. */
    public interface Body {

        /**
         * @param once to look once, print, and change nothing
         * @return the exit code
         */
        int run(Path config, boolean once) throws IOException, InterruptedException;
    }

    /** Reads the configuration as a start would; what it returns is not looked at. */
    public interface Reading {
        Object read(Path config) throws IOException;
    }

    /** Understands the arguments, reads or runs the body, and explains what went wrong. */
    public int run(List<String> arguments, PrintStream out, PrintStream err, Reading reading, Body body) {
        Optional<Path> config = Optional.empty();
        boolean once = false;
        boolean dryRun = false;
        boolean check = false;
        for (int i = 0; i < arguments.size(); i++) {
            switch (arguments.get(i)) {
                case "--help" -> {
                    out.print(usage);
                    return DONE;
                }
                case "--once" -> once = true;
                case "--dry-run" -> dryRun = true;
                case "--check" -> check = true;
                case "--config" -> {
                    if (++i < arguments.size()) {
                        config = Optional.of(Path.of(arguments.get(i)));
                    }
                }
                default -> {
                    err.println("Unknown argument: " + arguments.get(i));
                    err.print(usage);
                    return WRONG_USE;
                }
            }
        }
        if (config.isEmpty() || once != dryRun || (check && once)) {
            err.print(usage);
            return WRONG_USE;
        }
        try {
            if (check) {
                reading.read(config.get());
                out.println(config.get() + ": good");
                return DONE;
            }
            return body.run(config.get(), once);
        } catch (ConfigException e) {
            err.println(e.getMessage());
            return WRONG_USE;
        } catch (IOException | IllegalArgumentException e) {
            err.println(name + ": " + e.getMessage());
            return CANNOT_START;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return DONE;
        }
    }
}
