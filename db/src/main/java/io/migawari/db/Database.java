// SPDX-License-Identifier: Apache-2.0
package io.migawari.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.migawari.config.DatabaseSettings;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * The connections of one process to MariaDB, and its transactions. Needs no server to be opened: a server that is away is
 * met by whoever asks it something. Safe for any thread.
 */
public final class Database implements AutoCloseable {

    /** Deadlocks and lost certifications are rare and short; more tries than these only hide a mistake. */
    private static final int TRIES = 5;

    private final HikariDataSource pool;
    private final Jdbi jdbi;

    private Database(HikariDataSource pool) {
        this.pool = pool;
        this.jdbi = Jdbi.create(pool);
    }

    /**
     * @param pool what the pool is called in logs and thread names
     */
    public static Database open(DatabaseSettings settings, String pool) {
        var hikari = new HikariConfig();
        hikari.setPoolName(pool);
        hikari.setJdbcUrl(urlOf(settings));
        hikari.setUsername(settings.user());
        hikari.setPassword(settings.password().reveal());
        hikari.setMaximumPoolSize(settings.poolSize());
        hikari.setMinimumIdle(2);
        hikari.setInitializationFailTimeout(-1); // open without a server
        hikari.setConnectionTimeout(settings.connectTimeout().toMillis());
        hikari.setValidationTimeout(Math.min(1000, settings.connectTimeout().toMillis()));
        // Decisions read what others have committed, and conflicts show as errors that are tried again.
        hikari.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        return new Database(new HikariDataSource(hikari));
    }

    /**
     * The settings' URL with what makes it right: UTC whatever the zones of the machines, and an end to every wait
     * (the driver's own is never). TLS is left to the URL, but never to the driver's changing defaults.
     */
    static String urlOf(DatabaseSettings settings) {
        String url = settings.url();
        var options = new StringBuilder(url.contains("?") ? "&" : "?")
                .append("connectionTimeZone=UTC&forceConnectionTimeZoneToSession=true&preserveInstants=true")
                .append("&connectTimeout=")
                .append(settings.connectTimeout().toMillis())
                .append("&socketTimeout=")
                .append(settings.queryTimeout().toMillis());
        if (!url.contains("sslMode=")) {
            options.append("&sslMode=disable");
        }
        return url + options;
    }

    /**
     * Runs {@code work} in a transaction. It may run several times, after a deadlock or a lost certification of Galera, so
     * it must touch nothing but the database.
     *
     * @throws DatabaseException if it could not be done, also because the server is away; nothing was changed then
     */
    public <T> T inTransaction(Function<Handle, T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return jdbi.inTransaction(work::apply);
            } catch (JdbiException e) {
                DatabaseException failure =
                        isUsedUp(e) ? DatabaseException.usedUp(pool.getMaximumPoolSize(), e) : DatabaseException.of(e);
                if (failure.serverIsUnfit()) {
                    // it answers pings, so the pool would keep it; a proxy, or the URL's next host, may have a better
                    // one
                    pool.getHikariPoolMXBean().softEvictConnections();
                }
                if (failure.kind() != DatabaseException.Kind.CONFLICT || attempt == TRIES) {
                    throw failure;
                }
            }
        }
    }

    /** Whether there was no connection because others have them all, and not because the server gave none. */
    private boolean isUsedUp(JdbiException failure) {
        return failure.getCause() instanceof SQLTransientConnectionException
                && pool.getHikariPoolMXBean().getActiveConnections() >= pool.getMaximumPoolSize();
    }

    /** Whether the server answers just now. */
    public boolean isReachable() {
        try (var connection = pool.getConnection()) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    DataSource dataSource() {
        return pool;
    }

    @Override
    public void close() {
        pool.close();
    }
}
