// SPDX-License-Identifier: Apache-2.0
package io.migawari.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.migawari.db.DatabaseException.Kind;

/** What the schema itself must refuse, whatever a program tries. */
final class SchemaRules {

    private SchemaRules() {}

    static void check(Database database) {
        execute(
                database,
                "INSERT INTO failover_segment (id, name, recovery_method, service_type, enabled, created_at) "
                        + "VALUES ('s1', 'rack1', 'AUTO', 'compute', TRUE, NOW(6))");
        execute(
                database,
                "INSERT INTO host (id, name, segment, type, control_attributes, reserved, on_maintenance, created_at) "
                        + "VALUES ('h1', 'compute1', 1, 'C', 'x', FALSE, FALSE, NOW(6))");
        execute(database, incident("i1", "PROVING", "NULL"));

        // one open incident a host, one living host of a name
        refused(database, Kind.DUPLICATE, incident("i2", "PROVING", "NULL"));
        refused(
                database,
                Kind.DUPLICATE,
                "INSERT INTO host (id, name, segment, type, control_attributes, reserved, on_maintenance, created_at) "
                        + "VALUES ('h2', 'compute1', 1, 'C', 'x', FALSE, FALSE, NOW(6))");
        // an end has a time, and only an end has one
        refused(database, Kind.BROKEN, incident("i3", "RECOVERED", "NULL"));
        refused(database, Kind.BROKEN, incident("i3", "MOVING", "NOW(6)"));
        execute(database, incident("i3", "RECOVERED", "NOW(6)"));
        execute(database, incident("i4", "DISMISSED", "NOW(6)"));
        // one open incident an instance, wherever it is reported from, beside that of the host and that of its
        // processes
        execute(database, about("i5", "'VM', 'server'"));
        execute(database, about("i6", "'VM', 'another'"));
        execute(database, about("i7", "'PROCESS', NULL"));
        refused(database, Kind.DUPLICATE, about("i8", "'VM', 'server'"));
        refused(database, Kind.DUPLICATE, about("i8", "'PROCESS', NULL"));
        refused(database, Kind.BROKEN, about("i8", "'VM', NULL"));
        refused(database, Kind.BROKEN, about("i8", "'HOST', 'server'"));
        execute(database, "UPDATE incident SET phase = 'FAILED', closed_at = NOW(6) WHERE id = 'i5'");
        execute(database, about("i8", "'VM', 'server'"));
        // one move an instance
        execute(database, move("m1", "i1"));
        refused(database, Kind.DUPLICATE, move("m2", "i1"));
        refused(database, Kind.BROKEN, move("m3", "nowhere"));
        // a reserved host stands in for one host at a time
        execute(database, reservation("i1"));
        refused(database, Kind.DUPLICATE, reservation("i3"));
        execute(database, "UPDATE reservation SET state = 'KEPT', ended_at = NOW(6)");
        execute(database, reservation("i3"));
        // a pause covers one thing, has an end, and is ended by somebody
        execute(database, pause("1, NULL", "NOW(6) + INTERVAL 1 HOUR"));
        refused(database, Kind.BROKEN, pause("1, 1", "NOW(6) + INTERVAL 1 HOUR"));
        refused(database, Kind.BROKEN, pause("1, NULL", "NOW(6) - INTERVAL 1 HOUR"));
        refused(database, Kind.BROKEN, "UPDATE pause SET ended_at = NOW(6)");
        // what is referred to stays
        refused(database, Kind.BROKEN, "DELETE FROM host");
        int incidents = database.inTransaction(handle -> handle.createQuery("SELECT COUNT(*) FROM incident")
                .mapTo(int.class)
                .one());
        assertThat(incidents).isEqualTo(7);
    }

    private static String incident(String id, String phase, String closedAt) {
        return "INSERT INTO incident (id, host, opened_at, phase, words, closed_at) VALUES ('" + id + "', 1, NOW(6), '"
                + phase + "', 'x', " + closedAt + ")";
    }

    private static String about(String id, String kindAndServer) {
        return "INSERT INTO incident (id, host, kind, server, opened_at, phase, words) VALUES ('" + id + "', 1, "
                + kindAndServer + ", NOW(6), 'RESTARTING', 'x')";
    }

    private static String move(String id, String incident) {
        return "INSERT INTO move (id, incident, server, server_name, position, former, wanted, state, words, attempt, "
                + "failures, baseline, created_at) VALUES ('" + id + "', " + numberOf(incident)
                + ", 'server', 'vm', 1, 'active', 'RUNNING', 'PLANNED', 'x', 0, 0, 0, NOW(6))";
    }

    private static String pause(String segmentAndHost, String end) {
        return "INSERT INTO pause (id, segment, host, mode, paused_by, reason, begins_at, ends_at) VALUES (UUID(), "
                + segmentAndHost + ", 'FREEZE', 'ann', 'x', NOW(6), " + end + ")";
    }

    private static String reservation(String incident) {
        return "INSERT INTO reservation (incident, host, state, aggregates, taken_at) VALUES (" + numberOf(incident)
                + ", 1, 'TAKEN', '[]', NOW(6))";
    }

    private static String numberOf(String incident) {
        return "(SELECT number FROM incident WHERE id = '" + incident + "')";
    }

    private static void execute(Database database, String statement) {
        database.inTransaction(handle -> handle.execute(statement));
    }

    private static void refused(Database database, Kind kind, String statement) {
        assertThatThrownBy(() -> execute(database, statement))
                .as(statement)
                .isInstanceOfSatisfying(
                        DatabaseException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
