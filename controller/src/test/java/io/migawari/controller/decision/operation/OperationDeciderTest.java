// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.controller.decision.Seen;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.cloud.LiveProgress;
import io.migawari.controller.model.cloud.Migration;
import io.migawari.controller.model.cloud.Server;
import io.migawari.controller.model.cloud.VmState;
import io.migawari.controller.model.operation.Abort;
import io.migawari.controller.model.operation.Operation;
import io.migawari.controller.model.operation.OperationId;
import io.migawari.controller.model.operation.OperationState;
import io.migawari.controller.model.operation.Order;
import io.migawari.controller.model.operation.Transfer;
import io.migawari.controller.model.operation.Transfer.State;
import io.migawari.controller.model.operation.Way;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is done about an operation, pass by pass, with Nova played by hand. */
class OperationDeciderTest {

    private static final HostName SOURCE = new HostName("compute1");
    private static final HostName TARGET = new HostName("compute2");
    private static final HostName OTHER = new HostName("compute3");
    private static final ServerId WEB = new ServerId(new UUID(1, 1));
    private static final ServerId DB = new ServerId(new UUID(1, 2));
    private static final OperationPolicy POLICY = new OperationPolicy(8, 4, 2, 2, Duration.ofMinutes(10));

    private OperationPolicy policy = POLICY;
    private Instant now = Instant.parse("2026-11-22T04:00:00Z");
    private Operation operation = drain(Order.Remainder.LEAVE);
    private final List<JournalEntry> journal = new ArrayList<>();
    private List<Server> onHost = List.of(server(WEB, SOURCE, VmState.ACTIVE), server(DB, SOURCE, VmState.STOPPED));
    private List<Server> changed = List.of();
    private List<Migration> migrations = List.of();
    private Map<ServerId, LiveProgress> progress = Map.of();
    private Vicinity vicinity = new Vicinity(Map.of(), Set.of(), Map.of());
    private boolean sourceEnabled = true;
    private boolean sourceUp = true;
    private boolean targetEnabled = true;
    private OperationDecision decision = new OperationDecision(operation, List.of(), Optional.empty(), Duration.ZERO);

    private Operation drain(Order.Remainder remainder) {
        var order = new Order.Drain(SOURCE, List.of(), remainder);
        return opened(
                order,
                OperationPlanner.ofDrain(
                        order, List.of(server(WEB, SOURCE, VmState.ACTIVE), server(DB, SOURCE, VmState.STOPPED)), now));
    }

    private Operation move(Way way, boolean runs, Optional<HostName> to) {
        VmState state = runs ? VmState.ACTIVE : VmState.STOPPED;
        return opened(
                new Order.MoveServer(way, WEB, to),
                List.of(OperationPlanner.ofServer(server(WEB, SOURCE, state), way, runs, to)));
    }

    private Operation opened(Order order, List<Transfer> transfers) {
        return Operation.opened(OperationId.random(), order, "ann", "", Optional.empty(), transfers, now);
    }

    private static Server server(ServerId id, HostName host, VmState state) {
        return server(id, host, state, Optional.empty());
    }

    private static Server server(ServerId id, HostName host, VmState state, Optional<String> task) {
        return new Server(
                id,
                id.equals(WEB) ? "web" : "db",
                Optional.of(host),
                state,
                task,
                state == VmState.ACTIVE,
                true,
                false,
                Map.of(),
                Map.of(),
                Optional.empty());
    }

    private Migration migration(long number, ServerId server, Migration.Kind kind, String status) {
        return new Migration(
                number, server, kind, SOURCE, Optional.of(TARGET), Migration.Status.of(status), status, now);
    }

    /** One pass, and every step of it accepted by Nova at once. */
    private void pass() {
        pass(new Outcome.Accepted(Optional.empty()));
    }

    private void pass(Outcome outcome) {
        now = now.plusSeconds(1);
        boolean draining = operation.order() instanceof Order.Drain;
        boolean moving = operation.state() == OperationState.MOVING;
        var seen = new Sight(
                known(List.of(
                        new ComputeService(SOURCE, sourceEnabled, sourceUp, false, Optional.empty(), Optional.of(now)),
                        new ComputeService(TARGET, targetEnabled, true, false, Optional.empty(), Optional.of(now)),
                        new ComputeService(OTHER, true, true, false, Optional.empty(), Optional.of(now)))),
                draining ? known(onHost) : new Seen.NotAsked<>(),
                moving ? known(changed) : new Seen.NotAsked<>(),
                known(migrations),
                progress,
                new Seen.NotAsked<>(),
                vicinity);
        decision = OperationDecider.decide(operation, seen, policy, now);
        decision.steps()
                .forEach(step -> journal.add(
                        new JournalEntry(journal.size() + 1, 0, step, now, Optional.of(outcome), Optional.of(now))));
        operation = Altered.with(decision.next(), decision.next().abort(), journal);
    }

    private void abort(boolean running) {
        operation = Altered.calledOff(operation, new Abort("ann", "enough", now, running));
    }

    private <T> Seen<T> known(T value) {
        return new Seen.Known<>(value, now);
    }

    private Transfer transfer(ServerId server) {
        return operation.transfers().stream()
                .filter(transfer -> transfer.server().equals(server))
                .findFirst()
                .orElseThrow();
    }

    /** The drain of a host without instances, whose service is disabled by now. */
    private void nothingIsLeftToDrain() {
        operation = opened(new Order.Drain(SOURCE, List.of(), Order.Remainder.LEAVE), List.of());
        onHost = List.of();
        pass();
        sourceEnabled = false;
    }

    private void drained() {
        pass(); // disables the host
        sourceEnabled = false;
        pass();
    }

    @Test
    void aDrainKeepsNewInstancesAwayBeforeAnythingMoves() {
        pass();

        assertThat(decision.steps()).singleElement().isInstanceOf(Step.DisableService.class);
        sourceEnabled = false;
        pass();
        assertThat(decision.steps())
                .containsExactlyInAnyOrder(
                        new Step.LiveMigrate(WEB, Optional.empty()), new Step.ColdMigrate(DB, Optional.empty()));
    }

    @Test
    void aDrainEndsWithTheHostOnMaintenanceWhenNothingIsLeftOnIt() {
        drained();
        migrations = List.of(
                migration(2, DB, Migration.Kind.COLD, "finished"), migration(1, WEB, Migration.Kind.LIVE, "completed"));
        changed = List.of(server(WEB, TARGET, VmState.ACTIVE), server(DB, TARGET, VmState.RESIZED));
        pass();
        assertThat(transfer(WEB).state()).isEqualTo(State.SUCCEEDED);
        assertThat(decision.steps()).containsExactly(new Step.ConfirmMigration(DB));

        migrations = List.of(
                migration(2, DB, Migration.Kind.COLD, "confirmed"),
                migration(1, WEB, Migration.Kind.LIVE, "completed"));
        changed = List.of(server(WEB, TARGET, VmState.ACTIVE), server(DB, TARGET, VmState.STOPPED));
        onHost = List.of();
        pass();

        assertThat(operation.state()).isEqualTo(OperationState.DONE);
        assertThat(decision.maintenance()).contains(true);
    }

    @Test
    void whatIsScheduledToTheHostInTheLastMomentIsMovedAsWell() {
        nothingIsLeftToDrain();
        onHost = List.of(server(WEB, SOURCE, VmState.ACTIVE));
        pass();

        assertThat(decision.steps()).containsExactly(new Step.LiveMigrate(WEB, Optional.empty()));
        assertThat(operation.isOpen()).isTrue();
    }

    @Test
    void whatAnotherOperationBringsToTheHostIsMovedWhenThatHasLetGoOfIt() {
        nothingIsLeftToDrain();
        onHost = List.of(server(WEB, SOURCE, VmState.RESIZED));
        OperationId other = OperationId.random();
        vicinity = new Vicinity(Map.of(), Set.of(), Map.of(WEB, other));
        pass();

        assertThat(operation.transfers()).as("each instance is one operation's").isEmpty();
        assertThat(operation.isOpen()).isTrue();
        assertThat(operation.words()).isEqualTo("waits for operation " + other + ", which moves web");

        onHost = List.of(server(WEB, SOURCE, VmState.ACTIVE));
        vicinity = new Vicinity(Map.of(), Set.of(), Map.of(WEB, operation.id())); // which is no reason to wait
        pass();
        assertThat(decision.steps()).containsExactly(new Step.LiveMigrate(WEB, Optional.empty()));
    }

    @Test
    void anInstanceThatStaysKeepsTheHostOffMaintenance() {
        drained();
        migrations = List.of(
                migration(2, DB, Migration.Kind.COLD, "confirmed"), migration(1, WEB, Migration.Kind.LIVE, "error"));
        changed = List.of(server(WEB, SOURCE, VmState.ACTIVE), server(DB, TARGET, VmState.STOPPED));
        onHost = List.of(server(WEB, SOURCE, VmState.ACTIVE));
        pass();
        assertThat(transfer(WEB).state()).isEqualTo(State.PLANNED);
        now = now.plusSeconds(60);
        pass(); // the second attempt
        pass(); // of which Nova has no record yet: that of the first one says nothing about it
        assertThat(transfer(WEB).state()).isEqualTo(State.MOVING);
        migrations = List.of(
                migration(3, WEB, Migration.Kind.LIVE, "error"),
                migration(2, DB, Migration.Kind.COLD, "confirmed"),
                migration(1, WEB, Migration.Kind.LIVE, "error"));
        pass();

        assertThat(transfer(WEB).state()).isEqualTo(State.FAILED);
        assertThat(operation.state()).isEqualTo(OperationState.PARTLY_DONE);
        assertThat(operation.words()).contains("web").contains("not on maintenance");
        assertThat(decision.maintenance()).isEmpty();
    }

    @Test
    void whatCannotMoveLiveIsMigratedColdIfThatWasSaid() {
        operation = drain(Order.Remainder.MIGRATE);
        drained();
        pass(refused(Outcome.Refusal.OTHER));
        journal.removeIf(entry -> entry.step() instanceof Step.LiveMigrate);
        journal.add(new JournalEntry(
                90,
                0,
                new Step.LiveMigrate(WEB, Optional.empty()),
                now,
                Optional.of(refused(Outcome.Refusal.OTHER)),
                Optional.of(now)));
        operation = Altered.with(operation, operation.abort(), journal);
        pass();

        assertThat(transfer(WEB).way()).isEqualTo(Way.COLD);
        assertThat(decision.steps()).contains(new Step.ColdMigrate(WEB, Optional.empty()));
    }

    private static Outcome refused(Outcome.Refusal refusal) {
        return new Outcome.Refused(refusal, "No can do", Optional.empty(), Optional.empty());
    }

    @Test
    void acceptedIsNotDone() {
        operation = move(Way.LIVE, true, Optional.of(TARGET));
        pass();
        pass();
        migrations = List.of(migration(7, WEB, Migration.Kind.LIVE, "running"));
        changed = List.of(server(WEB, SOURCE, VmState.ACTIVE, Optional.of("migrating")));
        progress = Map.of(WEB, new LiveProgress(7, 100, 25, 0, 0));
        pass();
        assertThat(transfer(WEB).percent()).contains(75);
        assertThat(operation.isOpen()).isTrue();

        migrations = List.of(migration(7, WEB, Migration.Kind.LIVE, "completed"));
        changed = List.of(server(WEB, TARGET, VmState.ACTIVE, Optional.of("migrating")));
        pass();
        assertThat(operation.isOpen()).isTrue();

        changed = List.of(server(WEB, TARGET, VmState.ACTIVE));
        pass();
        assertThat(operation.state()).isEqualTo(OperationState.DONE);
    }

    @Test
    void aColdMigrationIsConfirmedAndItsFormerStateRestored() {
        operation = move(Way.COLD, true, Optional.empty());
        pass();
        pass();
        migrations = List.of(migration(7, WEB, Migration.Kind.COLD, "finished"));
        changed = List.of(server(WEB, TARGET, VmState.RESIZED));
        pass();
        assertThat(decision.steps()).containsExactly(new Step.ConfirmMigration(WEB));

        migrations = List.of(migration(7, WEB, Migration.Kind.COLD, "confirmed"));
        changed = List.of(server(WEB, TARGET, VmState.STOPPED));
        pass();
        assertThat(decision.steps()).containsExactly(new Step.Start(WEB));

        changed = List.of(server(WEB, TARGET, VmState.ACTIVE));
        pass();
        assertThat(operation.state()).isEqualTo(OperationState.DONE);
    }

    @Test
    void anAbortLeavesWhatHasNotBegunAndFinishesTheRest() {
        drained();
        abort(false);
        migrations = List.of(migration(1, WEB, Migration.Kind.LIVE, "running"));
        changed = List.of(server(WEB, SOURCE, VmState.ACTIVE, Optional.of("migrating")));
        pass();

        assertThat(decision.steps()).isEmpty();
        assertThat(transfer(WEB).state()).isEqualTo(State.MOVING);
    }

    @Test
    void anAbortOfWhatRunsCallsLiveMigrationsOffAndPutsColdOnesBack() {
        drained();
        abort(true);
        migrations = List.of(
                migration(2, DB, Migration.Kind.COLD, "finished"), migration(1, WEB, Migration.Kind.LIVE, "running"));
        changed = List.of(
                server(WEB, SOURCE, VmState.ACTIVE, Optional.of("migrating")), server(DB, TARGET, VmState.RESIZED));
        pass();
        assertThat(decision.steps())
                .containsExactlyInAnyOrder(new Step.AbortLiveMigration(WEB, 1), new Step.RevertMigration(DB));

        migrations = List.of(
                migration(2, DB, Migration.Kind.COLD, "reverted"), migration(1, WEB, Migration.Kind.LIVE, "cancelled"));
        changed = List.of(server(WEB, SOURCE, VmState.ACTIVE), server(DB, SOURCE, VmState.STOPPED));
        pass();
        assertThat(transfer(WEB).state()).isEqualTo(State.ABORTED);
        assertThat(transfer(DB).state()).isEqualTo(State.ABORTED);
        assertThat(operation.state()).isEqualTo(OperationState.ABORTED);
    }

    @Test
    void whatIsOnAHostThatHasFailedIsTheRecoverys() {
        drained();
        var incident = IncidentId.random();
        vicinity = new Vicinity(Map.of(SOURCE, new Vicinity.Failure(incident, true)), Set.of(SOURCE), Map.of());
        sourceUp = false;
        migrations = List.of(migration(1, WEB, Migration.Kind.LIVE, "running"));
        changed = List.of(server(WEB, SOURCE, VmState.ACTIVE, Optional.of("migrating")));
        pass();

        assertThat(transfer(WEB).state()).isEqualTo(State.LEFT);
        assertThat(transfer(WEB).words()).contains(incident.toString());
    }

    @Test
    void aHostThatHasFailedIsNotPutOnMaintenanceThoughNothingIsLeftOnIt() {
        drained();
        vicinity =
                new Vicinity(Map.of(SOURCE, new Vicinity.Failure(IncidentId.random(), true)), Set.of(SOURCE), Map.of());
        changed = List.of(server(WEB, TARGET, VmState.ACTIVE), server(DB, TARGET, VmState.STOPPED));
        onHost = List.of();
        pass();

        assertThat(operation.state()).isEqualTo(OperationState.PARTLY_DONE);
        assertThat(decision.maintenance()).isEmpty();
    }

    @Test
    void nothingStaysOpenWhenTheHostIsNotThereAnyMore() {
        var gone = new Sight(
                known(List.of()),
                known(onHost),
                new Seen.NotAsked<>(),
                known(migrations),
                Map.of(),
                new Seen.NotAsked<>(),
                vicinity);

        Operation next = OperationDecider.decide(operation, gone, POLICY, now).next();

        assertThat(next.state()).isEqualTo(OperationState.FAILED);
        assertThat(next.transfers())
                .hasSize(2)
                .allMatch(transfer -> transfer.state().isEnd());
    }

    @Test
    void nothingStartsWhileTheHostIsOnlyReportedToHaveFailed() {
        operation = move(Way.LIVE, true, Optional.empty());
        vicinity = new Vicinity(Map.of(SOURCE, new Vicinity.Failure(IncidentId.random(), false)), Set.of(), Map.of());
        pass();

        assertThat(decision.steps()).isEmpty();
        assertThat(transfer(WEB).words()).contains("is reported to have failed");
        vicinity = new Vicinity(Map.of(), Set.of(), Map.of(WEB, operation.id())); // which is no reason to wait
        pass();
        assertThat(decision.steps()).containsExactly(new Step.LiveMigrate(WEB, Optional.empty()));
    }

    @Test
    void aNamedDestinationThatTakesNothingIsWaitedForAndThenGivenUp() {
        operation = move(Way.LIVE, true, Optional.of(TARGET));
        targetEnabled = false;
        pass();
        assertThat(decision.steps()).isEmpty();
        assertThat(operation.isOpen()).isTrue();

        now = now.plus(Duration.ofMinutes(11));
        pass();
        assertThat(operation.state()).isEqualTo(OperationState.FAILED);
        assertThat(operation.words()).contains("compute2");
    }

    @Test
    void aCutOffRequestIsNotSentAgainBeforeNovaCouldShowIt() {
        operation = move(Way.LIVE, true, Optional.empty());
        pass(new Outcome.Unknown("the connection broke"));
        pass();
        assertThat(decision.steps()).isEmpty();

        migrations = List.of(migration(7, WEB, Migration.Kind.LIVE, "running"));
        now = now.plusSeconds(60);
        pass();
        assertThat(decision.steps()).isEmpty();
        assertThat(transfer(WEB).attempts()).isEqualTo(1);
    }

    @Test
    void anEvacuationWhoseDestinationDiesIsTakenBackAndRepeated() {
        sourceUp = false;
        operation = move(Way.EVACUATE, true, Optional.empty());
        pass();
        assertThat(decision.steps()).containsExactly(new Step.Evacuate(WEB, Optional.empty()));
        targetEnabled = false;
        migrations = List.of(migration(7, WEB, Migration.Kind.EVACUATION, "pre-migrating"));
        changed = List.of(server(WEB, SOURCE, VmState.ACTIVE, Optional.of("rebuild_spawning")));
        pass();
        assertThat(decision.steps()).isEmpty();

        vicinity = new Vicinity(Map.of(), Set.of(OTHER), Map.of());
        migrations = List.of(new Migration(
                7,
                WEB,
                Migration.Kind.EVACUATION,
                SOURCE,
                Optional.of(new HostName("compute9")),
                Migration.Status.UNDER_WAY,
                "pre-migrating",
                now));
        vicinity = new Vicinity(Map.of(), Set.of(new HostName("compute9")), Map.of());
        pass();
        assertThat(decision.steps()).containsExactly(new Step.ResetToError(WEB));

        changed = List.of(server(WEB, SOURCE, VmState.ERROR));
        pass();
        assertThat(decision.steps()).contains(new Step.Evacuate(WEB, Optional.empty()));
    }

    /** What is left there of a live migration is removed within half a minute; that is no failed attempt. */
    @Test
    void anEvacuationThatFindsItThereAlreadyIsRepeatedForAWhile() {
        sourceUp = false;
        operation = move(Way.EVACUATE, true, Optional.of(TARGET));
        pass();
        for (int attempt = 1; attempt <= 4; attempt++) {
            migrations = List.of(migration(attempt, WEB, Migration.Kind.EVACUATION, "failed"));
            changed = List.of(inError("Instance instance-1 already exists."));
            pass();
            assertThat(operation.transfers().get(0).state()).isEqualTo(State.PLANNED);
            now = now.plusSeconds(10);
            pass();
            assertThat(decision.steps()).containsExactly(new Step.Evacuate(WEB, Optional.of(TARGET)));
        }
        now = now.plusSeconds(60);
        migrations = List.of(migration(5, WEB, Migration.Kind.EVACUATION, "failed"));
        pass();
        assertThat(operation.transfers().get(0).state()).isEqualTo(State.FAILED);
    }

    private static Server inError(String fault) {
        return new Server(
                WEB,
                "web",
                Optional.of(SOURCE),
                VmState.ERROR,
                Optional.empty(),
                false,
                true,
                false,
                Map.of(),
                Map.of(),
                Optional.of(fault));
    }

    @Test
    void whatHasNotBeenAskedForStaysOnAHostThatIsAliveAgain() {
        sourceUp = false;
        targetEnabled = false;
        operation = move(Way.EVACUATE, true, Optional.of(TARGET));
        pass();
        assertThat(operation.transfers().get(0).state()).isEqualTo(State.PLANNED);

        sourceUp = true;
        pass();
        assertThat(operation.transfers().get(0).state()).isEqualTo(State.LEFT);
        assertThat(operation.words()).contains("compute1 is alive again");
    }

    private void drainOf(int count, List<HostName> to) {
        List<Server> servers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            servers.add(server(new ServerId(new UUID(2, i)), SOURCE, VmState.ACTIVE));
        }
        var order = new Order.Drain(SOURCE, to, Order.Remainder.LEAVE);
        operation = opened(order, OperationPlanner.ofDrain(order, servers, now));
        onHost = servers;
        drained();
    }

    @Test
    void noMoreThanThePolicyAllowsLeaveOneHostAtOnce() {
        drainOf(6, List.of());

        assertThat(decision.steps()).hasSize(4);
    }

    @Test
    void noMoreThanThePolicyAllowsAreUnderWayAtAll() {
        policy = new OperationPolicy(3, 4, 2, 2, Duration.ofMinutes(10));
        drainOf(6, List.of());

        assertThat(decision.steps()).hasSize(3);
    }

    @Test
    void noMoreThanThePolicyAllowsAreUnderWayToOneDestination() {
        drainOf(6, List.of(TARGET));
        assertThat(decision.steps()).hasSize(2);
    }

    @Test
    void destinationsAreFilledEvenly() {
        drainOf(6, List.of(TARGET, OTHER));

        assertThat(decision.steps())
                .filteredOn(step ->
                        step instanceof Step.LiveMigrate s && s.destination().equals(Optional.of(TARGET)))
                .hasSize(2);
        assertThat(decision.steps()).hasSize(4);
    }

    @Test
    void anAbortLeavesWhatHasNotBegunWhereItIs() {
        drainOf(6, List.of());
        abort(false);
        pass();

        assertThat(operation.transfers())
                .filteredOn(transfer -> transfer.state() == State.ABORTED)
                .hasSize(2);
        assertThat(operation.isOpen()).isTrue();
    }

    @Test
    void whenNovaCannotBeReadNothingIsDone() {
        operation = move(Way.LIVE, true, Optional.empty());
        var blind = new Sight(
                new Seen.Unknown<>("Nova is away"),
                new Seen.NotAsked<>(),
                new Seen.NotAsked<>(),
                new Seen.NotAsked<>(),
                Map.of(),
                new Seen.NotAsked<>(),
                vicinity);

        OperationDecision blindly = OperationDecider.decide(operation, blind, POLICY, now);

        assertThat(blindly.steps()).isEmpty();
        assertThat(blindly.next().words()).contains("Nova is away");
        assertThat(blindly.next().transfers()).isEqualTo(operation.transfers());
    }
}
