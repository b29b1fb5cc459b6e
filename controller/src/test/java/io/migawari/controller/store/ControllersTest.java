// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ControllersTest extends StoreTest {

    private final Controllers controllers = new MariaDbControllers(database, "1.2.3");

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

    private Crew.Member only() {
        assertThat(controllers.crew().members()).hasSize(1);
        return controllers.crew().members().get(0);
    }

    private void ageLease(Duration by) {
        database.inTransaction(handle ->
                handle.execute("UPDATE incident SET lease_until = lease_until - INTERVAL ? SECOND", by.toSeconds()));
    }

    @Test
    void aControllerIsShownWithItsVersionAndWhatItHolds() {
        controllers.watching("one", "one/1");
        Lease lease = leased("one/1");

        Crew crew = controllers.crew();

        assertThat(crew.members()).singleElement().satisfies(member -> {
            assertThat(member.name()).isEqualTo("one");
            assertThat(member.version()).isEqualTo("1.2.3");
            assertThat(member.leases()).isEqualTo(1);
            assertThat(crew.state(member)).isEqualTo(Crew.State.WATCHING);
        });
        assertThat(crew.incidents()).singleElement().satisfies(work -> {
            assertThat(work.incident()).isEqualTo(lease.incident());
            assertThat(work.owner()).contains("one/1");
            assertThat(work.epoch()).isEqualTo(1);
            assertThat(work.until()).isAfter(crew.at());
            assertThat(crew.holder(work)).map(Crew.Member::name).contains("one");
        });
        assertThat(crew.problems()).isEmpty();
    }

    @Test
    void aControllerThatStopsIsNotMissedAndItsNextRunWatchesAgain() {
        controllers.watching("one", "one/1");
        controllers.watching("two", "two/1");
        controllers.stopped("one", "one/1");
        Crew crew = controllers.crew();
        assertThat(crew.members()).extracting(crew::state).containsExactly(Crew.State.STOPPED, Crew.State.WATCHING);
        assertThat(crew.problems()).isEmpty();

        controllers.watching("one", "one/2");
        controllers.stopped("one", "one/1"); // the old one is late

        crew = controllers.crew();
        assertThat(crew.members()).extracting(crew::state).containsOnly(Crew.State.WATCHING);
    }

    @Test
    void aControllerThatVanishedIsSilentAfterALeasesTime() {
        controllers.watching("one", "one/1");
        controllers.watching("two", "two/1");
        age(Duration.ofSeconds(7));
        controllers.watching("two", "two/1");

        Crew crew = controllers.crew();

        assertThat(crew.members()).extracting(crew::state).containsExactly(Crew.State.SILENT, Crew.State.WATCHING);
        assertThat(crew.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).startsWith("The controller one has not said"));
        age(Duration.ofSeconds(7));
        assertThat(controllers.crew().problems())
                .first()
                .extracting(Crew.Problem::what)
                .isEqualTo("No controller has given a sign for 6 s");
    }

    @Test
    void anIncidentWithoutAnOwnerIsAProblemOnlyAfterTheTimeOfATakeOver() {
        controllers.watching("one", "one/1");
        leased("one/1");
        ageLease(LONG.plusSeconds(3));
        assertThat(controllers.crew().incidents().get(0).owner()).isEmpty();
        assertThat(controllers.crew().problems()).isEmpty();

        ageLease(Duration.ofSeconds(2));

        assertThat(controllers.crew().problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).startsWith("1 open incident has no owner"));
        assertThat(only().leases()).isZero();
    }

    @Test
    void whatIsGivenBackIsWithoutAnOwnerFromThenOn() {
        controllers.watching("one", "one/1");
        leased("one/1");

        incidents.release("one/1");

        Crew crew = controllers.crew();
        assertThat(crew.incidents().get(0).owner()).isEmpty();
        assertThat(crew.incidents().get(0).until()).isBetween(crew.at().minusSeconds(5), crew.at());
        assertThat(crew.problems()).isEmpty();
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
