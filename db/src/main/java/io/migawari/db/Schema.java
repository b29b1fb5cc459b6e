// SPDX-License-Identifier: Apache-2.0
package io.migawari.db;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * The tables and their versions. They are changed by {@code migawari db migrate} alone, never by the daemon's start: with
 * several controllers on one Galera cluster nothing keeps two starting daemons from migrating at once. Safe for any thread.
 */
public final class Schema {

    /** One version of the schema. */
    public record Version(String number, String description, Optional<Instant> appliedAt) {}

    /** How the schema in the database compares with the one that this program knows. */
    public sealed interface State {

        /** It is the one we know. */
        record Current(String version) implements State {}

        /** There is none, or an older one: {@code migawari db migrate} mends it. */
        record Behind(Optional<String> version, List<String> missing) implements State {}

        /** It is newer than this program, or another program's: a newer Migawari is needed, or another database. */
        record Foreign(String why) implements State {}
    }

    private final Database database;
    private @Nullable Flyway flyway;

    public Schema(Database database) {
        this.database = database;
    }

    /** Made by whoever needs it first: that takes long enough to be done beside other things. */
    private synchronized Flyway flyway() {
        if (flyway == null) {
            flyway = new FluentConfiguration(Schema.class.getClassLoader())
                    .dataSource(database.dataSource())
                    .locations("classpath:io/migawari/db/migration")
                    // A wrong history is reported to a person, never repaired or wiped by a program.
                    .cleanDisabled(true)
                    .load();
        }
        return flyway;
    }

    /**
     * Applies what is missing.
     *
     * @return how many versions were applied
     * @throws SchemaException if one could not be, or the schema is not one that we may touch
     */
    public int migrate() {
        try {
            return flyway().migrate().migrationsExecuted;
        } catch (FlywayException e) {
            throw new SchemaException("The schema could not be migrated: " + e.getMessage(), e);
        }
    }

    /** All versions that the database or this program knows, oldest first. */
    public List<Version> versions() {
        try {
            return Arrays.stream(flyway().info().all()).map(Schema::version).toList();
        } catch (FlywayException e) {
            throw new SchemaException("The schema's history cannot be read: " + e.getMessage(), e);
        }
    }

    private static Version version(MigrationInfo info) {
        return new Version(
                info.getVersion() == null ? "?" : info.getVersion().getVersion(),
                info.getDescription(),
                Optional.ofNullable(info.getInstalledOn()).map(java.util.Date::toInstant));
    }

    /**
     * Compares the database with this program.
     *
     * @throws SchemaException if the database cannot be asked
     */
    public State state() {
        try {
            MigrationInfo[] all = flyway().info().all();
            for (MigrationInfo info : all) {
                if (info.getState() == MigrationState.FUTURE_SUCCESS
                        || info.getState() == MigrationState.MISSING_SUCCESS) {
                    return new State.Foreign("the database has version "
                            + version(info).number() + ", which this program does not know");
                }
                if (info.getState().isFailed()) {
                    return new State.Foreign(
                            "the migration to version " + version(info).number() + " failed halfway");
                }
                if (info.getState().isApplied() && !info.isChecksumMatching()) {
                    return new State.Foreign("version " + version(info).number() + " is not the one we know");
                }
            }
            List<String> missing = Arrays.stream(all)
                    .filter(info -> !info.getState().isApplied())
                    .map(info -> version(info).number())
                    .toList();
            Optional<String> current = Optional.ofNullable(flyway().info().current())
                    .map(info -> version(info).number());
            return missing.isEmpty() && current.isPresent()
                    ? new State.Current(current.get())
                    : new State.Behind(current, missing);
        } catch (FlywayException e) {
            throw new SchemaException("The schema's history cannot be read: " + e.getMessage(), e);
        }
    }

    /** A quick look whether the database answers and still has a version; for readiness probes. */
    public Optional<String> quickVersion() {
        try (var connection = database.dataSource().getConnection();
                var statement = connection.prepareStatement(
                        "SELECT version FROM flyway_schema_history WHERE success ORDER BY installed_rank DESC LIMIT 1");
                var rows = statement.executeQuery()) {
            return rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.empty();
        } catch (SQLException e) {
            return Optional.empty();
        }
    }
}
