// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.operation;

import io.migawari.controller.cloud.Cloud;
import io.migawari.controller.cloud.CloudException;
import io.migawari.controller.cloud.Migrations;
import io.migawari.controller.decision.Seen;
import io.migawari.controller.decision.operation.Sight;
import io.migawari.controller.decision.operation.Vicinity;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.cloud.LiveProgress;
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

/** Looks at the world for one pass: three or four lists of Nova, and one call for each instance that migrates live just now. */
final class OperationObserver {

    /** Nova's clock may be behind ours, and its lists are by its own. */
    private static final Duration BEFORE_OPERATION = Duration.ofMinutes(5);

    /** Its progress is for people, who read no more than this. */
    private static final int MOST_PROGRESS = 16;

    private final Cloud cloud;
    private final Migrations migrations;
    private final Duration patience;
    private final Time time;

    OperationObserver(Cloud cloud, Migrations migrations, Duration patience, Time time) {
        this.cloud = cloud;
        this.migrations = migrations;
        this.patience = patience;
        this.time = time;
    }

    Sight look(Operation operation, Vicinity vicinity) throws InterruptedException {
        Instant since = operation.openedAt().minus(BEFORE_OPERATION);
        boolean moving = operation.state() == OperationState.MOVING;
        return new Sight(
                ask(() -> cloud.computeServices(patience)),
                operation.order() instanceof Order.Drain drain
                        ? ask(() -> cloud.serversOn(drain.host(), patience))
                        : new Seen.NotAsked<>(),
                moving ? ask(() -> cloud.serversChangedSince(since, patience)) : new Seen.NotAsked<>(),
                ask(() -> migrations.since(since, patience)),
                progress(operation),
                vicinity);
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
