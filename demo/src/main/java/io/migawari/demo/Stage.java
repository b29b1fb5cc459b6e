// SPDX-License-Identifier: Apache-2.0
package io.migawari.demo;

import io.migawari.config.ApiSettings;
import io.migawari.config.ControllerSettings;
import io.migawari.config.DatabaseSettings;
import io.migawari.config.LogSettings;
import io.migawari.config.OpenStackSettings;
import io.migawari.config.OpenStackSettings.Credentials;
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
import io.migawari.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Everything that a demonstration runs on: a MariaDB server, a simulated cloud and a controller, each on a free loopback
 * port, all in a directory that is removed at the end. Closed in reverse order, whatever was started.
 */
final class Stage implements AutoCloseable {

    private static final String DATABASE = "migawari";

    private final Path directory;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final SimulatedCloud cloud;
    private final SimulatorServer simulator;
    private final ControllerDaemon controller;

    /** @param progress told what is being started, since some of it takes seconds */
    Stage(Time time, Consumer<String> progress) throws IOException, UnsuitableSchemaException, InterruptedException {
        directory = Files.createTempDirectory("migawari-demo");
        started.push(() -> deleteTree(directory));
        try {
            progress.accept("Starting MariaDB");
            EmbeddedMariaDb server = EmbeddedMariaDb.start(directory.resolve("mariadb"));
            started.push(server);
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
            cloud = new SimulatedCloud(time);
            simulator = SimulatorServer.start(cloud);
            started.push(simulator);

            progress.accept("Starting the controller");
            ControllerSettings settings = settings(database, simulator);
            LogSetup.apply(settings.log(), "migawari-demo", Map.of());
            controller = new ControllerDaemon(settings, time);
            started.push(controller);
            controller.start();
        } catch (IOException | UnsuitableSchemaException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
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
                RecoverySettings.defaults(),
                new LogSettings(LogSettings.Output.FILE, LogSettings.Level.INFO, "", 514, Optional.of(log())));
    }

    SimulatedCloud cloud() {
        return cloud;
    }

    SimulatorServer simulator() {
        return simulator;
    }

    ControllerDaemon controller() {
        return controller;
    }

    Path log() {
        return directory.resolve("controller.log");
    }

    @Override
    public void close() {
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception e) {
                System.err.println("While cleaning up: " + e);
            }
        }
    }

    private static void deleteTree(Path root) throws IOException {
        List<Path> deepestFirst;
        try (var paths = Files.walk(root)) {
            deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        for (Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
    }
}
