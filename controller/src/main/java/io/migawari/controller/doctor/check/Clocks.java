// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor.check;

import io.migawari.controller.model.cloud.NovaAccess;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Clocks of this controller, the database and Nova that differ by more than recovery.clock-tolerance. */
final class Clocks implements Check {

    @Override
    public String id() {
        return "clock";
    }

    @Override
    public String finds() {
        return "clocks of this controller, the database and Nova that differ by more than `recovery.clock-tolerance`";
    }

    @Override
    public String why() {
        return "a heartbeat that is older than a report can then look newer, and a dead host alive, or the other way round; leases are counted by the database";
    }

    @Override
    public String nextStep() {
        return "let all of them take their time from the same NTP servers (chronyc tracking)";
    }

    /** Nova's answer has whole seconds. */
    private static final Duration GRAIN = Duration.ofSeconds(1);

    @Override
    public List<Finding> look(Facts facts) {
        List<Finding> findings = new ArrayList<>();
        Duration tolerance = facts.settings().clockTolerance();
        facts.databaseClock()
                .known()
                .map(Duration::ofMillis)
                .filter(ahead -> ahead.abs().compareTo(tolerance) > 0)
                .ifPresent(ahead -> findings.add(warning("database", words(ahead))));
        facts.access()
                .known()
                .map(Clocks::novaAhead)
                .filter(ahead -> ahead.abs().compareTo(tolerance) > 0)
                .ifPresent(ahead -> findings.add(warning("Nova", words(ahead))));
        return findings;
    }

    /** Zero as long as the answer may have been written at a moment between the question and its arrival. */
    private static Duration novaAhead(NovaAccess access) {
        Instant clock = access.clock().orElse(access.askedAt());
        if (clock.plus(GRAIN).isBefore(access.askedAt())) {
            return Duration.between(access.askedAt(), clock.plus(GRAIN));
        }
        return clock.isAfter(access.answeredAt()) ? Duration.between(access.answeredAt(), clock) : Duration.ZERO;
    }

    private static String words(Duration ahead) {
        return "its clock is " + ahead.abs().toSeconds() + "s " + (ahead.isNegative() ? "behind" : "ahead of")
                + " this controller's";
    }
}
