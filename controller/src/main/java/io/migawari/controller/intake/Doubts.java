// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.intake;

import io.migawari.config.Durations;
import io.migawari.controller.intake.Doubt.Kind;
import io.migawari.controller.model.NotificationType;
import io.migawari.controller.store.Acceptance;
import io.migawari.controller.store.Notifications;
import io.migawari.controller.store.Report;
import io.migawari.db.DatabaseException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Holds a report against the clock and against what else is known. Nothing is refused that a monitor with a wrong clock might
 * rightly report: a host that is dead stays so, whatever the time. What such a report loses is its worth as a proof of death.
 * Safe for any thread.
 */
final class Doubts {

    /** Machines whose clocks are kept by NTP are never so far apart; before it, a report counts as made now. */
    static final Duration FAR_AHEAD = Duration.ofMinutes(1);

    /** Within this a host can be repaired, run, and be switched off for another reason. */
    static final Duration LONG_PAST = Duration.ofDays(1);

    /** The monitors of a cluster see the same within seconds, and try again within minutes if we were away. */
    static final Duration LATE_COPY = Duration.ofMinutes(10);

    private final Notifications notifications;
    private final Duration clockTolerance;

    Doubts(Notifications notifications, Duration clockTolerance) {
        this.notifications = notifications;
        this.clockTolerance = clockTolerance;
    }

    /**
     * Why the time of a report cannot be relied on. What looks wrong by our own clock must be wrong by the database's as well,
     * which all controllers share: ours may be the one that is.
     *
     * @throws DatabaseException if that cannot be asked
     */
    Optional<Doubt> ofItsTime(Report report, Instant now) {
        return ofItsTime(report, Duration.between(report.generatedTime(), now)).isEmpty()
                ? Optional.empty()
                : ofItsTime(report, Duration.between(report.generatedTime(), notifications.clock()));
    }

    private Optional<Doubt> ofItsTime(Report report, Duration age) {
        String generated = "It was generated at " + report.generatedTime();
        if (age.compareTo(LONG_PAST) > 0) {
            return Optional.of(
                    new Doubt(Kind.LONG_PAST, generated + ", " + rounded(age) + " ago: it proves no death."));
        }
        Duration ahead = age.negated();
        if (ahead.compareTo(clockTolerance) <= 0) {
            return Optional.empty();
        }
        String counts = generated + ", which is " + rounded(ahead) + " ahead of the clock here: it counts as seen now";
        return Optional.of(
                ahead.compareTo(FAR_AHEAD) > 0
                        ? new Doubt(Kind.FROM_THE_FUTURE, counts + ", and proves no death.")
                        : new Doubt(Kind.AHEAD, counts + "."));
    }

    /**
     * What is wrong with a report that was taken in, or refused.
     *
     * @param ofItsTime what was found before
     */
    Optional<Doubt> of(Report report, Optional<Doubt> ofItsTime, Acceptance acceptance, Instant now) {
        if (acceptance instanceof Acceptance.UnknownHost) {
            return Optional.of(
                    new Doubt(Kind.UNKNOWN_HOST, "Host with name " + report.host() + " could not be found."));
        }
        if (acceptance instanceof Acceptance.Duplicate) {
            Duration age = Duration.between(report.generatedTime(), now);
            return age.compareTo(LATE_COPY) > 0
                    ? Optional.of(new Doubt(
                            Kind.REPLAYED,
                            "It was generated " + rounded(age) + " ago, and what it says was known before."))
                    : Optional.empty();
        }
        return ofItsTime.or(
                () -> acceptance instanceof Acceptance.Stored ? findContradiction(report) : Optional.empty());
    }

    /** The report is stored; that a look at what else is known fails must not have it told otherwise. */
    private Optional<Doubt> findContradiction(Report report) {
        try {
            return contradiction(report);
        } catch (DatabaseException e) {
            return Optional.empty();
        }
    }

    private Optional<Doubt> contradiction(Report report) {
        if (report.type() != NotificationType.COMPUTE_HOST) {
            return notifications
                    .deadSince(report.host())
                    .filter(since -> isLater(report.generatedTime(), since))
                    .map(since -> new Doubt(
                            Kind.CONTRADICTED,
                            "The host " + report.host() + " has been taken for dead since " + since
                                    + ", and only a host that lives can see this."));
        }
        return "STOPPED".equals(report.payload().get("event"))
                ? notifications
                        .lastSignOfLife(report.host())
                        .filter(sign -> isLater(sign, report.generatedTime()))
                        .map(sign -> new Doubt(
                                Kind.CONTRADICTED,
                                "The host " + report.host() + " has itself said at " + sign + " that it lives."))
                : Optional.empty();
    }

    private boolean isLater(Instant one, Instant other) {
        return one.isAfter(other.plus(clockTolerance));
    }

    /** In whole units of which there are at least two, so that nobody reads "1573m". */
    private static String rounded(Duration time) {
        ChronoUnit unit = time.toDays() >= 2
                ? ChronoUnit.DAYS
                : time.toHours() >= 2
                        ? ChronoUnit.HOURS
                        : time.toMinutes() >= 2 ? ChronoUnit.MINUTES : ChronoUnit.SECONDS;
        return Durations.format(time.truncatedTo(unit));
    }
}
