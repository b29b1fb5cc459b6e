// SPDX-License-Identifier: Apache-2.0
package io.migawari.db;

/** The schema could not be read or changed. */
public final class SchemaException extends RuntimeException {

    private static final long serialVersionUID = 1;

    SchemaException(String message, Throwable cause) {
        super(message, cause);
    }
}
