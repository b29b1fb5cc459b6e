// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.foresight;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.migawari.controller.Trial;
import io.migawari.controller.cloud.OpenStackCloud;
import io.migawari.controller.foresight.Foresight.HostForesight;
import io.migawari.controller.store.MariaDbIncidents;
import io.migawari.controller.store.MariaDbRegistry;
import io.migawari.db.Database;
import io.migawari.time.SystemTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The look ahead at every host: what it keeps, and when it speaks. */
class ForesightWatchTest {

    private final Trial trial = new Trial("reserved_host");
    private final Database database = Database.open(trial.settings.database(), "foresight-test");
    private final SystemTime time = new SystemTime();
    private final List<Foresight> heard = new ArrayList<>();
    private final ForesightWatch watch = watch();
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(ForesightWatch.class);

    private ForesightWatch watch() {
        var cloud = new OpenStackCloud(trial.settings.openStack(), time);
        var surveyor = new Surveyor(
                cloud,
                cloud.survey(),
                new MariaDbIncidents(database),
                trial.settings.recovery(),
                Duration.ofSeconds(5),
                time);
        return new ForesightWatch(new MariaDbRegistry(database), surveyor, Duration.ZERO, heard::add, time);
    }

    @BeforeEach
    void healthy() {
        trial.reserve("compute5");
        trial.server("web-1");
        lines.start();
        logger.setLevel(Level.INFO); // a command of another test may have silenced all
        logger.addAppender(lines);
    }

    @AfterEach
    void close() {
        logger.detachAppender(lines);
        logger.setLevel(null);
        database.close();
        trial.close();
    }

    private List<String> said() {
        List<String> said = lines.list.stream()
                .map(line -> line.getLevel() + " " + line.getFormattedMessage())
                .toList();
        lines.list.clear();
        return said;
    }

    @Test
    void itSpeaksOnlyWhenTheAnswerChanges() throws Exception {
        watch.look();
        assertThat(said()).isEmpty();
        assertThat(watch.foresight().at()).isPresent();
        assertThat(watch.foresight().hosts()).hasSize(5).allMatch(HostForesight::survives);

        trial.cloud.forceDown("compute5");
        watch.look();
        watch.look();
        assertThat(said())
                .containsExactly(
                        "WARN Not every loss would be survived: Segment rack1 does not survive the loss of compute1:"
                                + " web-1 fits nowhere (the segment rack1 has no reserved host that could be used: Nova"
                                + " calls compute5 down)");

        trial.cloud.liftForceDown("compute5");
        watch.look();
        assertThat(said()).containsExactly("INFO Segment rack1 survives the loss of compute1 again");
        assertThat(heard)
                .extracting(seen -> seen.hosts().stream().allMatch(HostForesight::survives))
                .containsExactly(true, false, false, true);
    }

    @Test
    void whatItKnewIsKeptWhileNovaIsAway() throws Exception {
        watch.look();
        trial.simulator.close();
        watch.look();
        watch.look();

        assertThat(said()).hasSize(1).allMatch(line -> line.startsWith("WARN It cannot be told"));
        assertThat(watch.foresight().hosts()).hasSize(5);
        assertThat(watch.foresight().trouble()).isPresent();
    }

    @Test
    void aHostThatIsBeingRecoveredIsLeftOut() throws Exception {
        trial.cloud.killHost("compute1");
        trial.report("compute1", "UNKNOWN");
        trial.untilWaitingFor("compute1", "no_proof");
        watch.look();

        assertThat(watch.foresight().hosts())
                .extracting(host -> host.host().value())
                .containsExactly("compute2", "compute3", "compute4", "compute5");
    }
}
