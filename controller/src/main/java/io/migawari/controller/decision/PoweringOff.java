// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.Power;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A host that is reported as stopped, and of which nothing proves that it is off, is switched off by its fencing devices, level
 * by level. What counts is never that a device took the order, only that the power reads as off; a host that is off already
 * is not touched.
 */
final class PoweringOff {

    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration WHILE_WAITING = Duration.ofSeconds(5);

    private PoweringOff() {}

    /** Whether the power is to be read: only when it is our turn, since a device that is dead takes its time to say nothing. */
    static boolean isReached(Incident incident) {
        return incident.subject() instanceof Subject.WholeHost
                && incident.phase() == Phase.PROVING
                && incident.gate()
                        .filter(gate -> gate.kind() == Gate.Kind.FENCING || gate.kind() == Gate.Kind.FENCING_FAILED)
                        .isPresent();
    }

    /** Takes a reading of "off" down as the proof that it is. */
    static void note(Draft draft) {
        if (draft.isProved() || !(draft.seen.power() instanceof Seen.Known<Power> known)) {
            return;
        }
        known.value().levels().stream()
                .filter(Power.Level::isOff)
                .findFirst()
                .ifPresent(level -> draft.add(new Evidence(
                        Evidence.Kind.POWER_OFF,
                        "Fencing",
                        known.at(),
                        "the power of " + draft.incident.host() + " reads as off (" + names(level) + ")")));
    }

    /** Goes on with the host's levels; the draft waits at the gate that says how far it is. */
    static Duration decide(Draft draft) {
        HostName host = draft.incident.host();
        Instant begin = draft.incident.openedAt().plus(draft.policy.fenceAfter());
        if (begin.isAfter(draft.now)) {
            draft.waitAt(
                    Gate.Kind.NO_PROOF,
                    host + " is reported as stopped, and nothing proves that it is off; it is switched off at "
                            + begin);
            return shorter(WHILE_WAITING, Duration.between(draft.now, begin));
        }
        Optional<String> nowhere = new Destinations(draft).nowhere();
        if (nowhere.isPresent()) {
            draft.waitAt(Gate.Kind.NO_CAPACITY, host + " is not switched off, because " + nowhere.get());
            return WHILE_WAITING;
        }
        if (!(draft.seen.power() instanceof Seen.Known<Power> known)) {
            draft.waitAt(
                    Gate.Kind.FENCING,
                    draft.seen
                            .power()
                            .whyUnknown()
                            .map(why -> "The power of " + host + " cannot be read: " + why)
                            .orElse(host + " is being switched off"));
            return draft.seen.power().wasAsked() ? SOON : Duration.ZERO;
        }
        return tryLevels(draft, known.value().levels());
    }

    /**
     * The first level that has not failed yet. One whose power cannot be read has: whatever it did would prove nothing, and a
     * dead device costs its whole time-out.
     */
    private static Duration tryLevels(Draft draft, List<Power.Level> levels) {
        HostName host = draft.incident.host();
        List<String> failures = new ArrayList<>();
        List<Step.PowerOff> again = new ArrayList<>();
        for (int number = 1; number <= levels.size(); number++) {
            Power.Level level = levels.get(number - 1);
            var off = new Step.PowerOff(host, number);
            Tries tries = draft.tries(off);
            Optional<String> cannot = level.unusable().or(level::whyUnknown);
            if (cannot.isEmpty() && (!tries.ended(draft.now) || wasCutOff(tries))) {
                draft.ensure(off);
                draft.waitAt(Gate.Kind.FENCING, host + " is being switched off by " + names(level));
                return SOON;
            }
            if (cannot.isEmpty()) {
                again.add(off);
            }
            failures.add(names(level) + ": "
                    + cannot.or(tries::complaint).orElse("it took the order, and the power does not read as off"));
        }
        again.forEach(draft::ensure); // with pauses that grow
        draft.waitAt(
                Gate.Kind.FENCING_FAILED,
                host + " could not be switched off (" + String.join("; ", failures) + "); it is tried again");
        return WHILE_WAITING;
    }

    /** A controller went away in the middle of it; it was not the device that failed. */
    private static boolean wasCutOff(Tries tries) {
        return tries.count() == 1 && tries.last().orElseThrow().outcome().isEmpty();
    }

    private static String names(Power.Level level) {
        return level.devices().stream().map(Power.Device::name).collect(Collectors.joining(" and "));
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
