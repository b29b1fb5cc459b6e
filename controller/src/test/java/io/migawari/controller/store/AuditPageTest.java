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
import io.migawari.db.Purge;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The GRANTs of docs/audit.md, with which the database keeps even the daemon from changing the record. */
class AuditPageTest {

    private static final Set<String> ONLY_ADDED_TO = new TreeSet<>(
            Set.of("audit", "audit_result", "decision", "evidence", "incident_event", "milestone", "notification"));

    /** What people asked is not for the daemon to delete, whatever it is given. */
    private static final Set<String> NEVER_DELETED_FROM = Set.of("audit", "audit_result");

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

    private static String grantsToDelete() {
        return ONLY_ADDED_TO.stream()
                .filter(table -> !NEVER_DELETED_FROM.contains(table))
                .map(table -> "GRANT DELETE ON migawari." + table + " TO 'migawari'@'%';\n")
                .collect(Collectors.joining());
    }

    @Test
    void theGrantsOfThePageAreThoseOfTheTables() throws IOException {
        try (var database = Database.open(TestDatabase.migrated(), "test")) {
            GeneratedPart.check("audit.md", "grants", "```sql\n" + grants(tables(database)) + "```\n");
            GeneratedPart.check("audit.md", "grants to delete", "```sql\n" + grantsToDelete() + "```\n");
        }
    }

    private static void run(Database administrator, DatabaseSettings root, String statements) {
        String name = root.url().replaceFirst(".*/", "").replaceFirst("\\?.*", "");
        for (String statement : statements.replace("migawari.", name + ".").split(";\n")) {
            administrator.inTransaction(handle -> handle.execute(statement));
        }
    }

    /** The daemon's user after what the page says. */
    private static Database limited(DatabaseSettings root, Database administrator) {
        run(
                administrator,
                root,
                "CREATE OR REPLACE USER 'migawari'@'%' IDENTIFIED BY 'pw';\n"
                        + "GRANT SELECT, INSERT, UPDATE, DELETE ON migawari.* TO 'migawari'@'%';\n"
                        + grants(tables(administrator)));
        var settings = new DatabaseSettings(
                root.url(), "migawari", new Secret("pw"), 2, root.connectTimeout(), root.queryTimeout());
        return Database.open(settings, "daemon");
    }

    @Test
    void withThemTheDaemonCanAddToTheRecordAndNotChangeIt() {
        DatabaseSettings root = TestDatabase.migrated();
        try (var administrator = Database.open(root, "root");
                var daemon = limited(root, administrator)) {
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

    @Test
    void withThemHistoryIsDeletedAsFarAsTheyGoAndAllOfItWithTheOthers() {
        DatabaseSettings root = TestDatabase.migrated();
        try (var administrator = Database.open(root, "root");
                var daemon = limited(root, administrator)) {
            run(administrator, root, """
                    INSERT INTO failover_segment (number, id, name, recovery_method, service_type, enabled, created_at)
                      VALUES (1, UUID(), 'rack', 'AUTO', 'compute', TRUE, '2026-01-01');
                    INSERT INTO host (number, id, segment, name, type, control_attributes, reserved, on_maintenance, created_at)
                      VALUES (1, UUID(), 1, 'compute1', 'COMPUTE', '', FALSE, FALSE, '2026-01-01');
                    INSERT INTO incident (number, id, host, kind, opened_at, phase, words, closed_at)
                      VALUES (1, UUID(), 1, 'HOST', '2026-01-01', 'RECOVERED', '', '2026-01-01');
                    INSERT INTO evidence (incident, kind, observed_by, observed_at, words)
                      VALUES (1, 'FENCED', 'x', '2026-01-01', '');
                    INSERT INTO alert (id, source, about, kind, severity, words, next_step, raised_at, resolved_at)
                      VALUES (UUID(), 'test', 'it', 'FORESIGHT', 'WARNING', '', '', '2026-01-01', '2026-01-01');
                    """);
            var purge = new Purge(daemon);
            Instant now = Instant.parse("2026-11-22T04:00:00Z");
            Instant before = now.minus(Duration.ofDays(90));

            Purge.Deleted some = purge.carryOut(before, now, false, false);
            assertThat(some.rows()).containsEntry("incident", 0L).containsEntry("alert", 1L);
            assertThat(some.refused()).containsOnlyKeys("incident");
            assertThat(some.refusal()).startsWith("incident: ").contains("DELETE command denied", "evidence");

            run(administrator, root, grantsToDelete());
            Purge.Deleted all = purge.carryOut(before, now, false, false);
            assertThat(all.rows()).containsEntry("incident", 1L);
            assertThat(all.refused()).isEmpty();
        }
    }
}
