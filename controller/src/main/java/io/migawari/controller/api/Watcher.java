// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import io.migawari.controller.store.Event;
import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** One who watches what happens. Only its state of writing is touched by other threads than the feed's. */
final class Watcher {

    /**
     * So many lines before the newest one that was told are looked at again: a transaction that took a number earlier may
     * have ended later. Those of all recoveries of a second are fewer.
     */
    static final int OVERLAP = 200;

    /** What Keystone has said of the caller is believed for so long and no longer; he may come again. */
    static final Duration LONGEST = Duration.ofMinutes(1);

    /** Less than the time after which connections that say nothing are closed, by us or by what is between. */
    private static final Duration PULSE = Duration.ofSeconds(10);

    private static final Duration LONGEST_WRITE = Duration.ofSeconds(30);

    private enum State {
        READY,
        WRITING,
        OVER
    }

    private final Response response;
    private final Callback callback;
    private final UnaryOperator<String> shown;
    private final Time time;
    private final Deadline end;
    private final TreeSet<Long> told = new TreeSet<>();
    private final long from;
    private long newest;
    private boolean isFirst = true;
    private Deadline pulse;
    private Deadline writtenBy;
    private State state = State.READY;

    Watcher(long from, Response response, Callback callback, UnaryOperator<String> shown, Time time) {
        this.from = from;
        this.newest = from;
        this.response = response;
        this.callback = callback;
        this.shown = shown;
        this.time = time;
        this.end = time.deadlineAfter(LONGEST);
        this.pulse = time.deadlineAfter(Duration.ZERO);
        this.writtenBy = time.deadlineAfter(LONGEST_WRITE);
    }

    synchronized boolean isReady() {
        if (state == State.WRITING && writtenBy.isPast()) {
            fail(new TimeoutException("the watcher does not take what he is told"));
        }
        return state == State.READY;
    }

    synchronized boolean isOver() {
        return state == State.OVER;
    }

    /** The number after which lines have to be read for it. */
    long readsFrom() {
        return Math.max(0, newest - OVERLAP);
    }

    /** @param read from {@link #readsFrom} on */
    void tell(List<Event> read) {
        if (isFirst) {
            read.stream().map(Watcher::number).filter(number -> number <= from).forEach(told::add);
            isFirst = false;
        }
        var text = new StringBuilder();
        for (Event event : read) {
            if (told.add(number(event))) {
                newest = Math.max(newest, number(event));
                text.append("id: ").append(newest).append("\nevent: story\ndata: ");
                text.append(shown.apply(IncidentViews.event(event).toString()));
                text.append("\n\n");
            }
        }
        told.headSet(readsFrom(), true).clear();
        tell(text);
    }

    /** When nothing could be read. */
    void tellNothing() {
        tell(new StringBuilder());
    }

    private void tell(StringBuilder text) {
        if (text.isEmpty() && pulse.isPast()) {
            text.append(":\n\n");
        }
        boolean isLast = end.isPast();
        if (!text.isEmpty() || isLast) {
            write(text.toString(), isLast);
        }
    }

    private static long number(Event event) {
        return event.line().number();
    }

    private void write(String text, boolean isLast) {
        synchronized (this) {
            if (state != State.READY) {
                return;
            }
            state = State.WRITING;
            pulse = time.deadlineAfter(PULSE);
            writtenBy = time.deadlineAfter(LONGEST_WRITE);
        }
        response.write(
                isLast,
                ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)),
                Callback.from(() -> written(isLast), this::fail));
    }

    private synchronized void written(boolean isLast) {
        if (state == State.WRITING) {
            state = isLast ? State.OVER : State.READY;
            if (isLast) {
                callback.succeeded();
            }
        }
    }

    private synchronized void fail(Throwable why) {
        if (state != State.OVER) {
            state = State.OVER;
            callback.failed(why);
        }
    }

    /** Ends it in order, if it has taken what it was told. */
    void end() {
        write("", true);
    }
}
