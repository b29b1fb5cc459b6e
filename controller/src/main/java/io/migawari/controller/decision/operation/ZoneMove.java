// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision.operation;

import io.migawari.controller.decision.Tries;
import io.migawari.controller.decision.operation.Vicinity.Failure;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.ZoneStep;
import io.migawari.controller.model.cloud.Server;
import io.migawari.controller.model.cloud.VmState;
import io.migawari.controller.model.cloud.ZoneEstate;
import io.migawari.controller.model.cloud.ZoneEstate.Copy;
import io.migawari.controller.model.cloud.ZoneEstate.Source;
import io.migawari.controller.model.cloud.ZoneEstate.Successor;
import io.migawari.controller.model.operation.Abort;
import io.migawari.controller.model.operation.Order;
import io.migawari.controller.model.operation.Transfer;
import io.migawari.controller.model.operation.Transfer.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One instance on its way into another availability zone, where Nova moves nothing: it is stopped, its disk is copied, its other
 * volumes are taken from it, and a new instance is made of all that. Until the new one runs, every failure leads back: the new
 * one is deleted, and only when it is gone the old one gets its volumes and is started. So there is always one of them, and never
 * do both run. What was made is found by its mark and not by what we were told; the new instance, once seen, is known by its id,
 * because its owner may change the mark.
 */
final class ZoneMove {

    /** A step that fails so often is not tried again. */
    private static final int ATTEMPTS = 3;

    /**
     * How long what was asked for may need to be seen. Each of these services shows what it was asked to make, or that it is at it,
     * before it answers (seen on Nova 26.2, Glance and Cinder of Zed); a request whose answer was lost may arrive later.
     */
    private static final Duration SIGN = Duration.ofSeconds(15);

    /** How long one that was stopped for its move waits for Glance or Cinder before it is started again. */
    private static final Duration UNSEEN = Duration.ofSeconds(60);

    private final OperationDraft draft;
    private final Transfer transfer;
    private final Order.MoveZone order;
    private final ZoneEstate estate;
    private final List<JournalEntry> journal;

    private ZoneMove(OperationDraft draft, Transfer transfer, Order.MoveZone order, ZoneEstate estate) {
        this.draft = draft;
        this.transfer = estate.successors().stream()
                .findFirst()
                .map(made -> transfer.succeededBy(made.server().id()))
                .orElse(transfer);
        this.order = order;
        this.estate = estate;
        this.journal = draft.operation.journalOfThisTry();
    }

    /** Puts its next state into the draft, with the steps that it asks for. */
    static void follow(OperationDraft draft, Transfer transfer) {
        if (draft.operation.order() instanceof Order.MoveZone order
                && draft.seen.estate().known().isPresent()) {
            new ZoneMove(draft, transfer, order, draft.seen.estate().known().get()).follow();
        }
    }

    private void follow() {
        draft.put(transfer);
        Optional<Failure> failure = hosts().flatMap(host -> draft.seen.vicinity().failure(host).stream())
                .findFirst();
        if (failure.isPresent() && transfer.state() != State.PLANNED) {
            draft.say("waits for the end of incident " + failure.get().incident() + ", which is about its host");
            return;
        }
        switch (transfer.state()) {
            case PLANNED -> planned();
            case MOVING -> forth();
            case REVERTING -> back();
            case CONFIRMING -> complete();
            default -> throw new IllegalArgumentException("not a state of such a move: " + transfer);
        }
    }

    private Stream<HostName> hosts() {
        return Stream.concat(
                estate.source().flatMap(source -> source.server().host()).stream(),
                estate.successors().stream().flatMap(successor -> successor.server().host().stream()));
    }

    private void planned() {
        if (estate.source().isEmpty()) {
            end(State.GONE, "it was deleted meanwhile");
            return;
        }
        Ways.Choice choice = Ways.intoAnotherZone(estate.source().get().server());
        if (choice instanceof Ways.Choice.Later later) {
            draft.put(transfer.again("waits: " + later.why(), draft.now.plusSeconds(1)));
        } else if (choice instanceof Ways.Choice.No no) {
            end(State.LEFT, no.why());
        }
    }

    // Forth: nothing is lost until the new instance runs.

    private void forth() {
        Optional<Abort> abort = draft.operation.abort().filter(Abort::running);
        if (estate.source().isEmpty()) {
            turnBack("it was deleted meanwhile");
        } else if (abort.isPresent()) {
            turnBack("called off by " + abort.get().by());
        } else if (estate.successors().size() > 1) {
            turnBack("Nova has made more than one copy of it");
        } else if (estate.successors().size() == 1) {
            await(estate.source().get().server(), estate.successors().get(0));
        } else if (estate.copies().isEmpty() || estate.volumes().isEmpty()) {
            waitToSee();
        } else {
            prepare(estate.source().get());
        }
    }

    private void waitToSee() {
        doing("waits: " + estate.complaint().orElse("not everything can be seen"));
        Instant last = journal.isEmpty()
                ? draft.operation.triedSince()
                : journal.get(journal.size() - 1).lastMoment();
        if (last.plus(UNSEEN).isBefore(draft.now)) {
            turnBack(estate.complaint().orElse("not everything can be seen"));
        }
    }

    private List<Copy> copies() {
        return estate.copies().orElse(List.of());
    }

    private Map<String, String> volumeStates() {
        return estate.volumes().orElse(Map.of());
    }

    private void prepare(Source source) {
        Server server = source.server();
        if (server.taskState().isPresent()) {
            doing("Nova is at " + server.taskState().get());
        } else if (server.vmState() != VmState.ACTIVE && server.vmState() != VmState.STOPPED) {
            turnBack("it is " + server.states() + " now");
        } else if (order.liveSnapshot() && !isCopied()) {
            copy(source);
        } else if (server.vmState() == VmState.ACTIVE) {
            stop(server);
        } else if (!isCopied()) {
            copy(source);
        } else if (!source.volumes().isEmpty()) {
            String volume = source.volumes().get(0);
            attempt(new ZoneStep.DetachVolume(server.id(), volume), "taking volume " + volume + " from it");
        } else {
            boot(source);
        }
    }

    private boolean isCopied() {
        return copies().stream().anyMatch(copy -> copy.progress() == ZoneEstate.Progress.READY);
    }

    private void stop(Server server) {
        boolean copiedWhileStopped = !order.liveSnapshot() && isCopied();
        if (copiedWhileStopped) {
            turnBack("somebody has started it meanwhile");
        } else {
            attempt(new Step.Stop(server.id()), "stopping it");
        }
    }

    private void copy(Source source) {
        Optional<Copy> failed = copies().stream()
                .filter(copy -> copy.progress() == ZoneEstate.Progress.FAILED)
                .findFirst();
        if (failed.isPresent()) {
            turnBack("its disk could not be copied (" + failed.get().words() + ")");
        } else if (isForgottenImage()) {
            turnBack("its disk could not be copied (the image is "
                    + copies().get(0).words() + ")");
        } else if (!copies().isEmpty()) {
            doing("its disk is being copied (" + copies().get(0).words() + ")");
        } else {
            attempt(
                    new ZoneStep.CopyDisk(source.server().id(), source.project(), source.rootVolume(), mark()),
                    "copying its disk");
        }
    }

    /** Nova is no longer at the instance, and yet its image does not get ready. Cinder says by itself that it has failed. */
    private boolean isForgottenImage() {
        return copies().stream().anyMatch(copy -> !copy.isVolume())
                && lastTry(ZoneStep.CopyDisk.class)
                        .filter(entry -> entry.lastMoment()
                                .plus(draft.policy.giveUpAfter())
                                .isBefore(draft.now))
                        .isPresent();
    }

    private void boot(Source source) {
        List<String> busy = volumes().stream().filter(volume -> !isFree(volume)).toList();
        if (!busy.isEmpty()) {
            doing("waits until volume " + busy.get(0) + " is free ("
                    + volumeStates().getOrDefault(busy.get(0), "deleted") + ")");
            lastDetached()
                    .filter(at -> at.plus(draft.policy.giveUpAfter()).isBefore(draft.now))
                    .ifPresent(unused -> turnBack("volume " + busy.get(0) + " does not become free"));
            return;
        }
        Copy copy = copies().stream()
                .filter(found -> found.progress() == ZoneEstate.Progress.READY)
                .findFirst()
                .orElseThrow();
        attempt(
                new ZoneStep.BootInZone(
                        source.server().id(),
                        source.project(),
                        order.zone(),
                        copy.id(),
                        copy.isVolume(),
                        List.copyOf(volumes()),
                        mark()),
                "making it anew in " + order.zone());
    }

    /** The new instance is there; it counts when it runs with all that it shall have. */
    private void await(Server old, Successor successor) {
        Server made = successor.server();
        Instant since =
                lastTry(ZoneStep.BootInZone.class).map(JournalEntry::intendedAt).orElse(draft.operation.openedAt());
        if (old.vmState() != VmState.STOPPED || old.taskState().isPresent()) {
            turnBack("somebody has started it meanwhile");
        } else if (made.vmState() == VmState.ERROR) {
            turnBack("Nova could not make it in " + order.zone()
                    + made.fault().map(words -> ": " + words).orElse(""));
        } else if (isWhole(successor)) {
            draft.put(transfer.to(made.host())
                    .in(
                            State.CONFIRMING,
                            "the new one, " + made.id() + ", runs on "
                                    + made.host().orElseThrow()));
            draft.say("the new one runs");
        } else if (since.plus(draft.policy.giveUpAfter()).isBefore(draft.now)) {
            turnBack("the new one does not run after "
                    + draft.policy.giveUpAfter().toSeconds() + " s (" + made.states() + ")");
        } else {
            doing("the new one is being made"
                    + made.host().map(host -> " on " + host).orElse("") + " (" + made.states() + ")");
        }
    }

    private boolean isWhole(Successor successor) {
        Server made = successor.server();
        return made.vmState() == VmState.ACTIVE
                && made.taskState().isEmpty()
                && made.guestRuns()
                && made.host().isPresent()
                && successor.zone().filter(order.zone()::equals).isPresent()
                && successor.volumes().containsAll(volumes());
    }

    // To its end: the new instance is the instance now.

    private void complete() {
        if (estate.successors().isEmpty()) {
            turnBack("the new one was deleted meanwhile");
            return;
        }
        Successor successor = estate.successors().get(0);
        Server made = successor.server();
        if (made.vmState() == VmState.ERROR && estate.source().isPresent()) {
            turnBack("the new one is in Nova's state ERROR");
        } else if (made.taskState().isPresent()) {
            draft.say("Nova is at the new one: " + made.taskState().get());
        } else if (isToBeStopped(made)) {
            ensure(new Step.Stop(made.id()), "stopping the new one, as the old one was");
        } else if (estate.source().isPresent() && order.deleteSource()) {
            ensure(new ZoneStep.DeleteServer(transfer.server()), "deleting the old one");
        } else if (successor.marked()) {
            ensure(new ZoneStep.Unmark(made.id()), "taking our mark from the new one");
        } else {
            String where = transfer.destination().map(host -> " on " + host).orElse("") + " in " + order.zone();
            String rest = estate.source().isPresent() ? "; the old one is stopped, on " + transfer.source() : "";
            end(State.SUCCEEDED, "is now " + made.id() + where + rest);
        }
    }

    private boolean isToBeStopped(Server made) {
        return !transfer.runs() && made.vmState() == VmState.ACTIVE;
    }

    // Back: the old instance as it was.

    private void turnBack(String why) {
        draft.put(transfer.in(State.REVERTING, why));
        draft.say("put back: " + why);
    }

    private void back() {
        if (!estate.successors().isEmpty()) {
            estate.successors()
                    .forEach(successor -> ensure(
                            new ZoneStep.DeleteServer(successor.server().id()), "put back: deleting the new one"));
        } else if (mayStillAppear(ZoneStep.BootInZone.class, ZoneStep.DeleteServer.class)) {
            draft.say("put back: waits to see whether Nova has made a new one");
        } else if (estate.source().filter(this::mayStillLoseAVolume).isPresent()) {
            draft.say("put back: waits to see whether a volume is taken from it");
        } else if (estate.source().isPresent() && !isRestored(estate.source().get())) {
            restore(estate.source().get());
        } else if (estate.copies().isEmpty()) {
            draft.say("put back, but for the copy of its disk: "
                    + estate.complaint().orElse("it cannot be seen"));
        } else if (!copies().isEmpty()) {
            copies().forEach(copy -> ensure(
                    new ZoneStep.DeleteCopy(project(), copy.id(), copy.isVolume()),
                    "put back: deleting the copy of its disk"));
        } else if (mayStillAppear(ZoneStep.CopyDisk.class, ZoneStep.DeleteCopy.class)) {
            draft.say("put back: waits to see whether a copy of its disk was begun");
        } else {
            ended();
        }
    }

    private boolean isRestored(Source source) {
        return missing(source).isEmpty() && (!transfer.runs() || source.server().vmState() != VmState.STOPPED);
    }

    /** One that it still has, and that Nova was asked to take from it a moment ago. */
    private boolean mayStillLoseAVolume(Source source) {
        return journal.stream()
                .filter(entry -> entry.step() instanceof ZoneStep.DetachVolume step
                        && source.volumes().contains(step.volume())
                        && journal.stream().noneMatch(later -> isGivenBack(step.volume(), entry, later)))
                .anyMatch(entry -> mayStillAppear(entry)
                        || "detaching".equals(volumeStates().get(((ZoneStep.DetachVolume) entry.step()).volume())));
    }

    private static boolean isGivenBack(String volume, JournalEntry taken, JournalEntry later) {
        return later.number() > taken.number()
                && later.step() instanceof ZoneStep.AttachVolume attach
                && attach.volume().equals(volume);
    }

    private List<String> missing(Source source) {
        return volumes().stream()
                .filter(volume -> !source.volumes().contains(volume))
                .filter(volume -> estate.volumes().isEmpty()
                        || volumeStates().containsKey(volume)) // one that was deleted meanwhile is not waited for
                .toList();
    }

    private void restore(Source source) {
        ServerId old = source.server().id();
        List<String> missing = missing(source);
        if (missing.isEmpty()) {
            ensure(new Step.Start(old), "put back: starting it");
            return;
        }
        String volume = missing.get(0);
        if (isFree(volume)) {
            ensure(new ZoneStep.AttachVolume(old, volume), "put back: giving it volume " + volume);
        } else {
            draft.say("put back: waits until volume " + volume + " is free ("
                    + volumeStates().getOrDefault(volume, estate.complaint().orElse("its state is not known")) + ")");
        }
    }

    private void ended() {
        if (estate.source().isEmpty()) {
            end(State.GONE, transfer.words());
            return;
        }
        String back = "; it is on "
                + estate.source().flatMap(source -> source.server().host()).orElse(transfer.source())
                + " as before (" + transfer.former() + ")";
        end(draft.isAborted() ? State.ABORTED : State.FAILED, transfer.words() + back);
    }

    private String project() {
        return estate.source()
                .map(Source::project)
                .or(() -> lastTry(ZoneStep.CopyDisk.class).map(entry -> ((ZoneStep.CopyDisk) entry.step()).project()))
                .orElseThrow();
    }

    // How steps are tried.

    /** Without an end: as long as its effect is missing, nothing is as it should be. */
    private void ensure(Step step, String what) {
        draft.ensure(step);
        draft.say(what + complaint(step));
    }

    /** A few times, and never while the last try may yet have its effect; then it leads back. */
    private void attempt(Step step, String what) {
        List<JournalEntry> tries =
                journal.stream().filter(entry -> entry.step().equals(step)).toList();
        if (!tries.isEmpty() && mayStillAppear(tries.get(tries.size() - 1))) {
            doing(what);
        } else if (tries.size() >= ATTEMPTS) {
            boolean taken = tries.get(tries.size() - 1).outcome().orElse(null) instanceof Outcome.Accepted;
            turnBack(what + " failed" + (taken ? ": it was taken on, and nothing came of it" : complaint(step)));
        } else {
            draft.ensure(step);
            doing(what + complaint(step));
        }
    }

    private String complaint(Step step) {
        return draft.tries(step).complaint().map(words -> ": " + words).orElse("");
    }

    /** Whether what was asked for may yet be made; what was deleted had been made. */
    private boolean mayStillAppear(Class<? extends Step> making, Class<? extends Step> deleting) {
        long deleted = lastTry(deleting).map(JournalEntry::number).orElse(-1L);
        return lastTry(making)
                .filter(entry -> entry.number() > deleted && mayStillAppear(entry))
                .isPresent();
    }

    private boolean mayStillAppear(JournalEntry entry) {
        if (Tries.isUnderWay(entry, draft.operation.epoch(), draft.now)) {
            return true;
        }
        if (entry.outcome().orElse(null) instanceof Outcome.Refused) {
            return false;
        }
        return entry.lastMoment().plus(SIGN).isAfter(draft.now);
    }

    private Optional<JournalEntry> lastTry(Class<? extends Step> steps) {
        return journal.stream().filter(entry -> steps.isInstance(entry.step())).reduce((earlier, later) -> later);
    }

    private Optional<Instant> lastDetached() {
        return lastTry(ZoneStep.DetachVolume.class).map(JournalEntry::lastMoment);
    }

    private Set<String> volumes() {
        return draft.operation.takenVolumes();
    }

    private boolean isFree(String volume) {
        return "available".equals(volumeStates().get(volume));
    }

    private String mark() {
        return draft.operation.id().toString();
    }

    private void doing(String what) {
        draft.put(transfer.in(State.MOVING, what));
        draft.say(what);
    }

    private void end(State state, String why) {
        draft.put(transfer.ended(state, why, draft.now));
    }
}
