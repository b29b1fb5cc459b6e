// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ControllersTest extends StoreTest {

    private final Controllers controllers = new MariaDbControllers(database);

    private Optional<Instant> since() {
        accept(stopped("compute1", NOW, "NORMAL"));
        return incidents
                .surroundings(incidents.find(incidents.list(true, 1).get(0)).orElseThrow())
                .watchingSince();
    }

    /** As if so much time had gone by since the last sign. */
    private void age(Duration by) {
        database.inTransaction(handle -> handle.execute(
                "UPDATE controller SET started_at = started_at - INTERVAL ? SECOND, "
                        + "seen_at = seen_at - INTERVAL ? SECOND, watching_since = watching_since - INTERVAL ? SECOND",
                by.toSeconds(),
                by.toSeconds(),
                by.toSeconds()));
    }

    private Instant databaseNow() {
        return database.inTransaction(handle -> handle.select("SELECT UTC_TIMESTAMP(6) AS now")
                .map((row, context) -> Rows.time(row, "now"))
                .one());
    }

    @Test
    void withoutAnySignItIsNotKnownSinceWhenSomebodyWatches() {
        assertThat(since()).isEmpty();
    }

    @Test
    void theFirstControllerBeginsTheWatch() {
        Instant before = databaseNow();

        controllers.watching("one", "one/1");

        assertThat(since()).hasValueSatisfying(at -> assertThat(at).isBetween(before, databaseNow()));
    }

    @Test
    void aControllerThatIsBackSoonGoesOnWithTheWatch() {
        controllers.watching("one", "one/1");
        Instant begun = since().orElseThrow();
        age(Duration.ofSeconds(25));

        controllers.watching("one", "one/2");

        assertThat(since()).contains(begun.minusSeconds(25));
    }

    @Test
    void anotherControllersWatchCounts() {
        controllers.watching("one", "one/1");
        Instant begun = since().orElseThrow();
        age(Duration.ofSeconds(25));
        controllers.watching("two", "two/1");
        age(Duration.ofSeconds(25));
        assertThat(since()).contains(begun.minusSeconds(50));

        controllers.watching("three", "three/1");

        assertThat(since()).contains(begun.minusSeconds(50));
    }

    @Test
    void afterAGapTheWatchBeginsAnew() {
        controllers.watching("one", "one/1");
        age(Duration.ofSeconds(31));
        assertThat(since()).isEmpty();
        Instant before = databaseNow();

        controllers.watching("one", "one/2");

        assertThat(since()).hasValueSatisfying(at -> assertThat(at).isAfterOrEqualTo(before));
    }

    @Test
    void aControllerThatTheDatabaseHasNotHeardOfForLongHasWatchedInVain() {
        controllers.watching("one", "one/1");
        age(Duration.ofMinutes(5)); // no report could be stored meanwhile
        Instant before = databaseNow();

        controllers.watching("one", "one/1");

        assertThat(since()).hasValueSatisfying(at -> assertThat(at).isAfterOrEqualTo(before));
    }
}
