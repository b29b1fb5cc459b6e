// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor.pacemaker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Processes on this machine, each killed when its time is up: some of Pacemaker's tools never return by themselves. */
final class LocalCommands implements Commands {

    /** A CIB of a thousand resources is some megabytes. */
    private static final int MOST_BYTES = 32 * 1024 * 1024;

    private final ExecutorService reader = Executors.newCachedThreadPool(work -> {
        var thread = new Thread(work, "command-output");
        thread.setDaemon(true);
        return thread;
    });

    @Override
    public Result run(List<String> command, Duration most) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("TZ", "UTC");
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            Future<byte[]> output = reader.submit(() -> process.getInputStream().readNBytes(MOST_BYTES + 1));
            byte[] bytes = output.get(most.toMillis(), TimeUnit.MILLISECONDS);
            if (bytes.length > MOST_BYTES) {
                throw new IOException(command.get(0) + " says more than " + MOST_BYTES + " bytes");
            }
            if (!process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(command.get(0) + " has not ended within " + most.toMillis() + " ms");
            }
            return new Result(process.exitValue(), new String(bytes, StandardCharsets.UTF_8));
        } catch (TimeoutException e) {
            throw new IOException(command.get(0) + " has not answered within " + most.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw new IOException(command.get(0) + ": " + e.getCause(), e);
        } finally {
            if (process.isAlive()) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
    }
}
