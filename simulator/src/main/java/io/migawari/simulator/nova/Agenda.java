// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

import io.migawari.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;

/**
 * What is going to happen, and when. There is no thread: whoever looks at the world first {@linkplain #settle() settles}
 * what is due, each event at its own time and in order, so that it is the same whether somebody looked in between or not.
 * Not thread-safe.
 */
public final class Agenda {

    private final Time time;
    private final long nanosAtStart;
    private final Instant start;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private Instant now;
    private long eventsPlanned;

    public Agenda(Time time) {
        this.time = time;
        this.nanosAtStart = time.nanos();
        this.start = time.now();
        this.now = start;
    }

    /** The simulated cloud's clock; it does not jump when somebody sets the machine's. */
    public Instant now() {
        return now;
    }

    /** Plans something, counted from {@link #now()}, which during an event is the time at which that was due. */
    void after(Duration delay, Runnable what) {
        events.add(new Event(now.plus(delay), ++eventsPlanned, what));
    }

    public void settle() {
        Instant present = start.plusNanos(time.nanos() - nanosAtStart);
        for (Event next = events.peek(); next != null && !next.due().isAfter(present); next = events.peek()) {
            events.remove();
            now = next.due();
            next.what().run();
        }
        now = present;
    }

    private record Event(Instant due, long number, Runnable what) implements Comparable<Event> {

        @Override
        public int compareTo(Event other) {
            int byTime = due.compareTo(other.due);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }
}
