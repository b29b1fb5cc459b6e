// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.fencing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs programs that talk to fencing devices. What they are told goes over their standard input and nowhere else; they get an
 * environment of their own, without anything of ours. When its time is over a program is killed with all that it has started.
 * Safe for any thread.
 */
final class Program {

    /** A fence agent says a line or two; the metadata, which nobody asks for here, 30 kB. */
    private static final int MOST_BYTES = 16 * 1024;

    /** What a program has left running may hold its output open. */
    private static final Duration FOR_THE_REST = Duration.ofSeconds(1);

    private static final String PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

    private static final ExecutorService READERS = Executors.newCachedThreadPool(work -> {
        var thread = new Thread(work, "fence-output");
        thread.setDaemon(true);
        return thread;
    });

    private Program() {}

    /** What became of a program. */
    sealed interface Ending {

        /** It ended by itself; what it said is scrubbed. */
        record Exited(int code, String output, String errors) implements Ending {}

        /** It did not end, and was killed. */
        record TookTooLong(Duration most) implements Ending {}

        /** It is not there, or is no program. */
        record NotStarted(String why) implements Ending {}
    }

    static Ending run(Path program, List<String> arguments, String input, Duration most, Scrubber scrubber)
            throws InterruptedException {
        if (!Files.isRegularFile(program)) {
            return new Ending.NotStarted(program + " does not exist");
        }
        if (!Files.isExecutable(program)) {
            return new Ending.NotStarted(program + " is not executable");
        }
        Process process;
        try {
            process = start(program, arguments);
        } catch (IOException e) {
            return new Ending.NotStarted(program + " cannot be started (" + e.getMessage() + ")");
        }
        Future<Speech> output = READERS.submit(() -> listen(process.getInputStream()));
        Future<Speech> errors = READERS.submit(() -> listen(process.getErrorStream()));
        try {
            tell(process, input);
            if (!process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS)) {
                return new Ending.TookTooLong(most);
            }
            return new Ending.Exited(process.exitValue(), words(output, scrubber), words(errors, scrubber));
        } finally {
            if (process.isAlive() || !output.isDone() || !errors.isDone()) {
                killAll(process);
            }
        }
    }

    /** As the leader of a session of its own, so that it can be killed with everything that it has started. */
    private static Process start(Path program, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("setsid", program.toString()));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().put("PATH", PATH);
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("PYTHONWARNINGS", "ignore");
        return builder.start();
    }

    private static void tell(Process process, String input) {
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It does not listen; what it says and how it ends will tell.
        }
    }

    private record Speech(String text, boolean isCut) {}

    /** To the end, so that the program is not held up by what nobody wants to know. */
    private static Speech listen(InputStream in) throws IOException {
        var kept = new ByteArrayOutputStream();
        var buffer = new byte[4096];
        boolean cut = false;
        for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
            int wanted = Math.min(length, MOST_BYTES - kept.size());
            kept.write(buffer, 0, wanted);
            cut |= wanted < length;
        }
        return new Speech(kept.toString(StandardCharsets.UTF_8), cut);
    }

    private static String words(Future<Speech> speech, Scrubber scrubber) throws InterruptedException {
        try {
            Speech said = speech.get(FOR_THE_REST.toMillis(), TimeUnit.MILLISECONDS);
            return said.isCut() ? scrubber.scrubCut(said.text()) : scrubber.scrub(said.text());
        } catch (TimeoutException | ExecutionException e) {
            return "";
        }
    }

    /** The processes of its session first: its children would be nobody's if it went before them. */
    private static void killAll(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        try {
            // Java has no word for a group of processes.
            Process unused = new ProcessBuilder("sh", "-c", "kill -KILL -- -" + process.pid() + " 2>/dev/null").start();
        } catch (IOException e) {
            // Then the descendants that we knew of have to do.
        }
        process.destroyForcibly();
        close(process.getInputStream());
        close(process.getErrorStream());
    }

    private static void close(InputStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            // It is of no more use either way.
        }
    }
}
