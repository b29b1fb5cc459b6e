// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller;

import io.migawari.config.DatabaseSettings;
import io.migawari.config.Secret;
import io.migawari.db.Database;
import io.migawari.db.Schema;
import io.migawari.embeddeddb.EmbeddedMariaDb;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Real MariaDB databases for tests: one server for all of a Java process, of which Maven runs several beside each other, and
 * for each caller a database of its own with all tables.
 */
public final class TestDatabase {

    private static final EmbeddedMariaDb SERVER =
            EmbeddedMariaDb.start(Path.of("target/mariadb" + System.getProperty("test.process", "")));
    private static final AtomicInteger COUNT = new AtomicInteger();

    private TestDatabase() {}

    /** Settings of a new database with all tables. */
    public static DatabaseSettings migrated() {
        DatabaseSettings settings = empty();
        try (var database = Database.open(settings, "migrate")) {
            new Schema(database).migrate();
        }
        return settings;
    }

    public static DatabaseSettings empty() {
        String name = "test" + COUNT.incrementAndGet();
        SERVER.createDatabase(name);
        return new DatabaseSettings(
                SERVER.url(name),
                SERVER.user(),
                new Secret(SERVER.password()),
                10,
                Duration.ofSeconds(3),
                Duration.ofSeconds(20));
    }
}
