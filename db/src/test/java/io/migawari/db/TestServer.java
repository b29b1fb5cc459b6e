// SPDX-License-Identifier: Apache-2.0
package io.migawari.db;

import io.migawari.config.DatabaseSettings;
import io.migawari.config.Secret;
import io.migawari.embeddeddb.EmbeddedMariaDb;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** One MariaDB server for all tests of this module, each with a database of its own. */
final class TestServer {

    static final EmbeddedMariaDb SERVER = EmbeddedMariaDb.start(Path.of("target/mariadb"));
    private static final AtomicInteger COUNT = new AtomicInteger();

    private TestServer() {}

    static DatabaseSettings emptyDatabase() {
        String name = "test" + COUNT.incrementAndGet();
        SERVER.createDatabase(name);
        return settings(name, SERVER.user(), SERVER.password());
    }

    static DatabaseSettings settings(String database, String user, String password) {
        return new DatabaseSettings(
                SERVER.url(database), user, new Secret(password), 4, Duration.ofSeconds(3), Duration.ofSeconds(20));
    }
}
