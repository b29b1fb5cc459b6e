// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.recovery;

import io.migawari.controller.model.SegmentId;
import io.migawari.controller.model.Urgency;
import io.migawari.controller.store.Lease;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A bounded number of threads for what many incidents want done. The most urgent comes first, and then the segment that has the
 * fewest threads just now. No segment gets all of the threads, and some of them are kept for failed hosts; so however many calls
 * of one segment hang, the next one's go on, and however many instances have died, so does the recovery of a host. Safe for
 * any thread.
 */
final class FairThreads {

    private record Kind(SegmentId segment, Urgency urgency) {

        /** Those who share a bound. */
        Share share() {
            return new Share(segment, isOfHost());
        }

        boolean isOfHost() {
            return urgency == Urgency.HOST;
        }
    }

    private record Share(SegmentId segment, boolean ofHosts) {}

    private final int most;
    private final int mostOfSegment;
    private final int keptForHosts;
    private final ExecutorService threads;
    private final Map<Kind, Queue<Runnable>> waiting = new HashMap<>();
    private final Map<Share, Integer> running = new HashMap<>();
    private boolean isShutDown;

    /**
     * @param name of the threads
     * @param most threads in all
     * @param mostOfSegment threads for the failed hosts of one segment, and as many for everything else of it
     * @param keptForHosts threads that nothing but the recovery of a failed host gets
     */
    FairThreads(String name, int most, int mostOfSegment, int keptForHosts) {
        this.most = most;
        this.mostOfSegment = mostOfSegment;
        this.keptForHosts = keptForHosts;
        var count = new AtomicInteger();
        this.threads = Executors.newCachedThreadPool(task -> new Thread(task, name + "-" + count.incrementAndGet()));
    }

    /** Does the work of an incident as soon as it is its turn; never, when shut down before. */
    synchronized void execute(Lease lease, Runnable work) {
        var kind = new Kind(lease.segment(), lease.urgency());
        waiting.computeIfAbsent(kind, unused -> new ArrayDeque<>()).add(work);
        startWhatMay();
    }

    private void startWhatMay() {
        for (Optional<Kind> next = next(); next.isPresent() && !isShutDown; next = next()) {
            Kind kind = next.get();
            Queue<Runnable> queue = Objects.requireNonNull(waiting.get(kind));
            Runnable work = queue.remove();
            if (queue.isEmpty()) {
                waiting.remove(kind);
            }
            running.merge(kind.share(), 1, Integer::sum);
            threads.execute(() -> {
                try {
                    work.run();
                } finally {
                    ended(kind);
                }
            });
        }
    }

    private synchronized void ended(Kind kind) {
        running.merge(kind.share(), -1, (one, other) -> one + other == 0 ? null : one + other);
        startWhatMay();
    }

    private Optional<Kind> next() {
        return waiting.keySet().stream()
                .filter(this::mayStart)
                .min(Comparator.comparing(Kind::urgency).thenComparing(kind -> running(kind.segment())));
    }

    private boolean mayStart(Kind kind) {
        int all = running.values().stream().mapToInt(Integer::intValue).sum();
        int others = running.entrySet().stream()
                .filter(entry -> !entry.getKey().ofHosts())
                .mapToInt(Map.Entry::getValue)
                .sum();
        return all < most
                && (kind.isOfHost() || others < most - keptForHosts)
                && running.getOrDefault(kind.share(), 0) < mostOfSegment;
    }

    private int running(SegmentId segment) {
        return running.getOrDefault(new Share(segment, true), 0) + running.getOrDefault(new Share(segment, false), 0);
    }

    /** Interrupts what runs, and forgets what waits. */
    synchronized void shutdownNow() {
        isShutDown = true;
        waiting.clear();
        threads.shutdownNow();
    }

    /** @return whether all that ran has ended by then */
    boolean awaitEnd(Duration patience) throws InterruptedException {
        return threads.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS);
    }
}
