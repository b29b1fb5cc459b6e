// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** A directory on a real disk, ours alone as long as we hold its lock. Safe for any thread. */
final class SpoolDirectory implements SpoolDisk, AutoCloseable {

    private static final String HALF_WRITTEN = ".half-written-";
    private static final String LOCK = ".lock";
    private static final int MOST_SET_ASIDE = 100;

    private final Path directory;
    private final FileChannel lockFile;

    private SpoolDirectory(Path directory, FileChannel lockFile) {
        this.directory = directory;
        this.lockFile = lockFile;
    }

    /** @throws IOException if it cannot be made or written to, or if another process has it */
    static SpoolDirectory open(Path directory) throws IOException {
        Files.createDirectories(directory);
        FileChannel lockFile =
                FileChannel.open(directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (tryLock(lockFile) == null) {
            lockFile.close();
            throw new IOException(directory + " is in use by another monitor");
        }
        var opened = new SpoolDirectory(directory, lockFile);
        opened.removeHalfWritten();
        return opened;
    }

    private static @org.jspecify.annotations.Nullable FileLock tryLock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // by this very process
        }
    }

    /** Left by a process that was killed; what they were to become was never promised to anybody. */
    private void removeHalfWritten() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(f -> f.getFileName().toString().startsWith(HALF_WRITTEN))
                    .toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    @Override
    public List<String> names() throws IOException {
        return names(directory);
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public byte[] read(String name) throws IOException {
        return Files.readAllBytes(directory.resolve(name));
    }

    @Override
    public void write(String name, byte[] content) throws IOException {
        Path half = directory.resolve(HALF_WRITTEN + name);
        try (FileChannel file = FileChannel.open(
                half, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            var bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            file.force(true);
        } catch (IOException e) {
            Files.deleteIfExists(half); // on a full disk its blocks are wanted
            throw e;
        }
        Files.move(half, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        makeNamesDurable();
    }

    /** A name is on disk only when its directory is. */
    private void makeNamesDurable() throws IOException {
        try (FileChannel itself = FileChannel.open(directory, StandardOpenOption.READ)) {
            itself.force(true);
        }
    }

    @Override
    public void remove(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name));
    }

    @Override
    public void setAside(String name, String folder, String why) throws IOException {
        Path aside = directory.resolve(folder);
        Files.createDirectories(aside);
        List<String> kept = names(aside);
        for (String oldest : kept.subList(0, Math.max(0, kept.size() - 2 * (MOST_SET_ASIDE - 1)))) {
            Files.deleteIfExists(aside.resolve(oldest));
        }
        if (Files.exists(directory.resolve(name))) {
            Files.move(directory.resolve(name), aside.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        }
        Files.write(aside.resolve(name + ".why"), (why + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }
}
