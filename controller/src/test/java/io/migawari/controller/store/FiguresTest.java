// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.controller.store.Figures.Count;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What counts as lately, whatever becomes of the rows afterwards. */
class FiguresTest extends StoreTest {

    private final Lease lease = leased("me");

    private void endedMinutesAgo(int minutes) {
        database.inTransaction(handle -> {
            handle.execute(
                    "UPDATE incident SET phase = 'PARTLY_RECOVERED', closed_at = UTC_TIMESTAMP(6) - INTERVAL ? MINUTE "
                            + "WHERE id = ?",
                    minutes,
                    lease.incident().toString());
            handle.execute("DELETE FROM milestone");
            handle.execute("DELETE FROM move");
            handle.execute(
                    "INSERT INTO milestone (incident, what, at) SELECT number, 'ALL_BACK', closed_at FROM incident");
            return handle.execute(
                    "INSERT INTO move (id, incident, server, server_name, position, former, wanted, state, words, attempt, failures, baseline, created_at, ended_at) "
                            + "SELECT UUID(), number, UUID(), 'web', 0, 'active', 'RUNNING', 'FAILED', '', 1, 1, 0, closed_at, closed_at FROM incident");
        });
    }

    private Figures figures() {
        return new MariaDbFigures(database).read();
    }

    @Test
    void whatHasEndedCountsForTenMinutesAndHowLongItTookForADay() {
        endedMinutesAgo(9);
        assertThat(figures().ended()).containsExactly(new Count(List.of("HOST", "PARTLY_RECOVERED"), 1));
        assertThat(figures().movesEnded()).containsExactly(new Count(List.of("FAILED"), 1));
        assertThat(figures().durations()).hasSize(1);

        endedMinutesAgo(11);
        assertThat(figures().ended()).isEmpty();
        assertThat(figures().movesEnded()).isEmpty();
        assertThat(figures().durations()).hasSize(1);

        endedMinutesAgo(25 * 60);
        assertThat(figures().durations()).isEmpty();
    }

    @Test
    void aReportCountsForTenMinutes() {
        String ago = "UPDATE notification SET created_at = UTC_TIMESTAMP(6) - INTERVAL ? MINUTE";
        database.inTransaction(handle -> handle.execute(ago, 9));
        assertThat(figures().notifications()).hasSize(1);

        database.inTransaction(handle -> handle.execute(ago, 11));
        assertThat(figures().notifications()).isEmpty();
    }
}
