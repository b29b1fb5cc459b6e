// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.migawari.config.DatabaseSettings;
import io.migawari.config.Secret;
import io.migawari.controller.GeneratedPart;
import io.migawari.controller.TestDatabase;
import io.migawari.db.Database;
import io.migawari.db.DatabaseException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The GRANTs of docs/audit.md, with which the database keeps even the daemon from changing the record. */
class AuditPageTest {

    private static final Set<String> ONLY_ADDED_TO = new TreeSet<>(
            Set.of("audit", "audit_result", "decision", "evidence", "incident_event", "milestone", "notification"));

    private static List<String> tables(Database database) {
        return database.inTransaction(handle -> handle.createQuery(
                        "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() "
                                + "AND table_type = 'BASE TABLE' ORDER BY table_name")
                .mapTo(String.class)
                .list());
    }

    private static String grants(List<String> tables) {
        var grants = new StringBuilder("REVOKE UPDATE, DELETE ON migawari.* FROM 'migawari'@'%';\n");
        tables.stream()
                .filter(table -> !ONLY_ADDED_TO.contains(table) && !table.equals("flyway_schema_history"))
                .forEach(table -> grants.append("GRANT UPDATE, DELETE ON migawari.")
                        .append(table)
                        .append(" TO 'migawari'@'%';\n"));
        return grants.toString();
    }

    @Test
    void theGrantsOfThePageAreThoseOfTheTables() throws IOException {
        try (var database = Database.open(TestDatabase.migrated(), "test")) {
            GeneratedPart.check("audit.md", "grants", "```sql\n" + grants(tables(database)) + "```\n");
        }
    }

    @Test
    void withThemTheDaemonCanAddToTheRecordAndNotChangeIt() {
        DatabaseSettings root = TestDatabase.migrated();
        String name = root.url().replaceFirst(".*/", "").replaceFirst("\\?.*", "");
        try (var administrator = Database.open(root, "root")) {
            String all = "CREATE USER 'migawari'@'%' IDENTIFIED BY 'pw';\n"
                    + "GRANT SELECT, INSERT, UPDATE, DELETE ON migawari.* TO 'migawari'@'%';\n"
                    + grants(tables(administrator));
            for (String statement : all.replace("migawari.", name + ".").split(";\n")) {
                administrator.inTransaction(handle -> handle.execute(statement));
            }
        }
        var settings = new DatabaseSettings(
                root.url(), "migawari", new Secret("pw"), 2, root.connectTimeout(), root.queryTimeout());
        try (var daemon = Database.open(settings, "daemon")) {
            var audit = new MariaDbAudit(daemon);
            long number = audit.asked(new Asked(
                    Instant.parse("2026-11-20T03:00:00Z"),
                    "bob",
                    Optional.empty(),
                    "192.0.2.1",
                    "req-1",
                    "cancel incident",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    ""));
            audit.answered(number, new AuditLine.Answer(202, Optional.empty()), Instant.parse("2026-11-20T03:00:01Z"));

            assertThat(audit.list(Optional.empty(), 10)).hasSize(1);
            for (String table : ONLY_ADDED_TO) {
                assertThatThrownBy(() -> daemon.inTransaction(handle -> handle.execute("DELETE FROM " + table)))
                        .as(table)
                        .isInstanceOf(DatabaseException.class)
                        .hasMessageContaining("denied");
            }
            int removed = daemon.inTransaction(handle -> handle.execute("DELETE FROM alert_delivery"));
            assertThat(removed).isZero();
        }
    }
}
