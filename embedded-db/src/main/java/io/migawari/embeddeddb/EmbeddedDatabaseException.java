// SPDX-License-Identifier: Apache-2.0
package io.migawari.embeddeddb;

/** The embedded server did not do what it was told. */
public final class EmbeddedDatabaseException extends RuntimeException {

    private static final long serialVersionUID = 1;

    EmbeddedDatabaseException(String message, Throwable cause) {
        super(message, cause);
    }
}
