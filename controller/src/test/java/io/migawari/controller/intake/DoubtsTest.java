// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.migawari.controller.intake.Doubt.Kind;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Notification;
import io.migawari.controller.model.NotificationType;
import io.migawari.controller.store.Acceptance;
import io.migawari.controller.store.Notifications;
import io.migawari.controller.store.Report;
import io.migawari.db.DatabaseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which reports are not simply believed. */
class DoubtsTest {

    private static final Instant NOW = Instant.parse("2026-11-21T03:00:00Z");
    private static final HostName COMPUTE1 = new HostName("compute1");
    private static final Acceptance STORED = new Acceptance.Stored(mock(Notification.class));

    private final Notifications notifications = mock(Notifications.class);
    private final Doubts doubts = new Doubts(notifications, Duration.ofSeconds(5));

    DoubtsTest() {
        when(notifications.clock()).thenReturn(NOW);
    }

    private static Report stopped(Instant generated) {
        return report(NotificationType.COMPUTE_HOST, generated, "STOPPED");
    }

    private static Report report(NotificationType type, Instant generated, String event) {
        return new Report(type, COMPUTE1, generated, Map.of("event", event), Map.of());
    }

    private Optional<Kind> kind(Report report, Acceptance acceptance) {
        return doubts.of(report, doubts.ofItsTime(report, NOW), acceptance, NOW).map(Doubt::kind);
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S,",
        "-PT5S,",
        "-PT6S,   AHEAD",
        "-PT60S,  AHEAD",
        "-PT61S,  FROM_THE_FUTURE",
        "PT12H,",
        "PT24H,",
        "PT24H1S, LONG_PAST"
    })
    void whatWasStoredIsDoubtedForItsTime(Duration age, Kind expected) {
        assertThat(kind(stopped(NOW.minus(age)), STORED)).isEqualTo(Optional.ofNullable(expected));
    }

    @ParameterizedTest
    @CsvSource({"PT24H, true", "PT24H1S, false", "-PT60S, true", "-PT61S, false"})
    void whatIsFarFromNowProvesNothing(Duration age, boolean proves) {
        assertThat(doubts.ofItsTime(stopped(NOW.minus(age)), NOW)
                        .filter(Doubt::isOfItsProof)
                        .isEmpty())
                .isEqualTo(proves);
    }

    @Test
    void aClockOfOursThatIsWrongMakesNoReportDoubtful() {
        when(notifications.clock()).thenReturn(NOW.plus(Duration.ofHours(1)));

        assertThat(doubts.ofItsTime(stopped(NOW.plus(Duration.ofHours(1))), NOW))
                .isEmpty();
        assertThat(doubts.ofItsTime(stopped(NOW.plus(Duration.ofHours(3))), NOW)
                        .orElseThrow()
                        .words())
                .contains("which is 2h ahead of the clock here");
    }

    @Test
    void theWordsSayByHowMuch() {
        assertThat(words(NOW.plusSeconds(90)))
                .isEqualTo("It was generated at 2026-11-21T03:01:30Z, which is 90s ahead of the clock here: it counts "
                        + "as seen now, and proves no death.");
        assertThat(words(NOW.minus(Duration.ofHours(61))))
                .isEqualTo("It was generated at 2026-11-18T14:00:00Z, 2d ago: it proves no death.");
    }

    private String words(Instant generated) {
        return doubts.ofItsTime(stopped(generated), NOW).orElseThrow().words();
    }

    @Test
    void whatIsKnownAlreadyIsAReplayOnlyIfItComesLate() {
        var duplicate = new Acceptance.Duplicate();

        assertThat(kind(stopped(NOW.minus(Duration.ofMinutes(10))), duplicate)).isEmpty();
        assertThat(kind(stopped(NOW.minus(Duration.ofMinutes(10)).minusSeconds(1)), duplicate))
                .contains(Kind.REPLAYED);
    }

    @Test
    void aHostThatNoSegmentHasIsUnknown() {
        assertThat(kind(stopped(NOW), new Acceptance.UnknownHost())).contains(Kind.UNKNOWN_HOST);
    }

    @Test
    void aHostOnMaintenanceIsNoDoubt() {
        assertThat(kind(stopped(NOW), new Acceptance.OnMaintenance())).isEmpty();
    }

    @Test
    void aHostThatSaysLaterThatItLivesContradictsTheWordOfItsDeath() {
        when(notifications.lastSignOfLife(COMPUTE1)).thenReturn(Optional.of(NOW.minusSeconds(10)));

        assertThat(kind(stopped(NOW.minusSeconds(16)), STORED)).contains(Kind.CONTRADICTED);
        assertThat(kind(stopped(NOW.minusSeconds(15)), STORED)).isEmpty();
        assertThat(kind(report(NotificationType.COMPUTE_HOST, NOW.minusSeconds(16), "STARTED"), STORED))
                .isEmpty();
        assertThat(kind(report(NotificationType.PROCESS, NOW.minusSeconds(16), "STOPPED"), STORED))
                .isEmpty();
    }

    @Test
    void aHostThatIsTakenForDeadCannotSeeItsInstances() {
        when(notifications.deadSince(COMPUTE1)).thenReturn(Optional.of(NOW.minusSeconds(60)));

        assertThat(kind(report(NotificationType.VM, NOW.minusSeconds(50), "LIFECYCLE"), STORED))
                .contains(Kind.CONTRADICTED);
        assertThat(kind(report(NotificationType.PROCESS, NOW.minusSeconds(50), "STARTED"), STORED))
                .contains(Kind.CONTRADICTED);
        assertThat(kind(report(NotificationType.VM, NOW.minusSeconds(55), "LIFECYCLE"), STORED))
                .isEmpty();
        assertThat(kind(stopped(NOW.minusSeconds(50)), STORED)).isEmpty();
    }

    @Test
    void aReportThatIsStoredStaysSoThoughNothingElseCanBeReadAnyMore() {
        when(notifications.lastSignOfLife(COMPUTE1))
                .thenThrow(new DatabaseException(DatabaseException.Kind.UNAVAILABLE, "away"));

        assertThat(kind(stopped(NOW), STORED)).isEmpty();
    }
}
