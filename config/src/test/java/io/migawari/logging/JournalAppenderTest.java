// SPDX-License-Identifier: Apache-2.0
package io.migawari.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class JournalAppenderTest {

    private final Lines lines = new Lines();

    private List<String> fields() {
        return JournalAppender.fields(lines.last(), "migawari-controller", LogEvents.load());
    }

    @Test
    void eachThingThatALineIsAboutIsAField() {
        lines.log
                .atWarn()
                .addKeyValue("host", "compute1")
                .addKeyValue("request_id", "req-1")
                .addKeyValue("next-step", "look\nthere")
                .log("The database is away; nothing new is begun until it is back: {}", "no route");

        assertThat(fields())
                .containsExactly(
                        "MESSAGE=The database is away; nothing new is begun until it is back: no route host=compute1"
                                + " request_id=req-1 next-step=\"look\\nthere\"",
                        "PRIORITY=4",
                        "SYSLOG_IDENTIFIER=migawari-controller",
                        "MESSAGE_ID=" + LogEvent.messageId("database-away"),
                        "MIGAWARI_EVENT=database-away",
                        "MIGAWARI_HOST=compute1",
                        "MIGAWARI_REQUEST_ID=req-1",
                        "MIGAWARI_NEXT_STEP=look\\nthere",
                        "THREAD=" + Thread.currentThread().getName(),
                        "LOGGER=io.migawari.Test");
    }

    @Test
    void whatIsFarTooLongIsCut() {
        lines.log.atInfo().addKeyValue("name", "n".repeat(4_005)).log("Long");

        assertThat(fields()).contains("MIGAWARI_NAME=" + "n".repeat(4_000) + "… (5 more characters are cut off)");
        assertThat(JournalAppender.name("x".repeat(100))).hasSize(64).startsWith("MIGAWARI_XX");
    }

    @Test
    void aStackTraceIsAFieldOfItsOwn() {
        lines.log
                .atError()
                .setCause(new IllegalStateException("outer", new RuntimeException("inner")))
                .log("Broken");

        assertThat(fields())
                .contains("MESSAGE=Broken")
                .anySatisfy(field -> assertThat(field)
                        .startsWith("MIGAWARI_STACK_TRACE=caused by java.lang.IllegalStateException: outer\n  at ")
                        .contains("\ncaused by java.lang.RuntimeException: inner\n  at "));
    }

    @Test
    void whatTheJournalDoesNotTakeGoesElsewhere() {
        var elsewhere = new ListAppender<ILoggingEvent>();
        elsewhere.start();
        List<List<String>> taken = new ArrayList<>();
        Predicate<List<String>> journal = fields -> fields.contains("PRIORITY=6") && taken.add(fields);
        var appender = new JournalAppender(journal, "migawari-controller", LogEvents.load(), elsewhere);
        appender.start();

        lines.log.info("Taken");
        appender.doAppend(lines.last());
        lines.log.warn("Not taken");
        appender.doAppend(lines.last());

        assertThat(taken).hasSize(1);
        assertThat(elsewhere.list).containsExactly(lines.last());
    }
}
