// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.time.ManualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PaceTest {

    @TempDir
    private Path directory;

    private final ManualTime time = new ManualTime(Instant.EPOCH);
    private Path log;
    private Path alert;
    private Pace pace;

    @BeforeEach
    void start() {
        log = directory.resolve("pacemaker.log");
        alert = directory.resolve("alert");
        pace = new Pace(new Pace.Settings(Duration.ofSeconds(1), Duration.ofSeconds(10), List.of(log, alert)), time);
    }

    private void pacemakerWrites() throws IOException {
        Files.writeString(log, "something has happened\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private int looksIn(Duration duration, boolean settled) {
        int looks = 0;
        for (Duration passed = Duration.ZERO; passed.compareTo(duration) < 0; passed = passed.plus(pace.pause())) {
            looks += pace.isDue(settled) ? 1 : 0;
            time.advance(pace.pause());
        }
        return looks;
    }

    @Test
    void whileNothingHappensLooksAreRare() throws IOException {
        pacemakerWrites();
        looksIn(Duration.ofSeconds(20), true);

        assertThat(looksIn(Duration.ofMinutes(5), true)).isBetween(29, 31);
    }

    @Test
    void aChangeIsLookedAtAtOnceAndOnceMore() throws IOException {
        pacemakerWrites();
        looksIn(Duration.ofSeconds(60), true);
        time.advance(pace.pause());
        assertThat(pace.isDue(true)).isFalse();

        pacemakerWrites();
        assertThat(pace.isDue(true)).isTrue();
        time.advance(pace.pause());
        assertThat(looksIn(Duration.ofSeconds(5), true)).isBetween(1, 2);
    }

    @Test
    void whereThereIsNoLogEveryLookComesAtTheInterval() {
        assertThat(looksIn(Duration.ofMinutes(1), true)).isBetween(59, 61);
    }

    @Test
    void whatMustBeSeenAgainIsLookedAtOften() throws IOException {
        pacemakerWrites();
        looksIn(Duration.ofSeconds(60), true);

        assertThat(looksIn(Duration.ofSeconds(60), false)).isBetween(59, 61);
    }

    @Test
    void aLogThatGrowsWithoutEndDoesNotMeanLooksWithoutEnd() throws IOException {
        int looks = 0;
        for (int i = 0; i < 40; i++) {
            pacemakerWrites();
            looks += pace.isDue(true) ? 1 : 0;
            time.advance(pace.pause());
        }
        assertThat(looks).as("in ten seconds").isLessThanOrEqualTo(40);
    }

    @Test
    void anyOfTheFilesHastensALook() throws IOException {
        pacemakerWrites();
        looksIn(Duration.ofSeconds(60), true);
        Files.createFile(alert);

        assertThat(pace.isDue(true)).isTrue();
    }

    @Test
    void aLogThatSaidNothingOfAChangeIsNotReliedOnUntilItDoes() throws IOException {
        pacemakerWrites();
        looksIn(Duration.ofSeconds(60), true);
        pace.looked(true);
        assertThat(looksIn(Duration.ofSeconds(60), true)).as("it was silent").isBetween(59, 61);

        pacemakerWrites();
        assertThat(pace.isDue(true)).isTrue();
        pace.looked(true);
        looksIn(Duration.ofSeconds(10), true);
        assertThat(looksIn(Duration.ofSeconds(60), true))
                .as("it has told again")
                .isBetween(5, 7);
    }

    @Test
    void aLogThatTellsAMomentAfterALookIsReliedOn() throws IOException {
        pacemakerWrites();
        looksIn(Duration.ofSeconds(60), true);
        pace.looked(true);
        pacemakerWrites();
        looksIn(Duration.ofSeconds(10), true);

        assertThat(looksIn(Duration.ofSeconds(60), true)).isBetween(5, 7);
    }
}
