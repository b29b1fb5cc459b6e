// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.cloud.ComputeService;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** What all phases ask about the host that has failed, as Nova sees it. */
final class FailedHost {

    /** How the reason begins with which we disable a host. */
    static final String REASON = "Migawari incident ";

    /** The pause between two looks at a cloud that could not be read, or that lacks the host. */
    static final Duration WHILE_UNREADABLE = Duration.ofSeconds(1);

    private FailedHost() {}

    /** Its service; if there is none to look at, the draft waits at the gate that says why. */
    static Optional<ComputeService> service(Draft draft) {
        Optional<String> unreadable = draft.seen.services().whyUnknown();
        if (unreadable.isPresent()) {
            draft.waitAt(Gate.Kind.CLOUD_UNREADABLE, "Nova's services cannot be read: " + unreadable.get());
            return Optional.empty();
        }
        HostName host = draft.incident.host();
        Optional<ComputeService> service = draft.seen.service(host);
        if (service.isEmpty()) {
            draft.waitAt(Gate.Kind.UNKNOWN_TO_NOVA, "Nova has no nova-compute service on a host named " + host);
        }
        service.ifPresent(draft::rememberBefore);
        return service;
    }

    /**
     * Whether the host has sent Nova a heartbeat after it was last said to be dead. Nova shows one time for heartbeats and
     * for changes by administrators, so our own changes count as much as the reports: only what is later than both tells.
     */
    static boolean isAlive(Draft draft, ComputeService service) {
        return service.up() && isHeardOf(draft, service);
    }

    /** The same whatever Nova calls it: one that is forced down is called down as long as it is, and its heartbeats go on. */
    static boolean isHeardOf(Draft draft, ComputeService service) {
        Instant lastWord = Stream.concat(
                        draft.incident.evidence().stream()
                                .filter(e -> e.kind() != Evidence.Kind.REPORTED_STARTED)
                                .map(Evidence::observedAt),
                        lastTouched(draft, service.host()).stream())
                .max(Comparator.naturalOrder())
                .orElse(draft.incident.openedAt());
        return service.updatedAt()
                .filter(at -> at.isAfter(lastWord.plus(draft.policy.clockTolerance())))
                .isPresent();
    }

    /** When we last changed its service, or tried to: Nova may show that time as if it were a heartbeat's. */
    static Optional<Instant> lastTouched(Draft draft, HostName host) {
        return draft.incident.journal().stream()
                .filter(entry -> touches(entry.step(), host))
                .map(JournalEntry::lastMoment)
                .max(Comparator.naturalOrder());
    }

    private static boolean touches(Step step, HostName host) {
        return (step instanceof Step.ForceDown forceDown && forceDown.host().equals(host))
                || (step instanceof Step.LiftForceDown lift && lift.host().equals(host))
                || (step instanceof Step.DisableService disable
                        && disable.host().equals(host))
                || (step instanceof Step.EnableService enable && enable.host().equals(host));
    }

    static void waitBecauseAlive(Draft draft, ComputeService service) {
        draft.waitAt(
                Gate.Kind.HOST_ALIVE,
                draft.incident.host() + " is said to be dead, but Nova "
                        + (service.up()
                                ? "calls it up and heard of it at "
                                : "heard of it, though it is forced down, at ")
                        + service.updatedAt().map(Instant::toString).orElse("an unknown time"));
    }

    /** Makes Nova take a host that is proved to be dead for down at once, and then for disabled. */
    static void keepOut(Draft draft, ComputeService service) {
        if (!service.forcedDown()) {
            draft.ensure(new Step.ForceDown(service.host()));
        } else if (service.enabled()) {
            // Only now: as long as Nova takes a dead host for up, it holds this call for 60 s.
            draft.ensure(disable(draft.incident));
        }
    }

    /**
     * The same as long as instances are to be moved: a host that is heard of is not disabled before that. Forced down it gets no
     * new instances anyway, and Nova would show the time of our call instead of that of its heartbeats.
     */
    static void keepOutWhileMoving(Draft draft, ComputeService service) {
        if (!service.forcedDown() || !isHeardOf(draft, service)) {
            keepOut(draft, service);
        }
    }

    static Step.DisableService disable(Incident incident) {
        return new Step.DisableService(incident.host(), REASON + incident.id() + ": host failed");
    }
}
