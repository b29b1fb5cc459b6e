// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.spool;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A disk that is not waited for without end: what takes too long goes on by itself on the thread {@code spool-disk}, and the
 * caller is told that it failed. Whoever watches a host must not stop doing so because a disk hangs. Safe for any thread.
 */
final class PatientDisk implements SpoolDisk, AutoCloseable {

    private final SpoolDisk disk;
    private final Duration patience;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        var named = new Thread(work, "spool-disk");
        named.setDaemon(true);
        return named;
    });
    private Future<?> last = java.util.concurrent.CompletableFuture.completedFuture(null);

    PatientDisk(SpoolDisk disk, Duration patience) {
        this.disk = disk;
        this.patience = patience;
    }

    @Override
    public List<String> names() throws IOException {
        return within(disk::names);
    }

    @Override
    public byte[] read(String name) throws IOException {
        return within(() -> disk.read(name));
    }

    @Override
    public void write(String name, byte[] content) throws IOException {
        within(() -> {
            disk.write(name, content);
            return true;
        });
    }

    @Override
    public void remove(String name) throws IOException {
        within(() -> {
            disk.remove(name);
            return true;
        });
    }

    @Override
    public void setAside(String name, String folder, String why) throws IOException {
        within(() -> {
            disk.setAside(name, folder, why);
            return true;
        });
    }

    /** One at a time, in their order; while one hangs, the next ones fail at once. */
    private synchronized <T> T within(Callable<T> work) throws IOException {
        if (!last.isDone()) {
            throw new IOException("the disk hangs");
        }
        Future<T> result = thread.submit(work);
        last = result;
        try {
            return result.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException("the disk has not answered for " + patience.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IOException(String.valueOf(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
