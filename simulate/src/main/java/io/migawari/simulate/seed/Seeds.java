// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.seed;

import io.migawari.controller.store.Incidents;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Seeds in a row. Each is played in a world of its own, so that several can be at a time. */
public record Seeds(long from, long count) {

    /**
     * Plays all of them.
     *
     * @param played told of each, one at a time, in the order in which they end
     */
    public void play(int threads, UnaryOperator<Incidents> inBetween, Consumer<PlayedSeed> played)
            throws InterruptedException {
        var next = new AtomicLong(from);
        ExecutorService workers = Executors.newFixedThreadPool(threads, work -> {
            var thread = new Thread(work, "seeds");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                all.add(workers.submit(() -> {
                    for (long seed = next.getAndIncrement();
                            seed < from + count && !Thread.currentThread().isInterrupted();
                            seed = next.getAndIncrement()) {
                        PlayedSeed one = PlayedSeed.of(new Seed(seed), inBetween);
                        synchronized (next) {
                            played.accept(one);
                        }
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a seed could not be played", e.getCause());
        } finally {
            workers.shutdownNow();
        }
    }
}
