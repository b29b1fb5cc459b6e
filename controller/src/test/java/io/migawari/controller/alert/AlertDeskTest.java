// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.config.AlertSettings;
import io.migawari.controller.TestDatabase;
import io.migawari.controller.model.Alert.Severity;
import io.migawari.controller.store.Alerts;
import io.migawari.controller.store.MariaDbAlerts;
import io.migawari.controller.store.RaisedAlert.Delivery;
import io.migawari.controller.store.RaisedAlert.State;
import io.migawari.db.Database;
import io.migawari.time.SystemTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AlertDeskTest {

    private final Database database = Database.open(TestDatabase.migrated(), "desk");
    private final Alerts alerts = new MariaDbAlerts(database);

    @AfterEach
    void close() {
        database.close();
    }

    private void storedHoursAgo(int hours) {
        database.inTransaction(handle ->
                handle.execute("UPDATE alert_message SET stored_at = UTC_TIMESTAMP(6) - INTERVAL ? HOUR", hours));
    }

    private Map<String, Delivery> deliveries() {
        return alerts.list(Severity.INFO, false, 10).stream()
                .flatMap(alert -> alert.deliveries().stream())
                .collect(Collectors.toMap(Delivery::webhook, delivery -> delivery));
    }

    @Test
    void whatIsPendingForAWebhookThatIsGoneIsGivenUpInTheEnd() {
        try (var receiver = new Receiver()) {
            var settings = new AlertSettings(
                    Duration.ofMinutes(15),
                    Duration.ofMinutes(10),
                    Duration.ZERO,
                    Duration.ofDays(1),
                    List.of(receiver.webhook("pager", Duration.ofSeconds(5))));
            database.inTransaction(handle -> {
                Instant now = Instant.parse("2026-11-22T04:00:00Z");
                handle.execute(
                        "INSERT INTO alert (id, source, about, kind, severity, words, next_step, raised_at) VALUES "
                                + "(UUID(), 'test', 'it', 'FENCING_DEVICE', 'WARNING', '', '', ?)",
                        now);
                return handle.execute(
                        "INSERT INTO alert_message (id, alert, event, at, stored_at) SELECT UUID(), number, 'RAISED', ?, "
                                + "UTC_TIMESTAMP(6) FROM alert",
                        now);
            });
            alerts.introduce("pager", Severity.WARNING);
            alerts.introduce("old-pager", Severity.WARNING);
            alerts.introduce("tried-elsewhere", Severity.WARNING);
            assertThat(alerts.claim("tried-elsewhere", Severity.WARNING, Duration.ZERO, Duration.ofMinutes(1)))
                    .isPresent();
            var desk = new AlertDesk("me", alerts, settings, new SystemTime());

            storedHoursAgo(23);
            desk.look();
            assertThat(deliveries().values()).extracting(Delivery::state).containsOnly(State.PENDING);

            storedHoursAgo(25);
            desk.look();
            assertThat(deliveries().get("old-pager").state()).isEqualTo(State.GIVEN_UP);
            assertThat(deliveries().get("old-pager").words()).contains("no webhook has this name any more");
            assertThat(deliveries().get("pager").state())
                    .as("its courier ends it")
                    .isEqualTo(State.PENDING);
            assertThat(deliveries().get("tried-elsewhere").state()).isEqualTo(State.PENDING);
        }
    }
}
