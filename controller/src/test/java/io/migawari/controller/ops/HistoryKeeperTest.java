// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.controller.TestDatabase;
import io.migawari.db.Database;
import io.migawari.db.Purge;
import io.migawari.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryKeeperTest {

    private static final Instant START = Instant.parse("2026-11-22T04:00:00Z");

    /** Moves on with whoever sleeps, and interrupts the fourth sleep. */
    private static final class FourSleeps implements Time {

        private final List<Duration> sleeps = new ArrayList<>();

        @Override
        public Instant now() {
            return START.plus(sleeps.stream().reduce(Duration.ZERO, Duration::plus));
        }

        @Override
        public long nanos() {
            return Duration.between(START, now()).toNanos();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            sleeps.add(duration);
            if (sleeps.size() == 4) {
                throw new InterruptedException();
            }
        }
    }

    private final Database database = Database.open(TestDatabase.migrated(), "history");
    private final FourSleeps time = new FourSleeps();

    @AfterEach
    void close() {
        assertThat(Thread.interrupted()).as("ended by its interrupt").isTrue();
        database.close();
    }

    private void alertThatEnded(Instant at) {
        database.inTransaction(handle -> handle.execute(
                "INSERT INTO alert (id, source, about, kind, severity, words, next_step, raised_at, resolved_at) VALUES "
                        + "(UUID(), 'test', 'it', 'FORESIGHT', 'WARNING', '', '', ?, ?)",
                at,
                at));
    }

    private List<Instant> ends() {
        return database.inTransaction(handle -> handle.createQuery("SELECT resolved_at FROM alert ORDER BY 1")
                .mapTo(Instant.class)
                .list());
    }

    private HistoryKeeper keeper(Supplier<Instant> databaseClock) {
        return new HistoryKeeper(new Purge(database), Duration.ofDays(90), databaseClock, time);
    }

    @Test
    void onceADayWhatIsOlderIsDeleted() {
        Instant ninetyDaysAgo = START.minus(Duration.ofDays(90));
        Instant inTwoDays = ninetyDaysAgo.plus(Duration.ofDays(2));
        Instant inThreeDays = ninetyDaysAgo.plus(Duration.ofDays(3));
        alertThatEnded(ninetyDaysAgo);
        alertThatEnded(inTwoDays);
        alertThatEnded(inThreeDays);

        keeper(time::now).run();

        assertThat(time.sleeps)
                .containsExactly(Duration.ofMinutes(30), Duration.ofDays(1), Duration.ofDays(1), Duration.ofDays(1));
        assertThat(ends()).containsExactly(inThreeDays);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1000, 1000})
    void whatIsOldByOneClockOnlyIsKept(int daysByWhichTheDatabaseIsAhead) {
        Instant database = START.plus(Duration.ofDays(daysByWhichTheDatabaseIsAhead));
        Instant earlier = START.isBefore(database) ? START : database;
        Instant later = START.isBefore(database) ? database : START;
        Instant oldByTheLater = later.minus(Duration.ofDays(100));
        alertThatEnded(oldByTheLater);
        alertThatEnded(earlier.minus(Duration.ofDays(100)));

        keeper(() -> database).run();

        assertThat(ends()).containsExactly(oldByTheLater);
    }

    @Test
    void aDatabaseThatIsAwayIsAskedAgainTheNextDay() {
        database.close();

        keeper(time::now).run();

        assertThat(time.sleeps).hasSize(4);
    }
}
