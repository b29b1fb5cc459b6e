// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.controller.model.Gate;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.cloud.Evacuation;
import io.migawari.controller.model.cloud.Server;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The host is dead: Nova is made to see it so, and what was on it is written down. */
final class Isolating {

    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration WHILE_WAITING = Duration.ofSeconds(5);

    private Isolating() {}

    static Duration decide(Draft draft) {
        if (draft.incident.cancellation().isPresent()) {
            draft.become(
                    Phase.CLOSING,
                    Closing.calledOff(draft.incident.cancellation().get()));
            return Duration.ZERO;
        }
        Optional<ComputeService> service = FailedHost.service(draft);
        if (service.isEmpty()) {
            return FailedHost.WHILE_UNREADABLE;
        }
        if (FailedHost.isAlive(draft, service.get())) {
            FailedHost.waitBecauseAlive(draft, service.get());
            return WHILE_WAITING;
        }
        FailedHost.keepOutWhileMoving(draft, service.get());
        if (draft.moves().isEmpty()) {
            if (!draft.seen.serversOnHost().wasAsked()) {
                return Duration.ZERO;
            }
            if (!plan(draft)) {
                return SOON;
            }
        }
        new Destinations(draft).prepare();
        if (!service.get().up()) {
            draft.become(Phase.MOVING, "Nova takes " + draft.incident.host() + " for down");
            return Duration.ZERO;
        }
        return SOON;
    }

    /** Writes down every instance with its state before anything is done to it. */
    private static boolean plan(Draft draft) {
        Optional<List<Server>> servers = draft.seen.serversOnHost().known();
        Optional<List<Evacuation>> evacuations = draft.seen.evacuations().known();
        if (servers.isEmpty() || evacuations.isEmpty()) {
            draft.waitAt(
                    Gate.Kind.CLOUD_UNREADABLE,
                    "The instances of " + draft.incident.host() + " cannot be read: "
                            + draft.seen
                                    .serversOnHost()
                                    .whyUnknown()
                                    .or(() -> draft.seen.evacuations().whyUnknown())
                                    .orElse("no answer"));
            return false;
        }
        Planner.plan(draft, servers.get(), evacuations.get());
        return true;
    }
}
