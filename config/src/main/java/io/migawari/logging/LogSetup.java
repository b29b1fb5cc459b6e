// SPDX-License-Identifier: Apache-2.0
package io.migawari.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.net.SyslogAppender;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import io.migawari.config.LogSettings;
import java.util.Map;
import org.slf4j.LoggerFactory;

/** Points the log of this process to where the settings say. Called once, at start. */
public final class LogSetup {

    private LogSetup() {}

    /**
     * @param identity what the process is called in syslog
     * @param environment tells whether systemd reads our output ({@code JOURNAL_STREAM})
     */
    public static void apply(LogSettings settings, String identity, Map<String, String> environment) {
        var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        Appender<ILoggingEvent> appender = switch (settings.output()) {
            case AUTO ->
                console(
                        context,
                        environment.containsKey("JOURNAL_STREAM") ? LogLine.Prefix.PRIORITY : LogLine.Prefix.TIME);
            case JOURNAL -> console(context, LogLine.Prefix.PRIORITY);
            case CONSOLE -> console(context, LogLine.Prefix.TIME);
            case SYSLOG -> syslog(context, settings, identity);
            case FILE -> file(context, settings);
        };
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(appender);
        context.getLogger("io.migawari").setLevel(Level.toLevel(settings.level().name()));
    }

    /** For commands at a terminal: warnings and errors only, on standard error, so that output can be piped. */
    public static void forCommandLine() {
        var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        var appender = console(context, LogLine.Prefix.TIME);
        appender.stop();
        appender.setTarget("System.err");
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(appender);
    }

    /** For what tells by itself all that a log would: nothing is logged. */
    public static void silent() {
        var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
        context.getLogger("io.migawari").setLevel(Level.OFF);
    }

    private static ConsoleAppender<ILoggingEvent> console(LoggerContext context, LogLine.Prefix prefix) {
        return started(new ConsoleAppender<>(), context, prefix);
    }

    private static Appender<ILoggingEvent> file(LoggerContext context, LogSettings settings) {
        var appender = new FileAppender<ILoggingEvent>();
        appender.setFile(settings.file().orElseThrow().toString());
        return started(appender, context, LogLine.Prefix.TIME);
    }

    private static Appender<ILoggingEvent> syslog(LoggerContext context, LogSettings settings, String identity) {
        var appender = new SyslogAppender();
        appender.setContext(context);
        appender.setSyslogHost(settings.syslogHost());
        appender.setPort(settings.syslogPort());
        appender.setFacility("DAEMON");
        appender.setThrowableExcluded(true);
        // Control characters cannot be escaped one by one here; what could end the line is blanked.
        appender.setSuffixPattern(
                identity + "[" + ProcessHandle.current().pid() + "]: %replace(%msg %kvp){'[\\x00-\\x1f\\x7f]', ' '}");
        appender.start();
        return appender;
    }

    private static <A extends OutputStreamAppender<ILoggingEvent>> A started(
            A appender, LoggerContext context, LogLine.Prefix prefix) {
        var layout = new LogLine(prefix);
        layout.setContext(context);
        layout.start();
        var encoder = new LayoutWrappingEncoder<ILoggingEvent>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        encoder.start();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }
}
