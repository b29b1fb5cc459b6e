// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.migawari.controller.decision.operation.OperationDecision;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.ServiceBefore;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.ZoneStep;
import io.migawari.controller.model.operation.Abort;
import io.migawari.controller.model.operation.Operation;
import io.migawari.controller.model.operation.OperationId;
import io.migawari.controller.model.operation.OperationState;
import io.migawari.controller.model.operation.Order;
import io.migawari.controller.model.operation.Transfer;
import io.migawari.controller.model.operation.Way;
import io.migawari.controller.store.Operations.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OperationsTest extends StoreTest {

    private static final HostName COMPUTE1 = new HostName("compute1");
    private static final HostName COMPUTE2 = new HostName("compute2");
    private static final ServerId SERVER = ServerId.random();

    private final Operations operations = new MariaDbOperations(database);

    /** One of each that an operation can ask for. */
    private static final List<Step> STEPS = List.of(
            new Step.DisableService(COMPUTE1, "migawari: drained"),
            new Step.EnableService(COMPUTE1),
            new Step.LiveMigrate(SERVER, Optional.of(COMPUTE2)),
            new Step.LiveMigrate(SERVER, Optional.empty()),
            new Step.ColdMigrate(SERVER, Optional.empty()),
            new Step.ConfirmMigration(SERVER),
            new Step.RevertMigration(SERVER),
            new Step.AbortLiveMigration(SERVER, 4711),
            new Step.ForceComplete(SERVER, 4712),
            new Step.Evacuate(SERVER, Optional.of(COMPUTE2)),
            new Step.Stop(SERVER),
            new Step.Start(SERVER),
            new Step.ResetToError(SERVER),
            new ZoneStep.CopyDisk(SERVER, "project", Optional.of("root"), "mark"),
            new ZoneStep.CopyDisk(SERVER, "project", Optional.empty(), "mark"),
            new ZoneStep.DetachVolume(SERVER, "volume"),
            new ZoneStep.AttachVolume(SERVER, "volume"),
            new ZoneStep.BootInZone(SERVER, "project", "zöne 2", "copy", true, List.of("one", "two"), "mark"),
            new ZoneStep.BootInZone(SERVER, "project", "zone2", "copy", false, List.of(), "mark"),
            new ZoneStep.DeleteServer(SERVER),
            new ZoneStep.DeleteCopy("project", "copy", true),
            new ZoneStep.Unmark(SERVER));

    private static Transfer transfer(ServerId server) {
        return Transfer.planned(server, "wéb", 0, Way.LIVE, COMPUTE1, List.of(COMPUTE2), "active", true, "planned");
    }

    private static Operation drain(HostName host, ServerId... servers) {
        return Operation.opened(
                OperationId.random(),
                new Order.Drain(host, List.of(COMPUTE2), Order.Remainder.STOP),
                "ann",
                "new memory",
                Optional.empty(),
                List.of(servers).stream().map(OperationsTest::transfer).toList(),
                NOW);
    }

    private OperationLease leased(Operation operation) {
        assertThat(operations.begin(operation)).isInstanceOf(Answer.Taken.class);
        return operations.claim("me", LONG).get(0);
    }

    private List<JournalEntry> record(
            OperationLease lease, Operation next, Optional<Boolean> maintenance, Step... steps)
            throws LeaseLostException {
        return operations.record(
                lease,
                operations.read(lease),
                new OperationDecision(next, List.of(steps), maintenance, Duration.ZERO),
                NOW);
    }

    private static Operation ended(Operation operation, OperationState state, Transfer... transfers) {
        return operation.after(state, "over", operation.before(), List.of(transfers), Optional.of(NOW));
    }

    @Test
    void whatIsRecordedIsReadBackTheSame() throws LeaseLostException {
        OperationLease lease = leased(drain(COMPUTE1, SERVER));
        Operation before = operations.read(lease);
        Operation next = before.after(
                OperationState.MOVING,
                "moving – ünïcode",
                Optional.of(new ServiceBefore(true, false, Optional.of("why"))),
                List.of(
                        transfer(SERVER)
                                .attempted(Optional.of(COMPUTE2), 17, "live migration", NOW)
                                .at(Optional.of(42)),
                        transfer(ServerId.random()).again("waits", NOW.plusSeconds(3))),
                Optional.empty());

        List<JournalEntry> entries = record(lease, next, Optional.empty(), STEPS.toArray(Step[]::new));

        Operation read = operations.read(lease);
        assertThat(read.journal()).isEqualTo(entries);
        assertThat(read.journal()).extracting(JournalEntry::step).containsExactlyElementsOf(STEPS);
        assertThat(read).usingRecursiveComparison().ignoringFields("journal").isEqualTo(next);
        assertThat(operations.story(read.id(), 0)).extracting(StoryLine::words).contains("wéb: live migration");
    }

    @Test
    void everyStepThatOnlyPeopleAskForIsAmongThoseThatAreTested() {
        Stream<Class<?>> planned = Stream.concat(
                Stream.of(Step.Planned.class.getPermittedSubclasses()).filter(step -> step != ZoneStep.class),
                Stream.of(ZoneStep.class.getPermittedSubclasses()));
        assertThat(STEPS).extracting(step -> (Object) step.getClass()).containsAll(planned.toList());
    }

    @Test
    void everyKindOfOrderIsKept() {
        List<Order> orders = List.of(
                new Order.Drain(COMPUTE1, List.of(), Order.Remainder.MIGRATE),
                new Order.Undrain(COMPUTE2, true),
                new Order.MoveServer(Way.LIVE, ServerId.random(), Optional.of(COMPUTE2)),
                new Order.MoveServer(Way.COLD, ServerId.random(), Optional.empty()),
                new Order.EvacuateHost(new HostName("compute9"), List.of(COMPUTE1)),
                new Order.MoveZone(ServerId.random(), "zone 2", true, false),
                new Order.MoveZone(ServerId.random(), "zone2", false, true),
                new Order.MoveServer(Way.EVACUATE, ServerId.random(), Optional.empty()));
        for (Order order : orders) {
            var operation = Operation.opened(OperationId.random(), order, "ann", "", Optional.empty(), List.of(), NOW);
            operations.begin(operation);
            assertThat(operations.find(operation.id()).orElseThrow()).isEqualTo(operation);
        }
        assertThat(operations.list(true, 10)).hasSize(orders.size());
    }

    @Test
    void noTwoOperationsAreAboutTheSameHostOrInstanceAtOnce() throws LeaseLostException {
        OperationLease lease = leased(drain(COMPUTE1, SERVER));

        assertThat(operations.begin(drain(COMPUTE1))).isInstanceOf(Answer.Refused.class);
        assertThat(operations.begin(drain(COMPUTE2, SERVER))).isInstanceOf(Answer.Refused.class);
        assertThat(operations.list(false, 10)).hasSize(1);

        Operation next = ended(
                operations.read(lease),
                OperationState.DONE,
                transfer(SERVER).ended(Transfer.State.SUCCEEDED, "there", NOW));
        record(lease, next, Optional.empty());
        assertThat(operations.begin(drain(COMPUTE1, SERVER))).isInstanceOf(Answer.Taken.class);
    }

    @Test
    void whoeverHasLostTheLeaseWritesNothing() throws LeaseLostException {
        OperationLease lease = leased(drain(COMPUTE1, SERVER));
        Operation before = operations.read(lease);
        JournalEntry entry =
                record(lease, before, Optional.empty(), new Step.Stop(SERVER)).get(0);
        operations.release("me");
        OperationLease others = operations.claim("other", LONG).get(0);

        assertThat(others.epoch()).isGreaterThan(lease.epoch());
        assertThatThrownBy(() -> record(lease, before, Optional.empty())).isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(() ->
                        operations.recordOutcome(lease, entry.number(), new Outcome.Accepted(Optional.empty()), NOW))
                .isInstanceOf(LeaseLostException.class);
        assertThat(operations.isHeld(lease)).isFalse();
        assertThat(operations.isHeld(others)).isTrue();
        assertThat(operations.read(others).journal().get(0).outcome()).isEmpty();
    }

    @Test
    void maintenanceIsPutOnTheHostTogetherWithTheDecision() throws LeaseLostException {
        OperationLease lease = leased(drain(COMPUTE1));

        record(lease, ended(operations.read(lease), OperationState.DONE), Optional.of(true));

        assertThat(registry.hostByName(COMPUTE1).orElseThrow().onMaintenance()).isTrue();
        assertThat(registry.hostByName(COMPUTE2).orElseThrow().onMaintenance()).isFalse();
    }

    @Test
    void anAbortMayBecomeOneOfWhatRuns_andNotTheOtherWayRound() {
        Operation operation = drain(COMPUTE1, SERVER);
        leased(operation);

        assertThat(operations.abort(operation.id(), new Abort("ann", "enough", NOW, false)))
                .isInstanceOf(Answer.Taken.class);
        assertThat(operations.abort(operation.id(), new Abort("bob", "at once", NOW, true)))
                .isInstanceOf(Answer.Taken.class);
        assertThat(operations.abort(operation.id(), new Abort("ann", "enough", NOW, false)))
                .isInstanceOf(Answer.Refused.class);
        assertThat(operations.find(operation.id()).orElseThrow().abort())
                .contains(new Abort("bob", "at once", NOW, true));
    }

    @Test
    void aRetryOpensItAgainForWhatIsNotWhereItShouldBe() throws LeaseLostException {
        ServerId moved = ServerId.random();
        OperationLease lease = leased(drain(COMPUTE1, SERVER, moved));
        Operation next = ended(
                operations.read(lease),
                OperationState.PARTLY_DONE,
                transfer(SERVER).ended(Transfer.State.FAILED, "no room", NOW),
                transfer(moved).ended(Transfer.State.SUCCEEDED, "there", NOW));
        record(lease, next, Optional.empty());

        assertThat(operations.retry(lease.operation(), "ann", "more room", NOW.plusSeconds(60)))
                .isInstanceOf(Answer.Taken.class);

        Operation again = operations.find(lease.operation()).orElseThrow();
        assertThat(again.isOpen()).isTrue();
        assertThat(again.triedSince()).isEqualTo(NOW.plusSeconds(60));
        assertThat(again.transfers())
                .extracting(Transfer::state)
                .containsExactlyInAnyOrder(Transfer.State.PLANNED, Transfer.State.SUCCEEDED);
        assertThat(operations.claim("other", LONG)).hasSize(1);
    }

    @Test
    void whatBelongsToARetryIsToldWhateverTheClocksSay() throws LeaseLostException {
        OperationLease lease = leased(drain(COMPUTE1, SERVER));
        Operation failed = ended(
                operations.read(lease),
                OperationState.FAILED,
                transfer(SERVER).ended(Transfer.State.FAILED, "no room", NOW));
        record(lease, failed, Optional.empty(), new Step.LiveMigrate(SERVER, Optional.of(COMPUTE2)));
        Instant setBack = NOW.minus(Duration.ofHours(1));

        operations.retry(lease.operation(), "ann", "more room", setBack);
        OperationLease second = operations.claim("other", LONG).get(0);
        Operation again = operations.read(second);
        List<JournalEntry> entries = operations.record(
                second,
                again,
                new OperationDecision(again, List.of(new Step.Start(SERVER)), Optional.empty(), Duration.ZERO),
                setBack.minusSeconds(1));

        assertThat(again.journalOfThisTry()).isEmpty();
        assertThat(operations.read(second).journalOfThisTry()).isEqualTo(entries);
    }

    @Test
    void whoMovesAnInstanceIsKnownAsLongAsItDoes() throws LeaseLostException {
        ServerId moved = ServerId.random();
        OperationLease lease = leased(drain(COMPUTE1, SERVER, moved));
        Operation half = operations.read(lease);
        record(
                lease,
                half.after(
                        OperationState.MOVING,
                        "moving",
                        half.before(),
                        List.of(transfer(SERVER), transfer(moved).ended(Transfer.State.SUCCEEDED, "there", NOW)),
                        Optional.empty()),
                Optional.empty());

        assertThat(operations.vicinity(NOW).movers()).containsExactly(Map.entry(SERVER, lease.operation()));
    }

    @Test
    void aHostIsBeingEvacuatedAsLongAsSomethingHasToLeaveIt() throws LeaseLostException {
        ServerId second = ServerId.random();
        Transfer left = evacuation(SERVER).ended(Transfer.State.SUCCEEDED, "there", NOW);
        OperationLease lease = leased(evacuation(evacuation(SERVER), evacuation(second)));
        leased(drain(COMPUTE2, ServerId.random()));

        assertThat(operations.evacuating(COMPUTE1)).contains(lease.operation());
        Operation open = operations.read(lease);
        record(
                lease,
                ended(open, OperationState.PARTLY_DONE, left, evacuation(second).ended(Transfer.State.LEFT, "", NOW)),
                Optional.empty());
        assertThat(operations.evacuating(COMPUTE1)).isEmpty();
        assertThat(operations.evacuating(COMPUTE2)).as("other moves").isEmpty();
    }

    private static Transfer evacuation(ServerId server) {
        return Transfer.planned(server, "wéb", 0, Way.EVACUATE, COMPUTE1, List.of(COMPUTE2), "active", true, "planned");
    }

    private static Operation evacuation(Transfer... transfers) {
        return Operation.opened(
                OperationId.random(),
                new Order.EvacuateHost(COMPUTE1, List.of(COMPUTE2)),
                "ann",
                "burnt",
                Optional.empty(),
                List.of(transfers),
                NOW);
    }

    @Test
    void anEvacuationIsNotTriedAgainByWhatWasKnownThen() throws LeaseLostException {
        OperationLease lease = leased(evacuation(evacuation(SERVER)));
        Transfer left = evacuation(SERVER).ended(Transfer.State.LEFT, "it is alive again", NOW);
        record(lease, ended(operations.read(lease), OperationState.PARTLY_DONE, left), Optional.empty());

        assertThat(operations.retry(lease.operation(), "ann", "again", NOW))
                .isInstanceOfSatisfying(
                        Answer.Refused.class,
                        refused -> assertThat(refused.why()).contains("Give the order anew"));
        assertThat(operations.find(lease.operation()).orElseThrow().isOpen()).isFalse();
    }

    @Test
    void aRetryIsRefusedWhenAnotherOperationHasTheInstanceOrNothingFailed() throws LeaseLostException {
        OperationLease lease = leased(drain(COMPUTE1, SERVER));
        record(
                lease,
                ended(
                        operations.read(lease),
                        OperationState.FAILED,
                        transfer(SERVER).ended(Transfer.State.FAILED, "no room", NOW)),
                Optional.empty());
        operations.begin(drain(COMPUTE2, SERVER));

        assertThat(operations.retry(lease.operation(), "ann", "again", NOW)).isInstanceOf(Answer.Refused.class);
        assertThat(operations.find(lease.operation()).orElseThrow().isOpen()).isFalse();
    }
}
