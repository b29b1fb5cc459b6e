// SPDX-License-Identifier: Apache-2.0
package io.migawari.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.migawari.config.DatabaseSettings;
import io.migawari.config.Secret;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class CreationTest {

    private final DatabaseSettings server = TestServer.emptyDatabase();

    private static Creation creation(String database, String user, String password) {
        return new Creation(
                database,
                "%",
                new Creation.User(user, new Secret(password)),
                new Creation.User(user + "_schema", new Secret("of the schema")));
    }

    private void carryOut(Creation creation, boolean isNew) throws SQLException {
        assertThat(creation.carryOut(server.url(), server.user(), server.password()))
                .hasSize(3)
                .allSatisfy(done -> assertThat(done.isNew()).as(done.what()).isEqualTo(isNew));
    }

    @Test
    void theDaemonsMayTouchRowsAndTheMigrationsTables() throws SQLException {
        carryOut(creation("created_1", "daemon_1", "it's a \\ secret"), true);

        try (var schema =
                Database.open(TestServer.settings("created_1", "daemon_1_schema", "of the schema"), "schema")) {
            assertThat(new Schema(schema).migrate()).isPositive();
        }
        try (var rows = Database.open(TestServer.settings("created_1", "daemon_1", "it's a \\ secret"), "rows")) {
            assertThat(new Schema(rows).state()).isInstanceOf(Schema.State.Current.class);
            assertThatThrownBy(() -> rows.inTransaction(handle -> handle.execute("DROP TABLE host")))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("denied");
        }
    }

    @Test
    void whatIsThereStaysAsItIsWithItsPassword() throws SQLException {
        carryOut(creation("created_2", "daemon_2", "the first"), true);
        carryOut(creation("created_2", "daemon_2", "the second"), false);

        try (var database = Database.open(TestServer.settings("created_2", "daemon_2", "the first"), "first")) {
            assertThat(database.isReachable()).isTrue();
        }
    }

    @Test
    void anotherDatabaseWhoseNameLooksAlikeIsNotGranted() throws SQLException {
        carryOut(creation("created_3", "daemon_3", "secret"), true);
        carryOut(creation("createdX3", "other_3", "secret"), true);

        try (var database = Database.open(TestServer.settings("createdX3", "daemon_3", "secret"), "alike")) {
            assertThat(database.isReachable()).isFalse();
        }
    }

    @Test
    void passwordsAreShownToNobodyAndNamesCannotEndAStatement() {
        assertThat(creation("created_4", "daemon_4", "hush").statements(true).toString())
                .contains("daemon_4")
                .doesNotContain("hush", "of the schema");
        assertThatThrownBy(() -> creation("a`; DROP DATABASE mysql", "daemon_4", ""))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> creation("created_4", "x'@'%", "")).isInstanceOf(IllegalArgumentException.class);
    }
}
