// SPDX-License-Identifier: Apache-2.0
package io.migawari.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.migawari.logging.syslog.SyslogSender;

/** Gives each event as a message to the sender, which never keeps anybody waiting. Safe for any thread. */
final class SyslogAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {

    private final SyslogMessage form;
    private final LogEvents events;
    private final SyslogSender sender;

    SyslogAppender(SyslogMessage form, LogEvents events, SyslogSender sender) {
        this.form = form;
        this.events = events;
        this.sender = sender;
    }

    @Override
    protected void append(ILoggingEvent event) {
        sender.offer(form.of(event, events));
    }
}
