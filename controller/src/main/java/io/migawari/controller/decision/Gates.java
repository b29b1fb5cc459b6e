// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.config.GateSettings;
import io.migawari.controller.model.Deaths;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.Host;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Outages;
import io.migawari.controller.model.Pause;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.operation.Order;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What keeps the recovery of a host from being begun, whatever is known about its death. It is looked at before anything at
 * all is done to the host, and never again once that has begun. A person's approval passes all of them. Each gate is shut
 * while its own input is missing.
 */
final class Gates {

    private Gates() {}

    /** Waits at the first gate that is shut. */
    static boolean areOpen(Draft draft) {
        if (draft.incident.approval().isPresent()) {
            return true;
        }
        Optional<Shut> shut = paused(draft)
                .or(() -> watchingFirst(draft))
                .or(() -> selfCheck(draft))
                .or(() -> storm(draft))
                .or(() -> disabledByPerson(draft));
        return isOpen(draft, shut);
    }

    /**
     * The same for an instance that has died alone. Its storm may open by time: a restart harms nobody who lives, but hundreds
     * at once that fail because their storage is away use up every instance's limit, and keep Nova busy when it comes back.
     */
    static boolean areOpenForInstance(Draft draft) {
        return draft.incident.approval().isPresent()
                || isOpen(draft, paused(draft).or(() -> stormOfInstances(draft)));
    }

    /** Whether it is one of those. */
    static boolean isOfInstances(Gate.Kind kind) {
        return kind == Gate.Kind.PAUSED || kind == Gate.Kind.STORM;
    }

    /** The same for processes that are down. */
    static boolean areOpenForProcesses(Draft draft) {
        return draft.incident.approval().isPresent() || isOpen(draft, paused(draft));
    }

    private static boolean isOpen(Draft draft, Optional<Shut> shut) {
        shut.ifPresent(gate -> draft.waitAt(gate.kind(), gate.why()));
        return shut.isEmpty();
    }

    /** Waits if a person has paused what is done about the host. */
    static boolean isPaused(Draft draft) {
        Optional<Shut> shut = paused(draft);
        shut.ifPresent(gate -> draft.waitAt(gate.kind(), gate.why()));
        return shut.isPresent();
    }

    private record Shut(Gate.Kind kind, String why) {}

    private static Optional<Shut> shut(Gate.Kind kind, String why) {
        return Optional.of(new Shut(kind, why));
    }

    /** A person's pause; of several, the one that lasts longest. Which ones hold is told by the database's clock, not by ours. */
    private static Optional<Shut> paused(Draft draft) {
        return draft.seen.surroundings().pauses().stream()
                .max(Comparator.comparing(Pause::until))
                .flatMap(pause -> shut(
                        Gate.Kind.PAUSED,
                        pause.by() + " has paused recovery until " + pause.until() + ": " + pause.reason()));
    }

    /** Reports that came while no controller ran are still being delivered, and the one that takes them back may be the last. */
    private static Optional<Shut> watchingFirst(Draft draft) {
        Duration first = draft.policy.gates().watchFirst();
        if (first.isZero()) {
            return Optional.empty();
        }
        Optional<Instant> since = draft.seen.surroundings().watchingSince();
        if (since.isEmpty()) {
            return shut(Gate.Kind.WATCHING_FIRST, "It is not known since when a controller has been watching");
        }
        return draft.now.isBefore(since.get().plus(first))
                ? shut(Gate.Kind.WATCHING_FIRST, "No controller was watching until " + since.get())
                : Optional.empty();
    }

    /**
     * When Nova shows most of the neighbours as down, too, though nobody has reported them, then Nova, its database, its message
     * bus or our own network is the likelier fault; and with clocks that disagree, nothing that is told by them can be relied on.
     */
    private static Optional<Shut> selfCheck(Draft draft) {
        int percent = draft.policy.gates().seenPercent();
        if (percent == 0) {
            return Optional.empty();
        }
        Optional<Instant> fromFuture = draft.seen.services().known().orElseThrow().stream()
                .flatMap(service -> service.updatedAt().stream())
                .filter(at -> at.isAfter(draft.now.plus(draft.policy.clockTolerance())))
                .max(Comparator.naturalOrder());
        if (fromFuture.isPresent()) {
            return shut(
                    Gate.Kind.SELF_CHECK,
                    "Nova's clock or ours is wrong: it is " + draft.now + " here, and Nova has heard of a host at "
                            + fromFuture.get());
        }
        List<HostName> others = neighbours(draft);
        long up = others.stream()
                .filter(host ->
                        draft.seen.service(host).filter(ComputeService::up).isPresent())
                .count();
        return up * 100 < (long) others.size() * percent
                ? shut(
                        Gate.Kind.SELF_CHECK,
                        "Nova shows only " + up + " of the " + others.size()
                                + " other hosts of the segment as up, though nobody has reported the rest")
                : Optional.empty();
    }

    /** The other hosts of the segment that are not known to have failed. */
    private static List<HostName> neighbours(Draft draft) {
        Set<HostName> failed = draft.seen.surroundings().reportedDead();
        return draft.seen.surroundings().hosts().stream()
                .map(Host::name)
                .filter(host -> !host.equals(draft.incident.host()) && !failed.contains(host))
                .filter(host -> draft.seen
                        .service(host)
                        .filter(service -> !service.forcedDown())
                        .isPresent())
                .toList();
    }

    /**
     * More hosts are out than the site allows. Time alone does not open it: a host counts until it is back. It opens when
     * enough of them are and have been for a while.
     */
    private static Optional<Shut> storm(Draft draft) {
        GateSettings gates = draft.policy.gates();
        Outages outages = draft.seen.surroundings().outages();
        String segment = draft.seen.surroundings().segment().name();
        Optional<Shut> rages = tooMany(
                        outages.inSegment(),
                        outages.hostsInSegment(),
                        gates.stormPercentOfSegment(),
                        "of the segment " + segment)
                .or(() -> tooMany(
                        outages.overall(), outages.hostsOverall(), gates.stormPercentOverall(), "of all segments"));
        if (rages.isPresent()) {
            draft.stormSeen();
            return rages;
        }
        return outages.stormSeenAt()
                .filter(seen -> draft.now.isBefore(seen.plus(gates.stormCoolDown())))
                .flatMap(seen -> shut(Gate.Kind.STORM, "Too many hosts were out at once until " + seen));
    }

    private static Optional<Shut> stormOfInstances(Draft draft) {
        Deaths deaths = draft.seen.surroundings().deaths();
        int limit = draft.policy.restarts().storm();
        String segment = draft.seen.surroundings().segment().name();
        if (deaths.inLastMinute() > limit) {
            draft.stormSeen();
            return shut(
                    Gate.Kind.STORM,
                    deaths.inLastMinute() + " instances of the segment " + segment + " have died within a minute; "
                            + limit + " may");
        }
        return deaths.stormSeenAt()
                .filter(seen ->
                        draft.now.isBefore(seen.plus(draft.policy.gates().stormCoolDown())))
                .flatMap(seen -> shut(
                        Gate.Kind.STORM,
                        "Too many instances of the segment " + segment + " died together until " + seen));
    }

    private static Optional<Shut> tooMany(int out, int of, int percent, String where) {
        int limit = Math.max(1, of * percent / 100);
        return out > limit
                ? shut(
                        Gate.Kind.STORM,
                        out + " of the " + of + " hosts " + where + " are out at once; " + limit + " may be")
                : Optional.empty();
    }

    /** A host that somebody had taken out of use is his; but a reserved host is disabled by its nature. */
    private static Optional<Shut> disabledByPerson(Draft draft) {
        HostName host = draft.incident.host();
        boolean reserved = draft.seen.surroundings().hosts().stream()
                .anyMatch(h -> h.reserved() && h.name().equals(host));
        return switch (draft.policy.gates().disabledHosts()) {
            case RECOVER -> Optional.empty();
            case ASK ->
                draft.before()
                        .filter(before -> !before.enabled() && !reserved)
                        .map(before -> before.disabledReason().orElse("no reason given"))
                        .filter(reason -> !isOfMachine(reason))
                        .flatMap(reason -> shut(
                                Gate.Kind.DISABLED_BY_PERSON, host + " had been disabled before it failed: " + reason));
        };
    }

    /** A host that is being drained, and fails with what is still on it, is recovered as any other: it is not on maintenance yet. */
    private static boolean isOfMachine(String reason) {
        return Admission.isNovasOwn(Optional.of(reason))
                || reason.startsWith(FailedHost.REASON)
                || reason.startsWith(Order.Drain.REASON);
    }
}
