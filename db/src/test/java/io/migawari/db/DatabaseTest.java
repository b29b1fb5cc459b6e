// SPDX-License-Identifier: Apache-2.0
package io.migawari.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.migawari.config.DatabaseSettings;
import io.migawari.config.Secret;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TimeZone;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseTest {

    private final DatabaseSettings settings = TestServer.emptyDatabase();

    @Test
    void anInstantComesBackAsItWentInWhateverTheZoneOfTheMachine() {
        TimeZone zone = TimeZone.getDefault();
        Instant instant = Instant.parse("2026-07-01T12:34:56.123456Z");
        try {
            TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));
            try (var database = Database.open(settings, "test")) {
                database.inTransaction(handle -> handle.execute("CREATE TABLE t (at DATETIME(6))"));
                database.inTransaction(handle -> handle.execute("INSERT INTO t VALUES (?)", instant));

                Instant read = database.inTransaction(handle -> handle.createQuery("SELECT at FROM t")
                        .mapTo(Instant.class)
                        .one());
                String stored = database.inTransaction(handle -> handle.createQuery("SELECT CAST(at AS CHAR) FROM t")
                        .mapTo(String.class)
                        .one());

                assertThat(read).isEqualTo(instant);
                assertThat(stored).isEqualTo("2026-07-01 12:34:56.123456");
            }
        } finally {
            TimeZone.setDefault(zone);
        }
    }

    @Test
    void aTransactionThatLostAConflictIsTriedAgain() {
        try (var database = Database.open(settings, "test")) {
            var tries = new AtomicInteger();

            String result = database.inTransaction(handle -> {
                if (tries.incrementAndGet() < 3) {
                    throw new UnableToExecuteStatementException(
                            new SQLException("Deadlock found", "40001", 1213), null);
                }
                return "done";
            });

            assertThat(result).isEqualTo("done");
            assertThat(tries).hasValue(3);
        }
    }

    private static UnableToExecuteStatementException failure(String state, int number) {
        return new UnableToExecuteStatementException(new SQLException("on purpose", state, number), null);
    }

    /** Deadlock, lock wait, changed since the snapshot, and what Galera says of a lost certification. */
    @ParameterizedTest
    @CsvSource({"40001, 1213", "HY000, 1205", "HY000, 1020", "40001, 0"})
    void aConflictIsTriedAgainAFewTimesAndNotForEver(String state, int number) {
        try (var database = Database.open(settings, "test")) {
            var tries = new AtomicInteger();

            assertThatThrownBy(() -> database.inTransaction(handle -> {
                        tries.incrementAndGet();
                        throw failure(state, number);
                    }))
                    .isInstanceOfSatisfying(
                            DatabaseException.class,
                            e -> assertThat(e.kind()).isEqualTo(DatabaseException.Kind.CONFLICT));
            assertThat(tries).hasValue(5);
        }
    }

    /** A Galera node that lost its cluster keeps its connections and answers pings. */
    @ParameterizedTest
    @CsvSource({"08S01, 1047", "HY000, 1290", "HY000, 1836"})
    void aServerThatTakesNoWritesIsAwayAndItsConnectionsAreGivenUp(String state, int number) {
        try (var database = Database.open(settings, "test")) {
            Set<Long> before = new HashSet<>();
            for (int i = 0; i < 20; i++) {
                before.add(connection(database));
            }

            assertThatThrownBy(() -> database.inTransaction(handle -> {
                        throw failure(state, number);
                    }))
                    .isInstanceOfSatisfying(
                            DatabaseException.class,
                            e -> assertThat(e.kind()).isEqualTo(DatabaseException.Kind.UNAVAILABLE));

            assertThat(before).doesNotContain(connection(database));
        }
    }

    private static long connection(Database database) {
        return database.inTransaction(handle ->
                handle.select("SELECT CONNECTION_ID()").mapTo(Long.class).one());
    }

    @Test
    void whatWasBegunIsUndoneWhenItFails() {
        try (var database = Database.open(settings, "test")) {
            database.inTransaction(handle -> handle.execute("CREATE TABLE t (n INT PRIMARY KEY)"));

            assertThatThrownBy(() -> database.inTransaction(handle -> {
                        handle.execute("INSERT INTO t VALUES (1)");
                        return handle.execute("INSERT INTO t VALUES (1)");
                    }))
                    .isInstanceOfSatisfying(
                            DatabaseException.class,
                            e -> assertThat(e.kind()).isEqualTo(DatabaseException.Kind.DUPLICATE));

            int rows = database.inTransaction(handle -> handle.createQuery("SELECT COUNT(*) FROM t")
                    .mapTo(int.class)
                    .one());
            assertThat(rows).isZero();
        }
    }

    @Test
    void aServerThatIsAwayIsNamedAsUnavailableAndNeedsNotBeThereAtTheStart() {
        var nowhere = new DatabaseSettings(
                "jdbc:mariadb://127.0.0.1:1/x", "u", new Secret("p"), 2, Duration.ofMillis(300), Duration.ofSeconds(1));
        try (var database = Database.open(nowhere, "test")) {
            assertThat(database.isReachable()).isFalse();
            assertThatThrownBy(() -> database.inTransaction(handle -> handle.execute("SELECT 1")))
                    .isInstanceOfSatisfying(
                            DatabaseException.class,
                            e -> assertThat(e.kind()).isEqualTo(DatabaseException.Kind.UNAVAILABLE));
            assertThat(new Schema(database).quickVersion()).isEmpty();
            assertThatThrownBy(new Schema(database)::state).isInstanceOf(SchemaException.class);
        }
    }

    @Test
    void aStatementThatHangsIsGivenUp() {
        var impatient = new DatabaseSettings(
                settings.url(), settings.user(), settings.password(), 2, Duration.ofSeconds(1), Duration.ofSeconds(1));
        try (var database = Database.open(impatient, "test")) {
            assertThatThrownBy(() -> database.inTransaction(handle -> handle.execute("SELECT SLEEP(30)")))
                    .isInstanceOfSatisfying(
                            DatabaseException.class,
                            e -> assertThat(e.kind()).isEqualTo(DatabaseException.Kind.UNAVAILABLE));
        }
    }

    @Test
    void connectionsThatAreAllInUseAreNoServerThatIsAway() throws InterruptedException {
        var two = new DatabaseSettings(
                settings.url(),
                settings.user(),
                settings.password(),
                2,
                Duration.ofMillis(250),
                settings.queryTimeout());
        var held = new CountDownLatch(2);
        var release = new CountDownLatch(1);
        try (var database = Database.open(two, "test")) {
            List<Thread> holders = Stream.generate(() -> new Thread(() -> database.inTransaction(handle -> {
                        held.countDown();
                        await(release);
                        return true;
                    })))
                    .limit(2)
                    .toList();
            holders.forEach(Thread::start);
            held.await();

            assertThatThrownBy(() -> database.inTransaction(handle -> true))
                    .isInstanceOfSatisfying(
                            DatabaseException.class,
                            e -> assertThat(e.kind()).isEqualTo(DatabaseException.Kind.UNAVAILABLE))
                    .hasMessage("all 2 connections of this process are in use (database.pool-size)");

            release.countDown();
            for (Thread holder : holders) {
                holder.join();
            }
            boolean works = database.inTransaction(handle -> true);
            assertThat(works).isTrue();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
