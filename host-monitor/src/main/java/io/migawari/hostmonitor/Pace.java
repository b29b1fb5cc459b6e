// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor;

import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When to look next. A look starts two of Pacemaker's tools, which is some 25 ms of processor time; once a second, that is
 * several times what a monitor may cost on an idle host. Pacemaker writes each change that it sees to its log, so a log
 * that stays as it is means that nothing happens, and then looks are rare. The log only hastens a look: it is not
 * read, and where it cannot be seen, or has stayed silent about a change, every look comes at the ordinary interval. Used by
 * one thread.
 */
final class Pace {

    private static final Logger log = LoggerFactory.getLogger(Pace.class);

    /** Intervals: what the log tells of may show itself a moment later only. */
    private static final int BUSY = 2;

    /**
     * @param calmInterval between looks while nothing happens; not shorter than the interval
     * @param activityFiles one of them changes whenever something happens; none if nothing tells
     */
    record Settings(Duration interval, Duration calmInterval, List<Path> activityFiles) {

        Settings {
            activityFiles = List.copyOf(activityFiles);
            calmInterval = calmInterval.compareTo(interval) < 0 ? interval : calmInterval;
        }
    }

    private final Settings settings;
    private final Time time;
    private @Nullable Object lastStamp;
    private Deadline busy;
    private Deadline soon;
    private Deadline late;
    /** Whether the last look came by itself, and found something new. */
    private boolean surprised;

    private boolean hastened;
    private boolean silent;

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
        if (surprised && stamp.isPresent() && !changed && !silent) {
            // The log had the time since that look to tell of the same.
            silent = true;
            log.atWarn()
                    .log(
                            "Something has happened, and none of {} has changed; until one does in time, every look comes"
                                    + " at the ordinary interval, which costs some 2 % of a processor",
                            settings.activityFiles());
        }
        surprised = false;
        if (changed) {
            busy = time.deadlineAfter(settings.interval().multipliedBy(BUSY));
        }
        boolean often = stamp.isEmpty() || silent || !settled || !busy.isPast();
        if (!(changed || late.isPast() || (often && soon.isPast()))) {
            return false;
        }
        hastened = changed;
        lastStamp = stamp.orElse(null);
        soon = time.deadlineAfter(settings.interval());
        late = time.deadlineAfter(settings.calmInterval());
        return true;
    }

    /** What the look has brought that was due: whether it differs from the one before. */
    void looked(boolean somethingNew) {
        surprised = somethingNew && !hastened;
        if (somethingNew && hastened && silent) {
            silent = false;
            log.atInfo().log("{} tell again when something happens", settings.activityFiles());
        }
    }

    /** How long to do nothing before asking again; also bounds how often a log that grows without end is heeded. */
    Duration pause() {
        return settings.interval().dividedBy(2);
    }

    private Optional<Object> stamp() {
        List<Object> stamps = new ArrayList<>();
        boolean there = false;
        for (Path file : settings.activityFiles()) {
            try {
                var attributes = Files.readAttributes(file, BasicFileAttributes.class);
                there = true;
                stamps.add(attributes.lastModifiedTime());
                stamps.add(attributes.size());
                stamps.add(String.valueOf(attributes.fileKey()));
            } catch (IOException e) {
                stamps.add("not there"); // it may come
            }
        }
        return there ? Optional.of(stamps) : Optional.empty();
    }
}
