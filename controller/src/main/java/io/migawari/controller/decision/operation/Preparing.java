// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision.operation;

import io.migawari.controller.model.HostName;
import io.migawari.controller.model.ServiceBefore;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.operation.Operation;
import io.migawari.controller.model.operation.OperationState;
import io.migawari.controller.model.operation.Order;
import java.util.Optional;

/** Before instances move: a host that is drained gets nothing new; one that is put to use again may. */
final class Preparing {

    private Preparing() {}

    static void decide(OperationDraft draft) {
        Order order = draft.operation.order();
        if (order instanceof Order.Drain drain) {
            drain(draft, drain);
        } else if (order instanceof Order.Undrain undrain) {
            undrain(draft, undrain);
        } else {
            draft.become(OperationState.MOVING, "begun");
        }
    }

    private static void drain(OperationDraft draft, Order.Drain drain) {
        Optional<ComputeService> service = service(draft, drain.host());
        if (service.isEmpty()) {
            return;
        }
        if (draft.isAborted()) {
            draft.become(OperationState.MOVING, "called off");
            return;
        }
        draft.rememberBefore(service.get());
        if (!service.get().enabled()) {
            draft.become(OperationState.MOVING, drain.host() + " gets nothing new");
            return;
        }
        Step disable = new Step.DisableService(drain.host(), reason(draft.operation));
        draft.ensure(disable);
        draft.say("keeping new instances away from " + drain.host() + complaint(draft, disable));
    }

    private static String reason(Operation operation) {
        String why = operation.reason().isEmpty() ? "" : ": " + operation.reason();
        return Order.Drain.REASON + " by " + operation.requestedBy() + " (operation " + operation.id() + ")" + why;
    }

    /** A host that somebody else has disabled, before the drain or since, stays as that person wants it. */
    private static void undrain(OperationDraft draft, Order.Undrain undrain) {
        draft.maintenance(false);
        Optional<ComputeService> found = service(draft, undrain.host());
        if (found.isEmpty()) {
            return;
        }
        ComputeService service = found.get();
        boolean disabledByADrain = service.disabledReason()
                .filter(reason -> reason.startsWith(Order.Drain.REASON))
                .isPresent();
        boolean wasEnabled = draft.before().map(ServiceBefore::enabled).orElse(true);
        if (service.enabled()) {
            draft.become(OperationState.MOVING, undrain.host() + " is in use again");
        } else if (!disabledByADrain || !wasEnabled) {
            draft.become(
                    OperationState.MOVING,
                    undrain.host() + " is off maintenance, and stays disabled as it was before"
                            + service.disabledReason()
                                    .map(reason -> " (reason: " + reason + ")")
                                    .orElse(""));
        } else if (!service.up()) {
            draft.say("waits until Nova takes " + undrain.host() + " for up: start its nova-compute");
        } else {
            Step enable = new Step.EnableService(undrain.host());
            draft.ensure(enable);
            draft.say("enabling " + undrain.host() + complaint(draft, enable));
        }
        if (draft.isAborted()) {
            draft.become(OperationState.MOVING, "called off");
        }
    }

    private static Optional<ComputeService> service(OperationDraft draft, HostName host) {
        Optional<ComputeService> service = draft.seen.service(host);
        if (service.isEmpty()) {
            draft.become(OperationState.FAILED, "Nova has no nova-compute service on " + host + " any more");
        }
        return service;
    }

    private static String complaint(OperationDraft draft, Step step) {
        return draft.tries(step).complaint().map(words -> "; Nova: " + words).orElse("");
    }
}
