// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The tools of this machine, each killed when its time is up: some of a cluster's never return by themselves. */
public final class LocalTools implements Node.Tools {

    private static final long MOST_SECONDS = 5;
    private static final int MOST_BYTES = 64 * 1024;

    @Override
    public Optional<String> run(List<String> command) throws InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return Optional.empty(); // not installed
        }
        try {
            var output = CompletableFuture.supplyAsync(() -> read(process));
            String text = output.get(MOST_SECONDS, TimeUnit.SECONDS);
            boolean ended = process.waitFor(MOST_SECONDS, TimeUnit.SECONDS);
            return ended && process.exitValue() == 0 ? Optional.of(text) : Optional.empty();
        } catch (ExecutionException | TimeoutException e) {
            return Optional.empty();
        } finally {
            process.destroyForcibly();
        }
    }

    private static String read(Process process) {
        try (var in = process.getInputStream()) {
            return new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
