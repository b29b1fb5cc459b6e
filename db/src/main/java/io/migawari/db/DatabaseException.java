// SPDX-License-Identifier: Apache-2.0
package io.migawari.db;

import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The database did not do what it was asked. Nothing was changed, unless the kind says that this is not known. */
public final class DatabaseException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** What kind of failure it was. */
    public enum Kind {
        /** No connection, or it broke: a commit that was under way may have happened. */
        UNAVAILABLE,
        /** Somebody else was faster; the same again may work. */
        CONFLICT,
        /** A unique key has that value already. */
        DUPLICATE,
        /** Anything else: the schema, a right, or a mistake of ours. */
        BROKEN
    }

    /**
     * Deadlock 1213, lock wait 1205, changed since the snapshot 1020 (innodb_snapshot_isolation, on by default from
     * MariaDB 11.6.2), Galera's lost certification (SQLSTATE 40001).
     */
    private static final Set<Integer> CONFLICTS = Set.of(1213, 1205, 1020);

    private static final int DUPLICATE_KEY = 1062;

    /**
     * The server answers, and is the wrong one to ask: a Galera node outside of the primary component (1047: "WSREP has not yet
     * prepared node"), or one that takes no writes (1290 and 1836: read only).
     */
    private static final Set<Integer> UNFIT = Set.of(1047, 1290, 1836);

    private final Kind kind;
    private final boolean serverIsUnfit;

    private DatabaseException(Kind kind, boolean serverIsUnfit, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.serverIsUnfit = serverIsUnfit;
    }

    /** For a store that is no database, and fails like one. */
    public DatabaseException(Kind kind, String message) {
        super(message);
        this.kind = kind;
        this.serverIsUnfit = false;
    }

    static DatabaseException of(RuntimeException failure) {
        SQLException sql = sqlCause(failure);
        if (sql == null) {
            return new DatabaseException(Kind.BROKEN, false, String.valueOf(failure.getMessage()), failure);
        }
        boolean unfit = UNFIT.contains(sql.getErrorCode());
        return new DatabaseException(
                unfit ? Kind.UNAVAILABLE : kindOf(sql), unfit, String.valueOf(sql.getMessage()), failure);
    }

    /** All connections of this process were in use for as long as one is waited for. */
    static DatabaseException usedUp(int connections, RuntimeException failure) {
        return new DatabaseException(
                Kind.UNAVAILABLE,
                false,
                "all " + connections + " connections of this process are in use (database.pool-size)",
                failure);
    }

    private static Kind kindOf(SQLException sql) {
        String state = sql.getSQLState() == null ? "" : sql.getSQLState();
        if (CONFLICTS.contains(sql.getErrorCode()) || state.equals("40001")) {
            return Kind.CONFLICT;
        }
        if (sql.getErrorCode() == DUPLICATE_KEY) {
            return Kind.DUPLICATE;
        }
        // 08: connection exceptions; no state: the pool gave no connection in time
        return state.startsWith("08") || state.isEmpty() ? Kind.UNAVAILABLE : Kind.BROKEN;
    }

    private static @Nullable SQLException sqlCause(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return sql;
            }
        }
        return null;
    }

    /** Whether another server of the cluster may well do it: connections to this one are of no use. */
    boolean serverIsUnfit() {
        return serverIsUnfit;
    }

    public Kind kind() {
        return kind;
    }
}
