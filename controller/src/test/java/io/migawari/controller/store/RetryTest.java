// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.migawari.controller.model.Cancellation;
import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.MoveState;
import io.migawari.controller.model.NotificationType;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.Reservation;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.store.Incidents.Retry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a person may have tried again, and what not any more. */
class RetryTest extends StoreTest {

    private static final HostName COMPUTE3 = new HostName("compute3");
    private static final Instant LATER = NOW.plusSeconds(60);

    private final Lease lease = leased("me");

    private void record(Incident next) throws LeaseLostException {
        record(lease, next);
    }

    /** Its recovery is over, and one instance was not recovered. */
    private void failed(Reservation... reservations) throws LeaseLostException {
        failed(Phase.PARTLY_RECOVERED, MoveState.FAILED, reservations);
    }

    private void failed(Phase end, MoveState one, Reservation... reservations) throws LeaseLostException {
        Incident before = incidents.read(lease);
        record(moving(before, List.of(move(one), move(MoveState.SUCCEEDED)), List.of(reservations)));
        record(in(incidents.read(lease), end));
    }

    private Retry retry(IncidentId incident) {
        return incidents.retry(incident, "ann", "there is room now", LATER);
    }

    private Incident found() {
        return incidents.find(lease.incident()).orElseThrow();
    }

    private void assertRefused(IncidentId incident, String why) {
        assertThat(retry(incident))
                .isInstanceOfSatisfying(
                        Retry.Refused.class,
                        refused -> assertThat(refused.why()).contains(why));
        assertThat(incidents.story(incident, 0)).noneMatch(line -> line.words().startsWith("ann"));
    }

    @Test
    void anIncidentThatIsOverIsOpenedAgainForWhatHasFailed() throws LeaseLostException {
        failed();

        assertThat(retry(lease.incident())).isEqualTo(new Retry.Begun());

        Incident open = found();
        assertThat(open.phase()).isEqualTo(Phase.MOVING);
        assertThat(open.closedAt()).isEmpty();
        assertThat(open.triedSince()).isEqualTo(LATER);
        assertThat(open.moves()).extracting(Move::state).containsExactly(MoveState.PLANNED, MoveState.SUCCEEDED);
        assertThat(open.moves().get(0).failures()).isZero();
        assertThat(open.moves().get(0).attempt()).isEqualTo(2); // what was tried stays known
        assertThat(incidents.story(lease.incident(), 0))
                .extracting(StoryLine::words)
                .contains("ann has what failed tried again: there is room now");
        assertThat(incidents.claim("other", LONG)).extracting(Lease::incident).contains(lease.incident());
    }

    @Test
    void whatIsNotThereAnyMoreIsRefused() {
        assertThat(retry(IncidentId.random()))
                .isInstanceOfSatisfying(
                        Retry.Refused.class,
                        refused -> assertThat(refused.why()).startsWith("No incident with id"));
    }

    @Test
    void theReservedHostThatTookItsPlaceGoesOnDoingSo() throws LeaseLostException {
        var kept = new Reservation(COMPUTE3, Reservation.State.KEPT, Optional.empty(), List.of());
        record(moving(incidents.read(lease), List.of(), List.of(kept.in(Reservation.State.TAKEN))));
        failed(kept);

        retry(lease.incident());

        assertThat(found().reservations()).containsExactly(kept.in(Reservation.State.TAKEN));
    }

    @Test
    void whoeverWorksOnItLosesItsLeaseAndLooksAnew() throws LeaseLostException {
        Incident before = incidents.read(lease);
        record(moving(before, List.of(move(MoveState.FAILED)), List.of()));
        Incident asKnownToOwner = incidents.read(lease);

        assertThat(retry(lease.incident())).isEqualTo(new Retry.Begun());

        assertThatThrownBy(
                        () -> record(lease, asKnownToOwner, in(asKnownToOwner, Phase.PARTLY_RECOVERED), List.of(), NOW))
                .isInstanceOf(LeaseLostException.class);
        assertThat(found().moves()).extracting(Move::state).containsExactly(MoveState.PLANNED);
    }

    @Test
    void nothingIsTriedAgainThatHasNotFailed() throws LeaseLostException {
        failed(Phase.RECOVERED, MoveState.LEFT);

        assertRefused(lease.incident(), "Nothing of incident");
    }

    @Test
    void whatWasCalledOffStaysSo() throws LeaseLostException {
        incidents.cancel(lease.incident(), new Cancellation("bob", "mistake", NOW));
        failed();

        assertRefused(lease.incident(), "was called off by bob");
    }

    @Test
    void aHostThatHasFailedAgainHasItsNewerIncident() throws LeaseLostException {
        failed();
        accept(stopped("compute1", LATER, "NORMAL"));

        assertRefused(lease.incident(), "has failed again since");
    }

    @Test
    void aHostThatHasSaidThatItLivesMayLive() throws LeaseLostException {
        failed();
        new MariaDbSignsOfLife(database).given(new HostName("compute1"), "host-monitor");

        assertRefused(lease.incident(), "has come back since");
    }

    @Test
    void aHostThatIsReportedAsStartedMayLive() throws LeaseLostException {
        failed();
        notifications.accept(
                new Report(
                        NotificationType.COMPUTE_HOST,
                        new HostName("compute1"),
                        LATER,
                        Map.of("event", "STARTED", "cluster_status", "ONLINE"),
                        Map.of()),
                new Meaning.HostRuns(new Evidence(Evidence.Kind.REPORTED_STARTED, "monitor", LATER, "runs")),
                LATER);

        assertRefused(lease.incident(), "has come back since");
    }

    @Test
    void aHostThatIsOnItsWayBackMayLive() throws LeaseLostException {
        failed();
        assertThat(retry(lease.incident())).isEqualTo(new Retry.Begun());
        failed(incidents.claim("me", LONG));
        database.inTransaction(
                handle -> handle.execute("UPDATE incident SET phase = 'CLEARING' WHERE kind = 'RETURN'"));

        assertThat(retry(lease.incident())).isInstanceOf(Retry.Refused.class);
    }

    private void failed(List<Lease> leases) throws LeaseLostException {
        Lease again = leases.stream()
                .filter(one -> one.incident().equals(lease.incident()))
                .findFirst()
                .orElseThrow();
        Incident before = incidents.read(again);
        record(again, before, in(before, Phase.PARTLY_RECOVERED), List.of(), NOW);
        database.inTransaction(handle ->
                handle.execute("UPDATE move SET state = 'FAILED', ended_at = ? WHERE state = 'PLANNED'", NOW));
    }

    @Test
    void aHostThatIsNobodysAnyMoreIsLeft() throws LeaseLostException {
        failed();
        done(registry.delete(
                registry.hostByName(new HostName("compute1")).orElseThrow().id(), LATER));

        assertRefused(lease.incident(), "belongs to no segment");
    }

    @Test
    void anInstanceThatCouldNotBeRestartedIsTriedAgainUnlessItDiedAgain() throws LeaseLostException {
        ServerId server = ServerId.random();
        accept(server, "compute2", NOW);
        Lease about = incidents.claim("me", LONG).get(0);
        assertRefused(about.incident(), "Nothing of incident");
        Incident before = incidents.read(about);
        record(about, before, in(before, Phase.FAILED), List.of(), NOW);

        assertThat(retry(about.incident())).isEqualTo(new Retry.Begun());

        assertThat(incidents.find(about.incident()).orElseThrow().phase()).isEqualTo(Phase.RESTARTING);
        Lease again = incidents.claim("me", LONG).get(0);
        Incident tried = incidents.read(again);
        record(again, tried, in(tried, Phase.FAILED), List.of(), NOW);
        accept(server, "compute2", LATER);
        assertThat(retry(about.incident()))
                .isInstanceOfSatisfying(
                        Retry.Refused.class,
                        refused -> assertThat(refused.why()).contains("has died again since"));
    }
}
