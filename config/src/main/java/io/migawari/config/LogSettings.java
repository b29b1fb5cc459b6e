// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where log lines go.
 *
 * @param file only for {@link Output#FILE}
 */
public record LogSettings(Output output, Level level, String syslogHost, int syslogPort, Optional<Path> file) {

    /** The kind of place. */
    public enum Output {
        /** The journal if systemd started us, the console otherwise. */
        AUTO,
        /** Standard output with a priority in front of each line, as journald reads it. */
        JOURNAL,
        /** Standard output with a time in front of each line. */
        CONSOLE,
        /** A syslog daemon over UDP. */
        SYSLOG,
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

    /** Reads the section {@code log} of a configuration; problems are noted in the section. */
    public static LogSettings read(Section section) {
        var settings = new LogSettings(
                section.choice("to", Output.class, Output.AUTO),
                section.choice("level", Level.class, Level.INFO),
                section.string("syslog-host", "127.0.0.1"),
                section.integer("syslog-port", 514, 1, 65535),
                section.findPath("file"));
        if (settings.output == Output.FILE && settings.file.isEmpty()) {
            section.problem("file", "missing, though to is file");
        }
        return settings;
    }
}
