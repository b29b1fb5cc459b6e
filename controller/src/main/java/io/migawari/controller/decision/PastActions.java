// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.controller.model.cloud.InstanceAction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What Nova's list of actions says about an instance that nobody of us has touched yet: whether a person, not the failure,
 * is behind what it shows now. Nova also stops an instance by itself, 15 s after its guest has gone; that action has no user.
 */
final class PastActions {

    private static final String STOP = "stop";
    /** Those after which a guest runs that is not the one that has died. */
    private static final Set<String> STARTS = Set.of(
            "start",
            "reboot",
            "rebuild",
            "evacuate",
            "migrate",
            "resize",
            "revertResize",
            "unrescue",
            "unshelve",
            "restore");

    private final List<InstanceAction> done;

    /** @param newestFirst as Nova lists them */
    PastActions(List<InstanceAction> newestFirst) {
        this.done = newestFirst.stream().filter(action -> !action.failed()).toList();
    }

    /** Who stopped it, if the last thing that concerned its running was that a person stopped it. */
    Optional<InstanceAction> stopByPerson() {
        return done.stream()
                .filter(action -> action.name().equals(STOP) || STARTS.contains(action.name()))
                .findFirst()
                .filter(action -> action.name().equals(STOP) && action.user().isPresent());
    }

    /** What has brought it to run again after it was seen to die. */
    Optional<InstanceAction> startSince(Instant death) {
        return done.stream()
                .filter(action ->
                        STARTS.contains(action.name()) && action.startedAt().isAfter(death))
                .findFirst();
    }
}
