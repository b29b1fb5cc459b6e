// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.ops;

import io.migawari.db.DatabaseException;
import io.migawari.db.Purge;
import io.migawari.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes once a day what has been over for longer than it shall be kept; the audit is not its business. Several controllers may do
 * so at once: what one has deleted, the other does not find. Its thread is {@code history}.
 */
public final class HistoryKeeper implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(HistoryKeeper.class);

    /** A controller that is started anew all the time shall not spend it on this. */
    private static final Duration FIRST = Duration.ofMinutes(30);

    private static final Duration EVERY = Duration.ofDays(1);

    private final Purge purge;
    private final Duration keep;
    private final Supplier<Instant> databaseClock;
    private final Time time;
    private final Thread thread = new Thread(this::run, "history");

    /**
     * @param keep zero: for ever
     * @param databaseClock what time it is by the database; throws DatabaseException when that is away
     */
    public HistoryKeeper(Purge purge, Duration keep, Supplier<Instant> databaseClock, Time time) {
        this.purge = purge;
        this.keep = keep;
        this.databaseClock = databaseClock;
        this.time = time;
    }

    public void start() {
        if (!keep.isZero()) {
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Until it is interrupted. */
    void run() {
        try {
            time.sleep(FIRST);
            while (!Thread.currentThread().isInterrupted()) {
                tidyUp();
                time.sleep(EVERY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closing
        }
    }

    /** What cannot be deleted now is deleted another day. */
    private void tidyUp() {
        try {
            Instant now = earlierOf(time.now(), databaseClock.get());
            Purge.Deleted deleted = purge.carryOut(now.minus(keep), now, false, false);
            if (deleted.rows().values().stream().anyMatch(rows -> rows > 0)) {
                log.atInfo().log(
                        "Deleted what ended more than {} days ago: {}",
                        keep.toDays(),
                        deleted.rows().entrySet().stream()
                                .filter(entry -> entry.getValue() > 0)
                                .map(entry -> entry.getValue() + " of " + entry.getKey())
                                .collect(Collectors.joining(", ")));
            }
            if (!deleted.refused().isEmpty()) {
                tellOf(deleted.refusal());
            }
        } catch (DatabaseException e) {
            tellOf(String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
            log.atError().setCause(e).log("Deleting old data failed by a mistake of ours");
        }
    }

    private static void tellOf(String trouble) {
        log.atWarn().log("Old data could not be deleted; it is tried again tomorrow: {}", trouble);
    }

    /** One of two clocks that is years ahead must not cost all that there is. */
    private static Instant earlierOf(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
