// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.db.Database;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Carries the one checked exception of a list out of a transaction. */
final class Listing {

    /** A query that may find fault with what was asked. */
    interface Query<T> {
        List<T> list(Handle handle) throws BadListRequestException;
    }

    /** The fault on its way out; nothing was changed, so nothing is tried again. */
    private static final class Fault extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final BadListRequestException what;

        Fault(BadListRequestException what) {
            super(what);
            this.what = what;
        }
    }

    private Listing() {}

    static <T> List<T> of(Database database, Query<T> query) throws BadListRequestException {
        try {
            return database.inTransaction(handle -> {
                try {
                    return query.list(handle);
                } catch (BadListRequestException e) {
                    throw new Fault(e);
                }
            });
        } catch (Fault fault) {
            throw fault.what;
        }
    }
}
