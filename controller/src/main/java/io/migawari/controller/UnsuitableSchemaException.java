// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller;

import io.migawari.db.Schema;

/** The database's schema is not the one that this program knows; the message says which command mends it. */
public final class UnsuitableSchemaException extends Exception {

    private static final long serialVersionUID = 1;

    UnsuitableSchemaException(Schema.State state) {
        super(words(state));
    }

    /** What is wrong with a schema that is not current, and what mends it. */
    public static String words(Schema.State state) {
        if (state instanceof Schema.State.Behind behind) {
            String what = behind.version()
                    .map(version -> "The database has schema version " + version + " and lacks " + behind.missing())
                    .orElse("The database has no tables yet");
            return what + ". Run: migawari db migrate --config FILE";
        }
        if (state instanceof Schema.State.Foreign foreign) {
            return "This database cannot be used: " + foreign.why()
                    + ". Use the program version that made it, or another database (migawari db status shows more).";
        }
        throw new AssertionError(state);
    }
}
