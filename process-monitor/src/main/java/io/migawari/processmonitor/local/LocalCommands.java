// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor.local;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Processes on this machine, each killed when its time is up. */
public final class LocalCommands implements Commands {

    /** A hundred units say some 30 kB. */
    private static final int MOST_BYTES = 1024 * 1024;

    private final ExecutorService reader = Executors.newCachedThreadPool(work -> {
        var thread = new Thread(work, "command-output");
        thread.setDaemon(true);
        return thread;
    });

    @Override
    public Result ask(List<String> command, Duration most) throws IOException, TooSlowException, InterruptedException {
        Process process = start(command, Redirect.PIPE);
        try {
            InputStream speech = process.getInputStream();
            Future<byte[]> output = reader.submit(() -> speech.readNBytes(MOST_BYTES + 1));
            byte[] bytes = output.get(most.toMillis(), TimeUnit.MILLISECONDS);
            if (bytes.length > MOST_BYTES) {
                throw new IOException(command.get(0) + " says more than " + MOST_BYTES + " bytes");
            }
            return new Result(end(process, command, most), new String(bytes, StandardCharsets.UTF_8));
        } catch (TimeoutException e) {
            throw tooSlow(command, most);
        } catch (ExecutionException e) {
            throw new IOException(command.get(0) + ": " + e.getCause(), e);
        } finally {
            kill(process);
        }
    }

    @Override
    public int run(List<String> command, Duration most) throws IOException, TooSlowException, InterruptedException {
        Process process = start(command, Redirect.DISCARD);
        try {
            return end(process, command, most);
        } finally {
            kill(process);
        }
    }

    private static Process start(List<String> command, Redirect output) throws IOException {
        var builder = new ProcessBuilder(command)
                .redirectInput(Redirect.from(new File("/dev/null")))
                .redirectOutput(output)
                .redirectError(Redirect.DISCARD);
        builder.environment().put("LC_ALL", "C");
        // Meant for this monitor alone: by systemd, and by its launcher, which keeps it small.
        builder.environment().remove("NOTIFY_SOCKET");
        builder.environment().remove("WATCHDOG_USEC");
        builder.environment().remove("WATCHDOG_PID");
        builder.environment().remove("MALLOC_ARENA_MAX");
        return builder.start();
    }

    private static int end(Process process, List<String> command, Duration most)
            throws TooSlowException, InterruptedException {
        if (!process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS)) {
            throw tooSlow(command, most);
        }
        return process.exitValue();
    }

    private static void kill(Process process) {
        if (process.isAlive()) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static TooSlowException tooSlow(List<String> command, Duration most) {
        return new TooSlowException(
                String.join(" ", command) + " has not ended within " + most.toMillis() + " ms and was killed");
    }
}
