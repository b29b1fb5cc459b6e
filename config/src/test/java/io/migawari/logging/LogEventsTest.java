// SPDX-License-Identifier: Apache-2.0
package io.migawari.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class LogEventsTest {

    private final Lines lines = new Lines();

    @Test
    void aLineIsKnownByItsWordsOrBySayingItself() {
        LogEvents events = LogEvents.load();

        lines.log.atWarn().log("The database is away; nothing new is begun until it is back: {}", "no route");
        assertThat(events.idOf(lines.last())).contains("database-away");
        lines.log.atInfo().addKeyValue("event", "recovery-waits").log("Waiting: nobody has an idea");
        assertThat(events.idOf(lines.last())).contains("recovery-waits");
        lines.log.atInfo().log("What a library says");
        assertThat(events.idOf(lines.last())).isEmpty();
    }

    @Test
    void aParagraphIsAnEvent() {
        assertThat(LogEvents.read(List.of(
                        "# A comment",
                        "event: one",
                        "says: First: {}",
                        "says: Or this,",
                        " in two lines",
                        "level: INFO",
                        "means: It is so.",
                        "then: Nothing.",
                        "",
                        "",
                        "event: two",
                        "means: m",
                        "then: t")))
                .containsExactly(
                        new LogEvent(
                                "one", List.of("First: {}", "Or this, in two lines"), "INFO", "It is so.", "Nothing."),
                        new LogEvent("two", List.of(), "", "m", "t"));
        assertThatThrownBy(() -> LogEvents.read(List.of("event: one", "means: m")))
                .hasMessage("event: one: then is missing");
        assertThatThrownBy(() -> LogEvents.read(List.of("event: one", "mean: m")))
                .hasMessage("not understood: mean: m");
        assertThatThrownBy(() -> LogEvents.read(List.of("event: one", "event: two")))
                .hasMessage("twice: event: two");
    }

    /** By python3 -c 'import uuid; print(uuid.uuid5(uuid.UUID("5d0e4f0c-6f0a-4c37-9f5b-2e1a7d3c8b46"), "database-away").hex)'. */
    @Test
    void theIdOfAMessageNeverChanges() {
        assertThat(LogEvent.messageId("database-away")).isEqualTo("c90b016404a650c2a28c62f1f7e504f9");
    }
}
