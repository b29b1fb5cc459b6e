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

    /** A Galera node that is not in the primary component answers "WSREP has not yet prepared node". */
    private static final int NOT_PREPARED = 1047;

    private final Kind kind;

    private DatabaseException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** For a store that is no database, and fails like one. */
    public DatabaseException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    static DatabaseException of(RuntimeException failure) {
        SQLException sql = sqlCause(failure);
        if (sql == null) {
            return new DatabaseException(Kind.BROKEN, String.valueOf(failure.getMessage()), failure);
        }
        return new DatabaseException(kindOf(sql), String.valueOf(sql.getMessage()), failure);
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
        return state.startsWith("08") || state.isEmpty() || sql.getErrorCode() == NOT_PREPARED
                ? Kind.UNAVAILABLE
                : Kind.BROKEN;
    }

    private static @Nullable SQLException sqlCause(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return sql;
            }
        }
        return null;
    }

    public Kind kind() {
        return kind;
    }
}
