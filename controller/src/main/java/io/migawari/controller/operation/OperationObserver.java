// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.operation;

import io.migawari.controller.cloud.Cloud;
import io.migawari.controller.cloud.CloudException;
import io.migawari.controller.cloud.Migrations;
import io.migawari.controller.cloud.ZoneMoves;
import io.migawari.controller.decision.Seen;
import io.migawari.controller.decision.operation.Sight;
import io.migawari.controller.decision.operation.Vicinity;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.ZoneStep;
import io.migawari.controller.model.cloud.LiveProgress;
import io.migawari.controller.model.cloud.Server;
import io.migawari.controller.model.cloud.VmState;
import io.migawari.controller.model.cloud.ZoneEstate;
import io.migawari.controller.model.operation.Operation;
import io.migawari.controller.model.operation.OperationState;
import io.migawari.controller.model.operation.Order;
import io.migawari.controller.model.operation.Transfer;
import io.migawari.controller.model.operation.Way;
import io.migawari.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks at the world for one pass: three or four lists of Nova, and one call for each instance that migrates live just now. */
final class OperationObserver {

    /** Nova's clock may be behind ours, and its lists are by its own. */
    private static final Duration BEFORE_OPERATION = Duration.ofMinutes(5);

    /** Its progress is for people, who read no more than this. */
    private static final int MOST_PROGRESS = 16;

    private final Cloud cloud;
    private final Migrations migrations;
    private final ZoneMoves zoneMoves;
    private final Duration patience;
    private final Time time;

    OperationObserver(Cloud cloud, Migrations migrations, ZoneMoves zoneMoves, Duration patience, Time time) {
        this.cloud = cloud;
        this.migrations = migrations;
        this.zoneMoves = zoneMoves;
        this.patience = patience;
        this.time = time;
    }

    Sight look(Operation operation, Vicinity vicinity) throws InterruptedException {
        Instant since = operation.openedAt().minus(BEFORE_OPERATION);
        boolean moving = operation.state() == OperationState.MOVING;
        Seen<List<Server>> changed =
                moving ? ask(() -> cloud.serversChangedSince(since, patience)) : new Seen.NotAsked<>();
        return new Sight(
                ask(() -> cloud.computeServices(patience)),
                operation.order() instanceof Order.Drain drain
                        ? ask(() -> cloud.serversOn(drain.host(), patience))
                        : new Seen.NotAsked<>(),
                changed,
                ask(() -> migrations.since(since, patience)),
                progress(operation),
                estate(operation, changed),
                vicinity);
    }

    private Seen<ZoneEstate> estate(Operation operation, Seen<List<Server>> changed) throws InterruptedException {
        if (!(operation.order() instanceof Order.MoveZone order)
                || changed.known().isEmpty()) {
            return new Seen.NotAsked<>();
        }
        String mark = operation.id().toString();
        Stream<ServerId> marked = changed.known().get().stream()
                .filter(server -> mark.equals(server.metadata().get(ZoneStep.Unmark.KEY)))
                .filter(server -> !server.deleted() && server.vmState() != VmState.DELETED)
                .map(Server::id);
        // one that was seen is known from then on, whatever its owner does to its metadata
        Stream<ServerId> seen = operation.transfers().stream().flatMap(transfer -> transfer.successor().stream());
        List<ServerId> successors = Stream.concat(marked, seen).distinct().toList();
        Optional<ZoneMoves.Made> made = operation.journalOfThisTry().stream()
                .map(JournalEntry::step)
                .filter(ZoneStep.CopyDisk.class::isInstance)
                .map(ZoneStep.CopyDisk.class::cast)
                .map(copy ->
                        new ZoneMoves.Made(copy.project(), copy.rootVolume().isPresent()))
                .findFirst();
        return ask(() -> zoneMoves.estate(order.server(), mark, successors, operation.takenVolumes(), made, patience));
    }

    private Map<ServerId, LiveProgress> progress(Operation operation) throws InterruptedException {
        Map<ServerId, LiveProgress> found = new HashMap<>();
        List<ServerId> live = operation.transfers().stream()
                .filter(transfer -> transfer.way() == Way.LIVE && transfer.state() == Transfer.State.MOVING)
                .map(Transfer::server)
                .limit(MOST_PROGRESS)
                .toList();
        for (ServerId server : live) {
            try {
                Optional<LiveProgress> progress = migrations.progress(server, patience);
                progress.ifPresent(known -> found.put(server, known));
            } catch (CloudException e) {
                // how far it is, is not told then; nothing is decided by it
            }
        }
        return found;
    }

    private interface Read<T> {
        T read() throws CloudException, InterruptedException;
    }

    private <T> Seen<T> ask(Read<T> read) throws InterruptedException {
        Instant asked = time.now();
        try {
            return new Seen.Known<>(read.read(), asked);
        } catch (CloudException e) {
            return new Seen.Unknown<>(e.words());
        }
    }
}
