// SPDX-License-Identifier: Apache-2.0
package io.migawari.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Writes events to systemd's journal with a field for each thing that they are about, so that
 * {@code journalctl MIGAWARI_HOST=compute1} finds them. What it does not take goes to standard output, where journald reads it, too.
 * Safe for any thread.
 */
final class JournalAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {

    /** Some frames of some causes; journald would take a whole one, and show it to nobody's pleasure. */
    private static final int LONGEST_STACK_TRACE = 16_000;

    /** journald's. */
    private static final int LONGEST_NAME = 64;

    private final Predicate<List<String>> journal;
    private final String identity;
    private final LogEvents events;
    private final Appender<ILoggingEvent> otherwise;

    /**
     * @param journal takes the fields of an entry, or says that it does not
     * @param otherwise where an event goes that the journal does not take
     */
    JournalAppender(
            Predicate<List<String>> journal, String identity, LogEvents events, Appender<ILoggingEvent> otherwise) {
        this.journal = journal;
        this.identity = identity;
        this.events = events;
        this.otherwise = otherwise;
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (!journal.test(fields(event, identity, events))) {
            otherwise.doAppend(event);
        }
    }

    /** One event as the fields of one entry. */
    static List<String> fields(ILoggingEvent event, String identity, LogEvents events) {
        List<String> fields = new ArrayList<>();
        fields.add("MESSAGE=" + LogLine.words(event));
        fields.add("PRIORITY=" + LogLine.severity(event.getLevel()));
        fields.add("SYSLOG_IDENTIFIER=" + identity);
        events.idOf(event).ifPresent(id -> {
            fields.add("MESSAGE_ID=" + LogEvent.messageId(id));
            fields.add("MIGAWARI_EVENT=" + id);
        });
        Pairs.of(event).forEach((key, text) -> fields.add(name(key) + "=" + Escaped.of(text, Escaped.LONGEST_VALUE)));
        fields.add("THREAD=" + Escaped.of(event.getThreadName(), Escaped.LONGEST_VALUE));
        fields.add("LOGGER=" + event.getLoggerName());
        String stackTrace = LogLine.stackTrace(event);
        if (!stackTrace.isEmpty()) {
            fields.add("MIGAWARI_STACK_TRACE=" + Escaped.cut(stackTrace, LONGEST_STACK_TRACE));
        }
        return fields;
    }

    static String name(String key) {
        String name = "MIGAWARI_" + key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
        return name.substring(0, Math.min(name.length(), LONGEST_NAME));
    }
}
