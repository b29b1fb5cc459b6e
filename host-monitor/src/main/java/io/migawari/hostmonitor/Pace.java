// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor;

import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When to look next. A look starts two of Pacemaker's tools, which is some 25 ms of processor time; once a second, that is
 * several times what a monitor may cost on an idle host. Pacemaker writes each change that it sees to its log, so a log
 * that stays as it is means that nothing happens, and then looks are rare. The log only hastens a look: it is not
 * read, and where it cannot be seen every look comes at the ordinary interval. Used by one thread.
 */
final class Pace {

    /** Intervals: what the log tells of may show itself a moment later only. */
    private static final int BUSY = 2;

    /** @param calmInterval between looks while nothing happens; not shorter than the interval */
    record Settings(Duration interval, Duration calmInterval, Path activityFile) {

        Settings {
            calmInterval = calmInterval.compareTo(interval) < 0 ? interval : calmInterval;
        }
    }

    private final Settings settings;
    private final Time time;
    private @Nullable Object lastStamp;
    private Deadline busy;
    private Deadline soon;
    private Deadline late;

    Pace(Settings settings, Time time) {
        this.settings = settings;
        this.time = time;
        this.busy = time.deadlineAfter(settings.interval().multipliedBy(BUSY));
        this.soon = time.deadlineAfter(Duration.ZERO);
        this.late = soon;
    }

    /**
     * Whether it is time to look.
     *
     * @param settled whether the last look has shown something that need not be seen again to be believed
     */
    boolean isDue(boolean settled) {
        Optional<Object> stamp = stamp();
        boolean changed = stamp.isPresent() && !stamp.get().equals(lastStamp);
        if (changed) {
            busy = time.deadlineAfter(settings.interval().multipliedBy(BUSY));
        }
        boolean often = stamp.isEmpty() || !settled || !busy.isPast();
        if (!(changed || late.isPast() || (often && soon.isPast()))) {
            return false;
        }
        lastStamp = stamp.orElse(null);
        soon = time.deadlineAfter(settings.interval());
        late = time.deadlineAfter(settings.calmInterval());
        return true;
    }

    /** How long to do nothing before asking again; also bounds how often a log that grows without end is heeded. */
    Duration pause() {
        return settings.interval().dividedBy(2);
    }

    private Optional<Object> stamp() {
        try {
            var attributes = Files.readAttributes(settings.activityFile(), BasicFileAttributes.class);
            return Optional.of(
                    List.of(attributes.lastModifiedTime(), attributes.size(), String.valueOf(attributes.fileKey())));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
