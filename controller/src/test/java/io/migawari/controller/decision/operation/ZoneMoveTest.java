// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.controller.decision.Seen;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.Outcome.Refusal;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.ZoneStep;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.cloud.Server;
import io.migawari.controller.model.cloud.VmState;
import io.migawari.controller.model.cloud.ZoneEstate;
import io.migawari.controller.model.cloud.ZoneEstate.Copy;
import io.migawari.controller.model.cloud.ZoneEstate.Progress;
import io.migawari.controller.model.cloud.ZoneEstate.Source;
import io.migawari.controller.model.cloud.ZoneEstate.Successor;
import io.migawari.controller.model.operation.Abort;
import io.migawari.controller.model.operation.Operation;
import io.migawari.controller.model.operation.OperationId;
import io.migawari.controller.model.operation.OperationState;
import io.migawari.controller.model.operation.Order;
import io.migawari.controller.model.operation.Transfer;
import io.migawari.controller.model.operation.Way;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Moves into another zone, from their first pass to their last, in a cloud on paper that does what it is asked for one pass later;
 * and with a fault at each step.
 */
class ZoneMoveTest {

    private static final HostName HERE = new HostName("compute1");
    private static final HostName THERE = new HostName("compute4");
    private static final ServerId OLD = new ServerId(new UUID(1, 1));
    private static final ServerId NEW = new ServerId(new UUID(2, 2));
    private static final ServerId TWIN = new ServerId(new UUID(2, 3));
    private static final String PROJECT = "p1";
    private static final String DATA = "volume-data";
    private static final OperationPolicy POLICY = new OperationPolicy(8, 4, 4, 2, Duration.ofMinutes(10));
    private static final int MOST_PASSES = 2000;

    private Instant now = Instant.parse("2026-11-22T04:00:00Z");

    // the cloud
    private VmState old = VmState.ACTIVE;
    private boolean oldExists = true;
    private final Set<String> oldVolumes = new LinkedHashSet<>();
    private Optional<VmState> made = Optional.empty();
    private final Set<String> madeVolumes = new LinkedHashSet<>();
    private boolean marked;
    private final List<Copy> copies = new ArrayList<>();
    private final Map<String, String> volumes = new LinkedHashMap<>();
    private Optional<String> rootVolume = Optional.empty();
    private boolean bothHaveRun;

    private boolean imagesAway;

    /** What the new one lacks. */
    private String lacks = "nothing";

    /** Whether Nova makes two of it, and the second one is there. */
    private boolean twins;

    /** What goes wrong: a step that is refused, or one after which something breaks. */
    private Predicate<Step> refused = step -> false;

    private Predicate<Step> lost = step -> false;
    private Runnable disturbance = () -> {};

    private Operation operation = opened(false, false, true);
    private final List<JournalEntry> journal = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private Vicinity vicinity = new Vicinity(Map.of(), Set.of(), Map.of());

    private Operation opened(boolean live, boolean delete, boolean runs) {
        old = runs ? VmState.ACTIVE : VmState.STOPPED;
        return Operation.opened(
                OperationId.random(),
                new Order.MoveZone(OLD, "zone2", live, delete),
                "ann",
                "",
                Optional.empty(),
                List.of(OperationPlanner.ofServer(
                        server(OLD, Optional.of(HERE), old), Way.ZONE, runs, Optional.empty())),
                now);
    }

    private static Server server(ServerId id, Optional<HostName> host, VmState state) {
        return new Server(
                id,
                "web",
                host,
                state,
                Optional.empty(),
                state == VmState.ACTIVE,
                true,
                false,
                Map.of(),
                Map.of(),
                state == VmState.ERROR ? Optional.of("No valid host was found.") : Optional.empty());
    }

    private ZoneEstate estate() {
        return new ZoneEstate(
                oldExists
                        ? Optional.of(new Source(
                                server(OLD, Optional.of(HERE), old), PROJECT, rootVolume, List.copyOf(oldVolumes)))
                        : Optional.empty(),
                successors(),
                imagesAway ? Optional.empty() : Optional.of(copies),
                Optional.of(volumes),
                imagesAway ? Optional.of("Glance is away") : Optional.empty());
    }

    private List<Successor> successors() {
        List<Successor> successors = new ArrayList<>();
        boolean isKnown = operation.transfers().get(0).successor().isPresent();
        if (made.isPresent() && (marked || isKnown)) {
            Server server = server(NEW, Optional.of(THERE), made.get());
            successors.add(new Successor(
                    lacks.equals("no guest") ? withoutGuest(server) : server,
                    Optional.of(lacks.equals("another zone") ? "nova" : "zone2"),
                    lacks.equals("no volume") ? Set.of() : madeVolumes,
                    marked));
        }
        if (twins && marked) {
            successors.add(new Successor(
                    server(TWIN, Optional.of(THERE), VmState.ACTIVE), Optional.of("zone2"), Set.of(), true));
        }
        return successors;
    }

    private static Server withoutGuest(Server server) {
        return new Server(
                server.id(),
                server.name(),
                server.host(),
                server.vmState(),
                server.taskState(),
                false,
                server.launched(),
                server.deleted(),
                server.metadata(),
                server.flavorExtraSpecs(),
                server.fault());
    }

    /** What Nova, Glance and Cinder do when they are asked. */
    private Outcome answer(Step step) {
        if (refused.test(step)) {
            return new Outcome.Refused(Refusal.OTHER, "no, by the test", Optional.empty(), Optional.empty());
        }
        if (lost.test(step)) {
            return new Outcome.Unknown("no answer, by the test");
        }
        apply(step);
        return new Outcome.Accepted(Optional.empty());
    }

    private void apply(Step step) {
        if (step instanceof Step.Stop s) {
            if (s.server().equals(OLD)) {
                old = VmState.STOPPED;
            } else {
                made = Optional.of(VmState.STOPPED);
            }
        } else if (step instanceof Step.Start) {
            old = VmState.ACTIVE;
        } else if (step instanceof ZoneStep.CopyDisk s) {
            copies.add(new Copy("copy", s.rootVolume().isPresent(), Progress.READY, "ready"));
        } else if (step instanceof ZoneStep.DetachVolume s) {
            oldVolumes.remove(s.volume());
            volumes.put(s.volume(), "available");
        } else if (step instanceof ZoneStep.AttachVolume s) {
            oldVolumes.add(s.volume());
            volumes.put(s.volume(), "in-use");
        } else if (step instanceof ZoneStep.BootInZone s) {
            made = Optional.of(VmState.ACTIVE);
            marked = true;
            s.volumes().forEach(volume -> volumes.put(volume, "in-use"));
            madeVolumes.addAll(s.volumes());
        } else if (step instanceof ZoneStep.DeleteServer s) {
            if (s.server().equals(OLD)) {
                oldExists = false;
            } else if (s.server().equals(TWIN)) {
                twins = false;
            } else {
                made = Optional.empty();
                madeVolumes.forEach(volume -> volumes.put(volume, "available"));
                madeVolumes.clear();
            }
        } else if (step instanceof ZoneStep.DeleteCopy) {
            copies.clear();
        } else if (step instanceof ZoneStep.Unmark) {
            marked = false;
        } else {
            throw new AssertionError(step);
        }
    }

    private void pass() {
        now = now.plusSeconds(1);
        disturbance.run();
        boolean moving = operation.state() == OperationState.MOVING;
        var seen = new Sight(
                known(List.of(
                        new ComputeService(HERE, true, true, false, Optional.empty(), Optional.of(now)),
                        new ComputeService(THERE, true, true, false, Optional.empty(), Optional.of(now)))),
                new Seen.NotAsked<>(),
                moving ? known(List.of()) : new Seen.NotAsked<>(),
                known(List.of()),
                Map.of(),
                moving ? known(estate()) : new Seen.NotAsked<>(),
                vicinity);
        OperationDecision decision = OperationDecider.decide(operation, seen, POLICY, now);
        for (Step step : decision.steps()) {
            journal.add(
                    new JournalEntry(journal.size() + 1, 0, step, now, Optional.of(answer(step)), Optional.of(now)));
        }
        told.add(decision.next().words());
        bothHaveRun |= oldExists && old == VmState.ACTIVE && made.equals(Optional.of(VmState.ACTIVE));
        operation = Altered.with(decision.next(), operation.abort(), journal);
    }

    private static <T> Seen<T> known(T value) {
        return new Seen.Known<>(value, Instant.EPOCH);
    }

    private void untilOver() {
        for (int pass = 0; operation.isOpen() && pass < MOST_PASSES; pass++) {
            pass();
        }
        assertThat(operation.isOpen()).as("still open: %s", operation.words()).isFalse();
        assertThat(bothHaveRun).as("both have run at once").isFalse();
    }

    private void withData() {
        oldVolumes.add(DATA);
        volumes.put(DATA, "in-use");
    }

    private void assertMoved(boolean oldIsThere, VmState as) {
        assertThat(operation.state()).as(operation.words()).isEqualTo(OperationState.DONE);
        assertThat(made).contains(as);
        assertThat(marked).isFalse();
        assertThat(oldExists).isEqualTo(oldIsThere);
        assertThat(operation.successor()).contains(NEW);
        assertThat(operation.words()).contains(NEW.toString()).contains("compute4 in zone2");
    }

    private void assertAsBefore(VmState as) {
        assertThat(made).isEmpty();
        assertThat(oldExists).isTrue();
        assertThat(old).isEqualTo(as);
        assertThat(copies).isEmpty();
        assertThat(madeVolumes).isEmpty();
    }

    @Test
    void itIsStoppedCopiedMadeAnewAndKept() {
        withData();
        untilOver();

        assertMoved(true, VmState.ACTIVE);
        assertThat(old).isEqualTo(VmState.STOPPED);
        assertThat(madeVolumes).containsExactly(DATA);
        assertThat(journal)
                .extracting(entry -> entry.step().getClass().getSimpleName())
                .containsExactly("Stop", "CopyDisk", "DetachVolume", "BootInZone", "Unmark");
        assertThat(copies).as("its image is what it is made from").hasSize(1);
    }

    @Test
    void aLiveSnapshotIsTakenBeforeItIsStopped() {
        operation = opened(true, false, true);
        untilOver();

        assertMoved(true, VmState.ACTIVE);
        assertThat(journal)
                .extracting(entry -> entry.step().getClass().getSimpleName())
                .containsExactly("CopyDisk", "Stop", "BootInZone", "Unmark");
    }

    @Test
    void oneThatWasStoppedIsStoppedAgainAndTheOldOneIsDeletedIfWished() {
        operation = opened(false, true, false);
        untilOver();

        assertMoved(false, VmState.STOPPED);
        assertThat(journal)
                .extracting(entry -> entry.step().getClass().getSimpleName())
                .containsExactly("CopyDisk", "BootInZone", "Stop", "DeleteServer", "Unmark");
    }

    @Test
    void aRootVolumeIsCopiedByCinder() {
        rootVolume = Optional.of("volume-root");
        untilOver();

        assertMoved(true, VmState.ACTIVE);
        assertThat(journal).anyMatch(entry -> entry.step() instanceof ZoneStep.BootInZone boot && boot.copyIsVolume());
    }

    @ParameterizedTest
    @CsvSource({
        "Stop,true", "CopyDisk,true", "DetachVolume,true", "BootInZone,true",
        "Stop,false", "CopyDisk,false", "DetachVolume,false", "BootInZone,false"
    })
    void whatIsRefusedOrLostForGoodLeadsBack(String step, boolean isRefused) {
        withData();
        Predicate<Step> fault = found -> found.getClass().getSimpleName().equals(step);
        if (isRefused) {
            refused = fault;
        } else {
            lost = fault;
        }
        untilOver();

        assertThat(operation.state()).isEqualTo(OperationState.FAILED);
        assertThat(operation.words()).contains("by the test").contains("as before (active)");
        assertAsBefore(VmState.ACTIVE);
        assertThat(oldVolumes).containsExactly(DATA);
    }

    /** The answer is lost, and the thing was made all the same: it is found by its mark, and not made twice. */
    @ParameterizedTest
    @ValueSource(strings = {"CopyDisk", "BootInZone"})
    void whatWasMadeAlthoughTheAnswerWasLostIsFound(String step) {
        lost = found -> {
            boolean hit = found.getClass().getSimpleName().equals(step);
            if (hit) {
                apply(found);
            }
            return hit;
        };
        untilOver();

        assertMoved(true, VmState.ACTIVE);
        assertThat(journal)
                .filteredOn(entry -> entry.step().getClass().getSimpleName().equals(step))
                .hasSize(1);
    }

    @Test
    void oneThatNovaCannotMakeThereIsDeletedAndTheOldOneStartedWithItsVolumes() {
        withData();
        disturbance = () -> made = made.map(state -> VmState.ERROR);
        untilOver();

        assertThat(operation.state()).isEqualTo(OperationState.FAILED);
        assertThat(operation.words()).contains("No valid host");
        assertAsBefore(VmState.ACTIVE);
        assertThat(oldVolumes).containsExactly(DATA);
    }

    @Test
    void aCopyThatFailsLeadsBack() {
        disturbance = () -> copies.replaceAll(copy -> new Copy(copy.id(), false, Progress.FAILED, "killed"));
        untilOver();

        assertThat(operation.words()).contains("could not be copied (killed)");
        assertAsBefore(VmState.ACTIVE);
    }

    @Test
    void whatWasDoneToTheNewOneBeforeTheOldOneIsDeletedLeadsBack() {
        operation = opened(false, true, true);
        refused = step -> {
            boolean isLast = step instanceof ZoneStep.DeleteServer delete
                    && delete.server().equals(OLD);
            if (isLast) { // it breaks before the old one is deleted
                made = Optional.of(VmState.ERROR);
            }
            return isLast;
        };
        untilOver();

        assertAsBefore(VmState.ACTIVE);
    }

    @Test
    void somebodyStartsTheOldOneWhileTheNewOneIsBeingMade() {
        disturbance = () -> {
            if (made.isPresent()) {
                made = Optional.of(VmState.BUILDING);
                old = VmState.ACTIVE;
            }
        };
        untilOver();

        assertThat(operation.words()).contains("somebody has started it");
        assertAsBefore(VmState.ACTIVE);
    }

    @Test
    void theOldOneIsDeletedInTheMiddle() {
        disturbance = () -> {
            if (!copies.isEmpty()) {
                oldExists = false;
            }
        };
        untilOver();

        assertThat(operation.transfers().get(0).state().isWell()).isTrue();
        assertThat(made).isEmpty();
        assertThat(copies).isEmpty();
    }

    @Test
    void calledOffWithWhatIsUnderWayItIsPutBack() {
        withData();
        disturbance = () -> {
            if (made.isPresent()) {
                made = Optional.of(VmState.BUILDING);
                callOff();
            }
        };
        untilOver();

        assertThat(operation.state()).isEqualTo(OperationState.ABORTED);
        assertThat(operation.transfers().get(0).state()).isEqualTo(Transfer.State.ABORTED);
        assertAsBefore(VmState.ACTIVE);
        assertThat(oldVolumes).containsExactly(DATA);
    }

    private void callOff() {
        operation = Altered.calledOff(operation, new Abort("ann", "enough", now, true));
    }

    @Test
    void whileItsHostIsReportedToHaveFailedNothingIsDone() {
        pass();
        pass();
        pass();
        int before = journal.size();
        vicinity = new Vicinity(Map.of(HERE, new Vicinity.Failure(IncidentId.random(), true)), Set.of(), Map.of());
        for (int pass = 0; pass < 5; pass++) {
            pass();
        }
        assertThat(journal).hasSize(before);
        assertThat(operation.words()).contains("waits for the end of incident");

        vicinity = new Vicinity(Map.of(), Set.of(), Map.of());
        untilOver();
        assertMoved(true, VmState.ACTIVE);
    }

    @Test
    void theOldOneIsNotStartedAsLongAsTheNewOneCannotBeDeleted() {
        disturbance = () -> made = made.map(state -> VmState.ERROR);
        refused = step -> step instanceof ZoneStep.DeleteServer;
        for (int pass = 0; pass < 200; pass++) {
            pass();
        }
        assertThat(operation.isOpen()).isTrue();
        assertThat(old).isEqualTo(VmState.STOPPED);
        assertThat(operation.words()).isEqualTo("put back: deleting the new one: no, by the test");

        refused = step -> false;
        untilOver();
        assertAsBefore(VmState.ACTIVE);
    }

    @Test
    void somebodyStartsTheOldOneAfterItsDiskWasCopied() {
        disturbance = () -> {
            if (!copies.isEmpty() && made.isEmpty()) {
                old = VmState.ACTIVE;
            }
        };
        untilOver();

        assertThat(operation.words()).contains("somebody has started it");
        assertAsBefore(VmState.ACTIVE);
    }

    /** Nova calls it ACTIVE, and it is not yet what was asked for. */
    @ParameterizedTest
    @ValueSource(strings = {"no guest", "another zone", "no volume"})
    void whatIsNotWholeIsNoSuccessor(String lacking) {
        withData();
        lacks = lacking;
        untilOver();

        assertThat(operation.words()).contains("does not run after 600 s");
        assertAsBefore(VmState.ACTIVE);
        assertThat(oldVolumes).containsExactly(DATA);
    }

    /** The answer to this is lost, and it is done eight seconds later. */
    private Map<Instant, Step> isDoneLate(Predicate<Step> which, Runnable afterwards) {
        var late = new LinkedHashMap<Instant, Step>();
        lost = found -> {
            boolean hit = which.test(found);
            if (hit) {
                late.put(now.plusSeconds(8), found);
                afterwards.run();
            }
            return hit;
        };
        disturbance = () -> late.entrySet().removeIf(entry -> {
            boolean isTime = !now.isBefore(entry.getKey());
            if (isTime) {
                apply(entry.getValue());
            }
            return isTime;
        });
        return late;
    }

    /** The request arrives late, after we have turned back: what it makes is not left behind. */
    @ParameterizedTest
    @ValueSource(strings = {"CopyDisk", "BootInZone"})
    void whatIsMadeLateIsWaitedForAndDeleted(String step) {
        Map<Instant, Step> late =
                isDoneLate(found -> found.getClass().getSimpleName().equals(step), this::callOff);
        untilOver();

        assertThat(late).isEmpty();
        assertAsBefore(VmState.ACTIVE);
    }

    /** It was called off while its volume was on its way; that comes loose later, and is given back. */
    @Test
    void aVolumeThatIsTakenLateIsWaitedForAndGivenBack() {
        withData();
        Map<Instant, Step> late = isDoneLate(
                found -> found instanceof ZoneStep.DetachVolume
                        && operation.abort().isEmpty(),
                this::callOff);
        untilOver();

        assertThat(operation.abort()).isPresent();
        assertThat(late).isEmpty();
        assertAsBefore(VmState.ACTIVE);
        assertThat(oldVolumes).containsExactly(DATA);
    }

    @Test
    void whatCinderIsTakingIsWaitedFor() {
        withData();
        disturbance = () -> {
            if (journal.stream().anyMatch(entry -> entry.step() instanceof ZoneStep.DetachVolume)
                    && operation.abort().isEmpty()) {
                oldVolumes.add(DATA); // it is still there, and coming loose
                volumes.put(DATA, "detaching");
                callOff();
            }
        };
        for (int pass = 0; pass < 60; pass++) {
            pass();
        }
        assertThat(operation.isOpen()).isTrue();
        assertThat(old).isEqualTo(VmState.STOPPED);

        oldVolumes.clear();
        volumes.put(DATA, "available");
        untilOver();
        assertAsBefore(VmState.ACTIVE);
        assertThat(oldVolumes).containsExactly(DATA);
    }

    /** The same without turning back: it is not asked for again meanwhile. */
    @ParameterizedTest
    @ValueSource(strings = {"CopyDisk", "BootInZone"})
    void whatIsMadeLateIsNotMadeTwice(String step) {
        isDoneLate(found -> found.getClass().getSimpleName().equals(step), () -> {});
        untilOver();

        assertMoved(true, VmState.ACTIVE);
        assertThat(journal)
                .filteredOn(entry -> entry.step().getClass().getSimpleName().equals(step))
                .hasSize(1);
    }

    @Test
    void itIsStartedAtOnceWhenTheNewOneThatWasSeenIsDeleted() {
        disturbance = () -> made = made.map(state -> VmState.ERROR);
        Instant begun = now;
        untilOver();

        assertThat(Duration.between(begun, now)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void oneThatWasStoppedGetsItsVolumesBackAndStaysStopped() {
        operation = opened(false, false, false);
        withData();
        disturbance = () -> made = made.map(state -> VmState.ERROR);
        untilOver();

        assertAsBefore(VmState.STOPPED);
        assertThat(oldVolumes).containsExactly(DATA);
    }

    @Test
    void twoThatNovaHasMadeAreBothDeleted() {
        twins = true;
        untilOver();

        assertThat(operation.words()).contains("more than one copy");
        assertThat(twins).isFalse();
        assertAsBefore(VmState.ACTIVE);
    }

    @Test
    void whatCannotBeSeenIsWaitedForAndNotForEver() {
        disturbance = () -> imagesAway |= old == VmState.STOPPED;
        until(() -> operation.words().contains("waits: Glance is away"));
        until(() -> operation.words().contains("put back, but for the copy"));
        assertThat(old).isEqualTo(VmState.ACTIVE);

        disturbance = () -> imagesAway = false;
        untilOver();
        assertThat(operation.words()).contains("Glance is away").contains("as before");
        assertAsBefore(VmState.ACTIVE);
    }

    /** The old one does not wait for Glance before it is started. */
    @Test
    void theOldOneIsStartedAlthoughTheImagesCannotBeSeen() {
        disturbance = () -> {
            made = made.map(state -> VmState.ERROR);
            imagesAway = made.isPresent() || imagesAway;
        };
        until(() -> operation.words().contains("put back, but for the copy of its disk: Glance is away"));

        assertThat(old).isEqualTo(VmState.ACTIVE);
    }

    /** Its owner takes the mark away, or writes other metadata over it, at any moment after it was seen. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void itIsTheNewOneAlthoughItsOwnerTakesTheMarkAway(int after) {
        operation = opened(false, false, false);
        var looks = new AtomicInteger();
        disturbance = () -> {
            boolean wasSeen = operation.transfers().get(0).successor().isPresent();
            if (wasSeen && looks.incrementAndGet() == after) {
                marked = false;
            }
        };
        untilOver();

        assertMoved(true, VmState.STOPPED);
        assertThat(journal)
                .filteredOn(entry -> entry.step() instanceof ZoneStep.BootInZone)
                .hasSize(1);
    }

    @Test
    void theNewOneIsDeletedBeforeItIsSettled() {
        operation = opened(false, false, false);
        disturbance = () -> {
            if (operation.transfers().get(0).state() == Transfer.State.CONFIRMING) {
                made = Optional.empty();
            }
        };
        untilOver();

        assertThat(operation.words()).contains("the new one was deleted meanwhile");
        assertAsBefore(VmState.STOPPED);
    }

    private void until(BooleanSupplier reached) {
        for (int pass = 0; !reached.getAsBoolean() && pass < MOST_PASSES; pass++) {
            pass();
        }
        assertThat(reached.getAsBoolean()).as(operation.words()).isTrue();
    }
}
