// SPDX-License-Identifier: Apache-2.0
package io.migawari.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PurgeTest {

    private static final Instant NOW = Instant.parse("2026-11-22T04:00:00Z");
    private static final Instant LONG_AGO = NOW.minus(Duration.ofDays(100));
    private static final Instant LATELY = NOW.minus(Duration.ofDays(10));
    private static final Instant BEFORE = NOW.minus(Duration.ofDays(90));

    private Database database;
    private Purge purge;

    @BeforeEach
    void open() {
        database = Database.open(TestServer.emptyDatabase(), "purge");
        new Schema(database).migrate();
        purge = new Purge(database);
        sql(
                "INSERT INTO failover_segment (number, id, name, recovery_method, service_type, enabled, created_at) "
                        + "VALUES (1, UUID(), 'rack', 'AUTO', 'compute', TRUE, ?)",
                LONG_AGO);
        for (int host = 1; host <= 3; host++) {
            sql(
                    "INSERT INTO host (number, id, segment, name, type, control_attributes, reserved, on_maintenance, "
                            + "created_at) VALUES (?, UUID(), 1, ?, 'COMPUTE', '', FALSE, FALSE, ?)",
                    host,
                    "compute" + host,
                    LONG_AGO);
        }
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void sql(String statement, Object... values) {
        database.inTransaction(handle -> handle.execute(statement, values));
    }

    private List<Integer> numbers(String table) {
        return database.inTransaction(handle -> handle.createQuery("SELECT number FROM " + table + " ORDER BY number")
                .mapTo(Integer.class)
                .list());
    }

    private void incident(int number, int host, Object closedAt) {
        String phase = closedAt == null ? "PROVING" : "RECOVERED";
        sql(
                "INSERT INTO incident (number, id, host, kind, opened_at, phase, words, closed_at) "
                        + "VALUES (?, UUID(), ?, 'HOST', ?, ?, '', ?)",
                number,
                host,
                LONG_AGO,
                phase,
                closedAt);
        sql(
                "INSERT INTO evidence (incident, kind, observed_by, observed_at, words) VALUES (?, 'FENCED', 'x', ?, '')",
                number,
                LONG_AGO);
        sql("INSERT INTO incident_event (incident, at, words) VALUES (?, ?, 'began')", number, LONG_AGO);
        sql("INSERT INTO milestone (incident, what, at) VALUES (?, 'PROVED', ?)", number, LONG_AGO);
        sql(
                "INSERT INTO notification (id, host, incident, type, generated_time, payload, payload_digest, created_at) "
                        + "VALUES (UUID(), ?, ?, 'COMPUTE_HOST', ?, '{}', ?, ?)",
                host,
                number,
                LONG_AGO,
                UUID.randomUUID().toString(),
                LONG_AGO);
    }

    private void returns(int number, int from, Object closedAt) {
        sql(
                "INSERT INTO incident (number, id, host, kind, failure, opened_at, phase, words, closed_at) "
                        + "VALUES (?, UUID(), 2, 'RETURN', ?, ?, ?, '', ?)",
                number,
                from,
                LONG_AGO,
                closedAt == null ? "AWAY" : "RECOVERED",
                closedAt);
    }

    private void operation(int number, String kind, String host, Instant closedAt) {
        sql(
                "INSERT INTO operation (number, id, kind, host, destinations, requested_by, reason, opened_at, state, words, "
                        + "closed_at) VALUES (?, UUID(), ?, ?, '[]', 'ann', '', ?, 'DONE', '', ?)",
                number,
                kind,
                host,
                LONG_AGO,
                closedAt);
        sql("INSERT INTO operation_event (operation, at, words) VALUES (?, ?, 'began')", number, LONG_AGO);
    }

    private Map<String, Long> carryOut(boolean dryRun) {
        Purge.Deleted deleted = purge.carryOut(BEFORE, NOW, true, dryRun);
        assertThat(deleted.refused()).isEmpty();
        return deleted.rows();
    }

    @Test
    void whatIsOverForLongGoesWithAllThatBelongsToIt() {
        incident(1, 1, LONG_AGO);
        incident(2, 2, LATELY);
        incident(3, 3, null);
        operation(1, "UNDRAIN", "compute1", LONG_AGO);
        operation(2, "UNDRAIN", "compute2", LATELY);
        sql(
                "INSERT INTO audit (number, at, who, address, request, what, details) VALUES (1, ?, 'ann', '', 'r', 'POST', '')",
                LONG_AGO);
        sql("INSERT INTO audit_result (audit, at, status) VALUES (1, ?, 200)", LONG_AGO);

        assertThat(carryOut(true)).contains(entry("incident", 1L), entry("operation", 1L), entry("audit", 1L));
        assertThat(numbers("incident")).containsExactly(1, 2, 3);

        assertThat(carryOut(false)).contains(entry("incident", 1L), entry("operation", 1L), entry("audit", 1L));
        assertThat(numbers("incident")).containsExactly(2, 3);
        assertThat(numbers("evidence")).hasSize(2);
        assertThat(numbers("incident_event")).hasSize(2);
        assertThat(numbers("notification")).hasSize(2);
        assertThat(numbers("operation")).containsExactly(2);
        assertThat(numbers("operation_event")).hasSize(1);
        assertThat(numbers("audit")).isEmpty();
    }

    @Test
    void aFailureStaysUntilItsHostHasComeBackAndIsThenDeletedWithItsReturn() {
        incident(1, 1, LONG_AGO);
        returns(2, 1, null);

        assertThat(carryOut(false)).containsEntry("incident", 0L);

        sql("UPDATE incident SET phase = 'RECOVERED', closed_at = ? WHERE number = 2", LONG_AGO);
        assertThat(carryOut(false)).containsEntry("incident", 2L);
    }

    /** They are counted from its last failure on, however long it waits for a person's word. */
    @Test
    void theFormerFailuresOfAHostThatIsOutStay() {
        incident(1, 2, LONG_AGO);
        incident(2, 2, LONG_AGO);
        returns(3, 2, null);
        incident(4, 3, LONG_AGO);

        assertThat(carryOut(false)).containsEntry("incident", 1L);
        assertThat(numbers("incident")).containsExactly(1, 2, 3);

        sql("UPDATE incident SET phase = 'RECOVERED', closed_at = ? WHERE number = 3", LATELY);
        assertThat(carryOut(false)).containsEntry("incident", 1L);
        assertThat(numbers("incident")).containsExactly(2, 3);
    }

    @Test
    void theLastDrainOfAHostThatIsStillDrainedStays() {
        operation(1, "DRAIN", "compute1", LONG_AGO);
        operation(2, "DRAIN", "compute1", LONG_AGO);
        operation(3, "DRAIN", "compute2", LONG_AGO);
        operation(4, "UNDRAIN", "compute2", LATELY);

        carryOut(false);
        assertThat(numbers("operation")).containsExactly(2, 4);
    }

    @Test
    void reportsThatLedToNothingGoAndTheAuditOnlyIfItIsWished() {
        sql(
                "INSERT INTO notification (id, host, type, generated_time, payload, payload_digest, status, message, created_at) "
                        + "VALUES (UUID(), 1, 'VM', ?, '{}', 'd', 'IGNORED', '', ?)",
                LONG_AGO,
                LONG_AGO);
        sql(
                "INSERT INTO audit (number, at, who, address, request, what, details) VALUES (1, ?, 'ann', '', 'r', 'POST', '')",
                LONG_AGO);

        assertThat(purge.carryOut(BEFORE, NOW, false, false).rows())
                .containsEntry("notification", 1L)
                .doesNotContainKey("audit");
        assertThat(numbers("audit")).hasSize(1);
    }

    @Test
    void moreThanAreDeletedAtOnceAreDeletedAllTheSame() {
        for (int number = 1; number <= 450; number++) {
            operation(number, "UNDRAIN", "compute1", LONG_AGO);
        }
        assertThat(carryOut(false)).containsEntry("operation", 450L);
    }

    private void purgeWhileAnotherConnection(String reopens) {
        CompletableFuture<?> purging = database.inTransaction(handle -> {
            handle.execute(reopens);
            var begun = CompletableFuture.runAsync(() -> carryOut(false));
            while (!isWaitedFor() && !begun.isDone()) {
                Thread.onSpinWait();
            }
            return begun;
        });
        purging.join();
    }

    private boolean isWaitedFor() {
        return database.inTransaction(handle -> handle.select("SELECT variable_value > 0 FROM "
                        + "information_schema.global_status WHERE variable_name = 'INNODB_ROW_LOCK_CURRENT_WAITS'")
                .mapTo(boolean.class)
                .one());
    }

    @Test
    void anIncidentThatIsJustBeingTriedAgainStaysWithAllThatBelongsToIt() {
        incident(1, 1, LONG_AGO);
        incident(2, 2, LONG_AGO);

        purgeWhileAnotherConnection("UPDATE incident SET phase = 'MOVING', closed_at = NULL WHERE number = 1");

        assertThat(numbers("incident")).containsExactly(1);
        assertThat(numbers("evidence")).hasSize(1);
        assertThat(numbers("notification")).hasSize(1);
    }

    @Test
    void anOperationThatIsJustBeingTriedAgainStaysWithAllThatBelongsToIt() {
        operation(1, "UNDRAIN", "compute1", LONG_AGO);

        purgeWhileAnotherConnection("UPDATE operation SET state = 'PREPARING', closed_at = NULL WHERE number = 1");

        assertThat(numbers("operation")).containsExactly(1);
        assertThat(numbers("operation_event")).hasSize(1);
    }

    @Test
    void whatMayStillBeAskedForIsNotDeleted() {
        assertThatThrownBy(() -> purge.carryOut(NOW.minus(Duration.ofDays(6)), NOW, false, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("7 days");
    }
}
