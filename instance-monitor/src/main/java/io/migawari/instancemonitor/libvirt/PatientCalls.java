// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor.libvirt;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Calls of libvirt that are not waited for without end: a daemon that hangs answers none, and opening a connection to it does
 * not even time out. They run one after the other on the thread {@code libvirt-calls}. Used by one thread.
 */
final class PatientCalls {

    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        var named = new Thread(work, "libvirt-calls");
        named.setDaemon(true);
        return named;
    });
    private Future<?> last = CompletableFuture.completedFuture(null);

    boolean isBusy() {
        return !last.isDone();
    }

    /** For what has no result. */
    void begin(Runnable call) {
        last = thread.submit(call);
    }

    <T> Future<T> start(Callable<T> call) {
        Future<T> begun = thread.submit(call);
        last = begun;
        return begun;
    }

    /** While an earlier one hangs, fails at once. */
    <T> T within(Duration most, Callable<T> call) throws IOException, InterruptedException {
        if (isBusy()) {
            throw new IOException("libvirt hangs in an earlier call");
        }
        try {
            return start(call).get(most.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException("libvirt has not answered for " + most.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw failure(e);
        }
    }

    static IOException failure(ExecutionException e) {
        return e.getCause() instanceof IOException known ? known : new IOException(String.valueOf(e.getCause()), e);
    }

    /** Takes no more; what is under way goes on. */
    void stop() {
        thread.shutdown();
    }
}
