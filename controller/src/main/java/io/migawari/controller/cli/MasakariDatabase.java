// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import io.migawari.config.DatabaseSettings;
import io.migawari.config.Secret;
import io.migawari.controller.cli.MasakariInventory.Host;
import io.migawari.controller.cli.MasakariInventory.Segment;
import io.migawari.db.Database;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/**
 * Masakari's database, read where it is: by the URL that stands in its {@code masakari.conf} under {@code [database] connection}.
 * Nothing is written to it. Table and column names are those of Masakari 9 (2020) to 20 (2025).
 */
final class MasakariDatabase {

    private static final Pattern SCHEME = Pattern.compile("(?:jdbc:)?(?:mysql|mariadb)(?:\\+\\w+)?://.*");

    private final DatabaseSettings settings;

    private MasakariDatabase(DatabaseSettings settings) {
        this.settings = settings;
    }

    /**
     * @param url as {@code mysql+pymysql://USER:PASSWORD@HOST:PORT/DATABASE?charset=utf8}; what follows the question mark is
     *     left out
     * @param password if the URL has none
     * @throws IllegalArgumentException if it is no such URL; the message does not show it, because it may have a password in it
     */
    static MasakariDatabase at(String url, Optional<String> password) {
        if (!SCHEME.matcher(url).matches()) {
            throw new IllegalArgumentException(expected("another kind of database, or no URL"));
        }
        URI uri;
        try {
            uri = new URI("mysql" + url.substring(url.indexOf("://")));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    expected("something that is no URL; a special character in the password has to be written as %XX"),
                    e);
        }
        String[] user = Optional.ofNullable(uri.getUserInfo()).orElse("").split(":", 2);
        String database = Optional.ofNullable(uri.getPath()).orElse("").replaceFirst("^/", "");
        if (uri.getHost() == null || user[0].isEmpty() || database.isEmpty()) {
            throw new IllegalArgumentException(expected("one without host, user or database"));
        }
        String secret = user.length == 2
                ? user[1]
                : password.orElseThrow(() -> new IllegalArgumentException(
                        "--database: no password in the URL; give it there or as MASAKARI_DB_PASSWORD"));
        String jdbc =
                "jdbc:mariadb://" + uri.getHost() + ":" + (uri.getPort() < 0 ? 3306 : uri.getPort()) + "/" + database;
        return new MasakariDatabase(new DatabaseSettings(
                jdbc, user[0], new Secret(secret), 2, Duration.ofSeconds(5), Duration.ofSeconds(30)));
    }

    private static String expected(String found) {
        return "--database: expected mysql+pymysql://USER:PASSWORD@HOST/DATABASE, as in masakari.conf, found " + found;
    }

    MasakariInventory read() {
        try (var database = Database.open(settings, "masakari")) {
            return database.inTransaction(handle -> new MasakariInventory(
                    handle.createQuery("SELECT * FROM failover_segments WHERE deleted = 0 ORDER BY id")
                            .map((row, context) -> new Segment(
                                    row.getString("name"),
                                    row.getString("recovery_method"),
                                    row.getString("service_type"),
                                    row.getBoolean("enabled"),
                                    Optional.ofNullable(row.getString("description")),
                                    hosts(handle, row.getString("uuid"))))
                            .list(),
                    handle.createQuery(
                                    "SELECT COUNT(*) FROM notifications WHERE deleted = 0 AND status IN ('new', 'running')")
                            .mapTo(Long.class)
                            .one()));
        }
    }

    private static List<Host> hosts(Handle handle, String segment) {
        return handle.createQuery("SELECT * FROM hosts WHERE deleted = 0 AND failover_segment_id = ? ORDER BY id")
                .bind(0, segment)
                .map((row, context) -> new Host(
                        row.getString("name"),
                        row.getString("type"),
                        row.getString("control_attributes"),
                        row.getBoolean("reserved"),
                        row.getBoolean("on_maintenance")))
                .list();
    }
}
