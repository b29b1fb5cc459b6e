// SPDX-License-Identifier: Apache-2.0
package io.migawari.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.LayoutBase;
import java.time.temporal.ChronoUnit;
import org.slf4j.event.KeyValuePair;

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
        var line = new StringBuilder(front);
        escape(event.getFormattedMessage(), line);
        if (event.getKeyValuePairs() != null) {
            for (KeyValuePair pair : event.getKeyValuePairs()) {
                line.append(' ').append(pair.key).append('=').append(value(String.valueOf(pair.value)));
            }
        }
        line.append('\n');
        for (IThrowableProxy cause = event.getThrowableProxy(); cause != null; cause = cause.getCause()) {
            line.append(front).append("  caused by ");
            escape(cause.getClassName() + ": " + cause.getMessage(), line);
            line.append('\n');
            for (StackTraceElementProxy element : cause.getStackTraceElementProxyArray()) {
                line.append(front)
                        .append("    ")
                        .append(element.getSTEAsString())
                        .append('\n');
            }
        }
        return line.toString();
    }

    private String front(ILoggingEvent event) {
        return switch (prefix) {
            case PRIORITY -> "<" + priority(event.getLevel()) + ">";
            case TIME -> event.getInstant().truncatedTo(ChronoUnit.MILLIS) + " " + pad(event.getLevel()) + " ";
        };
    }

    /** Syslog's severities, RFC 5424 section 6.2.1. */
    private static int priority(Level level) {
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

    private static String value(String text) {
        var escaped = new StringBuilder();
        escape(text, escaped);
        boolean quoted = text.isEmpty() || text.chars().anyMatch(c -> c == ' ' || c == '"' || c == '=');
        return quoted ? '"' + escaped.toString().replace("\"", "\\\"") + '"' : escaped.toString();
    }

    private static void escape(String text, StringBuilder into) {
        text.chars().forEach(c -> {
            if (c < 0x20 || c == 0x7f || (c >= 0x80 && c < 0xa0) || c == 0x2028 || c == 0x2029) {
                into.append(c == '\n' ? "\\n" : c == '\t' ? "\\t" : String.format("\\u%04x", c));
            } else {
                into.append((char) c);
            }
        });
    }
}
