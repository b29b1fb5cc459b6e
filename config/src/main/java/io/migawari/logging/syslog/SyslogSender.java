// SPDX-License-Identifier: Apache-2.0
package io.migawari.logging.syslog;

import io.migawari.config.SyslogSettings;
import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries messages to a syslog server, in their order, on a thread of its own, so that a server that is away, slow or hung costs
 * nobody any time. What waits is bounded; what comes beyond that is counted, and the log says how much it was as soon as the server
 * takes messages again. {@link #offer} and {@link #close} are for any thread; the rest is its own.
 */
public final class SyslogSender implements Closeable {

    private static final Logger log = LoggerFactory.getLogger(SyslogSender.class);

    /** Several thousand lines; a monitor has 32 MiB for everything. */
    private static final int MOST_BYTES = 1 << 20;

    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /** After this a server that takes nothing is hung, and its connection given up. */
    private static final Duration LONGEST_SEND = Duration.ofSeconds(30);

    private final String server;
    private final Channel.Opening opening;
    private final Time time;
    private final int mostBytes;
    private final Thread thread = new Thread(this::run, "log-syslog");

    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private int bytes;
    private int dropped;
    private boolean away;
    private @Nullable Deadline sending;
    private volatile @Nullable Channel channel;
    private Duration pause = SHORTEST_PAUSE;

    SyslogSender(String server, Channel.Opening opening, int mostBytes, Time time) {
        this.server = server;
        this.opening = opening;
        this.mostBytes = mostBytes;
        this.time = time;
        thread.setDaemon(true);
    }

    /**
     * To the server of the settings; nothing is sent before {@link #start}.
     *
     * @throws IllegalArgumentException naming the file of certificates that cannot be used
     */
    public static SyslogSender to(SyslogSettings settings, Time time) {
        return new SyslogSender(settings.address().toString(), Channels.to(settings), MOST_BYTES, time);
    }

    public void start() {
        thread.start();
    }

    /** Takes a message to be sent, or drops it if too much waits. Never waits. */
    public synchronized void offer(byte[] message) {
        if (bytes + message.length > mostBytes) {
            dropped++;
        } else {
            waiting.add(message);
            bytes += message.length;
            notifyAll();
        }
        Channel current = channel;
        if (sending != null && sending.isPast() && current != null) {
            sending = null;
            current.close();
        }
    }

    private void run() {
        try {
            while (true) {
                boolean wasIdle = await();
                if (!carry(wasIdle)) {
                    time.sleep(pause);
                    pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closing
        } finally {
            disconnect();
        }
    }

    /** @return whether there was nothing to do for a while */
    private synchronized boolean await() throws InterruptedException {
        boolean wasIdle = waiting.isEmpty();
        while (waiting.isEmpty()) {
            wait();
        }
        return wasIdle;
    }

    /**
     * Sends the message that has waited longest. One that was not taken stays the first.
     *
     * @param wasIdle whether the server may have gone since the last one without anybody having seen it
     * @return whether it was taken
     */
    boolean carry(boolean wasIdle) {
        byte[] message;
        synchronized (this) {
            message = waiting.element();
            sending = time.deadlineAfter(LONGEST_SEND);
        }
        try {
            Channel current = channel;
            if (current != null && wasIdle && !current.isOpen()) {
                disconnect();
                current = null;
            }
            if (current == null) {
                current = opening.open();
                channel = current;
            }
            current.send(message);
            taken(message);
            return true;
        } catch (IOException | RuntimeException e) {
            disconnect();
            notTaken(e);
            return false;
        }
    }

    private void taken(byte[] message) {
        int lost = 0;
        boolean wasAway;
        synchronized (this) {
            waiting.remove();
            bytes -= message.length;
            sending = null;
            wasAway = away;
            away = false;
            if (waiting.isEmpty()) {
                lost = dropped;
                dropped = 0;
            }
            notifyAll();
        }
        pause = SHORTEST_PAUSE;
        if (wasAway) {
            log.atInfo().addKeyValue("server", server).log("The syslog server takes lines again");
        }
        if (lost > 0) {
            log.atWarn()
                    .addKeyValue("server", server)
                    .addKeyValue("lines", lost)
                    .log("Log lines were lost: more came than the syslog server took");
        }
    }

    private void notTaken(Exception e) {
        boolean isNews;
        synchronized (this) {
            sending = null;
            isNews = !away;
            away = true;
            notifyAll();
        }
        if (isNews) {
            log.atWarn()
                    .addKeyValue("server", server)
                    .log("The syslog server does not take lines, which wait now: {}", e.toString());
        }
    }

    private void disconnect() {
        Channel current = channel;
        channel = null;
        if (current != null) {
            current.close();
        }
    }

    /** What is still waiting. */
    synchronized int waiting() {
        return waiting.size();
    }

    /** Waits until everything is sent, but not for a server that is away, and no longer than this. */
    public synchronized void flush(Duration most) throws InterruptedException {
        Deadline deadline = time.deadlineAfter(most);
        while (!waiting.isEmpty() && !away && !deadline.isPast()) {
            wait(Math.max(1, deadline.left().toMillis()));
        }
    }

    /** What still waits is lost. Comes back when the thread has ended, so that nothing is sent or said any more. */
    @Override
    public void close() {
        thread.interrupt();
        disconnect();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
