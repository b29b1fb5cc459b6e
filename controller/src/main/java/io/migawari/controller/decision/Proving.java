// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.SignOfLife;
import io.migawari.controller.model.cloud.ComputeService;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** Is the host really dead? Until that is proved, the only thing done is to keep new instances away from it. */
final class Proving {

    private static final Duration WHILE_WAITING = Duration.ofSeconds(5);
    /** A heartbeat (10 s) and the difference of clocks fit into it. */
    private static final Duration LISTENING = Duration.ofSeconds(20);

    /** After which Nova, as it comes, calls down what it has not heard of. */
    private static final Duration SERVICE_DOWN_TIME = Duration.ofSeconds(60);

    private static final Duration WHILE_NOVA_MAKES_UP_ITS_MIND = Duration.ofSeconds(1);

    private Proving() {}

    static Duration decide(Draft draft) {
        if (draft.incident.cancellation().isPresent()) {
            draft.become(
                    Phase.CLOSING,
                    Closing.calledOff(draft.incident.cancellation().get()));
            return Duration.ZERO;
        }
        if (runsAgain(draft)) {
            draft.become(Phase.CLOSING, "A monitor reports that " + draft.incident.host() + " runs");
            return Duration.ZERO;
        }
        Optional<ComputeService> service = FailedHost.service(draft);
        if (service.isEmpty()) {
            return FailedHost.WHILE_UNREADABLE;
        }
        return decide(draft, service.get());
    }

    private static Duration decide(Draft draft, ComputeService service) {
        HostName host = service.host();
        if (!draft.seen.surroundings().segment().enabled()) {
            draft.waitAt(
                    Gate.Kind.SEGMENT_DISABLED,
                    "The segment " + draft.seen.surroundings().segment().name() + " is disabled");
            return WHILE_WAITING;
        }
        if (FailedHost.isAlive(draft, service) || isAliveThoughForcedDown(draft, service)) {
            draft.novaDownSince(Optional.empty());
            FailedHost.waitBecauseAlive(draft, service);
            return WHILE_WAITING;
        }
        Optional<SignOfLife> sign = signOfLife(draft);
        if (sign.isPresent()) {
            draft.waitAt(
                    Gate.Kind.HOST_ALIVE,
                    host + " is said to be dead, but said itself, by its "
                            + sign.get().by() + ", that it is well at "
                            + sign.get().at());
            return WHILE_WAITING;
        }
        if (!Gates.areOpen(draft)) {
            return WHILE_WAITING;
        }
        noteNovasOpinion(draft, service);
        PoweringOff.note(draft);
        Optional<Instant> listening = listenFirst(draft, service);
        if (listening.isPresent()) {
            draft.waitAt(
                    Gate.Kind.NOT_DOWN,
                    host
                            + " is dead by the word of others alone, and was heard of a moment ago; it may speak for itself until "
                            + listening.get());
            return WHILE_NOVA_MAKES_UP_ITS_MIND;
        }
        if (draft.isProved()) {
            draft.become(Phase.ISOLATING, host + " is dead");
            return Duration.ZERO;
        }
        if (service.enabled()) {
            draft.ensure(FailedHost.disable(draft.incident));
        }
        return draft.seen.fenceable() ? PoweringOff.decide(draft) : waitForProof(draft, service);
    }

    private static Duration waitForProof(Draft draft, ComputeService service) {
        HostName host = service.host();
        return switch (draft.policy.proof()) {
            case NOVA_DOWN -> {
                draft.waitAt(
                        Gate.Kind.NOT_DOWN,
                        service.up()
                                ? "Nova still calls " + host + " up"
                                : "Nova calls " + host + " down, but not for long enough yet");
                yield WHILE_NOVA_MAKES_UP_ITS_MIND;
            }
            case REQUIRED -> {
                draft.waitAt(Gate.Kind.NO_PROOF, host + " is reported as stopped, and nothing proves that it is off");
                yield WHILE_WAITING;
            }
        };
    }

    /**
     * Until when it is listened whether the host speaks for itself, if words are all that speaks against it: a living host is
     * heard of again within one heartbeat. People confirm the wrong host; and Masakari's monitors say that the power was read
     * as off where nobody has read it, too (with {@code disable_ipmi_check}, and in the drivers for Consul and Kubernetes).
     */
    private static Optional<Instant> listenFirst(Draft draft, ComputeService service) {
        Optional<Instant> lastWord =
                draft.proofs().stream().map(Evidence::observedAt).max(Comparator.naturalOrder());
        if (lastWord.isEmpty() || draft.proofs().stream().anyMatch(proof -> !isWord(proof))) {
            return Optional.empty();
        }
        Stream<Instant> byNova = service.up() ? service.updatedAt().or(() -> lastWord).stream() : Stream.empty();
        Stream<Instant> byItself = draft.seen.surroundings().signOfLife().map(SignOfLife::at).stream();
        return Stream.concat(byNova, byItself)
                .map(heard -> heard.isAfter(draft.now) ? draft.now : heard) // by a clock that is ahead of ours
                .max(Comparator.naturalOrder())
                .map(heard -> heard.plus(draft.policy.fenceAfter()))
                .filter(until -> until.isAfter(draft.now));
    }

    private static boolean isWord(Evidence proof) {
        return proof.kind() == Evidence.Kind.CONFIRMED_BY_OPERATOR || proof.kind() == Evidence.Kind.POWER_READ_AS_OFF;
    }

    /** The host's own word that it is well, given after the last word of its death. */
    private static Optional<SignOfLife> signOfLife(Draft draft) {
        Instant lastWord = draft.incident.evidence().stream()
                .filter(e -> e.kind() != Evidence.Kind.REPORTED_STARTED)
                .map(Evidence::observedAt)
                .max(Comparator.naturalOrder())
                .orElse(draft.incident.openedAt());
        return draft.seen
                .surroundings()
                .signOfLife()
                .filter(sign -> sign.at().isAfter(lastWord.plus(draft.policy.clockTolerance())));
    }

    /** The newest report says that it runs, and nobody has a proof of the contrary. */
    private static boolean runsAgain(Draft draft) {
        return !draft.isProved()
                && draft.incident.evidence().stream()
                        .max(Comparator.comparing(Evidence::observedAt))
                        .filter(newest -> newest.kind() == Evidence.Kind.REPORTED_STARTED)
                        .isPresent();
    }

    /**
     * It comes back from its last failure, and is not yet, or never, freed of our force-down. One that died after its last
     * heartbeat is no longer heard of, as with a host that Nova calls up.
     */
    private static boolean isAliveThoughForcedDown(Draft draft, ComputeService service) {
        return service.forcedDown()
                && FailedHost.isHeardOf(draft, service)
                && service.updatedAt()
                        .filter(at -> at.plus(SERVICE_DOWN_TIME).isAfter(draft.now))
                        .isPresent();
    }

    /**
     * It sends heartbeats, and Nova calls it down because somebody has told it to: we ourselves, if it comes back from its last
     * failure.
     */
    private static boolean isHeardOfThoughForcedDown(Draft draft, ComputeService service) {
        Optional<Instant> since = draft.incident.novaDownSince();
        if (!service.forcedDown() || since.isEmpty()) {
            return false;
        }
        Instant ours = FailedHost.lastTouched(draft, service.host())
                .filter(at -> at.isAfter(since.get()))
                .orElse(since.get());
        return service.updatedAt()
                .filter(at -> at.isAfter(ours.plus(draft.policy.clockTolerance())))
                .isPresent();
    }

    private static void noteNovasOpinion(Draft draft, ComputeService service) {
        if (service.up() || isHeardOfThoughForcedDown(draft, service)) {
            draft.novaDownSince(Optional.empty());
            return;
        }
        Instant since = draft.incident.novaDownSince().orElse(draft.now);
        // a forced-down host is called down whatever it does; whether it lives, only its heartbeats tell
        Duration needed = service.forcedDown() && draft.policy.novaDownFor().compareTo(LISTENING) < 0
                ? LISTENING
                : draft.policy.novaDownFor();
        draft.novaDownSince(Optional.of(since));
        switch (draft.policy.proof()) {
            case NOVA_DOWN -> {
                if (!draft.isProved() && !since.plus(needed).isAfter(draft.now)) {
                    draft.add(new Evidence(
                            Evidence.Kind.NOVA_DOWN,
                            "Nova",
                            draft.now,
                            "Nova calls it down, which this site takes for a proof; a host that has only lost its "
                                    + "message bus looks the same"));
                }
            }
            case REQUIRED -> {
                // Nova's opinion proves nothing here
            }
        }
    }
}
