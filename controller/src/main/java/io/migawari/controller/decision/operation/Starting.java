// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision.operation;

import io.migawari.controller.decision.operation.Vicinity.Failure;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.cloud.Migration;
import io.migawari.controller.model.operation.Transfer;
import io.migawari.controller.model.operation.Transfer.State;
import io.migawari.controller.model.operation.Way;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** New moves are started in the order of their ranks, as many at once as the site allows. */
final class Starting {

    private final OperationDraft draft;

    Starting(OperationDraft draft) {
        this.draft = draft;
    }

    void start() {
        for (Transfer transfer : draft.open()) {
            if (transfer.state() == State.PLANNED && isTime(transfer)) {
                start(transfer);
            }
        }
    }

    private boolean isTime(Transfer transfer) {
        return transfer.notBefore().filter(draft.now::isBefore).isEmpty();
    }

    private void start(Transfer transfer) {
        Optional<Failure> failure = draft.seen.vicinity().failure(transfer.source());
        if (failure.isPresent()) {
            giveWay(transfer, failure.get());
            return;
        }
        if (transfer.way() == Way.EVACUATE && isUp(transfer.source())) {
            draft.put(transfer.ended(
                    State.LEFT, transfer.source() + " is alive again, as Nova sees it; it stays there", draft.now));
            return;
        }
        Optional<String> wait = whyNotFrom(transfer).or(() -> whyNotNow(transfer));
        if (wait.isPresent()) {
            draft.put(transfer.in(State.PLANNED, wait.get()));
            return;
        }
        if (transfer.wishes().isEmpty()) {
            go(transfer, Optional.empty());
            return;
        }
        Optional<HostName> destination = destination(transfer);
        if (destination.isPresent()) {
            go(transfer, destination);
        } else {
            waitForDestination(transfer);
        }
    }

    private void giveWay(Transfer transfer, Failure failure) {
        if (failure.proven()) {
            draft.put(transfer.ended(State.LEFT, Carrying.recovered(transfer, failure), draft.now));
        } else {
            draft.put(transfer.in(
                    State.PLANNED,
                    "waits: " + transfer.source() + " is reported to have failed (incident " + failure.incident()
                            + ")"));
        }
    }

    private Optional<String> whyNotFrom(Transfer transfer) {
        return transfer.way() == Way.EVACUATE || isUp(transfer.source())
                ? Optional.empty()
                : Optional.of("waits: Nova takes " + transfer.source() + " for down");
    }

    private boolean isUp(HostName host) {
        return draft.seen.service(host).filter(ComputeService::up).isPresent();
    }

    private Optional<String> whyNotNow(Transfer transfer) {
        boolean free = underWay(any -> true) < draft.policy.parallel()
                && underWay(other -> other.source().equals(transfer.source())) < draft.policy.parallelPerSource();
        return free ? Optional.empty() : Optional.of("waits for its turn");
    }

    /** Of those that are wished for and can take it, the one to which the fewest are on their way, and have gone. */
    private Optional<HostName> destination(Transfer transfer) {
        return transfer.wishes().stream()
                .filter(this::takesInstances)
                .filter(host -> underWay(other -> isTo(other, host)) < draft.policy.parallelPerDestination())
                .min(Comparator.comparingLong(host -> draft.transfers().stream()
                        .filter(other -> isTo(other, host))
                        .count()));
    }

    private boolean takesInstances(HostName host) {
        return draft.seen.service(host).filter(ComputeService::takesInstances).isPresent()
                && draft.seen.vicinity().failure(host).isEmpty();
    }

    private static boolean isTo(Transfer transfer, HostName host) {
        return transfer.destination().filter(host::equals).isPresent();
    }

    private void waitForDestination(Transfer transfer) {
        boolean someTakeInstances = transfer.wishes().stream().anyMatch(this::takesInstances);
        if (someTakeInstances) {
            draft.put(transfer.in(State.PLANNED, "waits for its turn"));
            return;
        }
        String names = String.join(
                ", ", transfer.wishes().stream().map(HostName::value).toList());
        String why = "no destination takes instances: " + names + " (disabled, down or failed)";
        if (draft.operation.triedSince().plus(draft.policy.giveUpAfter()).isBefore(draft.now)) {
            draft.put(transfer.ended(State.FAILED, why, draft.now));
        } else {
            draft.put(transfer.in(State.PLANNED, "waits: " + why));
        }
    }

    private void go(Transfer transfer, Optional<HostName> host) {
        if (transfer.way() == Way.ZONE) {
            draft.put(transfer.attempted(Optional.empty(), 0, "begun", draft.now));
            return;
        }
        String where = host.map(name -> "to " + name).orElse("to wherever the scheduler puts it");
        draft.put(transfer.attempted(host, baseline(transfer), Carrying.doing(transfer) + " " + where, draft.now));
        draft.step(
                switch (transfer.way()) {
                    case LIVE -> new Step.LiveMigrate(transfer.server(), host);
                    case COLD -> new Step.ColdMigrate(transfer.server(), host);
                    case EVACUATE -> new Step.Evacuate(transfer.server(), host);
                    case ZONE -> throw new AssertionError(transfer);
                });
    }

    private long baseline(Transfer transfer) {
        return draft.seen.migrations().known().orElse(List.of()).stream()
                .filter(record -> record.server().equals(transfer.server()))
                .mapToLong(Migration::number)
                .reduce(transfer.baseline(), Math::max);
    }

    private long underWay(Predicate<Transfer> which) {
        return draft.transfers().stream()
                .filter(transfer -> transfer.state().isUnderWay())
                .filter(which)
                .count();
    }
}
