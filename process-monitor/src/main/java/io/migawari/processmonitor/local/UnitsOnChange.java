// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor.local;

import io.migawari.processmonitor.process.Sighting;
import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * Spares systemd the questions whose answers are known: while it tells of changes and has told of none, units that ran or
 * were stopped still do and are, and are asked for rarely, in case a signal was lost. Anything else is asked for each
 * time, for only a fresh look makes a second one. Used by the watching thread.
 */
final class UnitsOnChange {

    private final Units units;
    private final UnitSignals signals;
    private final Duration calmInterval;
    private final Time time;
    private Map<String, Sighting> last = Map.of();
    private Deadline late;

    UnitsOnChange(Units units, UnitSignals signals, Duration calmInterval, Time time) {
        this.units = units;
        this.signals = signals;
        this.calmInterval = calmInterval;
        this.time = time;
        this.late = time.deadlineAfter(Duration.ZERO);
    }

    Map<String, Sighting> look(Set<String> names) throws InterruptedException {
        if (names.isEmpty()) {
            return Map.of();
        }
        // In this order: what changes after this question is told to the next one.
        boolean heard = signals.areHeardFor(names);
        boolean changed = signals.takeChanged();
        if (heard && !changed && !late.isPast() && last.keySet().equals(names) && isAtRest()) {
            return last;
        }
        last = units.look(names);
        late = time.deadlineAfter(calmInterval);
        return last;
    }

    private boolean isAtRest() {
        return last.values().stream()
                .allMatch(sighting -> sighting instanceof Sighting.Runs || sighting instanceof Sighting.Stopped);
    }
}
