// SPDX-License-Identifier: Apache-2.0
package io.migawari.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class LogLineTest {

    private final ListAppender<ILoggingEvent> events = new ListAppender<>();
    private final Logger log = logger();

    private Logger logger() {
        var logger = new LoggerContext().getLogger("test");
        events.start();
        logger.addAppender(events);
        return logger;
    }

    @Test
    void wordsComeFirstAndThenWhatTheyAreAbout() {
        log.atWarn()
                .addKeyValue("host", "compute1")
                .addKeyValue("reason", "no proof")
                .log("Waiting for {}", "proof");

        assertThat(new LogLine(LogLine.Prefix.PRIORITY).doLayout(events.list.get(0)))
                .isEqualTo("<4>Waiting for proof host=compute1 reason=\"no proof\"\n");
    }

    @Test
    void inputCannotForgeALine() {
        log.atInfo().addKeyValue("name", "a\"\n<3>fake\u001b[31m\u2028").log("odd\r\nname");

        assertThat(new LogLine(LogLine.Prefix.PRIORITY).doLayout(events.list.get(0)))
                .isEqualTo("<6>odd\\u000d\\nname name=\"a\\\"\\n<3>fake\\u001b[31m\\u2028\"\n"
                        .replace("name=\"a\\\"", "name=\"a\\\""))
                .containsOnlyOnce("\n");
    }

    @Test
    void everyLineOfAStackTraceHasThePrefix() {
        log.atError()
                .setCause(new IllegalStateException("outer", new RuntimeException("inner")))
                .log("Broken");

        String lines = new LogLine(LogLine.Prefix.PRIORITY).doLayout(events.list.get(0));

        assertThat(lines.lines()).allMatch(line -> line.startsWith("<3>")).hasSizeGreaterThan(4);
        assertThat(lines).contains("caused by java.lang.RuntimeException: inner");
    }

    @Test
    void atATerminalALineStartsWithItsTime() {
        log.info("Ready");

        assertThat(new LogLine(LogLine.Prefix.TIME).doLayout(events.list.get(0)))
                .matches("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z INFO  Ready\n");
    }
}
