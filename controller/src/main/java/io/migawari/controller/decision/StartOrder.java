// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.controller.model.Gate;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.operation.OperationId;
import java.util.Optional;

/**
 * Whether the nova-compute of a host may start: not while what was on the host is being evacuated. Started in the middle, it can
 * start guests that are about to be started elsewhere, and leaves records of evacuations behind for which it has to be started
 * once more.
 *
 * @param incident the open one about the host's failure, also if that does not keep it from starting
 * @param words why, for people who look after the host; no instance is named in them
 */
public record StartOrder(boolean mayStart, Optional<IncidentId> incident, String words) {

    /**
     * @param failure the open incident of its failure
     * @param evacuating the open operation that evacuates from it
     */
    public static StartOrder of(HostName host, Optional<Incident> failure, Optional<OperationId> evacuating) {
        if (evacuating.isPresent()) {
            return new StartOrder(
                    false,
                    failure.map(Incident::id),
                    "operation " + evacuating.get() + " evacuates what was on " + host);
        }
        return failure.map(StartOrder::of)
                .orElseGet(() -> new StartOrder(true, Optional.empty(), "no recovery of " + host + " is open"));
    }

    private static StartOrder of(Incident failure) {
        String which = failure.host() + " is reported as failed (incident " + failure.id() + ")";
        if (failure.phase() == Phase.PROVING) {
            return new StartOrder(true, Optional.of(failure.id()), which + ", and nothing was begun for that");
        }
        // Both wait for what only a nova-compute that runs can say; a host that falls silent would be taken for dead.
        boolean isWaitedFor = failure.gate()
                .map(Gate::kind)
                .filter(kind -> kind == Gate.Kind.HOST_ALIVE || kind == Gate.Kind.HOST_BACK)
                .isPresent();
        if (isWaitedFor) {
            return new StartOrder(
                    true, Optional.of(failure.id()), which + ", and its recovery waits for its nova-compute");
        }
        long ended =
                failure.moves().stream().filter(move -> move.state().isEnd()).count();
        return new StartOrder(
                false,
                Optional.of(failure.id()),
                which + ", and its recovery is under way: " + ended + " of "
                        + failure.moves().size() + " instances have come to their end");
    }
}
