// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where log lines go.
 *
 * @param syslog only for {@link Output#SYSLOG}
 * @param file only for {@link Output#FILE}
 */
public record LogSettings(Output output, Level level, SyslogSettings syslog, Optional<Path> file) {

    /** The kind of place. */
    public enum Output {
        /** The journal if systemd started us, the console otherwise. */
        AUTO,
        /** systemd's journal, with fields; without it, standard output with a priority in front of each line. */
        JOURNAL,
        /** A syslog server, as RFC 5424 has it. */
        SYSLOG,
        /** Standard output, each line a JSON object. */
        JSON,
        /** Standard output with a time in front of each line. */
        CONSOLE,
        /** A file, appended to. */
        FILE
    }

    /** The least important lines that are written. */
    public enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG
    }

    /** To standard output, in words. */
    public static LogSettings console(Level level) {
        return new LogSettings(Output.CONSOLE, level, SyslogSettings.local(), Optional.empty());
    }

    /** To a file, in words. */
    public static LogSettings file(Level level, Path file) {
        return new LogSettings(Output.FILE, level, SyslogSettings.local(), Optional.of(file));
    }

    /** Reads the section {@code log} of a configuration; problems are noted in the section. */
    public static LogSettings read(Section section) {
        var output = section.choice("to", Output.class, Output.AUTO);
        var settings = new LogSettings(
                output,
                section.choice("level", Level.class, Level.INFO),
                SyslogSettings.read(section.section("syslog"), output == Output.SYSLOG),
                section.findPath("file"));
        if (settings.output == Output.FILE && settings.file.isEmpty()) {
            section.problem("file", "missing, though to is file");
        }
        return settings;
    }
}
