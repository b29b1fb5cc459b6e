// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.operation;

import io.migawari.controller.decision.operation.OperationDecider;
import io.migawari.controller.decision.operation.OperationDecision;
import io.migawari.controller.decision.operation.OperationPolicy;
import io.migawari.controller.decision.operation.OperationStory;
import io.migawari.controller.decision.operation.Sight;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.operation.Operation;
import io.migawari.controller.model.operation.OperationId;
import io.migawari.controller.store.LeaseLostException;
import io.migawari.controller.store.OperationLease;
import io.migawari.controller.store.Operations;
import io.migawari.controller.work.Passed;
import io.migawari.controller.work.StepRunner;
import io.migawari.time.Time;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** One pass over one operation: look, decide, write down, act. As for recoveries, nothing is remembered between two passes. */
final class OperationReconciler {

    private static final Logger log = LoggerFactory.getLogger(OperationReconciler.class);

    private final Operations operations;
    private final OperationObserver observer;
    private final StepRunner<OperationId, OperationLease> steps;
    private final OperationPolicy policy;
    private final Time time;

    OperationReconciler(
            Operations operations,
            OperationObserver observer,
            StepRunner<OperationId, OperationLease> steps,
            OperationPolicy policy,
            Time time) {
        this.operations = operations;
        this.observer = observer;
        this.steps = steps;
        this.policy = policy;
        this.time = time;
    }

    /** @throws LeaseLostException if the operation belongs to another controller now */
    Passed pass(OperationLease lease) throws LeaseLostException, InterruptedException {
        Operation operation = operations.read(lease);
        Sight seen = observer.look(operation, operations.vicinity(operation.openedAt()));
        OperationDecision decision = OperationDecider.decide(operation, seen, policy, time.now());
        steps.carryOut(lease, record(lease, operation, decision));
        return new Passed(!decision.next().isOpen(), decision.lookAgain());
    }

    private List<JournalEntry> record(OperationLease lease, Operation before, OperationDecision decision)
            throws LeaseLostException {
        boolean nothingNew = decision.steps().isEmpty()
                && decision.maintenance().isEmpty()
                && decision.next().equals(before);
        if (nothingNew) {
            return List.of();
        }
        Instant now = time.now();
        List<JournalEntry> intended = operations.record(lease, before, decision, now);
        tell(before, decision.next());
        return intended;
    }

    private static void tell(Operation before, Operation next) {
        for (OperationStory.Line line : OperationStory.between(before, next)) {
            LoggingEventBuilder event = line.kind() == OperationStory.Kind.ENDED_BADLY ? log.atWarn() : log.atInfo();
            event = event.addKeyValue("event", line.kind().event()).addKeyValue("operation", next.id());
            if (line.server().isPresent()) {
                event = event.addKeyValue("server", line.server().get());
            }
            event.log(line.words());
        }
    }
}
