// SPDX-License-Identifier: Apache-2.0
package io.migawari.embeddeddb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class EmbeddedMariaDbTest {

    private static final Path DIRECTORY = Path.of("target/mariadb");

    @Test
    void aServerStartsEmptyServesItsUserAloneAndIsGoneWhenClosed() throws SQLException {
        String url;
        for (int start = 1; start <= 2; start++) {
            try (var server = EmbeddedMariaDb.start(DIRECTORY)) {
                server.createDatabase("trial");
                assertThatThrownBy(() -> server.createDatabase("x`; DROP DATABASE mysql"))
                        .hasMessageContaining("expected lower-case letters");
                url = server.url("trial");

                try (var connection = DriverManager.getConnection(url, server.user(), server.password());
                        var rows = connection.createStatement().executeQuery("SELECT VERSION()")) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getString(1)).contains("MariaDB");
                }
                String openUrl = url;
                assertThatThrownBy(() -> DriverManager.getConnection(openUrl, server.user(), "guess"))
                        .hasMessageContaining("Access denied");
            }
            String closedUrl = url;
            assertThatThrownBy(() -> DriverManager.getConnection(closedUrl, "trial", ""))
                    .isInstanceOf(SQLException.class);
        }
    }
}
