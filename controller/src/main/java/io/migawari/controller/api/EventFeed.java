// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import io.migawari.controller.store.Event;
import io.migawari.controller.store.EventLog;
import io.migawari.db.DatabaseException;
import io.migawari.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes on what happens to incidents to those who watch, as server-sent events
 * (<a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">HTML, 9.2</a>). It is read from the tables, where the
 * lines of all controllers are: once a second, and only while somebody watches. Its thread is {@code events};
 * {@link #from} may be called from any.
 */
public final class EventFeed implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EventFeed.class);

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    /** At once; whoever is further behind gets the next ones at the next look. */
    private static final int MOST_LINES = 500;

    private final EventLog events;
    private final Time time;
    private final Set<Watcher> watchers = ConcurrentHashMap.newKeySet();
    private final Thread thread = new Thread(this::run, "events");
    private boolean databaseIsAway;

    public EventFeed(EventLog events, Time time) {
        this.events = events;
        this.time = time;
    }

    public void start() {
        thread.setDaemon(true);
        thread.start();
    }

    /** What follows an answer's head. */
    interface Stream {

        /** @param shown what the caller may see of a JSON text */
        void begin(Response response, Callback callback, UnaryOperator<String> shown);
    }

    /** @return the number of the newest line, for whoever wants to hear of what comes only */
    long newest() {
        return events.newest();
    }

    /** All lines after a number, and whatever is added from now on. */
    Stream from(long number) {
        return (response, callback, shown) -> watchers.add(new Watcher(number, response, callback, shown, time));
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                look();
                time.sleep(LOOK_EVERY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closing
        }
    }

    /** Tells every watcher what is new to him. */
    void look() {
        watchers.removeIf(Watcher::isOver);
        Map<Long, List<Event>> read = new HashMap<>(); // nearly all have come equally far
        for (Watcher watcher : watchers) {
            try {
                if (watcher.isReady()) {
                    watcher.tell(read.computeIfAbsent(
                            watcher.readsFrom(), number -> events.after(number, Watcher.OVERLAP + MOST_LINES)));
                }
                databaseIsAway = false;
            } catch (DatabaseException e) {
                watcher.tellNothing();
                if (!databaseIsAway) {
                    databaseIsAway = true;
                    log.atWarn().log("Those who watch are told nothing, the database is away: {}", e.getMessage());
                }
            } catch (RuntimeException | Error e) {
                watcher.end();
                log.atError().setCause(e).log("Telling a watcher failed by a mistake of ours");
            }
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        new ArrayList<>(watchers).forEach(Watcher::end);
        watchers.clear();
    }
}
