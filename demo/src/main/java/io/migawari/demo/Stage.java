// SPDX-License-Identifier: Apache-2.0
package io.migawari.demo;

import io.migawari.config.AlertSettings;
import io.migawari.config.ApiSettings;
import io.migawari.config.ControllerSettings;
import io.migawari.config.DatabaseSettings;
import io.migawari.config.FencingSettings;
import io.migawari.config.ForesightSettings;
import io.migawari.config.GateSettings;
import io.migawari.config.HistorySettings;
import io.migawari.config.LogSettings;
import io.migawari.config.OpenStackSettings;
import io.migawari.config.OpenStackSettings.Credentials;
import io.migawari.config.OperationSettings;
import io.migawari.config.RecoverySettings;
import io.migawari.config.Secret;
import io.migawari.controller.ControllerDaemon;
import io.migawari.controller.UnsuitableSchemaException;
import io.migawari.db.Database;
import io.migawari.db.Schema;
import io.migawari.embeddeddb.EmbeddedMariaDb;
import io.migawari.logging.LogSetup;
import io.migawari.simulator.SimulatorServer;
import io.migawari.simulator.cloud.SimulatedCloud;
import io.migawari.systemd.Systemd;
import io.migawari.time.Time;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a demonstration runs on: a MariaDB server, a simulated cloud and a controller, each on a free loopback
 * port, all in a directory that is removed at the end. Closed in reverse order, whatever was started; that may happen from
 * another thread while it is still being opened, when somebody presses Ctrl-C.
 */
final class Stage implements AutoCloseable {

    private static final String DATABASE = "migawari";

    /** What was opened. */
    record Set(SimulatedCloud cloud, SimulatorServer simulator, ControllerDaemon controller) {}

    private final Path directory;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private boolean closed;

    Stage() throws IOException {
        directory = Files.createTempDirectory("migawari-demo");
        LogSetup.apply(LogSettings.file(LogSettings.Level.INFO, log()), "migawari-demo", Map.of());
    }

    /** @param progress told what is being started, since some of it takes seconds */
    Set open(Time time, Consumer<String> progress) throws IOException, UnsuitableSchemaException, InterruptedException {
        progress.accept("Starting MariaDB");
        EmbeddedMariaDb server = opened(EmbeddedMariaDb.start(directory.resolve("mariadb")));
        server.createDatabase(DATABASE);
        DatabaseSettings database = new DatabaseSettings(
                server.url(DATABASE),
                server.user(),
                new Secret(server.password()),
                10,
                Duration.ofSeconds(3),
                Duration.ofSeconds(5));
        progress.accept("Creating the tables");
        migrate(database);

        progress.accept("Starting a simulated cloud");
        var cloud = new SimulatedCloud(time);
        SimulatorServer simulator = opened(SimulatorServer.start(cloud));

        progress.accept("Starting the controller");
        ControllerDaemon controller = opened(new ControllerDaemon(settings(database, simulator), time));
        controller.start(Systemd.of(Map.of(), time));
        return new Set(cloud, simulator, controller);
    }

    private synchronized <T extends AutoCloseable> T opened(T resource) throws InterruptedException {
        started.push(resource);
        if (closed) {
            throw new InterruptedException("closed while it was being opened");
        }
        return resource;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    private static void migrate(DatabaseSettings settings) {
        try (var database = Database.open(settings, "migrate")) {
            new Schema(database).migrate();
        }
    }

    private ControllerSettings settings(DatabaseSettings database, SimulatorServer simulator) {
        return new ControllerSettings(
                "demo",
                new ApiSettings("127.0.0.1", 0, ApiSettings.Authentication.NONE),
                database,
                new OpenStackSettings(
                        simulator.identityAddress(),
                        new Credentials.Password("admin", "Default", new Secret("admin-secret"), "admin", "Default"),
                        Optional.of("RegionOne"),
                        "public",
                        Optional.empty(),
                        Optional.empty(),
                        Duration.ofSeconds(20)),
                // its controller has never watched before, and what is to be seen is the recovery
                RecoverySettings.defaults().with(GateSettings.open()),
                OperationSettings.defaults(),
                FencingSettings.none(),
                new ForesightSettings(Duration.ZERO),
                HistorySettings.defaults(),
                AlertSettings.defaults(),
                LogSettings.file(LogSettings.Level.INFO, log()));
    }

    Path log() {
        return directory.resolve("controller.log");
    }

    /** Closing again does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception e) {
                System.err.println("While cleaning up: " + e);
            }
        }
        // A server that was still being started is nobody's yet.
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        try {
            deleteTree(directory);
        } catch (IOException e) {
            System.err.println("Could not remove " + directory + ": " + e);
        }
    }

    /** The server's own clean-up may be deleting the same files; what is gone already is as good as deleted. */
    private static void deleteTree(Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
