// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.migawari.controller.model.Gate;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.MoveState;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.Reservation;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.ServiceBefore;
import io.migawari.controller.model.Subject;
import io.migawari.controller.store.Registry.Change;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is opened when the recovery of a host has ended. */
class ReturnsTest extends StoreTest {

    private static final Optional<ServiceBefore> BEFORE = Optional.of(new ServiceBefore(true, false, Optional.empty()));

    /** compute1 fails at a time, and the incident about it ends. */
    private Incident failure(
            Instant at, Optional<ServiceBefore> before, Phase end, List<Move> moves, List<Reservation> reservations)
            throws LeaseLostException {
        accept(stopped("compute1", at, "NORMAL"));
        Lease lease = incidents.claim("me", LONG).stream()
                .filter(claimed ->
                        incidents.find(claimed.incident()).orElseThrow().subject() instanceof Subject.WholeHost)
                .findFirst()
                .orElseThrow();
        Incident read = incidents.read(lease);
        Incident ended = over(read, end, before, moves, reservations, at.plusSeconds(30));
        record(lease, read, ended, List.of(), at.plusSeconds(30));
        return ended;
    }

    private Incident failure(Phase end) throws LeaseLostException {
        return failure(NOW, BEFORE, end, List.of(), List.of());
    }

    /** The same at its end. */
    private static Incident over(
            Incident incident,
            Phase end,
            Optional<ServiceBefore> before,
            List<Move> moves,
            List<Reservation> reservations,
            Instant at) {
        return in(incident, end, Optional.empty(), at)
                .edit()
                .before(before)
                .moves(moves)
                .reservations(reservations)
                .done();
    }

    private Incident open() {
        List<IncidentId> open = incidents.list(true, 10);
        assertThat(open).hasSize(1);
        return incidents.find(open.get(0)).orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(
            value = Phase.class,
            names = {"RECOVERED", "PARTLY_RECOVERED", "FAILED"})
    void aHostThatWasTakenOutOfUseIsWaitedForFromTheMomentInWhichItsRecoveryEnds(Phase end) throws LeaseLostException {
        Incident failure = failure(end);

        Incident coming = open();
        assertThat(coming.subject()).isEqualTo(Subject.Return.from(failure.id()));
        assertThat(coming.host()).isEqualTo(new HostName("compute1"));
        assertThat(coming.phase()).isEqualTo(Phase.AWAY);
        assertThat(coming.before()).isEqualTo(BEFORE);
        assertThat(coming.openedAt()).isEqualTo(NOW.plusSeconds(30));
        assertThat(incidents.story(failure.id(), 0))
                .last()
                .satisfies(line -> assertThat(line.words()).contains("comes back, that is incident " + coming.id()));
    }

    @Test
    void aFalseAlarmLeavesNothingToComeBackFrom() throws LeaseLostException {
        failure(Phase.DISMISSED);

        assertThat(incidents.list(true, 10)).isEmpty();
    }

    @Test
    void anInstanceThatRunsAgainOpensNone() throws LeaseLostException {
        accept(ServerId.random(), "compute1", NOW);
        Lease lease = incidents.claim("me", LONG).get(0);
        Incident read = incidents.read(lease);
        Incident ended = in(read, Phase.RECOVERED);
        record(lease, read, ended, List.of(), NOW);

        assertThat(incidents.list(true, 10)).isEmpty();
    }

    @Test
    void whatIsKnownOfItIsReadBackTheSame() throws LeaseLostException {
        Incident failure = failure(Phase.RECOVERED);
        Lease lease = incidents.claim("me", LONG).get(0);
        Incident read = incidents.read(lease);
        Incident next = in(read, Phase.TRYING_OUT, Optional.of(new Gate(Gate.Kind.UNHEALTHY, "not yet", NOW)), NOW)
                .edit()
                .subject(new Subject.Return(failure.id(), Optional.of(NOW), Optional.of(NOW.plusSeconds(1))))
                .done();
        record(lease, read, next, List.of(), NOW);

        assertThat(incidents.read(lease)).isEqualTo(next);
    }

    @Test
    void whenItFailsAgainTheEarlierReturnIsOverAndItsOwnerCanWriteNothingMore() throws LeaseLostException {
        Incident first = failure(Phase.RECOVERED);
        Lease waiting = incidents.claim("me", LONG).get(0);
        IncidentId earlier = waiting.incident();
        var asWeLeftIt = Optional.of(
                new ServiceBefore(false, true, Optional.of("Migawari incident " + first.id() + ": host failed")));
        Incident second = failure(NOW.plusSeconds(600), asWeLeftIt, Phase.RECOVERED, List.of(), List.of());

        assertThat(incidents.find(earlier).orElseThrow().phase()).isEqualTo(Phase.SKIPPED);
        assertThatThrownBy(() -> incidents.read(waiting)).isInstanceOf(LeaseLostException.class);
        Incident coming = open();
        assertThat(coming.subject()).isEqualTo(Subject.Return.from(second.id()));
        assertThat(coming.before()).isEqualTo(BEFORE); // and not as we had left it
        assertThat(incidents.claim("me", LONG)).hasSize(1);
    }

    @Test
    void theFailureItReturnsFromCountsAmongItsFailures() throws LeaseLostException {
        failure(Phase.RECOVERED);
        failure(NOW.plusSeconds(600), BEFORE, Phase.RECOVERED, List.of(), List.of());
        failure(NOW.plusSeconds(1200), BEFORE, Phase.DISMISSED, List.of(), List.of());

        assertThat(incidents.surroundings(open()).formerFailures())
                .hasSize(2)
                .isSortedAccordingTo((a, b) -> b.compareTo(a));
    }

    @Test
    void itKnowsWhatTheFailureHasLeftBehind() throws LeaseLostException {
        Move left = move(MoveState.LEFT);
        Move failed = move(MoveState.FAILED);
        var spare = new Reservation(new HostName("compute3"), Reservation.State.KEPT, Optional.of("spare"), List.of());
        failure(NOW, BEFORE, Phase.PARTLY_RECOVERED, List.of(left, move(MoveState.SUCCEEDED), failed), List.of(spare));

        var aftermath = incidents.surroundings(open()).aftermath().orElseThrow();
        assertThat(aftermath.tookReservedHost()).isTrue();
        assertThat(aftermath.left()).containsExactlyInAnyOrder(left, failed);
    }

    @Test
    void aHostThatBecomesAReservedOneIsOne() throws LeaseLostException {
        failure(Phase.RECOVERED);
        Lease lease = incidents.claim("me", LONG).get(0);
        Incident read = incidents.read(lease);
        var reservation = new Reservation(read.host(), Reservation.State.RETURNED, Optional.of("reserved"), List.of());
        Incident next = over(read, Phase.RECOVERED, read.before(), List.of(), List.of(reservation), NOW);
        record(lease, read, next, List.of(), NOW);

        assertThat(registry.hostByName(new HostName("compute1")).orElseThrow().reserved())
                .isTrue();
        assertThat(incidents.list(true, 10)).isEmpty();
    }

    @Test
    void aHostThatIsWaitedForCanBeTakenOutOfItsSegmentAndIsNotWaitedForIfThatWasDoneBefore() throws LeaseLostException {
        failure(Phase.RECOVERED);
        var host = registry.hostByName(new HostName("compute1")).orElseThrow();

        assertThat(registry.delete(host.id(), NOW)).isInstanceOf(Change.Done.class);

        assertThat(incidents.surroundings(open()).hosts())
                .noneMatch(known -> known.id().equals(host.id()));
    }
}
