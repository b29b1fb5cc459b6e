// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.ops;

import io.migawari.db.Schema;
import java.util.Optional;

/** Whether this controller can do its work: the database answers, with the schema that was found right at the start. */
public final class Readiness {

    /** @param database in words */
    public record State(boolean isReady, String database) {}

    private final Schema schema;
    private volatile Optional<String> expectedVersion = Optional.empty();

    public Readiness(Schema schema) {
        this.schema = schema;
    }

    /** The schema's version was looked at, and is the one we know. */
    public void schemaIsCurrent(String version) {
        expectedVersion = Optional.of(version);
    }

    public State look() {
        if (expectedVersion.isEmpty()) {
            return new State(false, "the schema was not checked yet");
        }
        Optional<String> found = schema.quickVersion();
        if (found.isEmpty()) {
            return new State(false, "unreachable");
        }
        return found.equals(expectedVersion)
                ? new State(true, "reachable, schema " + found.get())
                : new State(false, "schema " + found.get() + ", expected " + expectedVersion.get());
    }
}
