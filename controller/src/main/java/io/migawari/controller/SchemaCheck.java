// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller;

import io.migawari.db.Schema;
import io.migawari.db.SchemaException;
import io.migawari.time.Time;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for the database, and holds its schema to the one that this program knows. It begins to look when it is made, on a
 * thread of its own, because the first look takes as long as much of the rest of the start.
 */
final class SchemaCheck {

    private static final Logger log = LoggerFactory.getLogger(SchemaCheck.class);

    private static final Duration PAUSE_WITHOUT_DATABASE = Duration.ofSeconds(1);

    private final Schema schema;
    private final Time time;
    private final FutureTask<Optional<Schema.State>> first;
    private boolean told;

    SchemaCheck(Schema schema, Time time) {
        this.schema = schema;
        this.time = time;
        this.first = new FutureTask<>(this::look);
        var thread = new Thread(first, "schema");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * @param whileAway called before each second of waiting for a database that is away
     * @return the version
     * @throws UnsuitableSchemaException if the schema is not the one that this program knows
     */
    String await(Runnable whileAway) throws UnsuitableSchemaException, InterruptedException {
        Optional<Schema.State> state = first();
        while (state.isEmpty()) {
            whileAway.run();
            time.sleep(PAUSE_WITHOUT_DATABASE);
            state = look();
        }
        if (state.get() instanceof Schema.State.Current current) {
            return current.version();
        }
        throw new UnsuitableSchemaException(state.get());
    }

    private Optional<Schema.State> first() throws InterruptedException {
        try {
            return first.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("The schema could not be looked at", e.getCause());
        }
    }

    /** @return empty if the database is away, which is said once */
    private Optional<Schema.State> look() {
        try {
            return Optional.of(schema.state());
        } catch (SchemaException e) {
            if (!told) {
                log.atWarn().log("The database is away; waiting for it: {}", e.getMessage());
                told = true;
            }
            return Optional.empty();
        }
    }
}
