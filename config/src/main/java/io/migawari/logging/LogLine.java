// SPDX-License-Identifier: Apache-2.0
package io.migawari.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.LayoutBase;
import java.time.temporal.ChronoUnit;

/**
 * One event as one line: what happened in words, then {@code key=value} pairs. Control characters are written as escapes,
 * so that nothing that comes from outside can forge a line. A stack trace follows on lines of its own, each with the same
 * prefix, because journald takes every line for itself. Safe for any thread.
 */
final class LogLine extends LayoutBase<ILoggingEvent> {

    /** What stands in front of a line. */
    enum Prefix {
        /** {@code <6>}, syslog's number of the level: journald strips it and files the line under it. */
        PRIORITY,
        /** Time in UTC, level. */
        TIME
    }

    private final Prefix prefix;

    LogLine(Prefix prefix) {
        this.prefix = prefix;
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        String front = front(event);
        var lines = new StringBuilder(front).append(words(event)).append('\n');
        stackTrace(event)
                .lines()
                .forEach(line -> lines.append(front).append("  ").append(line).append('\n'));
        return lines.toString();
    }

    /** The line without anything in front of it, and without a stack trace. */
    static String words(ILoggingEvent event) {
        var line = new StringBuilder(message(event));
        Pairs.of(event)
                .forEach((key, text) -> line.append(' ').append(key).append('=').append(quoted(text)));
        return line.toString();
    }

    /** What happened, without what it is about. */
    static String message(ILoggingEvent event) {
        return Escaped.of(event.getFormattedMessage(), Escaped.LONGEST_MESSAGE);
    }

    /** Without an end of line at its end; empty if there is none. */
    static String stackTrace(ILoggingEvent event) {
        var lines = new StringBuilder();
        for (IThrowableProxy cause = event.getThrowableProxy(); cause != null; cause = cause.getCause()) {
            lines.append(lines.isEmpty() ? "" : "\n")
                    .append("caused by ")
                    .append(Escaped.of(cause.getClassName() + ": " + cause.getMessage(), Escaped.LONGEST_VALUE));
            for (StackTraceElementProxy element : cause.getStackTraceElementProxyArray()) {
                lines.append("\n  ").append(element.getSTEAsString());
            }
        }
        return lines.toString();
    }

    private String front(ILoggingEvent event) {
        return switch (prefix) {
            case PRIORITY -> "<" + severity(event.getLevel()) + ">";
            case TIME -> event.getInstant().truncatedTo(ChronoUnit.MILLIS) + " " + pad(event.getLevel()) + " ";
        };
    }

    /** Syslog's, RFC 5424 section 6.2.1. */
    static int severity(Level level) {
        return switch (level.toInt()) {
            case Level.ERROR_INT -> 3;
            case Level.WARN_INT -> 4;
            case Level.INFO_INT -> 6;
            default -> 7;
        };
    }

    private static String pad(Level level) {
        return level.toString().length() == 4 ? level + " " : level.toString();
    }

    /** In quotes where it would not end where it ends, and then with what would end the quotes escaped. */
    private static String quoted(String text) {
        boolean plain = !text.isEmpty() && text.chars().noneMatch(c -> c == ' ' || c == '"' || c == '=' || c == '\\');
        String escaped =
                Escaped.of(plain ? text : text.replace("\\", "\\\\").replace("\"", "\\\""), Escaped.LONGEST_VALUE);
        return plain && escaped.equals(text) ? text : '"' + escaped + '"';
    }
}
