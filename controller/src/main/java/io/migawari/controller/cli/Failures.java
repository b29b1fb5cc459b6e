// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import io.migawari.config.ConfigException;
import io.migawari.controller.UnsuitableSchemaException;
import io.migawari.db.DatabaseException;
import io.migawari.db.SchemaException;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine;

/** What went wrong, in words on standard error, and the exit code that says so to programs. */
final class Failures {

    static final int DONE = 0;
    static final int NOT_AS_IT_SHOULD_BE = 1;
    static final int USAGE = 2;
    static final int UNREACHABLE = 3;
    static final int REFUSED = 4;

    /** EX_SOFTWARE of sysexits.h: no answer to what was asked, as all others are. */
    static final int MISTAKE_OF_OURS = 70;

    private Failures() {}

    static int explain(Exception failure, CommandLine command) {
        PrintWriter err = command.getErr();
        if (failure instanceof ApiFailure refused) {
            err.println(refused.words());
            return refused.exitCode();
        }
        if (failure instanceof ConfigException config) {
            config.problems().forEach(err::println);
            return USAGE;
        }
        if (failure instanceof UnsuitableSchemaException) {
            err.println(failure.getMessage());
            return USAGE;
        }
        if (failure instanceof DatabaseException
                || failure instanceof SchemaException
                || failure instanceof IOException) {
            err.println(failure.getMessage());
            return UNREACHABLE;
        }
        err.println("This is a mistake in Migawari (add --debug to see where): " + failure);
        return MISTAKE_OF_OURS;
    }
}
