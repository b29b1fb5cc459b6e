// SPDX-License-Identifier: Apache-2.0
package io.migawari.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.Layout;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import io.migawari.config.LogSettings;
import io.migawari.config.MachineName;
import io.migawari.config.SyslogSettings;
import io.migawari.config.SyslogSettings.Address;
import io.migawari.logging.syslog.SyslogSender;
import io.migawari.systemd.Journal;
import io.migawari.time.SystemTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Points the log of this process to where the settings say. Called once, at start. */
public final class LogSetup {

    private static final org.slf4j.Logger log = LoggerFactory.getLogger(LogSetup.class);

    /** Within what a stop may take as a whole. */
    private static final Duration LONGEST_FLUSH = Duration.ofMillis(500);

    private static final Path JOURNALS_OWN_SOCKETS = Path.of("/run/systemd/journal");

    private static volatile @Nullable SyslogSender sender;

    private LogSetup() {}

    /**
     * @param identity what the process is called in the journal and in syslog
     * @param environment tells whether systemd reads our output ({@code JOURNAL_STREAM}), and the name of the machine
     * @throws IllegalArgumentException naming the file of certificates that cannot be used
     */
    public static void apply(LogSettings settings, String identity, Map<String, String> environment) {
        var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        boolean journalReads = Journal.readsOutput(environment);
        var plain = new LogLine(journalReads ? LogLine.Prefix.PRIORITY : LogLine.Prefix.TIME);
        LogEvents events = LogEvents.load();
        context.reset();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        context.getLogger("io.migawari").setLevel(Level.toLevel(settings.level().name()));
        switch (settings.output()) {
            case AUTO -> {
                if (journalReads) {
                    journal(context, identity, events);
                } else {
                    root.addAppender(console(context, plain));
                }
            }
            case JOURNAL -> journal(context, identity, events);
            case SYSLOG -> syslog(context, settings.syslog(), new Origin(identity, environment), plain, events);
            case JSON -> root.addAppender(console(context, new JsonLine(events)));
            case CONSOLE -> root.addAppender(console(context, new LogLine(LogLine.Prefix.TIME)));
            case FILE -> root.addAppender(file(context, settings));
        }
    }

    private record Origin(String identity, Map<String, String> environment) {

        SyslogMessage form(SyslogSettings settings) {
            return new SyslogMessage(
                    MachineName.of(environment),
                    identity,
                    ProcessHandle.current().pid(),
                    settings.facility().code());
        }
    }

    private static void journal(LoggerContext context, String identity, LogEvents events) {
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        var output = console(context, new LogLine(LogLine.Prefix.PRIORITY));
        try {
            var appender = new JournalAppender(Journal.open()::send, identity, events, output);
            appender.setContext(context);
            appender.start();
            root.addAppender(appender);
        } catch (IOException e) {
            root.addAppender(output);
            log.atWarn().log("The journal gets lines without fields, by standard output: {}", e.getMessage());
        }
    }

    /** What is wrong with the server is said on standard output, too. */
    private static void syslog(
            LoggerContext context, SyslogSettings settings, Origin origin, LogLine plain, LogEvents events) {
        SyslogSender begun = SyslogSender.to(settings, new SystemTime());
        var appender = new SyslogAppender(origin.form(settings), events, begun);
        appender.setContext(context);
        appender.start();
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(appender);
        context.getLogger("io.migawari.logging").addAppender(console(context, plain));
        sender = begun;
        begun.start();
        Runtime.getRuntime().addShutdownHook(new Thread(LogSetup::flush, "log-flush"));
        if (settings.address() instanceof Address.Local local && isJournals(local.path())) {
            log.atWarn()
                    .addKeyValue("server", local)
                    .log("The syslog socket is journald's, which does not understand RFC 5424; set log.to to journal");
        }
    }

    private static boolean isJournals(Path socket) {
        try {
            return socket.toRealPath().startsWith(JOURNALS_OWN_SOCKETS);
        } catch (IOException e) {
            return false;
        }
    }

    /** To be called when nothing is logged any more: waits for a moment until what was logged has left the process. */
    public static void flush() {
        SyslogSender begun = sender;
        if (begun != null) {
            try {
                begun.flush(LONGEST_FLUSH);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** For commands at a terminal: warnings and errors only, on standard error, so that output can be piped. */
    public static void forCommandLine() {
        var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        var appender = console(context, new LogLine(LogLine.Prefix.TIME));
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

    private static ConsoleAppender<ILoggingEvent> console(LoggerContext context, Layout<ILoggingEvent> layout) {
        return started(new ConsoleAppender<>(), context, layout);
    }

    private static Appender<ILoggingEvent> file(LoggerContext context, LogSettings settings) {
        var appender = new FileAppender<ILoggingEvent>();
        appender.setFile(settings.file().orElseThrow().toString());
        return started(appender, context, new LogLine(LogLine.Prefix.TIME));
    }

    private static <A extends OutputStreamAppender<ILoggingEvent>> A started(
            A appender, LoggerContext context, Layout<ILoggingEvent> layout) {
        layout.setContext(context);
        layout.start();
        var encoder = new LayoutWrappingEncoder<ILoggingEvent>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        encoder.setCharset(StandardCharsets.UTF_8); // whatever the locale of the unit
        encoder.start();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }
}
