// SPDX-License-Identifier: Apache-2.0
package io.migawari.db;

import io.migawari.config.Secret;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * A database with its two users: one for the daemons, who touch rows, and one for migrations, who changes tables. What is there already
 * is left as it is, the password of a user included, so that it may be run again.
 *
 * @param from the hosts that the users may come from, as MariaDB writes them
 */
public record Creation(String database, String from, User daemon, User schema) {

    /** One user. */
    public record User(String name, Secret password) {
        public User {
            if (!name.matches("[A-Za-z0-9_]{1,80}")) {
                throw new IllegalArgumentException("\"" + name + "\" is no name for a user: letters, digits and _ are");
            }
        }
    }

    /** What was done about one thing. */
    public record Done(String what, boolean isNew) {}

    public Creation {
        if (!database.matches("[A-Za-z0-9_]{1,64}")) {
            throw new IllegalArgumentException(
                    "\"" + database + "\" is no name for a database: letters, digits and _ are");
        }
        if (!from.matches("[A-Za-z0-9_.:%/-]{1,60}")) {
            throw new IllegalArgumentException("\"" + from + "\" is not what MariaDB calls a host");
        }
    }

    /** The same with these passwords for the two users. */
    public Creation with(Secret daemonPassword, Secret schemaPassword) {
        return new Creation(
                database, from, new User(daemon.name(), daemonPassword), new User(schema.name(), schemaPassword));
    }

    /** In order; passwords are shown only to the server. */
    public List<String> statements(boolean shown) {
        return List.of(
                "CREATE DATABASE IF NOT EXISTS `" + database + "` CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
                createUser(daemon, shown),
                "GRANT SELECT, INSERT, UPDATE, DELETE ON `" + pattern() + "`.* TO " + account(daemon),
                createUser(schema, shown),
                "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES ON `" + pattern()
                        + "`.* TO " + account(schema));
    }

    private String createUser(User user, boolean shown) {
        String password =
                shown ? "..." : user.password().reveal().replace("\\", "\\\\").replace("'", "''");
        return "CREATE USER IF NOT EXISTS " + account(user) + " IDENTIFIED BY '" + password + "'";
    }

    /** A grant is for all databases whose names look like this, where _ stands for any character. */
    private String pattern() {
        return database.replace("_", "\\_");
    }

    private String account(User user) {
        return "'" + user.name() + "'@'" + from + "'";
    }

    /**
     * Creates what is missing. On a Galera cluster one node is enough: such statements go to all.
     *
     * @param url of a server, as an administrator reaches it
     * @return what was there, and what is new
     * @throws SQLException in the server's or the driver's words, which name no password
     */
    public List<Done> carryOut(String url, String administrator, Secret password) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", administrator);
        properties.setProperty("password", password.reveal());
        properties.setProperty("connectTimeout", "10000");
        properties.setProperty("socketTimeout", "30000");
        List<Done> done = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url, properties)) {
            done.add(new Done(
                    "database " + database,
                    !isThere(connection, "SELECT 1 FROM information_schema.schemata WHERE schema_name = ?", database)));
            for (User user : List.of(daemon, schema)) {
                done.add(new Done(
                        "user " + account(user),
                        !isThere(
                                connection,
                                "SELECT 1 FROM mysql.user WHERE user = ? AND host = ?",
                                user.name(),
                                from)));
            }
            for (String statement : statements(false)) {
                try (var run = connection.createStatement()) {
                    run.execute(statement);
                }
            }
        }
        return List.copyOf(done);
    }

    private static boolean isThere(Connection connection, String query, String... values) throws SQLException {
        try (var asked = connection.prepareStatement(query)) {
            for (int i = 0; i < values.length; i++) {
                asked.setString(i + 1, values[i]);
            }
            try (var rows = asked.executeQuery()) {
                return rows.next();
            }
        }
    }
}
