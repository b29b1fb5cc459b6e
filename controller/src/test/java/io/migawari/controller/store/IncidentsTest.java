// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.migawari.controller.decision.Surroundings;
import io.migawari.controller.model.Approval;
import io.migawari.controller.model.Cancellation;
import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.InstanceBefore;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.MoveState;
import io.migawari.controller.model.NotificationId;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.Outcome.Refusal;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.Reservation;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.Subject;
import io.migawari.controller.model.Urgency;
import io.migawari.controller.store.Registry.NewHost;
import io.migawari.db.DatabaseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IncidentsTest extends StoreTest {

    private static final HostName COMPUTE1 = new HostName("compute1");
    private static final HostName COMPUTE3 = new HostName("compute3");

    /** One of each, so that a new kind of step that cannot be stored is noticed. */
    private static final List<Step> STEPS = List.of(
            new Step.ForceDown(COMPUTE1),
            new Step.PowerOff(COMPUTE1, 2),
            new Step.LiftForceDown(COMPUTE1),
            new Step.DisableService(COMPUTE1, "Migawari incident"),
            new Step.EnableService(COMPUTE3),
            new Step.AddToAggregate(COMPUTE3, 4),
            new Step.RemoveFromAggregate(COMPUTE3, 4),
            new Step.Evacuate(ServerId.random(), Optional.of(COMPUTE3)),
            new Step.Evacuate(ServerId.random(), Optional.empty()),
            new Step.Stop(ServerId.random()),
            new Step.Start(ServerId.random()),
            new Step.ResetToError(ServerId.random()));

    @Test
    void whatIsRecordedIsReadBackTheSame() throws LeaseLostException {
        Lease lease = leased("me");
        Incident before = incidents.read(lease);
        Incident next = moving(
                        before,
                        List.of(move(MoveState.EVACUATING), move(MoveState.LEFT)),
                        List.of(new Reservation(
                                COMPUTE3, Reservation.State.TAKEN, Optional.of("spare"), List.of(1L, 2L))))
                .edit()
                .add(new Evidence(Evidence.Kind.NOVA_DOWN, "Nova", NOW, "down"))
                .done();

        List<JournalEntry> entries = record(lease, next, STEPS);

        Incident read = incidents.read(lease);
        assertThat(read.journal()).isEqualTo(entries);
        assertThat(read.journal()).extracting(JournalEntry::step).containsExactlyElementsOf(STEPS);
        assertThat(read).usingRecursiveComparison().ignoringFields("journal").isEqualTo(next);
        assertThat(registry.hostByName(COMPUTE3).orElseThrow().reserved()).isFalse();
    }

    @Test
    void anIncidentAboutAnInstanceKeepsHowItWasBefore() throws LeaseLostException {
        ServerId server = ServerId.random();
        accept(server, "compute1", NOW);
        Lease lease = incidents.claim("me", LONG).get(0);
        Incident before = incidents.read(lease);
        assertThat(before.subject()).isEqualTo(new Subject.Instance(server, Optional.empty()));
        assertThat(before.phase()).isEqualTo(Phase.RESTARTING);
        var subject = new Subject.Instance(server, Optional.of(new InstanceBefore("vm – ünïcode", "active/rebooting")));

        record(lease, before.edit().subject(subject).done(), List.of(new Step.Stop(server)));

        assertThat(incidents.read(lease).subject()).isEqualTo(subject);
    }

    @Test
    void whatADecisionMustKnowOfOtherIncidentsIsFoundByTheirKind() throws LeaseLostException {
        ServerId server = ServerId.random();
        accept(server, "compute1", NOW);
        Lease first = incidents.claim("me", LONG).get(0);
        record(first, incidents.read(first), List.of(new Step.Start(server), new Step.Start(server)));
        record(first, in(incidents.read(first), Phase.RECOVERED));
        accept(server, "compute2", NOW.plusSeconds(1));
        accept(ServerId.random(), "compute2", NOW);
        acceptProcess("compute3", "libvirtd", NOW);
        accept(stopped("compute2", NOW, "NORMAL"));
        Incident second = incidents.claim("me", LONG).stream()
                .map(lease -> incidents.find(lease.incident()).orElseThrow())
                .filter(incident -> incident.subject().equals(new Subject.Instance(server, Optional.empty())))
                .findFirst()
                .orElseThrow();

        Surroundings around = incidents.surroundings(second);

        assertThat(around.restarts()).containsExactly(NOW); // two tries of one incident
        assertThat(around.reportedDead()).containsExactly(new HostName("compute2"));
        assertThat(around.withProcessesDown()).containsExactly(COMPUTE3);
        assertThat(around.provenDead()).isEmpty(); // an instance that was recovered is no host that was dead
    }

    @Test
    void theOpenFailureOfAHostIsFoundByTheHostsName() throws LeaseLostException {
        accept(ServerId.random(), "compute2", NOW);
        acceptProcess("compute2", "libvirtd", NOW);
        accept(stopped("compute1", NOW, "NORMAL"));
        Lease lease = incidents.claim("me", LONG).stream()
                .filter(claimed ->
                        incidents.find(claimed.incident()).orElseThrow().host().equals(COMPUTE1))
                .findFirst()
                .orElseThrow();

        assertThat(incidents.openFailureOf(COMPUTE1).map(Incident::id)).contains(lease.incident());
        assertThat(incidents.openFailureOf(new HostName("compute2"))).isEmpty();
        assertThat(incidents.openFailureOf(new HostName("stranger"))).isEmpty();

        record(lease, in(incidents.read(lease), Phase.RECOVERED));
        assertThat(incidents.openFailureOf(COMPUTE1))
                .as("the return that is open now is none")
                .isEmpty();
    }

    @Test
    void everyKindOfStepIsAmongThoseThatAreTested() {
        Set<Class<?>> tested = STEPS.stream().map(Object::getClass).collect(Collectors.toSet());

        assertThat(tested)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Step.class.getPermittedSubclasses())
                        .filter(kind -> !kind.equals(Step.Planned.class)) // in OperationsTest
                        .toList());
    }

    @Test
    void everyOutcomeIsReadBackTheSame() throws LeaseLostException {
        Lease lease = leased("me");
        List<Outcome> outcomes = new ArrayList<>(List.of(
                new Outcome.Accepted(Optional.of("req-1")),
                new Outcome.Accepted(Optional.empty()),
                new Outcome.Unknown("time-out")));
        Arrays.stream(Refusal.values())
                .map(refusal ->
                        new Outcome.Refused(refusal, "no", Optional.of("req-2"), Optional.of(Duration.ofSeconds(7))))
                .forEach(outcomes::add);
        List<Step> steps =
                outcomes.stream().<Step>map(o -> new Step.ForceDown(COMPUTE1)).toList();
        List<JournalEntry> entries = record(lease, incidents.read(lease), steps);

        for (int i = 0; i < outcomes.size(); i++) {
            incidents.recordOutcome(lease, entries.get(i).number(), outcomes.get(i), NOW.plusSeconds(1));
        }

        assertThat(incidents.read(lease).journal())
                .extracting(entry -> entry.outcome().orElseThrow())
                .containsExactlyElementsOf(outcomes);
        assertThat(outcomes.stream().map(Object::getClass).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(Outcome.class.getPermittedSubclasses());
    }

    @Test
    void anIncidentBelongsToOneOwnerUntilItsLeaseRunsOut() {
        leased("first");

        assertThat(incidents.claim("second", LONG)).isEmpty();
        assertThat(incidents.renew("first", LONG)).hasSize(1);
        runOut();
        assertThat(incidents.claim("second", LONG)).extracting(Lease::epoch).containsExactly(2L);
        assertThat(incidents.renew("first", LONG)).isEmpty();
    }

    @Test
    void aReleasedIncidentIsFreeAtOnce() {
        leased("first");

        incidents.release("first");

        assertThat(incidents.claim("second", LONG)).extracting(Lease::epoch).containsExactly(2L);
    }

    @Test
    void aLeaseIsHeldUntilItEndsOrPassesToSomebodyElse() {
        Lease lease = leased("first");
        assertThat(incidents.isHeld(lease)).isTrue();
        assertThat(incidents.isHeld(new Lease(lease.incident(), "second", 1, lease.segment(), lease.urgency())))
                .isFalse();

        runOut();
        assertThat(incidents.isHeld(lease)).isFalse();
        assertThat(incidents.renew("first", LONG))
                .as("what has run out is claimed, not prolonged")
                .isEmpty();
        Lease next = incidents.claim("second", LONG).get(0);

        assertThat(incidents.isHeld(lease)).isFalse();
        assertThat(incidents.isHeld(next)).isTrue();
        assertThat(incidents.renew("first", LONG)).isEmpty();
        assertThat(incidents.renew("second", LONG)).containsExactly(next);
    }

    /** A lock would not do: another node of a Galera cluster knows only of changes. */
    @Test
    void everyWriteUnderALeaseChangesTheIncidentsRow() throws LeaseLostException {
        Lease lease = leased("me");
        Incident incident = incidents.read(lease);
        Instant before = leaseUntil();

        List<JournalEntry> written = record(lease, incident, STEPS);
        assertThat(leaseUntil()).isEqualTo(before.plusNanos(1_000));

        incidents.recordOutcome(lease, written.get(0).number(), new Outcome.Accepted(Optional.empty()), NOW);
        assertThat(leaseUntil()).isEqualTo(before.plusNanos(2_000));
    }

    private Instant leaseUntil() {
        return database.inTransaction(handle -> handle.select("SELECT lease_until FROM incident")
                .map((row, context) -> Rows.time(row, "lease_until"))
                .one());
    }

    /** Nobody has renewed a lease in time. */
    private void runOut() {
        database.inTransaction(
                handle -> handle.execute("UPDATE incident SET lease_until = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND"));
    }

    @Test
    void hostsAreTakenBeforeInstancesAndThoseBeforeProcessesFromEachSegmentInTurn() {
        var rack2 = segment("rack2");
        done(registry.create(rack2.id(), new NewHost(new HostName("compute9"), "COMPUTE", "none", false, false), NOW));
        acceptProcess("compute3", "libvirtd", NOW);
        for (int i = 0; i < 3; i++) {
            accept(new ServerId(UUID.randomUUID()), "compute2", NOW);
        }
        accept(new ServerId(UUID.randomUUID()), "compute9", NOW);
        accept(stopped("compute1", NOW, "NORMAL"));

        List<Lease> claimed = incidents.claim("me", LONG);

        assertThat(claimed)
                .extracting(Lease::urgency)
                .containsExactly(Urgency.HOST, Urgency.VM, Urgency.VM, Urgency.VM, Urgency.VM, Urgency.PROCESS);
        assertThat(claimed.subList(1, 3))
                .extracting(Lease::segment)
                .containsExactlyInAnyOrder(segment.id(), rack2.id());
    }

    @Test
    void ofAStormSomeAreTakenAtOnceAndTheRestWhenAskedAgain() {
        for (int i = 0; i < 40; i++) {
            accept(new ServerId(UUID.randomUUID()), "compute2", NOW);
        }

        assertThat(incidents.claim("one", LONG)).hasSize(32);
        assertThat(incidents.claim("two", LONG)).hasSize(8);
        assertThat(incidents.claim("one", LONG)).isEmpty();
    }

    /** @param next who has it then: another controller, or the same one once more, in which something of old still runs */
    @ParameterizedTest
    @ValueSource(strings = {"second", "first"})
    void nothingIsWrittenUnderALostLease(String next) throws LeaseLostException {
        Lease old = leased("first");
        Incident before = incidents.read(old);
        List<JournalEntry> entries = record(old, before, List.of(new Step.ForceDown(COMPUTE1)));
        incidents.release("first");
        Lease current = incidents.claim(next, LONG).get(0);

        assertThatThrownBy(() -> incidents.read(old)).isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(() -> record(old, before, moving(before, List.of(), List.of()), STEPS, NOW))
                .isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(
                        () -> incidents.recordOutcome(old, entries.get(0).number(), new Outcome.Unknown("late"), NOW))
                .isInstanceOf(LeaseLostException.class);

        Incident read = incidents.read(current);
        assertThat(read.phase()).isEqualTo(before.phase());
        assertThat(read.journal()).hasSize(1).allMatch(entry -> entry.outcome().isEmpty());
    }

    @Test
    void ofManyThatClaimAtOnceExactlyOneGetsIt() throws Exception {
        accept(stopped("compute1", NOW, "NORMAL"));
        accept(stopped("compute2", NOW, "NORMAL"));
        var threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<List<Lease>>> claims = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                String owner = "controller" + i;
                claims.add(() -> incidents.claim(owner, LONG));
            }
            List<Lease> leases = new ArrayList<>();
            for (var answer : threads.invokeAll(claims)) {
                leases.addAll(answer.get());
            }

            assertThat(leases).hasSize(2).extracting(Lease::incident).doesNotHaveDuplicates();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aReservedHostStandsInForOneHostAtATime() throws LeaseLostException {
        Lease first = leased("me");
        accept(stopped("compute2", NOW, "NORMAL"));
        Lease second = incidents.claim("me", LONG).get(0);
        var taken = new Reservation(COMPUTE3, Reservation.State.TAKEN, Optional.empty(), List.of());
        record(first, moving(incidents.read(first), List.of(), List.of(taken)));

        assertThatThrownBy(() -> record(second, moving(incidents.read(second), List.of(), List.of(taken)), STEPS))
                .isInstanceOfSatisfying(
                        DatabaseException.class, e -> assertThat(e.kind()).isEqualTo(DatabaseException.Kind.DUPLICATE));
        assertThat(incidents.read(second).journal()).isEmpty();
        assertThat(incidents.surroundings(incidents.read(second)).takenByOthers())
                .containsExactly(COMPUTE3);
        assertThat(incidents.surroundings(incidents.read(first)).takenByOthers())
                .isEmpty();
        // it stays a choice for the other when the first recovery has ended
        record(first, moving(incidents.read(first), List.of(), List.of(taken.in(Reservation.State.KEPT))));
        assertThat(incidents.surroundings(incidents.read(second)).takenByOthers())
                .containsExactly(COMPUTE3);
    }

    @Test
    void aReservedHostThatIsGivenBackIsReservedAgain() throws LeaseLostException {
        Lease lease = leased("me");
        var taken = new Reservation(COMPUTE3, Reservation.State.TAKEN, Optional.empty(), List.of());
        record(lease, moving(incidents.read(lease), List.of(), List.of(taken)));

        record(lease, moving(incidents.read(lease), List.of(), List.of(taken.in(Reservation.State.RETURNED))));

        assertThat(registry.hostByName(COMPUTE3).orElseThrow().reserved()).isTrue();
        assertThat(incidents.read(lease).reservations()).containsExactly(taken.in(Reservation.State.RETURNED));
    }

    @Test
    void theSurroundingsTellWhoElseHasFailed() throws LeaseLostException {
        Lease lease = leased("me");
        accept(stopped("compute2", NOW, "NORMAL"));

        Surroundings around = incidents.surroundings(incidents.read(lease));

        assertThat(around.segment().name()).isEqualTo("rack1");
        assertThat(around.hosts())
                .extracting(host -> host.name().value())
                .containsExactly("compute1", "compute2", "compute3");
        assertThat(around.reportedDead()).containsExactlyInAnyOrder(COMPUTE1, new HostName("compute2"));
        assertThat(around.provenDead()).isEmpty();
        record(lease, moving(incidents.read(lease), List.of(), List.of()));
        assertThat(incidents.surroundings(incidents.read(lease)).provenDead())
                .containsOnlyKeys(COMPUTE1)
                .hasEntrySatisfying(COMPUTE1, death -> assertThat(death.until()).isEqualTo(Instant.MAX));
    }

    @Test
    void aHostIsProvedToBeDeadUntilItsRecoveryHasEndedUnlessThatIsCalledOff() throws LeaseLostException {
        Lease lease = leased("me");
        incidents.addEvidence(
                lease.incident(), new Evidence(Evidence.Kind.CONFIRMED_BY_OPERATOR, "ann", NOW, "I switched it off"));
        Incident before = incidents.read(lease);

        record(
                lease,
                moving(before, List.of(), List.of()).edit().phase(Phase.CLOSING).done());

        assertThat(incidents.surroundings(incidents.read(lease)).provenDead()).containsOnlyKeys(COMPUTE1);
        incidents.cancel(lease.incident(), new Cancellation("ben", "it was another host", NOW));
        assertThat(incidents.surroundings(incidents.read(lease)).provenDead()).isEmpty();
    }

    @Test
    void aPersonsWordsReachTheOwnersNextLook() throws LeaseLostException {
        Lease lease = leased("me");
        var word = new Evidence(Evidence.Kind.CONFIRMED_BY_OPERATOR, "ann", NOW, "I switched it off");

        assertThat(incidents.addEvidence(lease.incident(), word)).isTrue();
        assertThat(incidents.cancel(lease.incident(), new Cancellation("ann", "mistake", NOW)))
                .isTrue();
        assertThat(incidents.cancel(lease.incident(), new Cancellation("bob", "again", NOW)))
                .isFalse();

        assertThat(incidents.read(lease).evidence()).contains(word);
        assertThat(incidents.read(lease).cancellation()).contains(new Cancellation("ann", "mistake", NOW));
        assertThat(incidents.story(lease.incident(), 0))
                .extracting(StoryLine::words)
                .containsExactly("monitor: is off", "ann: I switched it off", "ann calls the recovery off: mistake");
    }

    @Test
    void anApprovalCountsOnceAndOnlyForWhatWaitsForOne() throws LeaseLostException {
        Lease lease = leased("me");
        var word = new Approval("ann", "I have looked", NOW);
        assertThat(incidents.approve(lease.incident(), word)).isFalse();
        waitAt(lease, Gate.Kind.NO_PROOF);
        assertThat(incidents.approve(lease.incident(), word)).isFalse();
        waitAt(lease, Gate.Kind.STORM);

        assertThat(incidents.approve(lease.incident(), word)).isTrue();

        assertThat(incidents.approve(lease.incident(), new Approval("bob", "so have I", NOW)))
                .isFalse();
        assertThat(incidents.read(lease).approval()).contains(word);
        assertThat(incidents.story(lease.incident(), 0))
                .extracting(StoryLine::words)
                .contains("ann lets it begin in spite of \"because\": I have looked");
    }

    private void waitAt(Lease lease, Gate.Kind gate) throws LeaseLostException {
        Incident before = incidents.read(lease);
        record(lease, in(before, before.phase(), Optional.of(new Gate(gate, "because", NOW)), NOW));
    }

    @Test
    void theMovesOfANotificationAreListedInMasakarisWords() throws LeaseLostException, BadListRequestException {
        Lease lease = leased("me");
        Move going = move(MoveState.EVACUATING);
        Move left = move(MoveState.LEFT);
        record(lease, moving(incidents.read(lease), List.of(going, left), List.of()));
        NotificationId notification =
                notifications.list(ListRequest.all()).get(0).id();

        List<VmMove> moves = notifications.moves(notification, ListRequest.all());
        assertThat(moves).extracting(VmMove::status).containsExactlyInAnyOrder("ongoing", "ignored");
        assertThat(moves).extracting(VmMove::move).containsExactlyInAnyOrder(going, left);
        assertThat(moves).extracting(VmMove::source).containsOnly(COMPUTE1);
        assertThat(notifications.moves(
                        notification, new ListRequest(Map.of("status", "ignored"), List.of(), 10, Optional.empty())))
                .extracting(VmMove::move)
                .containsExactly(left);
        assertThat(notifications.moves(
                        notification, new ListRequest(Map.of("type", "migration"), List.of(), 10, Optional.empty())))
                .isEmpty();
        Optional<String> first = Optional.of(moves.get(0).move().id().toString());
        assertThat(notifications.moves(
                        notification, new ListRequest(Map.of("type", "evacuation"), List.of(), 10, first)))
                .containsExactly(moves.get(1));
    }

    @Test
    void aClosedIncidentIsClosed() throws LeaseLostException {
        Lease lease = leased("me");
        record(lease, in(incidents.read(lease), Phase.DISMISSED));

        assertThat(incidents.addEvidence(
                        lease.incident(), new Evidence(Evidence.Kind.REPORTED_STOPPED, "x", NOW, "late")))
                .isFalse();
        assertThat(incidents.cancel(lease.incident(), new Cancellation("ann", "late", NOW)))
                .isFalse();
        assertThat(incidents.claim("other", LONG)).isEmpty();
        assertThat(incidents.renew("me", LONG)).isEmpty();
        assertThat(incidents.list(true, 10)).isEmpty();
        assertThat(incidents.list(false, 10)).containsExactly(lease.incident());
    }
}
