// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.migawari.controller.ops.Metrics;
import io.migawari.time.ManualTime;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class TurnedAwayTest {

    private final ManualTime time = new ManualTime(Instant.EPOCH);
    private final Metrics metrics = new Metrics(MetricSnapshots::new, "1");
    private final TurnedAway turnedAway = new TurnedAway(metrics, time);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(TurnedAway.class);

    @BeforeEach
    void listen() {
        lines.start();
        logger.setLevel(Level.INFO); // a command of another test may have silenced all
        logger.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
        logger.setLevel(null);
    }

    private List<Object> numbersTold() {
        return lines.list.stream().map(line -> line.getArgumentArray()[0]).toList();
    }

    private void turnAway(int times) {
        for (int i = 0; i < times; i++) {
            turnedAway.run();
        }
    }

    @Test
    void theFirstIsToldAtOnce() {
        turnAway(1);

        assertThat(numbersTold()).containsExactly(1L);
    }

    @Test
    void aStormIsToldOnceAMinuteWithItsNumber() {
        turnAway(1000);
        time.advance(Duration.ofSeconds(59));
        turnAway(1);
        assertThat(numbersTold()).containsExactly(1L);

        time.advance(Duration.ofSeconds(1));
        turnAway(1);

        assertThat(numbersTold()).containsExactly(1L, 1001L);
    }

    @Test
    void everyOneIsCounted() {
        turnAway(3);

        assertThat(metrics.text()).containsPattern("code=\"503\"[^\n]*} 3");
    }
}
