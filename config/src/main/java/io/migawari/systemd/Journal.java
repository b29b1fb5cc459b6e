// SPDX-License-Identifier: Apache-2.0
package io.migawari.systemd;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The journal of systemd as libsystemd writes to it: entries of fields, each {@code NAME=value}. An entry that was taken is with
 * journald, even if this process ends right after. Safe for any thread.
 */
public final class Journal {

    private static final Path SOCKET = Path.of("/run/systemd/journal/socket");

    private static final class Library {

        static native int sd_journal_sendv(Pointer fields, int count);

        static void load() {
            Native.register(Library.class, "libsystemd.so.0");
        }

        private Library() {}
    }

    private Journal() {}

    /** @throws IOException saying why there is none to be written to */
    public static Journal open() throws IOException {
        if (!Files.exists(SOCKET)) {
            throw new IOException("there is no " + SOCKET);
        }
        try {
            Library.load();
        } catch (UnsatisfiedLinkError e) {
            throw new IOException("libsystemd cannot be loaded: " + e.getMessage(), e);
        }
        return new Journal();
    }

    /** Whether the standard output or error of this process is read by journald, as systemd says to whom it starts. */
    public static boolean readsOutput(Map<String, String> environment) {
        return readsOutput(environment, List.of(Path.of("/proc/self/fd/1"), Path.of("/proc/self/fd/2")));
    }

    /** A variable alone says little: whatever a unit starts inherits it, and may write to a terminal. */
    static boolean readsOutput(Map<String, String> environment, List<Path> outputs) {
        String stream = environment.getOrDefault("JOURNAL_STREAM", "");
        return !stream.isEmpty()
                && outputs.stream()
                        .anyMatch(
                                output -> numbers(output).filter(stream::equals).isPresent());
    }

    private static Optional<String> numbers(Path file) {
        try {
            Map<String, Object> numbers = Files.readAttributes(file, "unix:dev,ino");
            return Optional.of(numbers.get("dev") + ":" + numbers.get("ino"));
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    /** @return whether it was taken */
    public boolean send(List<String> fields) {
        // struct iovec[]: where each begins and how long it is; then the fields themselves
        int entry = 2 * Native.POINTER_SIZE;
        byte[][] all = fields.stream()
                .map(field -> field.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        long size = (long) all.length * entry;
        for (byte[] field : all) {
            size += field.length;
        }
        try (var memory = new Memory(size)) {
            long at = (long) all.length * entry;
            for (int i = 0; i < all.length; i++) {
                memory.setPointer((long) i * entry, memory.share(at));
                memory.setLong((long) i * entry + Native.POINTER_SIZE, all[i].length);
                memory.write(at, all[i], 0, all[i].length);
                at += all[i].length;
            }
            return Library.sd_journal_sendv(memory, all.length) == 0;
        }
    }
}
