// SPDX-License-Identifier: Apache-2.0
package io.migawari.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Instant;
import org.slf4j.Logger;

/** A logger of its own, whose events are kept. */
final class Lines {

    private final ListAppender<ILoggingEvent> events = new ListAppender<>();
    final Logger log = logger();

    private Logger logger() {
        var logger = new LoggerContext().getLogger("io.migawari.Test");
        logger.setLevel(Level.DEBUG);
        events.start();
        logger.addAppender(events);
        return logger;
    }

    ILoggingEvent last() {
        return events.list.get(events.list.size() - 1);
    }

    /** As if it had been logged then, by a thread of this name. */
    ILoggingEvent last(Instant at, String thread) {
        var event = (LoggingEvent) last();
        var copy = new LoggingEvent();
        copy.setInstant(at);
        copy.setThreadName(thread);
        copy.setMessage(event.getMessage());
        copy.setArgumentArray(event.getArgumentArray());
        copy.setLevel(event.getLevel());
        copy.setLoggerName(event.getLoggerName());
        copy.setKeyValuePairs(event.getKeyValuePairs());
        return copy;
    }
}
