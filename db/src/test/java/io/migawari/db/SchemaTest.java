// SPDX-License-Identifier: Apache-2.0
package io.migawari.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.migawari.config.DatabaseSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SchemaTest {

    static final List<String> VERSIONS = versions();
    static final String NEWEST = VERSIONS.get(VERSIONS.size() - 1);

    private final DatabaseSettings settings = TestServer.emptyDatabase();

    @Test
    void anEmptyDatabaseIsBehindUntilItIsMigrated() {
        try (var database = Database.open(settings, "test")) {
            var schema = new Schema(database);

            assertThat(schema.state()).isEqualTo(new Schema.State.Behind(Optional.empty(), VERSIONS));
            assertThat(schema.quickVersion()).isEmpty();
            assertThat(schema.migrate()).isEqualTo(VERSIONS.size());

            assertThat(schema.state()).isEqualTo(new Schema.State.Current(NEWEST));
            assertThat(schema.quickVersion()).contains(NEWEST);
            assertThat(schema.migrate()).isZero();
            assertThat(schema.versions())
                    .allSatisfy(version -> assertThat(version.appliedAt()).isPresent())
                    .extracting(Schema.Version::number)
                    .containsExactlyElementsOf(VERSIONS);
        }
    }

    @Test
    void aNewerOrChangedSchemaIsForeign() {
        try (var database = Database.open(settings, "test")) {
            var schema = new Schema(database);
            schema.migrate();
            change(
                    database,
                    "INSERT INTO flyway_schema_history SELECT 99, '99', 'later', type, 'V99__later.sql', 1, installed_by, "
                            + "installed_on, 1, 1 FROM flyway_schema_history WHERE version = '1'");

            assertThat(schema.state())
                    .isEqualTo(
                            new Schema.State.Foreign("the database has version 99, which this program does not know"));

            change(database, "DELETE FROM flyway_schema_history WHERE version = '99'");
            change(database, "UPDATE flyway_schema_history SET checksum = 7");

            assertThat(schema.state()).isEqualTo(new Schema.State.Foreign("version 1 is not the one we know"));
        }
    }

    @Test
    void theSchemaItselfRefusesWhatMustNotBe() {
        try (var database = Database.open(settings, "test")) {
            new Schema(database).migrate();

            SchemaRules.check(database);
        }
    }

    @Test
    void theDaemonsUserCanReadAndWriteButNotChangeTables() throws IOException {
        runAsAdministrator(Files.readString(Path.of("create-database.sql")));
        try (var administrator =
                        Database.open(TestServer.settings("migawari", "migawari_schema", "change-me-too"), "a");
                var daemon = Database.open(TestServer.settings("migawari", "migawari", "change-me"), "d")) {
            assertThat(new Schema(administrator).migrate()).isEqualTo(VERSIONS.size());

            assertThat(new Schema(daemon).state()).isEqualTo(new Schema.State.Current(NEWEST));
            daemon.inTransaction(handle -> handle.execute("DELETE FROM incident_event"));
            assertThatThrownBy(() -> change(daemon, "DROP TABLE incident_event"))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("DROP command denied");
        }
    }

    private static void runAsAdministrator(String script) {
        try (var database = Database.open(
                TestServer.settings("mysql", TestServer.SERVER.user(), TestServer.SERVER.password()), "root")) {
            for (String statement : script.replaceAll("(?m)^--.*$", "").split(";")) {
                if (!statement.isBlank()) {
                    change(database, statement);
                }
            }
        }
    }

    private static void change(Database database, String statement) {
        database.inTransaction(handle -> handle.execute(statement));
    }

    /** Those of the files, in their order. */
    private static List<String> versions() {
        try (var files = Files.list(Path.of("src/main/resources/io/migawari/db/migration"))) {
            return files.map(file -> file.getFileName().toString().replaceFirst("V(\\d+)__.*", "$1"))
                    .sorted(Comparator.comparing(Integer::valueOf))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
